"""Write a jaxpr down so that two that compute the same in the same way read the same.

JAX's own print-out will not do: it shortens constants, and may show names of functions and
addresses in memory.
"""

import dataclasses
import enum
import hashlib
import operator
import re
from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import Jaxpr, JaxprEqn, Literal

# What a function is called, and how JAX would differentiate it further: neither changes what is
# computed. (The gradient, where it matters, is traced itself.)
BESIDE_THE_POINT = {
    "name",
    "debug_info",
    "jvp_jaxpr_fun",
    "jvp_jaxpr_thunk",
    "fwd_jaxpr_thunk",
    "bwd",
    "out_trees",
}
ADDRESS = re.compile(r"0x[0-9a-f]{4,}")


class NoCanonicalForm(TypeError):  # noqa: N818 (a statement, not a mishap)
    """A computation calls something that JAX cannot look into."""


def canonical_text(value: Any) -> str:
    """Describe a jaxpr, or a parameter of one of its equations, by what it computes.

    Parameters
    ----------
    value
        A jaxpr, or any value that stands in one: numbers, strings, arrays, types,
        settings of JAX, and lists and mappings of them.

    Returns
    -------
    str
        The description. Variables are numbered as they appear, arrays are given by a hash of their
        bytes; names of functions, places in the source and addresses are left out.

    Raises
    ------
    NoCanonicalForm
        If a value cannot be told apart from another by its description, such as a Python function
        that is called while the computation runs.
    """
    match value:
        case Jaxpr():
            return _jaxpr(value)
        case None | bool() | str() | bytes() | float() | complex():
            return f"{type(value).__name__}:{value!r}"
        case enum.Enum():
            return f"{type(value).__name__}.{value.name}"
        case int() | np.integer():
            return str(operator.index(value))
        case np.dtype() | type():
            return str(value)
        case list() | tuple() | range():
            return f"({', '.join(map(canonical_text, value))})"
        case Mapping():
            return canonical_text(sorted((str(key), value[key]) for key in value))
        case set() | frozenset():
            return f"set({', '.join(sorted(map(canonical_text, value)))})"
    if dataclasses.is_dataclass(value) and not callable(value):
        fields = [(each.name, getattr(value, each.name)) for each in dataclasses.fields(value)]
        return f"{type(value).__name__}{canonical_text(fields)}"
    if hasattr(value, "dtype") and hasattr(value, "shape"):
        return _array(value)
    return _setting(value)


def _jaxpr(jaxpr: Jaxpr) -> str:
    numbers: dict[Any, int] = {}

    def operand(variable: Any) -> str:
        if isinstance(variable, Literal):
            return f"{_kind(variable.aval)}={_array(variable.val)}"
        return f"{numbers.setdefault(variable, len(numbers))}:{_kind(variable.aval)}"

    def line(equation: JaxprEqn) -> str:
        parameters = {k: v for k, v in equation.params.items() if k not in BESIDE_THE_POINT}
        inputs = " ".join(map(operand, equation.invars))
        call = f"{equation.primitive.name}{canonical_text(parameters)} {inputs}"
        return f"{' '.join(map(operand, equation.outvars))} = {call}"

    given = " ".join(operand(each) for each in [*jaxpr.constvars, *jaxpr.invars])
    steps = "\n".join(map(line, jaxpr.eqns))
    results = " ".join(map(operand, jaxpr.outvars))
    return f"{{{given}\n{steps}\n{results}}} with {canonical_text(list(jaxpr.consts))}"


def _kind(aval: Any) -> str:
    """Shape, type, and whether the type is weak (then it gives way in sums with others)."""
    if isinstance(aval, jax.core.ShapedArray):
        return f"{aval.dtype}{list(aval.shape)}{'~' if aval.weak_type else ''}"
    return _setting(aval)


def _array(value: Any) -> str:
    if isinstance(value, jax.Array) and jnp.issubdtype(value.dtype, jax.dtypes.prng_key):
        return f"{value.dtype}{_array(jax.random.key_data(value))}"
    array = np.asarray(value)
    if array.dtype.hasobject:
        raise NoCanonicalForm(f"it holds a {type(value).__name__}, which has no bytes of its own")
    return f"{array.dtype}{list(array.shape)}#{hashlib.sha256(array.tobytes()).hexdigest()}"


def _setting(value: Any) -> str:
    """Text of one of JAX's own settings (a sharding, a tree of arguments), which says it all."""
    text = repr(value)
    if type(value).__module__.partition(".")[0] not in {"jax", "jaxlib"} or ADDRESS.search(text):
        raise NoCanonicalForm(f"it calls {text}, into which JAX cannot look")
    return text

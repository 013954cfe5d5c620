"""What the usual errors of a model come from."""

import re
from typing import Any

import jax


def hint(error: BaseException, latent: dict[str, Any]) -> str:
    """What an error most likely comes from; empty where nothing is known.

    Parameters
    ----------
    error
        What a model raised.
    latent
        Values of the sites that it had sampled before.
    """
    text = str(error)
    if "ellipsis" in text.lower() or "Ellipsis" in text:
        return " The `...` is left in: put your own code there."
    if isinstance(error, AssertionError) and "unique names" in text:
        return " Two sites have one name; each needs its own."
    if isinstance(error, jax.errors.JAXTypeError):
        return (
            " A sampled value is turned into a plain number or a NumPy array there, or asked in an"
            " `if`. JAX cannot follow that; use `jnp`, or index the value itself."
        )
    numbers = [name for name, value in latent.items() if getattr(value, "shape", None) == ()]
    if re.search(r"[Tt]oo many indices|not subscriptable|0-dimensional", text) and numbers:
        names = ", ".join(f"`{name}`" for name in numbers)
        return (
            f" So far each of {names} is one number. What each subject has an own value of is"
            ' sampled inside the plate: `with numpyro.plate("subjects", n_subjects):`.'
        )
    if "invalid scale" in text:
        return (
            " A standard deviation is negative there: its prior must be of positive numbers, "
            "Exponential(1)."
        )
    if re.search(r"broadcast|[Ii]ncompatible shapes", text):
        return (
            " Values of subjects meet values of rows: `alpha_s[subject_idx]` picks for each row"
            " that of its subject, and `obs` stands outside the plate of subjects."
        )
    return ""


def hint_for_function(error: BaseException) -> str:
    """What an error of a function most likely comes from; empty where nothing is known."""
    text = str(error)
    if "ellipsis" in text.lower():
        return " The `...` is left in: put your own code there."
    if isinstance(error, NameError):
        return " A function can use its arguments, what it computes, and what is imported."
    if isinstance(error, KeyError):
        return " There is nothing of that name in what the function gets."
    if re.search(r"broadcast|[Ii]ncompatible shapes|not aligned|mismatch", text):
        return " The function is tried on inputs of other sizes than the course's data."
    return ""

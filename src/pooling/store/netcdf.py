"""Write a posterior to a NetCDF file, and read back the same, bit for bit."""

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr


def in_memory(tree: xr.DataTree) -> xr.DataTree:
    """Copy a tree into NumPy arrays that may be written to, without what a file adds to it.

    The time at which ArviZ made a group is left out too: it would be all that distinguishes two
    fits of the same posterior.

    Parameters
    ----------
    tree
        A tree with one level of groups; arrays may be JAX's, or in a file that is open.
    """
    groups = {}
    for name, node in tree.children.items():
        group = node.to_dataset().drop_encoding()
        values = {each: (v.dims, _writable(v), v.attrs) for each, v in group.data_vars.items()}
        attributes = {each: _plain(v) for each, v in group.attrs.items() if each != "created_at"}
        groups[name] = xr.Dataset(values, group.coords, attributes)
    return xr.DataTree.from_dict(groups)


def _writable(variable: xr.DataArray) -> np.ndarray:
    values = variable.to_numpy()
    return values if values.flags.writeable else values.copy()


def _plain(attribute: Any) -> Any:
    """A list that is empty comes back from a file as an array."""
    return attribute.tolist() if isinstance(attribute, np.ndarray) else attribute


def read_tree(path: Path) -> xr.DataTree:
    """Read a posterior into memory; the file is closed again.

    Raises
    ------
    OSError
        If the file is not there, or no NetCDF file.
    """
    with xr.open_datatree(path, engine="netcdf4") as file:
        return in_memory(file)


def write_tree(tree: xr.DataTree, path: Path) -> None:
    """Write a posterior, and make sure that it reads back the same.

    Raises
    ------
    OSError
        If the file cannot be written, or reads back as something else (a disk may be full without
        saying so; NetCDF has no type for every array).
    """
    # No value stands for one that is missing: each NaN comes back with the bits that it had.
    encoding = {
        f"/{name}": {each: {"_FillValue": None} for each in group.variables}
        for name, group in tree.children.items()
    }
    tree.to_netcdf(path, engine="netcdf4", encoding=encoding)
    if not same(read_tree(path), tree):
        raise OSError(f"{path.name} does not read back as it was written")


def same(one: xr.DataTree, other: xr.DataTree) -> bool:
    """Whether two trees agree in everything: names, dimensions, attributes, types and bits."""
    if not one.identical(other):
        return False
    pairs = [
        (group[name].to_numpy(), other.children[key][name].to_numpy())
        for key, group in one.children.items()
        for name in map(str, group.variables)
    ]
    return all(a.dtype == b.dtype and a.tobytes() == b.tobytes() for a, b in pairs)

"""The time that a build puts in the place of its own, so that it repeats byte for byte."""

import os

from press.errors import PressError


def source_date_epoch() -> int | None:
    """Read the environment variable SOURCE_DATE_EPOCH.

    Returns
    -------
    int or None
        Seconds since 1970; None if the variable is not set or empty.

    Raises
    ------
    PressError
        If it is no whole number.

    References
    ----------
    https://reproducible-builds.org/specs/source-date-epoch/
    """
    text = os.environ.get("SOURCE_DATE_EPOCH")
    if not text:
        return None
    if not text.isdecimal():
        raise PressError(f"SOURCE_DATE_EPOCH is {text}; it must be whole seconds since 1970")
    return int(text)

"""The time that a build puts in the place of its own, so that it repeats byte for byte."""

import os
from datetime import UTC, datetime

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
    try:
        seconds = int(text) if text.isascii() and text.isdecimal() else -1
        datetime.fromtimestamp(max(seconds, -1), UTC)
    except (OverflowError, OSError, ValueError):
        seconds = -1
    if seconds < 0:
        raise PressError(f"SOURCE_DATE_EPOCH is {text}; it must be whole seconds since 1970")
    return seconds

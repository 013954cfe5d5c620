"""Memory that is used again and again within milliseconds is not given back in between."""

import numpy as np

LARGE = 31 * 2**20  # bytes; glibc learns from nothing above 32 MiB


def keep_memory() -> None:
    """Let glibc keep what is freed, up to twice as much as the largest array so far.

    At first it gives back all arrays above 128 kB, and for each new one the system has to find and
    to clear its pages again, which takes as long as the arithmetic. Having seen a large array come
    and go, it no longer does (mallopt(3), M_MMAP_THRESHOLD). No page of this one is ever touched.
    Elsewhere than with glibc, nothing happens.
    """
    np.empty(LARGE, np.uint8)

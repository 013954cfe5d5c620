"""Memory that is used again at once is not asked of the system again."""

import platform
import subprocess
import sys

import pytest

CODE = """
import resource
import numpy as np
from pooling.exact.memory import keep_memory

keep_memory()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(50):
    [np.ones(10**5) for _ in range(20)]
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="of glibc alone")
def test_arrays_that_come_again_have_their_memory_already():
    """Of 16 MB fifty times; two hundred thousand pages if they are asked for each time."""
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, check=True, text=True)
    assert int(done.stdout) < 10_000

"""Keep track of the kernels that are running."""

import contextlib
import os
import signal
import threading


class Kernels:
    """The kernels that are running now, so that all of them can be ended at once."""

    def __init__(self) -> None:
        self._groups: set[int] = set()
        self._lock = threading.Lock()
        self._stopped = False

    def add(self, process: int) -> None:
        """Note a kernel by its process id; it ends at once if the others have been ended."""
        with self._lock:
            self._groups.add(process)
        if self._stopped:
            self.stop()

    def remove(self, process: int) -> None:
        """Forget a kernel that has ended."""
        with self._lock:
            self._groups.discard(process)

    def stop(self) -> None:
        """End every kernel, with whatever it started."""
        with self._lock:
            self._stopped = True
            for process in self._groups:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process, signal.SIGKILL)

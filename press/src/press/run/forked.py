"""Kernels that are forked from one Python, which has imported what the chapters import.

A kernel of its own for each chapter would import the same packages each time, and that takes longer
than many a chapter. Where a process cannot be forked, or watched by another than its parent (that
is, elsewhere than on Linux), kernels are started as always.
"""

import asyncio
import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from press.book.chapter import Document
from press.run.importable import hidden_by, importable

NURSERY = "press.run.nursery"
LONGEST = 60  # seconds for what is imported
SOON = 1  # seconds in which a process that is killed ends
# What each kernel would import when it starts.
ALWAYS = (
    *("ipykernel.kernelapp", "ipykernel.debugger", "IPython.core.completerlib"),
    *("IPython.extensions.storemagic", "press.run.inside"),
)

# Variables that are the same for all kernels.
ALIKE = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "PYTHONHASHSEED": "0",
}


class Forked:
    """A process that another one has forked, with what Jupyter asks of its own."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._ends = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """Return None while it runs."""
        return 0 if select.select([self._ends], [], [], 0)[0] else None

    def wait(self) -> int:
        """Wait for its end."""
        select.select([self._ends], [], [])
        os.close(self._ends)
        return 0

    async def ended(self) -> None:
        """Wait for its end, and let others go on meanwhile."""
        loop, end = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._ends, end.set)
        try:
            await end.wait()
        finally:
            loop.remove_reader(self._ends)

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._ends, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class Nursery:
    """A Python that is forked for each kernel; it is started for the first one, if not before.

    Parameters
    ----------
    root
        The book's folder.
    documents
        The chapters, which say what is imported.
    """

    def __init__(self, root: Path, documents: Sequence[Document]) -> None:
        self._root = root
        self._documents = documents
        self._modules: list[str] = []
        self._process: subprocess.Popen[str] | None = None
        self._of_use = sys.platform == "linux" and hasattr(os, "pidfd_open")
        self._turn = threading.Lock()

    def __enter__(self) -> Self:
        """Do nothing yet."""
        return self

    def begin(self) -> None:
        """Start it now: kernels will be wanted, and what they import takes a while."""
        if self._of_use and not self._process:
            self._modules = importable(self._root, self._documents)
            # No settings of the user's; each kernel has Matplotlib read its own.
            environment = os.environ | ALIKE | {"MATPLOTLIBRC": os.devnull}
            self._process = subprocess.Popen(
                [sys.executable, "-m", NURSERY, *ALWAYS, *self._modules],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,  # Ctrl-C is for the build
            )

    def __exit__(self, *_: object) -> None:
        """Let it end."""
        self.close()

    def close(self) -> None:
        """Let it end; the kernels are ended by others."""
        if process := self._process:
            process.kill()
            assert process.stdin
            assert process.stdout
            with self._turn:  # whoever waits for a kernel is told first that there is none
                with contextlib.suppress(BrokenPipeError):  # by an order that it never read
                    process.stdin.close()
                process.stdout.close()
            process.wait()

    def fork(self, arguments: list[str], folder: str, environment: dict[str, str]) -> Forked | None:
        """Begin a kernel.

        Parameters
        ----------
        arguments
            Of ipykernel.
        folder
            Where it runs.
        environment
            Its variables.

        Returns
        -------
        Forked or None
            None where that cannot be done, or where a file beside the chapter has the name of
            what is imported already.
        """
        order = {"arguments": arguments, "folder": folder, "environment": environment}
        with self._turn:
            self.begin()
            process = self._process
            if not self._of_use or not process:
                return None
            if hidden_by(Path(folder), self._modules):
                return None
            assert process.stdin
            assert process.stdout
            try:
                print(json.dumps(order), file=process.stdin, flush=True)
                if not select.select([process.stdout], [], [], LONGEST)[0]:
                    raise TimeoutError
                return Forked(int(process.stdout.readline()))
            except (OSError, ValueError):  # it has ended, or an import does not
                self._of_use = False
                return None


class ForkedProvisioner(LocalProvisioner):
    """Starts a kernel by a fork, where that can be done."""

    nursery: Nursery

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start it."""
        arguments, folder, environment = cmd[cmd.index("-f") :], kwargs["cwd"], kwargs["env"]
        forked = await asyncio.to_thread(self.nursery.fork, arguments, folder, environment)
        if forked is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = forked  # type: ignore[assignment]  # as far as a provisioner goes
        self.pid = self.pgid = forked.pid
        self.cwd = folder
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """End it, and wait until it has ended, for which Jupyter looks ten times a second."""
        await super().kill(restart=restart)
        if isinstance(self.process, Forked):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.process.ended(), SOON)

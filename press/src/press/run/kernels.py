"""Start kernels, talk to them, and keep track of those that are running."""

import atexit
import contextlib
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError

from press.book.project import Project
from press.errors import PressError
from press.run import inside
from press.run.forked import ALIKE, ForkedProvisioner, Nursery
from press.run.inputs import Uses
from press.run.outputs import OutputClient
from press.run.ready import use_ready_clients
from press.run.workfolder import SETTINGS, kernel_folder

START_SECONDS = 120


class Kernels:
    """The kernels that are running now, so that all of them can be ended at once.

    Parameters
    ----------
    nursery
        From what they are forked; without it, each is started by itself.
    """

    def __init__(self, nursery: Nursery | None = None) -> None:
        self.nursery = nursery
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
        self._stopped = True
        self._signal(signal.SIGKILL)

    def interrupt(self) -> None:
        """Interrupt every kernel, as Ctrl-C would."""
        self._signal(signal.SIGINT)

    def _signal(self, number: signal.Signals) -> None:
        with self._lock:
            for process in self._groups:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process, number)


@contextlib.asynccontextmanager
async def chapter_kernel(
    project: Project, source: str, kernels: Kernels
) -> AsyncIterator[OutputClient]:
    """Start a kernel for a chapter, in the chapter's folder; end it in the end.

    Parameters
    ----------
    project
        The book.
    source
        The chapter.
    kernels
        Where the kernel is noted while it runs.

    Yields
    ------
    OutputClient
        A client of the kernel; its notebook is for `run_blocks` to set.
    """
    with kernel_folder() as folder:
        # A kernel of this very interpreter, whatever kernels the machine has registered; through
        # sockets in a private folder, since free ports can be taken by another kernel meanwhile.
        manager = AsyncKernelManager(
            kernel_name="python3",
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
            transport="ipc",
            ip=f"{folder}/socket",
            connection_file=f"{folder}/kernel.json",
        )
        use_ready_clients(manager)
        if kernels.nursery:
            about: dict[str, Any] = {"kernel_id": folder.name, "kernel_spec": manager.kernel_spec}
            manager.provisioner = provisioner = ForkedProvisioner(parent=manager, **about)
            provisioner.nursery = kernels.nursery
        client = OutputClient(
            nbformat.v4.new_notebook(),
            km=manager,
            timeout=START_SECONDS,
            startup_timeout=START_SECONDS,
            # Outputs that come late on a busy machine must not be missing without a word.
            iopub_timeout=START_SECONDS,
            raise_on_iopub_timeout=True,
            record_timing=False,
            coalesce_streams=False,  # it moves what is printed between displays
            store_widget_state=True,
            shutdown_kernel="immediate",
        )
        # The author's own settings of IPython and Matplotlib must not change the book.
        environment = os.environ | ALIKE
        environment |= {
            "IPYTHONDIR": str(folder),
            "MATPLOTLIBRC": str(folder / SETTINGS),
            # So that the chapter knows that it is the press that runs it, and not an earlier build.
            "PRESS_RUN": str(project.build / "run.json") if source == project.run_last else "",
        }
        chapter = str((project.root / source).parent)
        try:
            await client.async_start_new_kernel(cwd=chapter, env=environment)
            process = manager.provisioner.pid  # type: ignore[union-attr]
            kernels.add(process)  # from its first moment, lest it outlive the others
            try:
                async with client.async_setup_kernel(cleanup_kc=True):
                    await ask(client, inside.prepare, project.figure_format)
                    yield client
            finally:
                kernels.remove(process)
        finally:
            # Where a kernel does not start, nbclient forgets this.
            atexit.unregister(client._cleanup_kernel)


async def ask(client: NotebookClient, function: Callable[..., None], *arguments: object) -> Any:
    """Call a function of `press.run.inside` in the kernel; return what it publishes."""
    name = function.__name__
    code = f"__import__({function.__module__!r}, fromlist=[{name!r}]).{name}(*{arguments!r})"
    cell = nbformat.v4.new_code_cell(code)
    client.nb.cells.append(cell)
    try:
        await client.async_execute_cell(cell, len(client.nb.cells) - 1, store_history=False)
    finally:
        client.nb.cells.pop()
    published = [out.data["application/json"] for out in cell.outputs if "data" in out]
    return published[0] if published else None


async def uses_of(project: Project, client: NotebookClient) -> Uses:
    """Ask what the chapter in this kernel has used so far."""
    (found,) = await ask(client, inside.publish_uses, str(project.root))
    started = [(code, name) for code, name in found["started"]]
    return Uses(found["read"], found["seen"], started, found["notices"])


@contextlib.contextmanager
def kernel_failures(source: str) -> Iterator[None]:
    """Say what is wrong when a kernel fails outside of a chapter's own code.

    Parameters
    ----------
    source
        The chapter.

    Raises
    ------
    PressError
        If the kernel did not start, or ended or hung between two cells.
    """
    try:
        yield
    except (RuntimeError, CellTimeoutError) as error:  # a dead kernel is a RuntimeError
        reason = f"its Python did not start, or ended between two cells ({error})"
        remedy = "try again; if memory is short, with fewer `--jobs`"
        raise PressError(f"{reason}; {remedy}", path=source) from error

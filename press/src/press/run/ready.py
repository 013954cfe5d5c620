"""Talk to a kernel as soon as it answers.

Jupyter looks ten times a second whether a kernel's sockets are there, and takes it for ready when
nothing came for a fifth of a second. Together that is longer than it takes to begin a kernel that
is forked, of which a build has one for each chapter.
"""

import contextlib
import time
from queue import Empty

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager

OFTEN = 10  # milliseconds between two attempts to connect
PATIENCE = 1  # seconds for an answer, before it is asked for again
SUBSCRIBED = 0.2  # seconds in which what comes with the answer is there, if the channel is open


class ReadyClient(AsyncKernelClient):
    """A client that does not wait for the kernel's outputs to fall silent.

    nbclient, which reads them, looks at what each one is an answer to.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers and its outputs arrive.

        Parameters
        ----------
        timeout
            Seconds that it may take; None for any time.

        Raises
        ------
        RuntimeError
            If it does not, or has ended.
        """
        last = time.monotonic() + (float("inf") if timeout is None else timeout)
        while time.monotonic() < last:
            self.kernel_info()
            with contextlib.suppress(Empty):
                await self.shell_channel.get_msg(timeout=PATIENCE)
                await self.iopub_channel.get_msg(timeout=SUBSCRIBED)
                return
            if not await self.is_alive():
                raise RuntimeError("it ended before it answered")
        raise RuntimeError(f"no answer in {timeout} seconds")


def use_ready_clients(manager: AsyncKernelManager) -> None:
    """Let a kernel's manager, which has no client yet, make such clients.

    Parameters
    ----------
    manager
        The manager.
    """
    manager.client_factory = ReadyClient
    manager.context.setsockopt(zmq.RECONNECT_IVL, OFTEN)

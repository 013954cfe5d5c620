"""A kernel is talked to as soon as it answers, and known to have ended when it has."""

import asyncio
import itertools
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest

from press.book.project import read_project
from press.run.forked import Nursery
from press.run.kernels import Kernels, chapter_kernel
from press.run.ready import ReadyClient


class Channel:
    """Gives one message after the other; None stands for a time in which there is none."""

    def __init__(self, messages: Iterator[Any]) -> None:
        self._messages = messages

    async def get_msg(self, timeout: float) -> dict[str, Any]:
        assert timeout
        await asyncio.sleep(0)
        if (message := next(self._messages)) is None:
            raise Empty
        return message


class Kernel(ReadyClient):
    """A client of a kernel that there is none of; it notes how often the kernel is asked."""

    asked = 0
    alive = True

    def kernel_info(self) -> str:
        self.asked += 1
        return ""

    async def is_alive(self) -> bool:
        return self.alive


def client(monkeypatch: pytest.MonkeyPatch, shell: Iterator[Any], iopub: Iterator[Any]) -> Kernel:
    monkeypatch.setattr(Kernel, "shell_channel", Channel(shell))
    monkeypatch.setattr(Kernel, "iopub_channel", Channel(iopub))
    return Kernel()


def ready(kernel: Kernel, seconds: float) -> None:
    asyncio.run(asyncio.wait_for(kernel.wait_for_ready(seconds), 60))


def test_a_kernel_that_is_never_silent_is_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = client(monkeypatch, itertools.repeat({}), itertools.repeat({}))
    ready(kernel, 60)
    assert kernel.asked == 1


def test_a_kernel_whose_outputs_do_not_arrive_yet_is_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kernel = client(monkeypatch, iter([None, {}, {}]), iter([None, {}]))
    ready(kernel, 60)
    assert kernel.asked == 3


def test_a_kernel_that_ends_or_is_silent_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = client(monkeypatch, itertools.repeat(None), itertools.repeat(None))
    with pytest.raises(RuntimeError, match=r"no answer in 0\.01 seconds"):
        ready(kernel, 0.01)
    kernel.alive = False
    with pytest.raises(RuntimeError, match="ended before it answered"):
        ready(kernel, 60)


@pytest.mark.usefixtures("forking")
def test_a_kernel_that_is_ended_has_ended(book: Path) -> None:
    project = read_project(book)

    async def end(nursery: Nursery) -> int | None:
        async with chapter_kernel(project, "chapters/first.qmd", Kernels(nursery)) as client:
            assert isinstance(client.kc, ReadyClient)
            provisioner = client.km.provisioner
            assert await provisioner.poll() is None
            await provisioner.kill()
            return await provisioner.poll()

    with Nursery(book, []) as nursery:
        assert asyncio.run(end(nursery)) == 0

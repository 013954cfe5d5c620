"""Work in threads that need not end before the program does, so that Ctrl-C ends it at once."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue


def aside[T](tasks: Sequence[Callable[[], T]], workers: int = 1) -> list[Future[T]]:
    """Begin to do something in threads of its own.

    Those of an executor would keep Python from ending until their work is done.

    Parameters
    ----------
    tasks
        What to do, in this order.
    workers
        How many tasks may be at work at a time.

    Returns
    -------
    list of Future
        One for each task. One that is cancelled before its turn is left out.
    """
    queue: SimpleQueue[tuple[Future[T], Callable[[], T]]] = SimpleQueue()
    futures: list[Future[T]] = []
    for task in tasks:
        future: Future[T] = Future()
        futures.append(future)
        queue.put((future, task))

    def work() -> None:
        while True:
            try:
                future, task = queue.get_nowait()
            except Empty:
                return
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(task())
                except BaseException as error:  # whoever waits for it gets it
                    future.set_exception(error)

    for _ in range(min(workers, len(tasks))):
        threading.Thread(target=work, daemon=True).start()
    return futures

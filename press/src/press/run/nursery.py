"""The program of the nursery: a Python that has imported what chapters import, forked for each.

It reads a kernel's orders from each line of its standard input, and answers with the process's
number. It ends when its input does. See `press.run.forked`.
"""

import contextlib
import gc
import importlib
import json
import os
import signal
import sys
import threading
import traceback
import warnings


def main(modules: list[str]) -> None:
    """Import modules, then fork a kernel for each order."""
    # Descriptors of its own: what an import prints is no answer.
    orders, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    for name in modules:
        try:
            importlib.import_module(name)
        except Exception:  # the chapter that imports it is told
            continue
    if threading.active_count() > 1:  # a fork would be without them
        return
    gc.freeze()  # so that a kernel's collections leave the pages alone that all share
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever ends is not waited for
    for line in orders:
        with warnings.catch_warnings(action="ignore"):  # of threads: OpenBLAS ends its own before
            process = os.fork()
        if not process:
            orders.close()
            answers.close()
            _become_kernel(**json.loads(line))
        _lead_group(process)
        print(process, file=answers, flush=True)


def _lead_group(process: int) -> None:
    """Make a kernel end with what it starts; parent and child do so, whoever comes first."""
    with contextlib.suppress(ProcessLookupError):
        os.setpgid(process, process)


def _become_kernel(arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    """Do what a new Python would that is started for a kernel; never return."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _lead_group(os.getpid())
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        del sys.path[0]
        if generators := sys.modules.get("numpy.random"):  # as those of `random`, which do so
            generators.seed()
        from ipykernel.kernelapp import launch_new_instance

        # Which it ends with; a new Python is told by its environment.
        launch_new_instance(argv=[*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"])
    except Exception:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])

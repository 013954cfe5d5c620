"""The command `press`."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from press.book.project import END, INLINE, NONE, Project, edition, read_project
from press.build.build import make_notebooks, render
from press.build.swap import remove_built
from press.check.book import check_book
from press.errors import PressError
from press.preview.owner import only_preview, preview

INTERRUPTED = 130  # the status of a program that Ctrl-C has ended


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    arguments
        What follows the command's name; by default what it was called with.

    Returns
    -------
    int
        0 on success, 1 after an error that an author can put right, 130 when interrupted.
    """
    options = _parser().parse_args(arguments)
    # Whoever asks this process to end gets what Ctrl-C gives: no kernel is left behind.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        options.run(read_project(Path.cwd().resolve()), options)
    except PressError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        # A full disk, a folder that cannot be written to: nothing the code can put right.
        print(f"{error.filename or 'the disk'}: {error.strerror or error}", file=sys.stderr)
        print("Put this right and try again; the last site is as it was.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted; the last site is as it was.", file=sys.stderr)
        return INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, before)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="press", description="Publish the book in this folder.")
    commands = parser.add_subparsers(required=True, metavar="command")

    render_command = commands.add_parser("render", help="run the chapters, write website and PDF")
    _add_jobs(render_command)
    render_command.add_argument(
        "--no-pdf", action="store_true", help="make only the website, without PDF and EPUB"
    )
    render_command.add_argument(
        "--solutions",
        choices=[INLINE, END, NONE],
        default=END,
        help="where the PDF has the solutions: in their places, or at its end (the default); the "
        "website folds them in their places. With none, both have none, and stand in a folder of "
        "their own: _site-without-solutions, where the site's is _site",
    )
    render_command.set_defaults(run=_render)

    check_command = commands.add_parser("check", help="find mistakes without running anything")
    check_command.set_defaults(run=_check)

    notebooks_command = commands.add_parser(
        "notebooks", help="run the chapters, write their notebooks"
    )
    _add_jobs(notebooks_command)
    notebooks_command.add_argument(
        "--output",
        type=Path,
        default=Path("_build/notebooks"),
        metavar="DIR",
        help="folder to write to (default: %(default)s)",
    )
    notebooks_command.set_defaults(run=_notebooks)

    clean_command = commands.add_parser("clean", help="delete what was built")
    clean_command.set_defaults(run=_clean)

    preview_command = commands.add_parser("preview", help="show the book as you write it")
    _add_jobs(preview_command)
    preview_command.add_argument(
        "--port",
        type=_port,
        metavar="N",
        help="port to listen on (default: 8000, or another if that is taken)",
    )
    preview_command.set_defaults(run=_preview)
    return parser


def _add_jobs(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--jobs",
        type=_positive,
        metavar="N",
        help=f"chapters to run at a time (default: {_cores()}, the cores)",
    )


def _render(project: Project, options: argparse.Namespace) -> None:
    project = edition(project, options.solutions)
    render(project, jobs=options.jobs or _cores(), pdf=not options.no_pdf)
    print(f"Website: open {project.output}/index.html in a browser, or run `make preview`")
    if not options.no_pdf:
        print(f"PDF:     {project.output}/{project.pdf_name}")


def _check(project: Project, options: argparse.Namespace) -> None:  # noqa: ARG001
    documents, problems = check_book(project)
    if problems:
        raise PressError("\n".join(map(str, problems)))
    print(f"{len(documents)} chapters, no problems")


def _notebooks(project: Project, options: argparse.Namespace) -> None:
    written = make_notebooks(project, jobs=options.jobs or _cores(), output=options.output)
    print(f"{len(written)} notebooks in {options.output}")


def _clean(project: Project, options: argparse.Namespace) -> None:  # noqa: ARG001
    previewed = (project.build / "preview").exists()
    running = "`press preview` is running here, and shows what would be deleted; end it first"
    with only_preview(project, running) if previewed else nullcontext():
        folders = remove_built(project)
    for folder in folders:
        print(f"{folder} deleted")


def _preview(project: Project, options: argparse.Namespace) -> None:
    preview(project, jobs=options.jobs or _cores(), port=options.port)


def _cores() -> int:
    return os.cpu_count() or 1


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("expected a number from 1 on")
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError("expected a number from 1 to 65535")
    return int(text)


def command() -> None:
    """Run the command as a program, and end it with its status."""
    status = main()
    if status == INTERRUPTED:
        # At once: Python aborts if a thread that is left over writes while it ends in good order.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)


if __name__ == "__main__":
    command()

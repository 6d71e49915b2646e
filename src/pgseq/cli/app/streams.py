"""The standard streams, also when they are closed or on a full disk."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from io import BufferedWriter, FileIO, TextIOWrapper
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from pgseq.errors import PgseqError
from pgseq.names import plural

if TYPE_CHECKING:
    from pgseq.model.reports import SequenceReport


class Unwritable(PgseqError):
    """Standard output cannot be written."""


class _Output(FileIO):
    """Standard output. A reader that goes away remains a BrokenPipeError."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise Unwritable(f"cannot write standard output: {error.strerror}") from error


class _Errors(FileIO):
    """Standard error. Errors of writing are ignored: there is no other place to report them."""

    def write(self, data: Any, /) -> int:
        with suppress(OSError):
            return super().write(data)
        return len(data)


def prepare() -> None:
    """Make each stream usable; characters that its encoding does not have are written as escapes."""
    sys.stdin = sys.stdin or os.fdopen(os.open(os.devnull, os.O_RDONLY))
    sys.stdout = _prepared(sys.stdout, sys.__stdout__, _Output)
    sys.stderr = _prepared(sys.stderr, sys.__stderr__, _Errors)


def _prepared(stream: TextIO | None, own: TextIO | None, kind: type[FileIO]) -> TextIO:
    if stream is None:
        return os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    if stream is not own or not isinstance(stream, TextIOWrapper):
        # Not ours to replace: put there by who calls this from Python.
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
        return stream
    stream.flush()
    return TextIOWrapper(
        BufferedWriter(kind(stream.fileno(), "w", closefd=False)),
        encoding=stream.encoding,
        errors="backslashreplace",
        # What is told of a command that goes on is read while it does.
        line_buffering=stream.line_buffering or kind is _Errors,
        write_through=stream.write_through,
    )


def leave() -> None:
    """Flush standard output; give up what cannot be written, which Python would report at its exit."""
    try:
        sys.stdout.flush()
    except (Unwritable, OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def end(code: int, *, waiting: bool) -> NoReturn:
    """End the process; without `waiting` also where threads of others, as of an executor, are still at work."""
    if not waiting and any(not one.daemon for one in threading.enumerate() if one is not threading.main_thread()):
        leave()
        sys.stderr.flush()
        os._exit(code)
    # The process ends, and its memory with it: at exit Python would look for garbage among all that was read.
    gc.freeze()
    sys.exit(code)


@contextmanager
def told_anyway(text: Callable[[], str]) -> Iterator[None]:
    """Write `text`, unless it is empty, to standard error if standard output cannot be written."""
    try:
        yield
        sys.stdout.flush()
    except (Unwritable, BrokenPipeError):
        sys.stderr.write(text())
        raise


def moves_told(reports: Iterable[SequenceReport]) -> AbstractContextManager[None]:
    """Report what was moved and how to undo it on standard error if standard output cannot be written."""

    def moves() -> str:
        from pgseq.render.text import words

        undo = list(words.undoing(reports))
        was = "was" if len(undo) == 1 else "were"
        head = f"{plural(len(undo), 'sequence')} {was} moved. {words.UNDO}"
        return "\n".join((head, *undo, "")) if undo else ""

    return told_anyway(moves)

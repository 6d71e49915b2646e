"""Linting a text without files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pgseq.commands.lint import FileReport
from pgseq.commands.lint.linter import Reader
from pgseq.commands.lint.notes import Limit, Note, NoteList
from pgseq.commands.lint.parse.pieces import Place
from pgseq.commands.lint.runs import FileRun, UnresolvedSequence
from pgseq.model.configuration import Config
from pgseq.sql.grammar import parser


def reader(config: Config | None = None) -> Reader:
    """A reader that knows no table as yet."""
    parse = parser()
    assert parse is not None
    return Reader(parse=parse, config=config or Config())


def lint(text: str | bytes, file: str = "file.sql") -> FileReport:
    """What lint says of one file."""
    return reader().read(file, blocks(text))


LEFT: Final = UnresolvedSequence(
    schema="public", name="t_id_seq", unknown="", what="public.t.id holds 7, and public.t_id_seq hands out 1 next"
)


def ran(*left: UnresolvedSequence, failures: Iterable[Note] = ()) -> FileRun:
    """What came of running a file of nine lines."""
    notes: NoteList[Note] = NoteList(Limit())
    for note in failures:
        notes.add(note)
    return FileRun(failures=notes, left_behind=left, end=Place(file="file.sql", line=9, column=1, end=9))


def blocks(text: str | bytes, size: int = 2**20) -> Iterator[bytes]:
    """The text in blocks that end with a line, as a file is read."""
    data = text if isinstance(text, bytes) else text.encode()
    while data:
        cut = data.rfind(b"\n", 0, size) + 1 or data.find(b"\n") + 1 or len(data)
        yield data[:cut]
        data = data[cut:]


def codes(report: FileReport) -> tuple[str, ...]:
    """The codes that count, each once, in order of their lines."""
    return tuple(dict.fromkeys(one.code for one in report.counted))


def check_situation(text: str, expected: tuple[str, ...]) -> None:
    """The expected codes are found, also if the file is read line by line or has carriage returns."""
    report = lint(text)
    assert codes(report) == expected
    assert reader().read("file.sql", blocks(text, 1)).findings == report.findings
    assert codes(lint(text.replace("\n", "\r\n"))) == expected

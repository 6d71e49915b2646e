"""A list of databases in a file, one a line."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar, Final

from msgspec import field

from pgseq import conninfo, spelling
from pgseq.cli.app.errors import note
from pgseq.errors import UsageError
from pgseq.files.trusted import read
from pgseq.names import display
from pgseq.text.patterns import lazily
from pgseq.text.secrets import Hidden, redact
from pgseq.values import Value

#: Bytes of a file, and characters of a line; more is not a list of databases.
MOST: Final = 64 << 20
LONGEST: Final = 10_000
#: Lines that are no text; more than so many are another kind of file.
FOREIGN: Final = 100
#: Lines that are named one by one.
NAMED: Final = 10
FORM: Final = "one a line: a URI, 'host=… dbname=…', or the name of a service or a database; label = … before it"

#: What is in quotes or escaped, as a conninfo string has it, may hold a #; else one behind a blank begins a comment.
_BEFORE_COMMENT: Final = lazily(r"((?:'(?:[^'\\]|\\.)*'|\\.|[^'\\])*?)\s#.*")
_LABELLED: Final = lazily(r"([^=]*[^=\s])\s*=\s*(\S.*)")
_NAME: Final = lazily(r"[\w.$-]+")
NO_TEXT: Final = "it is not UTF-8"


class Line(Value, frozen=True, kw_only=True):
    """A line that names a database; or `problem` says why it does not."""

    unshown: ClassVar = ("dsn",)
    source: str
    number: int
    label: str = ""
    parameters: conninfo.Parameters = field(default_factory=conninfo.Parameters)
    dsn: str = ""
    problem: UsageError | None = None

    @property
    def place(self) -> str:
        """The file and the line."""
        return f"{self.source}, line {self.number}"


def read_inventory(name: str) -> Iterator[Line]:
    """The databases that a file lists; `-` is standard input. No other file is included.

    Raises UsageError for a file that cannot be read, that others could have written, or that names no database.
    """
    source, data = ("standard input", _standard_input()) if name == "-" else (name, _content(Path(name)))
    lines = list(parse(data, source))
    if not lines:
        raise UsageError(f"{display(source)} names no database", FORM)
    if sum(line.problem is not None and line.problem.message == NO_TEXT for line in lines) > FOREIGN:
        raise UsageError(f"{display(source)} is not a text, and no list of databases", FORM)
    return iter(lines)


def _standard_input() -> bytes:
    if sys.stdin.isatty() and sys.stderr.isatty():
        note("type databases, one a line; Ctrl-D ends the list")
    data = sys.stdin.buffer.read(MOST + 1)
    if len(data) > MOST:
        raise UsageError(f"standard input has more than {MOST >> 20} MB", FORM)
    return data


def _content(path: Path) -> bytes:
    try:
        content = read(path, most=MOST, vouched=True)
    except OSError as error:
        raise UsageError(f"cannot read {display(str(path))}: {error.strerror}", FORM) from None
    if content.doubt is not None:
        # Passwords of the environment would be sent to whatever server others write into it.
        raise UsageError(f"{display(str(path))} is not used: {content.doubt.reason}", content.doubt.hint)
    return content.data


def parse(data: bytes, source: str) -> Iterator[Line]:
    """The lines of a file that are not empty and no comments."""
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
        if not raw.strip() or raw.lstrip().startswith(b"#"):
            continue
        try:
            label, dsn, parameters = _parsed(raw)
        except UsageError as error:
            yield Line(source=source, number=number, problem=error)
        else:
            yield Line(source=source, number=number, label=label, dsn=dsn, parameters=parameters)


def _parsed(raw: bytes) -> tuple[str, str, conninfo.Parameters]:
    """The label, the connection string and its parameters. Raises UsageError."""
    if len(raw) > LONGEST:
        raise UsageError(f"it has more than {LONGEST} characters", FORM)
    try:
        text = raw.decode().strip()
    except UnicodeDecodeError:
        raise UsageError(NO_TEXT, FORM) from None
    text = match[1].strip() if (match := _BEFORE_COMMENT.fullmatch(text)) else text
    label = ""
    if not conninfo.is_meant_as_string(text) and (match := _LABELLED.fullmatch(text)):
        label, text = redact(match[1]), match[2]
    if conninfo.is_meant_as_string(text):
        if (word := text.partition("=")[0].strip()) and spelling.is_like(text.partition("=")[2].strip()):
            raise UsageError(f"{display(word)} is a key word of libpq, and cannot be a label", FORM)
        return label, Hidden(text), conninfo.parse(text)
    if not _NAME.fullmatch(text):
        raise UsageError("it is neither a connection string nor a name", f"{FORM}; no file is included")
    service = conninfo.Parameters({"service": text})
    if conninfo.effective(service):
        return label, f"service={text}", service
    return label, text, conninfo.parse(text)


def places(lines: Iterable[Line]) -> str:
    """Lines of files as words; of each file the first ten."""
    numbers: dict[str, list[str]] = {}
    for line in lines:
        numbers.setdefault(line.source, []).append(str(line.number))
    return "; ".join(
        f"{source}, line {', '.join(each[:NAMED])}" + (f" and {len(each) - NAMED} more" if len(each) > NAMED else "")
        for source, each in numbers.items()
    )

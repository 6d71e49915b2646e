"""Expands folders into SQL files, and appends to a file."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from pgseq.commands.lint.parse.source import STDIN, opened
from pgseq.commands.lint.parse.way_back import forward_only, goes_back
from pgseq.errors import UsageError
from pgseq.files.targets import appending, put

#: Numbers by their value, anything else by its letters.
_Order = list[tuple[bool, int, str]]
#: Rules: Spring Boot documentation, "Initialize a Database Using Basic SQL Scripts".
_DATA: Final = re.compile(r"(?:data|seeds?|import|inserts?|fixtures?)(?P<platform>(?:-\w+)?)\.sql")
#: The changes of a sqitch.plan: names at the beginnings of its lines, without pragmas, comments and tags.
_PLANNED: Final = re.compile(r"^([^\s%#@+-][^\s@]*)", re.MULTILINE)
_FLYWAY: Final = re.compile(r"(?:V(?P<version>\d+(?:[._]\d+)*)|R)__.")


def expanded(names: Iterable[str]) -> Iterator[str]:
    """The files; for a folder its *.sql ordered by name, numbers by value; Flyway's (V1__….sql) by version,
    the repeatable ones (R__….sql) last, those of sqitch by its plan, data.sql behind schema.sql. Files that undo others
    are left out, of those that are named, too, if another one is. A file that is named twice, or beside its folder, is
    read once.

    Raises UsageError for a folder without any.
    """
    names = list(names)
    backwards = {name for name in names if name != STDIN and Path(name).is_file() and goes_back(Path(name))}
    folders = {name: _folder(name) for name in names if name != STDIN and Path(name).is_dir()}
    # A file is read once, where its folder has it.
    done = {os.path.realpath(path) for paths in folders.values() for path in paths}
    for name in names:
        if name in backwards and len(backwards) < len(names):
            continue
        if name in folders:
            yield from map(str, folders.pop(name))
        elif name == STDIN or os.path.realpath(name) not in done:
            done.add(os.path.realpath(name))
            yield name


def _folder(name: str) -> list[Path]:
    """The files of a folder. Raises UsageError where there are none."""
    # A link that leads nowhere, or in a circle, is told of as a file that cannot be read.
    paths = (path for path in Path(name).rglob("*.sql") if path.is_file() or (path.is_symlink() and not path.exists()))
    files = _in_order(forward_only(paths))
    if not files:
        raise UsageError(f"folder {name} has no *.sql", "name the files")
    return files


def append(file: str, text: str) -> None:
    """Append to a file, with its line ends and encoding. Raises UsageError."""
    encoding = "utf-8" if text.isascii() or _is_utf8(file) else "latin-1"
    try:
        with appending(Path(file), create=False) as target:
            size = os.fstat(target.fileno()).st_size
            beginning, written = target.read(2**16), text.encode(encoding)
            if b"\r\n" in beginning and beginning.count(b"\r\n") == beginning.count(b"\n"):
                # Names with line ends in them keep those of the file.
                written = re.sub(rb"(?<!\r)\n", b"\r\n", written)
            try:
                put(target, written)
            except OSError:
                # Do not leave half a statement.
                target.truncate(size)
                raise
    except OSError as error:
        raise UsageError(
            f"{file} cannot be written: {error.strerror}", "make it writable, or leave --fix out"
        ) from None
    except UnicodeEncodeError as error:
        raise UsageError(
            f"{file} is in Latin-1, which cannot write {error.object[error.start : error.end]}",
            "write the file anew in UTF-8",
        ) from None


def _is_utf8(file: str) -> bool:
    """Whether all of a file is UTF-8; if not, it is read as Latin-1."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with opened(file) as blocks:
            for block in blocks:
                decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


def _in_order(paths: list[Path]) -> list[Path]:
    """The files of a folder as they are meant to be run."""
    ordered = sorted(paths, key=_order)
    plans = {folder for path in paths for folder in path.parents if (folder / "sqitch.plan").is_file()}
    for folder in plans:
        changes = _PLANNED.findall((folder / "sqitch.plan").read_text(encoding="utf-8", errors="replace"))
        place = {folder / "deploy" / f"{change}.sql": at for at, change in enumerate(changes)}
        # A stable sort: the others stay where they are, before the plan's.
        ordered.sort(key=lambda path: place.get(path, -1))
    return ordered


def _order(path: Path) -> tuple[_Order, ...]:
    """2_b.sql stands before 10_a.sql, V1__b.sql before V1.1__a.sql."""
    return (*map(_natural, path.parts[:-1]), _flyway(path.name) or _natural(_behind_its_schema(path)))


def _behind_its_schema(path: Path) -> str:
    """Spring's data.sql comes directly behind schema.sql, and so do seeds."""
    data = _DATA.fullmatch(path.name)
    schema = path.parent / f"schema{data['platform']}.sql" if data else path
    return f"schema{data['platform']}.sql~{path.name}" if data and schema.is_file() else path.name


def _natural(text: str) -> _Order:
    return [(not number, int(number or 0), other) for number, other in re.findall(r"(\d+)|(\D+)", text)]


def _flyway(name: str) -> _Order:
    """The order of one of Flyway's migrations; empty for any other file.

    Rules: Flyway documentation, "Migrations": versions are compared part by part, repeatable ones come last.
    """
    migration = _FLYWAY.match(name)
    if migration is None:
        return []
    if migration["version"] is None:
        return [(True, 1, name)]
    # A version comes before those that it begins.
    version = [(False, int(part), "") for part in re.split(r"[._]", migration["version"])]
    return [(True, 0, "V"), *version, (False, -1, ""), (True, 0, name)]

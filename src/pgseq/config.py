"""The `[tool.pgseq]` table of pyproject.toml, or pgseq.toml: what counts, and which columns a sequence feeds unseen.

[tool.pgseq]
ignore = [
  { code = "PGS008", reason = "given out by the application" },
  { sequence = "billing.*", code = "PGS001", reason = "rebuilt every night" },
]
feeds = [
  { sequence = "public.order_no", column = "public.orders.number" },
]
within = 1000000
[tool.pgseq.map]
"public.order_no" = "sales.order_number"
"""

from __future__ import annotations

import os
import shlex
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from reprlib import repr
from typing import Any

from pgseq.errors import ConfigError, UsageError
from pgseq.files.trusted import Content, foreign, read
from pgseq.names import Pattern, display, parse_pattern, parse_qualified

FILES = ("pgseq.toml", "pyproject.toml")
#: Bytes of a configuration file, and dots in one of its lines.
MOST = 2**20
DOTS = 1000
_MEND = "mend the file, or name another with --config"
_HELP = "see `pgseq check --help` and the README, section Configuration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore:
    """A finding that does not count: its code, on which sequences (None: all), and why."""

    code: str
    sequence: Pattern | None = None
    reason: str = ""
    #: The command line says so, not a file.
    typed: bool = False

    def covers(self, code: str, schema: str, name: str) -> bool:
        """Whether it covers a finding of that code on that sequence."""
        return code == self.code and (self.sequence is None or self.sequence.matches(schema, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A column that draws from a sequence without the catalog knowing it (ids given out by application or trigger)."""

    sequence: tuple[str, str]
    column: tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """A sequence of the source of a cut-over, and the sequence of the target that goes on from it."""

    source: tuple[str, str]
    target: tuple[str, str]


@dataclass(slots=True, kw_only=True)
class Effect:
    """What a configuration file has changed in the answer so far."""

    #: Codes of findings that it has taken out.
    codes: set[str] = field(default_factory=set)
    #: Declared feeds that a database has.
    feeds: set[Declared] = field(default_factory=set)
    #: Whether sequences were paired by its map.
    mapped: bool = False
    #: The line that has been written about it.
    told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The user's configuration."""

    ignore: tuple[Ignore, ...] = ()
    feeds: tuple[Declared, ...] = ()
    map: tuple[Mapped, ...] = ()
    #: A collision further away than so many inserts is information; None: every one counts.
    within: int | None = None
    #: The file it was read from; empty: none.
    source: str = ""
    #: A message for each file that was not used, since others could have written it.
    passed_over: tuple[str, ...] = ()
    effect: Effect = field(default_factory=Effect, compare=False, repr=False)

    @property
    def path(self) -> str | None:
        """The absolute path of the file it was read from."""
        return os.path.abspath(self.source) if self.source else None

    def reason(self, code: str, schema: str, name: str) -> str | None:
        """Why a finding of that code on that sequence does not count; None: it counts."""
        ignore = next((one for one in self.ignore if one.covers(code, schema, name)), None)
        if ignore is None:
            return None
        if not ignore.typed:
            self.effect.codes.add(code)
        return ignore.reason


def load(path: Path | None) -> Config:
    """Read the configuration: the file named, else pgseq.toml or pyproject.toml of the current folder, else nothing.

    A file that the user has not named is passed over where others could have written it. Raises ConfigError for a file
    that cannot be read or says something unknown, and for a named one that anybody may have written.
    """
    if path is not None:
        return parse(_table(path, _named(path)), str(path))
    passed_over: list[str] = []
    for candidate in map(Path, FILES):
        if not candidate.is_file():
            continue
        try:
            content = _content(candidate)
        except ConfigError as error:
            if not foreign(candidate):
                raise
            passed_over.append(f"{candidate} is not used: it belongs to another user, and {error.message}")
            continue
        if content.doubt is None:
            return replace(parse(_table(candidate, content.data), str(candidate)), passed_over=tuple(passed_over))
        # Any project may have a pyproject.toml that says nothing to pgseq.
        if candidate.name == FILES[0] or b"pgseq" in content.data:
            passed_over.append(_untrusted(candidate, content))
    return Config(passed_over=tuple(passed_over))


def _named(path: Path) -> bytes:
    content = _content(path, vouched=True)
    if content.doubt is not None:
        raise ConfigError(f"{display(str(path))} is not used: {content.doubt.reason}", content.doubt.hint)
    return content.data


def _untrusted(path: Path, content: Content) -> str:
    """The message about a file that is not used, with the hint."""
    again = _content(path, vouched=True)
    assert content.doubt is not None
    hint = f"to use it: --config {shlex.quote(str(path))}" if again.doubt is None else again.doubt.hint
    return f"{path} is not used: {content.doubt.reason}; {hint}"


def _content(path: Path, *, vouched: bool = False) -> Content:
    try:
        return read(path, most=MOST, vouched=vouched)
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}", _HELP) from error
    except UsageError as error:
        raise ConfigError(error.message, error.hint) from None


def parse(table: Mapping[str, Any], source: str) -> Config:
    """A Config from the table's content; `source` names the file in errors. Raises ConfigError."""
    _known(table, {"ignore", "feeds", "map", "within"}, source)
    renamed = table.get("map", {})
    if not isinstance(renamed, dict):
        raise ConfigError(f"{source}: map is not a table", _HELP)
    try:
        return Config(
            ignore=tuple(_ignore(item, source) for item in _items(table, "ignore", source)),
            feeds=tuple(_declared(item, source) for item in _items(table, "feeds", source)),
            map=tuple(mapped(theirs, _text(renamed, theirs, source)) for theirs in renamed),
            within=_count(table, "within", source),
            source=source,
        )
    except ConfigError:
        raise
    except UsageError as error:
        raise ConfigError(f"{source}: {error.message}", error.hint) from error


def ignored(codes: Iterable[str]) -> tuple[Ignore, ...]:
    """`--ignore CODE` given on the command line."""
    return tuple(Ignore(code=code.upper(), reason="--ignore", typed=True) for code in codes)


def declared(sequence: str, column: str) -> Declared:
    """A declared feed from qualified names. Raises UsageError."""
    match parse_qualified(sequence), parse_qualified(column):
        case (schema, name), (table_schema, table, column_name):
            return Declared(sequence=(schema, name), column=(table_schema, table, column_name))
    raise UsageError(
        f"a feed is not schema.sequence and schema.table.column: {sequence!r} and {column!r}",
        "quote mixed case as in SQL: 'public.\"Users\".id'",
    )


def mapped(source: str, target: str) -> Mapped:
    """A sequence of the source and the one of the target that goes on from it. Raises UsageError."""
    match parse_qualified(source), parse_qualified(target):
        case (schema, name), (new_schema, new_name):
            return Mapped(source=(schema, name), target=(new_schema, new_name))
    raise UsageError(
        f"{source!r} = {target!r} does not map schema.sequence to schema.sequence",
        'quote mixed case as in SQL: \'"public"."Users_id_seq"\'',
    )


def _table(path: Path, data: bytes) -> Mapping[str, Any]:
    try:
        content = _parsed(data.decode("utf-8-sig"))
    except RecursionError:
        raise ConfigError(f"{path} is nested too deeply", _MEND) from None
    except ValueError as error:  # Of tomllib, of a text that is no UTF-8, of an integer of thousands of digits.
        raise ConfigError(f"{path} is not valid TOML: {error}", _MEND) from None
    tools = content.get("tool", {})
    if path.name != "pyproject.toml" and isinstance(tools, dict) and "pgseq" in tools:
        _known(content, {"tool"}, f"{path} has a table [tool.pgseq], and beside it")
    if not isinstance(tools, dict):
        raise ConfigError(f"{path}: [tool] is not a table", _HELP)
    table = tools.get("pgseq", {} if path.name == "pyproject.toml" else content)
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: [tool.pgseq] is not a table", _HELP)
    return table


def _parsed(text: str) -> Mapping[str, Any]:
    """Parse a text in TOML. Raises ValueError, RecursionError."""
    # tomllib takes time by the square of the parts of a key.
    if any(line.count(".") > DOTS for line in text.splitlines()):
        raise ValueError(f"a line has more than {DOTS} dots")
    return tomllib.loads(text)


def _items(table: Mapping[str, Any], key: str, source: str) -> list[Mapping[str, Any]]:
    items = table.get(key, [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ConfigError(f"{source}: {key} is not a list of tables", _HELP)
    return items


def _ignore(item: Mapping[str, Any], source: str) -> Ignore:
    _known(item, {"code", "sequence", "reason"}, source)
    code, sequence = _text(item, "code", source).upper(), item.get("sequence")
    if not code:
        raise ConfigError(f"{source}: an ignore has no code", "say which: code = 'PGS001'")
    if not _text(item, "reason", source):
        raise ConfigError(f"{source}: ignore of {code} has no reason", "say why, for whoever reads it next")
    return Ignore(
        code=code,
        sequence=None if sequence is None else parse_pattern(_text(item, "sequence", source)),
        reason=_text(item, "reason", source),
    )


def _declared(item: Mapping[str, Any], source: str) -> Declared:
    _known(item, {"sequence", "column"}, source)
    match parse_qualified(_text(item, "sequence", source)), parse_qualified(_text(item, "column", source)):
        case (schema, name), (table_schema, table, column):
            return Declared(sequence=(schema, name), column=(table_schema, table, column))
    raise ConfigError(
        f"{source}: a feed is not schema.sequence and schema.table.column: {repr(dict(item))}",
        "quote mixed case as in SQL: column = 'public.\"Users\".id'",
    )


def _text(item: Mapping[str, Any], key: str, source: str) -> str:
    value = item.get(key, "")
    if not isinstance(value, str):
        raise ConfigError(f"{source}: {key} is not a text: {repr(value)}", _HELP)
    return value


def _count(table: Mapping[str, Any], key: str, source: str) -> int | None:
    value = table.get(key)
    if value is not None and (type(value) is not int or value < 0):
        raise ConfigError(f"{source}: {key} is not a number of inserts: {repr(value)}", f"write {key} = 1000000")
    return value


def _known(table: Mapping[str, Any], keys: set[str], source: str) -> None:
    unknown = sorted(set(table) - keys)
    if unknown:
        raise ConfigError(f"{source}: unknown key {unknown[0]!r} (known: {', '.join(sorted(keys))})", _HELP)

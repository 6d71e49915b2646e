"""The `[tool.pgseq]` table of pyproject.toml, or pgseq.toml: what counts, and which columns a sequence feeds unseen.

[tool.pgseq]
ignore = [
  { code = "PGS008", reason = "given out by the application" },
  { sequence = "billing.*", code = "PGS001", reason = "rebuilt every night" },
]
feeds = [
  { sequence = "public.order_no", column = "public.orders.number" },
]
[tool.pgseq.map]
"public.order_no" = "sales.order_number"
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from reprlib import repr
from typing import Any

from pgseq.errors import ConfigError, UsageError
from pgseq.names import Pattern, parse_pattern, parse_qualified

FILES = ("pgseq.toml", "pyproject.toml")
#: Characters of a file, and dots in one of its lines.
LARGEST = 2**20
DOTS = 1000
_MEND = "mend the file, or name another with --config"
_HELP = "see `pgseq check --help` and the README, section Configuration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore:
    """A finding that does not count: its code, on which sequences (None: all), and why."""

    code: str
    sequence: Pattern | None = None
    reason: str = ""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What the user has laid down."""

    ignore: tuple[Ignore, ...] = ()
    feeds: tuple[Declared, ...] = ()
    map: tuple[Mapped, ...] = ()
    #: The file that lays it down, for errors; empty: none does.
    source: str = ""

    def reason(self, code: str, schema: str, name: str) -> str | None:
        """Why a finding of that code on that sequence does not count; None: it counts."""
        return next((one.reason for one in self.ignore if one.covers(code, schema, name)), None)


def load(path: Path | None) -> Config:
    """Read the configuration: the file named, else pgseq.toml or pyproject.toml of the current folder, else nothing.

    Raises ConfigError for a file that cannot be read or says something unknown.
    """
    for candidate in [path] if path else map(Path, FILES):
        if path or candidate.is_file():
            return parse(_table(candidate), str(candidate))
    return Config()


def parse(table: Mapping[str, Any], source: str) -> Config:
    """A Config from the table's content; `source` names the file in errors. Raises ConfigError."""
    _known(table, {"ignore", "feeds", "map"}, source)
    renamed = table.get("map", {})
    if not isinstance(renamed, dict):
        raise ConfigError(f"{source}: map is not a table", _HELP)
    try:
        return Config(
            ignore=tuple(_ignore(item, source) for item in _items(table, "ignore", source)),
            feeds=tuple(_declared(item, source) for item in _items(table, "feeds", source)),
            map=tuple(mapped(theirs, _text(renamed, theirs, source)) for theirs in renamed),
            source=source,
        )
    except ConfigError:
        raise
    except UsageError as error:
        raise ConfigError(f"{source}: {error.message}", error.hint) from error


def ignored(codes: Iterable[str]) -> tuple[Ignore, ...]:
    """`--ignore CODE` given on the command line."""
    return tuple(Ignore(code=code.upper(), reason="--ignore") for code in codes)


def mapped(source: str, target: str) -> Mapped:
    """A sequence of the source and the one of the target that goes on from it. Raises UsageError."""
    match parse_qualified(source), parse_qualified(target):
        case (schema, name), (new_schema, new_name):
            return Mapped(source=(schema, name), target=(new_schema, new_name))
    raise UsageError(
        f"{source!r} = {target!r} does not map schema.sequence to schema.sequence",
        'quote mixed case as in SQL: \'"public"."Users_id_seq"\'',
    )


def _table(path: Path) -> Mapping[str, Any]:
    try:
        content = _content(path.read_text("utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}", _HELP) from error
    except RecursionError:
        raise ConfigError(f"{path} is nested too deeply", _MEND) from None
    except ValueError as error:  # Of tomllib, of a text that is no UTF-8, of an integer of thousands of digits.
        raise ConfigError(f"{path} is not valid TOML: {error}", _MEND) from None
    tools = content.get("tool", {})
    if not isinstance(tools, dict):
        raise ConfigError(f"{path}: [tool] is not a table", _HELP)
    table = tools.get("pgseq", {} if path.name == "pyproject.toml" else content)
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: [tool.pgseq] is not a table", _HELP)
    return table


def _content(text: str) -> Mapping[str, Any]:
    """What a text in TOML says. Raises ValueError, RecursionError."""
    if len(text) > LARGEST:
        raise ValueError(f"it has more than {LARGEST} characters")
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


def _known(table: Mapping[str, Any], keys: set[str], source: str) -> None:
    unknown = sorted(set(table) - keys)
    if unknown:
        raise ConfigError(f"{source}: unknown key {unknown[0]!r} (known: {', '.join(sorted(keys))})", _HELP)

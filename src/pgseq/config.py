"""The `[tool.pgseq]` table of pyproject.toml, or pgseq.toml: what counts, and which columns a sequence feeds unseen.

[tool.pgseq]
ignore = [
  { code = "PGS008", reason = "given out by the application" },
  { sequence = "billing.*", code = "PGS001", reason = "rebuilt every night" },
]
feeds = [
  { sequence = "public.order_no", column = "public.orders.number" },
  { sequence = "public.event_seq", column = "public.event.id", block = 50, ids = "below" },
]
limits = [
  { sequence = "public.order_no", max = 2147483647, reason = "an int32 in the app" },
]
within = 1000000
nearly_used_up = 0.8
history = "pgseq-history.sqlite"
[tool.pgseq.map]
"public.order_no" = "sales.order_number"
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path
from reprlib import repr
from typing import Any, Final

from msgspec.structs import replace

from pgseq.errors import ConfigError, UsageError
from pgseq.files.trusted import Content, foreign, read
from pgseq.model.blocks import IDS, Block
from pgseq.model.configuration import Config, Declared, Ignore, Limited, Mapped
from pgseq.model.hints import Hint, command
from pgseq.model.obstacles import DeclaredLimit
from pgseq.names import display, parse_pattern, parse_qualified

FILES = ("pgseq.toml", "pyproject.toml")
#: Bytes of a configuration file, and dots in one of its lines.
MOST = 2**20
DOTS = 1000
_MEND = "mend the file, or name another with --config"
#: The largest block: what a bigint holds.
LARGEST = 2**63 - 1
_SIZE = f"say how many ids the application stores for one value: block = 50 (1 to {LARGEST})"
_IDS = 'say which: ids = "below" (those up to the value: Hibernate), or "above" (from it on: EF Core hi/lo, pooled-lo)'
_HELP: Final = Hint("see ", command("check", "", "--help"), " and the README, section Configuration")


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
    _known(table, {"ignore", "feeds", "history", "limits", "map", "nearly_used_up", "within"}, source)
    renamed = table.get("map", {})
    if not isinstance(renamed, dict):
        raise ConfigError(f"{source}: map is not a table", _HELP)
    try:
        return Config(
            ignore=tuple(_ignore(item, source) for item in _items(table, "ignore", source)),
            feeds=_feeds(table, source),
            map=tuple(mapped(theirs, _text(renamed, theirs, source)) for theirs in renamed),
            within=_count(table, "within", source),
            limits=tuple(_limited(item, source) for item in _items(table, "limits", source)),
            history=_path(table, "history", source),
            nearly_used_up=_share(table, "nearly_used_up", source),
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
    import tomllib

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


def _feeds(table: Mapping[str, Any], source: str) -> tuple[Declared, ...]:
    feeds = tuple(_declared(item, source) for item in _items(table, "feeds", source))
    blocks: dict[tuple[tuple[str, str], tuple[str, str, str]], Block | None] = {}
    for feed in feeds:
        if blocks.setdefault((feed.sequence, feed.column), feed.block) != feed.block:
            what = f"{'.'.join(feed.sequence)} → {'.'.join(feed.column)}"
            raise ConfigError(f"{source}: the feed {what} is declared twice, with different blocks", "keep one of them")
    return feeds


def _declared(item: Mapping[str, Any], source: str) -> Declared:
    _known(item, {"sequence", "column", "block", "ids"}, source)
    block = _block(item, source)
    match parse_qualified(_text(item, "sequence", source)), parse_qualified(_text(item, "column", source)):
        case (schema, name), (table_schema, table, column):
            return Declared(sequence=(schema, name), column=(table_schema, table, column), block=block)
    raise ConfigError(
        f"{source}: a feed is not schema.sequence and schema.table.column: {repr(dict(item))}",
        "quote mixed case as in SQL: column = 'public.\"Users\".id'",
    )


def _block(item: Mapping[str, Any], source: str) -> Block | None:
    """The ids that the application stores for one value. A block of 1 says that there is no more than that value."""
    size, ids = item.get("block"), _text(item, "ids", source)
    if size is None and not ids:
        return None
    if type(size) is not int or not 1 <= size <= LARGEST:
        problem = "says which ids, but not how many" if size is None else f"has a block of {repr(size)}"
        raise ConfigError(f"{source}: a feed {problem}: {_briefly(item)}", _SIZE)
    if ids not in (*IDS, *([""] if size == 1 else [])):
        problem = f"has ids = {repr(ids)}" if ids else f"says block = {size}, but not which ids"
        raise ConfigError(f"{source}: a feed {problem}: {_briefly(item)}", _IDS)
    return Block(size, "below" if ids == "below" else "above")


def _briefly(item: Mapping[str, Any]) -> str:
    return f"{item.get('sequence')} → {item.get('column')}"


def _limited(item: Mapping[str, Any], source: str) -> Limited:
    _known(item, {"sequence", "max", "min", "reason"}, source)
    sequence, reason = _text(item, "sequence", source), _text(item, "reason", source)
    ends = {key: item.get(key) for key in ("min", "max")}
    for key, value in ends.items():
        if value is not None and type(value) is not int:
            raise ConfigError(
                f"{source}: {key} of a limit is not an integer: {repr(value)}", f"write {key} = 2147483647"
            )
    if not sequence or not reason or ends == {"min": None, "max": None}:
        raise ConfigError(
            f"{source}: a limit needs sequence, max (or min, of a descending one) and reason: {repr(dict(item))}",
            "limits = [{ sequence = 'public.order_no', max = 2147483647, reason = 'an int32 in the app' }]",
        )
    limit = DeclaredLimit(lowest=ends["min"], highest=ends["max"], reason=reason)
    return Limited(sequence=parse_pattern(sequence), limit=limit)


def _share(table: Mapping[str, Any], key: str, source: str) -> float | None:
    value = table.get(key)
    if value is not None and (type(value) not in (int, float) or not 0 <= value <= 1):
        raise ConfigError(f"{source}: {key} is not a part of a whole: {repr(value)}", f"write {key} = 0.8 for 80 %")
    return value


def _path(table: Mapping[str, Any], key: str, source: str) -> Path | None:
    """A file beside the configuration; None where none is named."""
    text = _text(table, key, source)
    return Path(source).absolute().parent / Path(text).expanduser() if text else None


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

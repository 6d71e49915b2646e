"""Names as PostgreSQL and a shell read them: qualified names, pg_dump's patterns, commands; and safe display."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from pgseq.errors import UsageError
from pgseq.text.patterns import lazily

if TYPE_CHECKING:
    from pgseq.text.regular import Matcher

#: Characters shown of a pattern that cannot be read.
LONGEST_SHOWN = 60

#: Characters of a text that is not shown in full.
EXCERPT: Final = 80


def display(text: str) -> str:
    """`text` on one line, with control characters shown as escapes.

    A name may hold newlines or terminal escape sequences; printed as they are, they would forge output.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == " " else c.encode("unicode_escape").decode() for c in text)


def excerpt(text: str) -> str:
    """The beginning of a text on one line, as `display` shows it."""
    beginning = text.partition("\n")[0][:EXCERPT]
    return display(beginning) + ("…" if beginning != text else "")


def plural(count: int, noun: str) -> str:
    """A number with its noun: `1 insert`, `2 inserts`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def size(count: int) -> str:
    """Bytes in a unit that says something: `640 kB`, `1.5 GB`."""
    value, units = float(count), iter(("bytes", "kB", "MB", "GB", "TB"))
    unit = next(units)
    while value >= 1024 and unit != "TB":
        value, unit = value / 1024, next(units)
    return f"{value:.1f} {unit}" if value < 10 and unit != "bytes" else f"{value:.0f} {unit}"


def shell_words(words: Iterable[str]) -> str:
    """Words as a POSIX shell takes them, on one line: control characters are written by printf, whose output ends in
    none of its line feeds."""
    return " ".join(map(_shell_word, words))


@lru_cache(maxsize=256)
def _shell_word(word: str) -> str:
    # Most words of commands are the same, a hundred thousand times.
    if word.isprintable():
        return shlex.quote(word)
    escaped = "".join(
        c if c.isprintable() and c not in "\\%" else "".join(f"\\{byte:03o}" for byte in c.encode()) for c in word
    )
    return f'"$(printf {shlex.quote(escaped)})"'


#: One part of a qualified name, for Python and for PostgreSQL: quoted, or not; and what ends it.
PART: Final = r'[ \t\n\r\f\v]*(?:"((?:[^"]|"")*)"|([^ \t\n\r\f\v."][^ \t\n\r\f\v.]*))[ \t\n\r\f\v]*(\.|$)'


def parse_qualified(text: str) -> tuple[str, ...] | None:
    """The parts of a possibly qualified name, folded and unquoted as PostgreSQL does for `'…'::regclass`.

    Returns None where PostgreSQL would raise "invalid name syntax".
    Source: SplitIdentifierString() in src/backend/utils/adt/varlena.c.
    """
    # scanner_isspace() knows ASCII only: other white space is a letter of the name.
    part = re.compile(PART)
    parts: list[str] = []
    at = 0
    while match := part.match(text, at):
        quoted, plain, separator = match.groups()
        name = quoted.replace('""', '"') if plain is None else _fold(plain)
        if not name:
            return None
        parts.append(_truncate(name))
        at = match.end()
        if not separator:
            return tuple(parts)
    return None


def _fold(text: str) -> str:
    """ASCII letters to lower case, the rest as it is: what a server does in a multi-byte encoding."""
    return "".join(c.lower() if c.isascii() else c for c in text)


def _truncate(name: str) -> str:
    return name.encode()[:63].decode(errors="ignore")


class Pattern(Struct, frozen=True):
    """A name pattern of pg_dump and psql: `*`, `?`, double quotes, `schema.name`."""

    text: str
    schema: Matcher | None
    name: Matcher

    def matches(self, schema: str, name: str) -> bool:
        """Whether an object of that schema and name is meant (a pattern without schema matches in every schema)."""
        return self.name.fullmatch(name) and (self.schema is None or self.schema.fullmatch(schema))


def parse_single(text: str) -> Pattern:
    """Read a pattern for a name without a schema, such as a database's. Raises UsageError."""
    pattern = parse_pattern(text)
    if pattern.schema is not None:
        raise UsageError(f"pattern {text!r} has a dot", "quote the dot of a database's name: '\"a.b\"'")
    return pattern


def parse_pattern(text: str) -> Pattern:
    """Read a pattern as `psql \\d` and `pg_dump -t` do: unquoted letters are folded, `*` and `?` are wild, other
    regular-expression characters keep their meaning, nothing is wild inside double quotes.

    Raises UsageError for a pattern that cannot be read. Source: psql documentation, "Patterns".
    """
    from pgseq.text import regular

    shown = repr(text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…")
    parts = [""]
    quoted = False
    at = 0
    while at < len(text):
        c = text[at]
        if c == '"':
            if quoted and text[at + 1 : at + 2] == '"':
                parts[-1] += '"'
                at += 1
            else:
                quoted = not quoted
        elif quoted or c == "$" or text.startswith("[]", at):
            parts[-1] += re.escape(c)
        elif c == ".":
            parts.append("")
        else:
            parts[-1] += {"*": ".*", "?": "."}.get(c, _fold(c))
        at += 1
    if quoted:
        raise UsageError(f"pattern {shown} has an unclosed double quote", 'write it as "Name", quotes included')
    if len(parts) > 2 or not parts[-1]:
        raise UsageError(f"pattern {shown} is not a name or schema.name", "try -t 'schema.table' or -t 'tab*'")
    try:
        compiled = [regular.compile(part) for part in parts]
    except regular.Unreadable as error:
        raise UsageError(f"pattern {shown} cannot be read: {error}", "a name as it is: -t '\"Name\"'") from error
    return Pattern(text, compiled[0] if len(compiled) == 2 else None, compiled[-1])


def quoted_pattern(text: str) -> str:
    """A part of a pattern that means these characters."""
    return text if re.fullmatch(r"[a-z0-9_]*", text) else '"' + text.replace('"', '""') + '"'


_PLAIN: Final = lazily(r"[a-z_][a-z0-9_]*")
_WORDS: Final = """
all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both
case cast char character check coalesce collate collation column concurrently constraint create cross
current_catalog current_date current_role current_schema current_time current_timestamp current_user dec
decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign
freeze from full grant greatest group grouping having ilike in initially inner inout int integer intersect
interval into is isnull join json json_array json_arrayagg json_exists json_object json_objectagg json_query
json_scalar json_serialize json_table json_value lateral leading least left like limit localtime
localtimestamp merge_action national natural nchar none normalize not notnull null nullif numeric offset on
only or order out outer overlaps overlay placing position precision primary real references returning right
row select session_user setof similar smallint some substring symmetric system_user table tablesample then
time timestamp to trailing treat trim true union unique user using values varchar variadic verbose when
where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi
xmlroot xmlserialize xmltable
"""
#: Every keyword that is reserved in some way.
KEYWORDS: Final = frozenset(_WORDS.split())


def quoted(*parts: str) -> str:
    """A name, qualified by the parts before it (empty ones are left out), as SQL takes it."""
    return ".".join(_identifier(part) for part in parts if part)


def literal(text: str) -> str:
    """The text as quote_literal() writes it, whatever standard_conforming_strings says."""
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"E'{escaped}'" if "\\" in text else f"'{escaped}'"


def _identifier(name: str) -> str:
    plain = _PLAIN.fullmatch(name) is not None and name not in KEYWORDS
    return name if plain else '"' + name.replace('"', '""') + '"'

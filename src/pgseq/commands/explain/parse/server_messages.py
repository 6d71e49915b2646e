"""The server's messages in its languages: the texts of catalogue.json as patterns. Pure.

catalogue.json is made of PostgreSQL's own message catalogues by `python -m tests.support.messages`.
"""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from msgspec import Struct

from pgseq.commands.explain.model import Kind


class Message(Struct, frozen=True):
    """A message that may have to do with a sequence: its kind and SQLSTATE, and what its conversions stand for."""

    kind: Kind
    sqlstate: str
    fields: tuple[str, ...] = ()
    #: A type that only the text names.
    type: str = ""


#: By msgid, as in PostgreSQL's source; a msgid of an older major stands beside the newer one. All integer conversions
#: are written %s (see `plain`).
MESSAGES: Final[dict[str, Message]] = {
    'duplicate key value violates unique constraint "%s"': Message("duplicate", "23505", ("constraint",)),
    'conflicting key value violates exclusion constraint "%s"': Message("duplicate", "23P01", ("constraint",)),
    # Of a subscription, since 18.
    'conflict detected on relation "%s.%s": conflict=%s': Message("duplicate", "23505", ("schema", "table", "command")),
    'could not create exclusion constraint "%s"': Message("unique_build", "23P01", ("constraint",)),
    'could not create unique index "%s"': Message("unique_build", "23505", ("constraint",)),
    'nextval: reached maximum value of sequence "%s" (%s)': Message("limit", "2200H", ("sequence", "value")),
    'nextval: reached minimum value of sequence "%s" (%s)': Message("limit", "2200H", ("sequence", "value")),
    'setval: value %s is out of bounds for sequence "%s" (%s..%s)': Message(
        "setval_range", "22003", ("value", "sequence", "low", "high")
    ),
    "RESTART value (%s) cannot be less than MINVALUE (%s)": Message("restart_range", "22023", ("value", "low")),
    "RESTART value (%s) cannot be greater than MAXVALUE (%s)": Message("restart_range", "22023", ("value", "high")),
    "smallint out of range": Message("too_narrow", "22003", type="smallint"),
    "integer out of range": Message("too_narrow", "22003", type="integer"),
    "bigint out of range": Message("too_narrow", "22003", type="bigint"),
    'null value in column "%s" of relation "%s" violates not-null constraint': Message(
        "null", "23502", ("column", "table")
    ),
    'null value in column "%s" violates not-null constraint': Message("null", "23502", ("column",)),
    'cannot insert a non-DEFAULT value into column "%s"': Message("generated", "428C9", ("column",)),
    'cannot insert into column "%s"': Message("generated", "428C9", ("column",)),
    'column "%s" can only be updated to DEFAULT': Message("generated", "428C9", ("column",)),
    "permission denied for sequence %s": Message("denied_sequence", "42501", ("sequence",)),
    "permission denied for table %s": Message("denied_table", "42501", ("table",)),
    "permission denied for relation %s": Message("denied_table", "42501", ("table",)),
    "permission denied for schema %s": Message("denied_schema", "42501", ("schema",)),
    "must be owner of sequence %s": Message("not_owner", "42501", ("sequence",)),
    'relation "%s.%s" does not exist': Message("missing", "42P01", ("schema", "table")),
    'relation "%s" does not exist': Message("missing", "42P01", ("table",)),
    "cannot execute %s in a read-only transaction": Message("read_only", "25006", ("command",)),
    "cannot execute %s during recovery": Message("read_only", "25006", ("command",)),
    'currval of sequence "%s" is not yet defined in this session': Message("not_called", "55000", ("sequence",)),
    "lastval is not yet defined in this session": Message("not_called", "55000"),
    '"%s" is not a sequence': Message("not_a_sequence", "42809", ("sequence",)),
}

#: DETAIL texts: two tell the meanings of 428C9 apart, one stands for the whole error where a wrapper shows no more.
DETAILS: Final[dict[str, Kind]] = {
    'Column "%s" is an identity column defined as GENERATED ALWAYS.': "generated",
    'Column "%s" is a generated column.': "stored_generated",
    "Key %s already exists.": "duplicate",
}

#: The words that head a record and its fields in a log of the stderr format.
SEVERITIES: Final = ("ERROR", "FATAL", "PANIC", "LOG")
FIELDS: Final = ("DETAIL:  ", "HINT:  ", "STATEMENT:  ", "CONTEXT:  ", "QUERY:  ", "LOCATION:  ")

#: Characters of what stands in place of a conversion: a name, quoted and qualified, or a number.
LONGEST_NAME: Final = 300
#: Blanks, of which a terminal may have put a few. Were there no bound, many would be shared out in all ways.
_SOME: Final = r"\s{0,9}"
_CONVERSION: Final = re.compile(r"%(?:(\d+)\$)?(?:lld|llu|[sdum])")
#: Quotes and blanks that languages, terminals and wrappers exchange for one another.
_BLANKS: Final = dict.fromkeys("\u00a0\u202f\t", " ")
_ALIKE: Final = str.maketrans({**dict.fromkeys("«»„“”‟", '"'), "‘": "'", "’": "'", **_BLANKS})


def normal(text: str) -> str:
    """`text` with one kind of double quote and of blank; quotes that a dump or HTML has escaped are plain again."""
    if text.isascii() and "\\" not in text and "\t" not in text and "&" not in text:
        return text
    return text.replace('\\"', '"').replace("&quot;", '"').replace("&#34;", '"').translate(_ALIKE)


def plain(msgid: str) -> str:
    """A format with every conversion written `%s` or `%N$s`: they differ between majors (%s, %lld)."""
    return _CONVERSION.sub(lambda found: f"%{found[1]}$s" if found[1] else "%s", msgid)


class MessagePattern(Struct, frozen=True):
    """One message in one language."""

    msgid: str
    #: The longest part without conversions, to look for first.
    fragment: str
    regex: re.Pattern[str]
    #: Which argument of the message each group holds.
    order: tuple[int, ...]


@cache
def catalogue() -> dict[str, dict[str, list[str]]]:
    """The translations, by language and msgid: those of every release that was looked at, since words change."""
    text = files(__package__).joinpath("catalogue.json").read_text("utf-8")
    loaded: dict[str, dict[str, list[str]]] = json.loads(text)["languages"]
    return loaded


@cache
def patterns() -> tuple[MessagePattern, ...]:
    """Every message in every language, English first, texts that begin alike longest first; then the English ones
    without the quotes around names, which a shell takes away."""
    texts = {(msgid, msgid) for msgid in (*MESSAGES, *DETAILS)}
    for language in catalogue().values():
        texts |= {
            (msgid, text)
            for msgid, translations in language.items()
            if msgid in MESSAGES or msgid in DETAILS
            for text in translations
        }
    ordered = sorted(texts, key=lambda pair: (pair[0] != pair[1], -len(pair[1]), pair))
    # `… is not a sequence` alone is anybody's sentence.
    bare = [msgid for msgid in MESSAGES if '"' in msgid[1:] and not msgid.startswith('"')]
    bare.sort(key=lambda msgid: (-len(msgid), msgid))
    return (*(_pattern(msgid, text) for msgid, text in ordered), *map(_bare, bare))


def match(text: str) -> tuple[Message, dict[str, str]] | None:
    """The message that `text` (normalised) contains, and what its conversions hold, by field; None for none."""
    return _match(text) if len(text) <= LONGEST_NAME else _match.__wrapped__(text)


# One text is asked about several times in a row.
@lru_cache(maxsize=16)
def _match(text: str) -> tuple[Message, dict[str, str]] | None:
    for pattern in patterns():
        message = MESSAGES.get(pattern.msgid)
        if message is not None and pattern.fragment in text and (match := pattern.regex.search(text)):
            values = {message.fields[n]: match[g + 1] for g, n in enumerate(pattern.order)}
            return message, {name: value.strip() for name, value in values.items() if name}
    return None


def places(text: str) -> list[int]:
    """Where in `text` (normalised) the messages begin that it contains, in order."""
    spans = sorted(
        match.span()
        for pattern in patterns()
        if pattern.msgid in MESSAGES and pattern.fragment in text
        for match in pattern.regex.finditer(text)
    )
    begins: list[int] = []
    behind = 0
    for begin, end in spans:
        # Several patterns may find one message: the first of those that overlap stands for it.
        if begin >= behind:
            begins.append(begin)
        behind = max(behind, end)
    return begins


def detail_kind(text: str) -> Kind | None:
    """Which of DETAILS `text` (normalised) contains."""
    for pattern in patterns():
        if pattern.msgid in DETAILS and pattern.fragment in text and pattern.regex.search(text):
            return DETAILS[pattern.msgid]
    return None


@cache
def words(msgids: tuple[str, ...]) -> tuple[str, ...]:
    """`msgids` and their translations, without blanks at the end."""
    translations = {
        text.rstrip() for language in catalogue().values() for msgid in msgids for text in language.get(msgid, ())
    }
    return tuple(sorted(translations | {msgid.rstrip() for msgid in msgids}))


def _pattern(msgid: str, text: str) -> MessagePattern:
    text = normal(text)
    parts: list[str] = []
    literals: list[str] = []
    order: list[int] = []
    at = 0
    for conversion in _CONVERSION.finditer(text):
        literals.append(text[at : conversion.start()])
        order.append(int(conversion[1]) - 1 if conversion[1] else len(order))
        parts += [_literal(literals[-1]), _argument(literals[-1], text[conversion.end() :])]
        at = conversion.end()
    literals.append(text[at:])
    parts.append(_literal(literals[-1]))
    if literals[-1].strip() == '"':
        parts.append(r'(?=$|[^\w"])')
    fragment = max((piece.strip() for literal in literals for piece in literal.split('"')), key=len)
    return MessagePattern(msgid, fragment, re.compile("".join(parts), re.MULTILINE), tuple(order))


def _bare(msgid: str) -> MessagePattern:
    """An English message, on one line, whose names are words without quotes."""
    stands_for = {'"%s"': rf"([\w$](?:[\w$.-]{{0,{LONGEST_NAME}}}[\w$])?)", "%s": r"(-?\d{1,20})", " ": " {1,9}"}
    stands_for['"%s.%s"'] = rf"([\w$]{{1,{LONGEST_NAME}}})\.([\w$]{{1,{LONGEST_NAME}}})"
    pieces = re.split(r'("%s(?:\.%s)?"|%s| )', msgid)
    regex = "".join(stands_for.get(piece, re.escape(piece)) for piece in pieces)
    fragment = max(re.split(r'"?%s(?:\.%s)?"?', msgid), key=len).strip()
    return MessagePattern(msgid, fragment, re.compile(regex), tuple(range(len(MESSAGES[msgid].fields))))


def _literal(text: str) -> str:
    """A regular expression for fixed words with whatever blanks between."""
    return r"\s*".join(re.escape(word) for word in re.split(r"(\")| +", text) if word)


def _argument(before: str, after: str) -> str:
    """A regular expression for what stands in place of a conversion."""
    if before.rstrip().endswith('"'):
        # A quote inside a name is not doubled in a message.
        return rf"{_SOME}((?:[^\"\n]|\"(?=[^\s,.;:)\]}}])){{1,{LONGEST_NAME}}}?){_SOME}"
    if not after:
        return rf"{_SOME}(\"[^\"\n]{{1,{LONGEST_NAME}}}\"|[^\s\"'\])}},;]{{1,{LONGEST_NAME}}})"
    if not before.strip():
        return rf"(\"[^\"\n]{{1,{LONGEST_NAME}}}\"|[^\s\"]{{1,{LONGEST_NAME}}}){_SOME}"
    return rf"{_SOME}([^\"\n]{{1,{LONGEST_NAME}}}?){_SOME}"

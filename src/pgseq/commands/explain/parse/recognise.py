"""An error text as people have it, wrapped by whatever framework, as a ParsedError. Pure.

SQLSTATE and named fields are believed before the message, the server's own message before the wrapper's words.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from msgspec.structs import replace

from pgseq.commands.explain.model import Kind, ParsedError
from pgseq.commands.explain.parse import server_messages as messages
from pgseq.commands.explain.parse.frameworks import unwrapped
from pgseq.commands.explain.parse.statement import CALL
from pgseq.names import parse_qualified

#: What a SQLSTATE means where no message is known (PostgreSQL documentation, appendix A).
STATES: Final[dict[str, Kind]] = {
    "23505": "duplicate",
    "23P01": "duplicate",
    "2200H": "limit",
    "22003": "too_narrow",
    "23502": "null",
    "428C9": "generated",
    "42P01": "missing",
    "25006": "read_only",
    "42809": "not_a_sequence",
}

#: Where wrappers put a SQLSTATE: `(SQLSTATE 23505)`, `SQLSTATE[23505]`, `"code": "23505"`, `ERROR:  23505: …`.
_STATE: Final = re.compile(
    r"""SQL\s?STATE['"]?\s{0,9}[\[:=( ]\s{0,9}['"]?([0-9A-Z]{5})\b
      | \b(?:code|pgcode|sql_?state|state_code|errcode)['"]?\s*[:=(]+\s*['"]?([0-9A-Z]{5})\b
      | ^[^\s:]{2,20}\s?:\s+([0-9A-Z]{5}):\s
      | (?:Exception|Error)\b[^\n]{0,30}?[:(]\s*([0-9][0-9A-Z]{4})\b""",
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
#: Exception classes named after conditions (psycopg, asyncpg, Rails, tokio-postgres).
_CONDITIONS: Final = {
    "23505": re.compile(r"\bUnique_?Violation", re.IGNORECASE),
    "23P01": re.compile(r"\bExclusion_?Violation", re.IGNORECASE),
    "2200H": re.compile(r"\bSequence_?Generator_?Limit_?Exceeded", re.IGNORECASE),
    "22003": re.compile(r"\bNumeric_?Value_?Out_?Of_?Range", re.IGNORECASE),
    "23502": re.compile(r"\bNot_?Null_?Violation", re.IGNORECASE),
    "428C9": re.compile(r"\bGenerated_?Always", re.IGNORECASE),
    "42P01": re.compile(r"\bUndefined_?Table", re.IGNORECASE),
    "42501": re.compile(r"\bInsufficient_?Privilege", re.IGNORECASE),
    "25006": re.compile(r"\bRead_?Only_?Sql_?Transaction", re.IGNORECASE),
}


def _field(name: str, more: str = "(?!)") -> re.Pattern[str]:
    """A named field of psql's VERBOSITY verbose, of dumps of drivers' objects, or as `more` says."""
    heads = rf"""{name}\ NAME:\s+ | \b{name}(?:_?name)?['"]?\s*(?::|=>|=)\s*['"] | {more}"""
    return re.compile(rf"""(?:{heads})([^'"\]\n]{{1,300}})""", re.VERBOSE | re.IGNORECASE)


_NAMED: Final = {
    # Hibernate's `constraint [users_pkey]`, and the DETAIL of a subscription's conflict.
    "constraint": _field("constraint", r'\bconstraint\ \[ | \bunique\ index\ "'),
    "schema": _field("schema"),
    "table": _field("table"),
    "column": _field("column"),
}
#: What all of them begin with: most texts name nothing.
_ANY_NAME: Final = re.compile(r"constraint|schema|table|column|unique index", re.IGNORECASE)
#: The key in DETAIL reads alike in every language: `(tenant_id, id)=(1, 7)`; a column may be an expression.
KEY: Final = re.compile(r"\(((?:[^()\n]|\([^()\n]*\))+)\)=\(((?:[^()\n]|\([^()\n]*\))*)\)")
_INSERT: Final = re.compile(
    r'\bINSERT\s+INTO\s+(?P<table>(?:"[^"]{1,300}"|[\w$]{1,300})(?:\.(?:"[^"]{1,300}"|[\w$]{1,300}))?)', re.IGNORECASE
)
#: Of several the first one counts: each of many would be looked through to the end.
_SQL: Final = "[SQL:"
_STATEMENT: Final = re.compile(r"\[SQL:\s*(?P<sql>.+?)\]\s*(?:\[parameters|\(Background|$)", re.DOTALL | re.MULTILINE)
_COPY: Final = re.compile(r"\bCOPY\s+(?P<table>[^\s,:]{1,300}),\s*\S{1,300}\s+\d{1,20}", re.IGNORECASE)
_NEXTVAL: Final = re.compile(r'\bnextval\b[^\n]{0,300}?"(?P<sequence>[^"\n]{1,300})"\s{0,9}\((?P<value>-?\d{1,20})\)')
#: The conflicts of a subscription with a key that is there already (PostgreSQL documentation, "Conflicts").
_CONFLICTS: Final = ("insert_exists", "update_exists", "multiple_unique_conflicts")
#: An error as the server, psql or a driver prints it, whatever it says.
_ANY_ERROR: Final = re.compile(
    r"""(?:^|[\s(:])(?:ERROR|FATAL|PANIC):\ \ (\S[^\n]*)
      | ^(?:psql:[^\n]{1,300}:\ )?ERROR:\ (\S[^\n]*)\n\s*(?:DETAIL|HINT|CONTEXT|LINE\ \d+|Detail|Hint)\s?:[ ]
      | (?:\bPSQLException:\ ERROR|\bpsycopg2?\.errors\.\w+|\basyncpg\.exceptions\.\w+|\bPG::\w+):\ (\S[^\n]*)""",
    re.VERBOSE | re.MULTILINE,
)
#: The error that matters came before it.
ABORTED: Final = "current transaction is aborted"
#: Longer texts are cut: an error stands at the head of what people paste, or at the end of a traceback.
LONGEST: Final = 200_000
#: Characters of a key's columns: there can be 32.
LONGEST_KEY: Final = 2500
#: Characters of a text in which the statement and its parameters are looked for.
LONGEST_STATEMENT: Final = 100_000
#: What the apply worker of a subscription adds, in whatever language: the kind of message and the relation.
REPLICATED: Final = re.compile(r'"(INSERT|UPDATE|DELETE)"[^"\n]{1,120}"([^"\n]{1,150}\.[^"\n]{1,150})"')
#: Characters of a message that is remembered with what it says.
REMEMBERED: Final = 300


def recognise(text: str) -> ParsedError | None:
    """The error that `text` reports; None where it names none that PostgreSQL knows."""
    text = messages.normal(text if len(text) <= LONGEST else text[: LONGEST // 2] + "\n" + text[-LONGEST // 2 :])
    state = sqlstate(text)
    error = _by_message(text, state) or unwrapped(text, state) or _by_state(text, state) or _unrelated(text)
    return None if error is None else _with_statement(filled(error, text), text)


def _unrelated(text: str) -> ParsedError | None:
    """An error of PostgreSQL's that is none of those which are told apart."""
    match = _ANY_ERROR.search(text)
    return match and ParsedError(kind="unrelated", message=next(filter(None, match.groups())).strip()[:REMEMBERED])


def _with_statement(error: ParsedError, text: str) -> ParsedError:
    """The error with the statement, parameters and context that wrappers write around it."""
    more: dict[str, Any] = {}
    if error.kind == "duplicate":
        # A key may hold whatever somebody has stored.
        around = KEY.sub("()=()", text)
        more["parameters"] = around[:LONGEST_STATEMENT].replace("\\n", " ").replace("\\r", " ")
        if not error.context and (match := REPLICATED.search(text)):
            schema, _, table = match[2].rpartition(".")
            more |= {"context": match[0], "schema": error.schema or schema, "table": error.table or table}
    elif error.kind == "missing" and not error.statement and (match := CALL.search(text)):
        more["statement"] = match[0]
    return replace(error, **more) if more else error


def sqlstate(text: str) -> str:
    """The SQLSTATE that a text gives, as a code or by the name of its condition; empty for none."""
    for match in _STATE.finditer(text):
        code = next(group for group in match.groups() if group).upper()
        # A word of five letters is none: all of PostgreSQL's codes begin with a digit, but for P0, F0, HV and XX.
        if code[0].isdigit() and code[:3].strip("0"):
            return code
    return next((code for code, name in _CONDITIONS.items() if name.search(text)), "")


def from_fields(
    *, code: str, message: str, detail: str = "", statement: str = "", context: str = "", **named: Any
) -> ParsedError:
    """A ParsedError from the fields of an error as a server or a driver gives them apart."""
    known = primary if len(message) <= REMEMBERED else primary.__wrapped__
    fields: dict[str, Any] = {"detail": detail, "statement": statement, "context": context, **named}
    return filled(known(message, code), messages.normal(detail), {k: value for k, value in fields.items() if value})


@lru_cache(maxsize=2**15)
def primary(message: str, code: str) -> ParsedError:
    """What a message and its SQLSTATE say. Of one cause there are many errors."""
    text = messages.normal(message)
    known = _by_message(text, code) or _by_state(text, code) or ParsedError(kind="other", sqlstate=code)
    return replace(known, message=message.strip())


def filled(error: ParsedError, text: str, fields: dict[str, Any] | None = None) -> ParsedError:
    """The error with those of the `fields` that it has, and what else the text names, where it is not known yet."""
    more = {name: value for name, value in (fields or {}).items() if name in ParsedError.__struct_fields__}

    def known(name: str) -> Any:
        return more.get(name) or getattr(error, name)

    if _ANY_NAME.search(text):
        for name, pattern in _NAMED.items():
            if not known(name) and (match := pattern.search(text)):
                more[name] = match[1].strip()
    if error.kind in ("duplicate", "unique_build") and not error.columns and (key := KEY.search(text)):
        more |= {"columns": _columns(key[1][:LONGEST_KEY]), "values": key[2]}
    if error.kind == "generated" and messages.detail_kind(text) == "stored_generated":
        more["kind"] = "stored_generated"
    if not known("statement") and (match := _STATEMENT.match(text, max(text.find(_SQL), 0))):
        more["statement"] = match["sql"]
    copied = _COPY.search(known("context") or text)
    if not known("table") and (match := copied or _INSERT.search(known("statement") or text)):
        *schema, table = parse_qualified(match["table"]) or (match["table"],)
        more |= {"table": table, "schema": known("schema") or "".join(schema[-1:])}
    if not known("context") and copied:
        more["context"] = copied[0]
    return replace(error, **more) if more else error


def _by_message(text: str, state: str) -> ParsedError | None:
    known = messages.match(text)
    if known is None:
        match = _NEXTVAL.search(text)
        if match is None:
            return None
        return ParsedError(
            kind="limit",
            sqlstate=state or "2200H",
            message=_line(text, match.start()),
            **_unqualified(match.groupdict()),
        )
    message, values = known
    if message.fields[-1:] == ("command",) and message.kind == "duplicate" and values["command"] not in _CONFLICTS:
        return None
    if state and state != message.sqlstate and state in STATES:
        return None
    return ParsedError(
        kind=message.kind,
        sqlstate=state or message.sqlstate,
        message=_line(text, _place(text, values)),
        type=message.type,
        **_unqualified({name: value.strip('"') for name, value in values.items()}),
    )


def _by_state(text: str, state: str) -> ParsedError | None:
    kind = STATES.get(state)
    if kind is None and messages.detail_kind(text) == "duplicate":
        return ParsedError(kind="duplicate", sqlstate="23505", message=_line(text, 0))
    if kind is None:
        return ParsedError(kind="other", sqlstate=state, message=_line(text, 0)) if state else None
    return ParsedError(kind=kind, sqlstate=state, message=_line(text, 0))


def _unqualified(values: dict[str, Any]) -> dict[str, Any]:
    """`relation "s.t"` is printed qualified where it was written so."""
    table = values.get("table", "")
    if "." in table and not values.get("schema"):
        schema, _, values["table"] = table.rpartition(".")
        values["schema"] = schema
    return values


def _columns(text: str) -> tuple[str, ...]:
    if "," not in text:
        return (text.strip(),)
    parts: list[str] = []
    start = depth = 0
    for bracket in re.finditer(r"[(),]", text):
        depth += (bracket[0] == "(") - (bracket[0] == ")")
        if bracket[0] == "," and depth <= 0:
            parts.append(text[start : bracket.start()])
            start = bracket.end()
    return tuple(part.strip() for part in (*parts, text[start:]))


def _place(text: str, values: dict[str, str]) -> int:
    return max(text.find(next(iter(values.values()), "")), 0)


def _line(text: str, at: int) -> str:
    """The line of `text` around `at`, without what stands before the message."""
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    line = text[start : end if end >= 0 else len(text)].strip()
    return (line or text.strip().partition("\n")[0])[:300]

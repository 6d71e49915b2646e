"""The scripts of `pgseq script`, composed of the texts that check and fix ask, with the definition in them. Pure."""

from __future__ import annotations

import re
from textwrap import indent
from typing import Final, Literal

from pgseq.commands.script.layout import filled
from pgseq.core.defaults import BETWEEN, CASTS, LITERAL, NEXTVAL
from pgseq.model.arithmetic import BIGINT_DIGITS, INTEGER_BITS, TEXT_TYPES
from pgseq.model.limits import MAX_JUMP, Limits
from pgseq.names import PART, literal
from pgseq.sql import LONGEST, LONGEST_BODY, compare, load, move

Mode = Literal["check", "fix", "query"]

#: Every oid, and a server that knows nothing newer than what 12 knows: what every server from 12 on understands.
_LAST: Final = str(2**32 - 1)
_ALL: Final = {"low": "0", "high": _LAST}
_OLDEST: Final = 12

#: Names are quoted where they must be; the one query that is asked once is not compiled.
_MORE: Final = ("SET LOCAL quote_all_identifiers = off", "SET LOCAL jit = off")
#: The settings of each transaction, as a check or fix makes them; a statement's time-out would be that of the script.
_SAFE: Final = {
    name: value.strip("'")
    for name, value in (
        setting.removeprefix("SET LOCAL ").split(" = ")
        for setting in (*Limits(server_version=180_000).settings, *_MORE)
    )
    if name != "statement_timeout"
}
_SETTINGS: Final = """\
  settings := (SELECT string_agg(format('PERFORM set_config(%L, %L, true); ', name, safe ->> name), '')
    FROM jsonb_object_keys(own) AS name);
"""

_DEFINITION: Final = load("script.definition").rstrip("\n")


def script(mode: Mode) -> str:
    """The text of the script that looks (`check`), moves (`fix`), or lists the statements that look (`query`)."""
    if mode == "query":
        catalog = _catalog(
            mode,
            visible="pg_table_is_visible(s.seqrelid)",
            scan_limit=str(Limits().scan_bytes),
            prefix="pg_catalog.",
        )
        return load("script.query", definition=_DEFINITION, catalog=catalog) + "\n"
    safe = sorted((f'"{name}": "{value}"' for name, value in _SAFE.items()), key=len, reverse=True)
    text = load(
        "script.script",
        catalog=_catalog(mode, visible="s.seqrelid = ANY (visible)", scan_limit="scan_limit"),
        safe=",\n    ".join(map(", ".join, (safe[:2], safe[2:5], safe[5:]))).join("{}"),
        max_jump=f"{MAX_JUMP:g}",
        **_WORDS[mode],
    )
    return f"{text}\n"


#: What keeps this session from moving any.
_HINDERED: Final = "\n" + load("script.hindered").rstrip("\n")

_WORDS: Final[dict[str, dict[str, str]]] = {
    "check": {
        "head": load("script.head_check", definition=_DEFINITION),
        "scan_limit": str(Limits().scan_bytes),
        "declare": "settings text; first_stored bigint; fix text;",
        "begin": _SETTINGS,
        "reset": "first_stored := NULL; fix := NULL;",
        "looking": "\n".join((load("script.judge", hindered=""), load("script.check"))),
        "failed": "status := 'unknown'; reason := concat_ws('; ', reason, SQLERRM);",
        "row": load("script.check_row").rstrip("\n"),
        "most_held": "s.slots",
        "columns": "sequence text, feeds text, next_value bigint, stored_up_to bigint,\n"
        "  inserts_until_collision bigint, status text, reason text, fix text",
        "order": "pg_catalog.array_position('{out_of_sync,exhausted,unknown}', r.status)",
    },
    "fix": {
        "head": load("script.head_fix", definition=_DEFINITION),
        "scan_limit": str(Limits().scan_bytes // 10),
        "declare": "old_value bigint; moved bigint; undo text;",
        "begin": "",
        "reset": "old_value := NULL; moved := NULL; undo := NULL;",
        "looking": "\n".join(
            (
                "      FOR pass IN 1 .. 3 LOOP -- without the lock, under it, and after the move",
                indent("\n".join((load("script.judge", hindered=_HINDERED), load("script.fix"))), "  "),
                "      END LOOP;",
            )
        ),
        "failed": "status := 'failed'; reason := concat_ws('; ', reason, SQLERRM); obstacle := NULL;",
        "row": load("script.fix_row").rstrip("\n"),
        "most_held": "1",
        "columns": 'sequence text, feeds text, result text, "from" bigint, "to" bigint, '
        "next_value bigint, reason text, undo text",
        "order": "pg_catalog.array_position('{failed,skipped,moved}', r.result)",
    },
}


#: What draws.sql says of columns that the user has declared, which a script does not know, and of who owns a sequence;
#: and the grouping of its rows, which the script does later.
_LEFT_OUT: Final = (
    (", NULL AS owned, false AS declared,\n           NULL::bigint AS block, NULL::text AS ids", ""),
    (", NULL, false, NULL, NULL", ""),
    (", p.deptype::text, false, NULL, NULL", ""),
    ("links AS ( --", "pairs AS ( --"),
)
_GROUPING: Final = "), pairs AS (\n    SELECT"


def _catalog(mode: Mode, *, visible: str, scan_limit: str, prefix: str = "") -> str:
    """The query for sequences, their feeds, and the statements that look at them, and those that move them."""
    *ahead, grid = compare.to_come("%1$s", "%2$L::bigint", "%3$s", ">", "<")
    text = load(
        "script.catalog",
        visible=visible,
        scan_limit=scan_limit,
        draws=_draws(),
        trusted=_shared("trusted"),
        inherits=_shared("inherits"),
        default_text=_shared("default_text", **LONGEST),
        fed=_shared("fed"),
        may_draw=load("may_draw").rstrip("\n"),
        word=_quoted(PART),
        literal=_quoted(LITERAL),
        between=_quoted(BETWEEN),
        nextval=_quoted(NEXTVAL),
        casts=CASTS,
        types=literal("{" + ", ".join((*INTEGER_BITS, "numeric", *sorted(TEXT_TYPES))) + "}"),
        number=_quoted(compare.number("%1$s")),
        ahead=", ".join(map(literal, ahead)),
        grid=literal(grid),
        anew=_quoted(compare.anew("%1$s", "last_value %2$s %3$s", "%4$L::bigint")),
        unchanged=_shared("unchanged", tables=_TABLES, answer="string_agg(DISTINCT k.name, ', ')"),
        by_function=_quoted(compare.by_function("%s")),
        digits=str(BIGINT_DIGITS + 1),
        locking="" if mode == "query" else load("script.locking").rstrip("\n"),
        moving="" if mode == "query" else _moving(_FIRST if mode == "check" else ""),
    )
    return filled(text.replace("pg_catalog.", prefix))


#: Where the tables stand that must be unchanged.
_TABLES: Final = "$q$ || b.known || $q$"


#: The statement that asks for the first value that is met.
_FIRST: Final = " format('SELECT (SELECT %s(value)', s.d[1]) || r.ahead AS first,"


def _moving(first: str) -> str:
    """The columns for a move: what forbids it, the locks, the statement; and `first`."""
    walked = move.walked("%1$L", "seq.way", "", "%3$s", "")
    statement = load("script.move", walk=str(move.WALK), walked=walked).rstrip("\n")
    return load("script.moving", move=_quoted(statement), first=first).rstrip("\n")


#: The condition that asks only for some tables.
_BOUNDS: Final = re.compile(r"(\S+) > '0'::oid AND \1 <= '4294967295'::oid")


def _shared(name: str, **words: str) -> str:
    """A text that check and fix ask, for every table: without the comment in its first lines, which is for those who
    compose with it."""
    text = _BOUNDS.sub("true", load(name, _OLDEST, **words))
    text = re.sub(r"\s+AND true$|(?<=WHERE )true\s+AND |\s+WHERE true$(?!\s+AND)", "", text, flags=re.MULTILINE)
    lines = text.rstrip("\n").splitlines()
    while lines[0].lstrip().startswith("--"):
        del lines[0]
    return "\n".join(lines)


def _draws() -> str:
    """The CTEs of draws.sql for the whole catalog, as far as a script needs them."""
    text, _, _ = _shared("draws", declared="", longest_body=LONGEST_BODY, last_domain=_LAST, **_ALL).partition(
        _GROUPING
    )
    for part, short in _LEFT_OUT:
        if part not in text:
            raise ValueError(f"draws.sql has no {part!r}")
        text = text.replace(part, short)
    return text.rstrip()


def _quoted(text: str) -> str:
    """A text between dollar signs, which reads as it is whatever standard_conforming_strings says."""
    return f"$q${text}$q$"

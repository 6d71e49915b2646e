"""The scripts of `pgseq script`, composed of the texts that check and fix ask, with the definition in them. Pure."""

from __future__ import annotations

import re
from typing import Final, Literal

from pgseq.core.defaults import BETWEEN, CASTS, LITERAL, NEXTVAL
from pgseq.model.arithmetic import BIGINT_DIGITS, INTEGER_BITS, TEXT_TYPES
from pgseq.model.limits import MAX_JUMP, Limits
from pgseq.names import PART, literal
from pgseq.sql import LONGEST, LONGEST_BODY, compare, load, move

Mode = Literal["check", "fix", "query"]

#: Every oid, and a server that knows nothing newer than what 12 knows: what every server from 12 on understands.
_ALL: Final = {"low": "0", "high": str(2**32 - 1)}
_OLDEST: Final = 12

#: A server that knows restrict_nonsystem_relation_kind can refuse to read views.
_RESTRICTS = "current_setting('restrict_nonsystem_relation_kind', true) IS NOT NULL"
_VERSION = "current_setting('server_version_num')::int"
_SLOTS = (
    "current_setting('max_locks_per_transaction')::int"
    " * (current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int) / 4"
)

#: The settings of each transaction, as a check or fix makes them; a statement's time-out would be that of the script.
_SETTINGS: Final = [one for one in Limits(server_version=180_000).settings if "statement_timeout" not in one]

_DEFINITION: Final = load("script.definition")
_UNREACHED = "one transaction may not lock more; run it again outside of one"


def script(mode: Mode) -> str:
    """The text of the script that looks (`check`), moves (`fix`), or lists the statements that look (`query`)."""
    if mode == "query":
        return load("script.query", definition=_DEFINITION, catalog=_packed(_catalog(_QUERY)))
    return load(
        "script.script",
        catalog=_packed(_catalog(_SCRIPT).replace("pg_catalog.", "")),
        settings="; ".join(_SETTINGS[:-1]),
        restricting=_SETTINGS[-1].replace("'", "''"),
        unreached=_UNREACHED,
        slots=_SLOTS,
        restricts=_RESTRICTS,
        version=_VERSION,
        max_jump=f"{MAX_JUMP:g}",
        **_WORDS[mode],
    )


#: What the catalog query takes from around it, in the script and by itself.
_SCRIPT: Final = {
    "restricts": "restricts",
    "visible": "s.seqrelid = ANY (visible)",
    "scan_limit": "scan_limit",
    "slots": "slots",
    "version": "version",
}
_QUERY: Final = {
    "restricts": _RESTRICTS,
    "visible": "pg_table_is_visible(s.seqrelid)",
    "scan_limit": str(Limits().scan_bytes),
    "slots": _SLOTS,
    "version": _VERSION,
}

_WORDS: Final[dict[str, dict[str, str]]] = {
    "check": {
        "head": load("script.head_check", definition=_DEFINITION),
        "scan_limit": str(Limits().scan_bytes),
        "declare": "fix text;",
        "reset": "fix := NULL;",
        "passes": "1",
        "act": load("script.check").rstrip("\n"),
        "failed": "status := 'unknown'; reason := concat_ws('; ', reason, SQLERRM);",
        "row": load("script.check_row").rstrip("\n"),
        "most_held": "slots",
        "columns": "sequence text, feeds text, next_value bigint, stored_up_to bigint,\n"
        "           inserts_until_collision bigint, status text, reason text, fix text",
        "order": "array_position('{out_of_sync,exhausted,unknown}', r.status)",
    },
    "fix": {
        "head": load("script.head_fix", definition=_DEFINITION),
        "scan_limit": str(Limits().scan_bytes // 10),
        "declare": "old_value bigint; old_called boolean; goal bigint; moved bigint; failed boolean;",
        "reset": "moved := NULL; failed := false;",
        "passes": "3",
        "act": load("script.fix", unreached=_UNREACHED).rstrip("\n"),
        "failed": "failed := true; reason := concat_ws('; ', reason, SQLERRM); obstacle := NULL;",
        "row": load("script.fix_row").rstrip("\n"),
        "most_held": "1",
        "columns": 'sequence text, feeds text, result text, "from" bigint, "to" bigint,\n'
        "           next_value bigint, reason text, undo text",
        "order": "array_position('{failed,skipped,moved}', r.result)",
    },
}


def _catalog(around: dict[str, str]) -> str:
    """The query for sequences, their feeds, and the statements that look at them and move them."""
    *ahead, grid = compare.to_come("%1$s", "%2$L::bigint", "%3$s", "%4$s", "%5$s")
    way = "trunc((seq.goal - seq.before) / %2$s)"
    directed = ("%1$s", way, "%3$s", "%4$s", "%5$s")
    integers = ", ".join(f"('{name}', {2 ** (bits - 1) - 1})" for name, bits in INTEGER_BITS.items())
    versions = {
        "lock_privileges": f"CASE WHEN {around['version']} < 170000 THEN 'UPDATE, DELETE, TRUNCATE'"
        " ELSE 'UPDATE, DELETE, TRUNCATE, MAINTAIN' END",
        "may_share": f"({around['version']} >= 130000 OR NOT c.relhassubclass)",
        "scan_pages": f"{around['scan_limit']} / current_setting('block_size')::bigint",
        "lock_share": around["slots"],
    }
    return load(
        "script.catalog",
        restricts=around["restricts"],
        visible=around["visible"],
        draws=_draws(),
        trusted=_without_head(load("trusted")),
        parents=_without_head(load("parents", _OLDEST, **_ALL)).replace(
            "i.inhrelid > '0'::oid AND i.inhrelid <= '4294967295'::oid\n   AND ", ""
        ),
        default_text=_without_head(load("default_text", **LONGEST)),
        fed=_without_head(load("fed")),
        cannot_draw=load("cannot_draw"),
        word=_quoted(PART),
        literal=_quoted(LITERAL),
        between=_quoted(BETWEEN),
        plain=_quoted(rf"^(?:{NEXTVAL}|\((?:{NEXTVAL})\)::({CASTS}))$"),
        text_types=", ".join(map(literal, sorted(TEXT_TYPES))),
        integers=integers,
        number=_quoted(compare.number("%1$s")),
        ahead=_quoted(" AND ".join(ahead)),
        grid=_quoted(f" AND {grid}"),
        anew=_quoted(compare.anew("%1$s", "last_value %2$s %3$s", "%4$L::bigint")),
        lock_sequences=_quoted(_without_head(load("lock_sequences", oids="{%s}"))),
        unchanged=_quoted(_without_head(load("unchanged", _OLDEST, tables="%s"))),
        look=_quoted(load("script.look").rstrip("\n")),
        move=_quoted(load("script.move", way=way, walk=str(move.WALK)).rstrip("\n")),
        walk=_quoted(move.walked(*directed)),
        cached=_quoted(move.walked(*directed, cached=True)),
        by_function=_quoted(compare.by_function("%s")),
        integer_types=", ".join(map(literal, INTEGER_BITS)),
        digits=str(BIGINT_DIGITS),
        **versions,
    )


#: Columns of a line of the written catalog query, and of its indentation.
_DEEPEST: Final = 4
_WIDTH: Final = 156


def _packed(text: str) -> str:
    """The query in fewer lines: the next line is appended where both fit, and neither is a comment's or a CTE's."""
    lines: list[str] = []
    for line in text.splitlines():
        part = line.strip()
        last = lines[-1] if lines else "--"
        apart = part.startswith(("--", "), ")) or "--" in last or last.endswith("AS MATERIALIZED (")
        if apart or len(last) + 1 + len(part) > _WIDTH:
            lines.append(" " * min(len(line) - len(line.lstrip()), _DEEPEST) + part)
        else:
            lines[-1] = f"{last} {part}"
    return "\n".join(lines)


def _without_head(text: str) -> str:
    """A text without the comment in its first lines, which is for those who compose with it."""
    lines = text.splitlines()
    while lines[0].lstrip().startswith("--"):
        del lines[0]
    return "\n".join(lines)


def _draws() -> str:
    """The CTEs of draws.sql for the whole catalog."""
    text = load("draws", _OLDEST, declared="", longest_body=LONGEST_BODY, **_ALL)
    return (
        re.sub(r"\s+(WHERE|AND) (\S+) > '0'::oid AND \2 <= '4294967295'::oid", "", text)
        .rstrip("\n")
        .removesuffix("\n)")
        + "\n)"
    )


def _quoted(text: str) -> str:
    """A text between dollar signs, which reads as it is whatever standard_conforming_strings says."""
    return f"$q${text}$q$"

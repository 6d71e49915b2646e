r"""Scripts for psql: for one database, a line for each result, and an exit code that is not 0 unless all is done. Pure.

Each part but its COMMIT is sent as one query (`\;`), so that it ends at its first error, which is the only one told.
What its last statement returns goes into variables: psql before 15 shows the last result of a query alone. Source: psql
documentation, "Meta-Commands" (\gset) and "Variables" (ERROR, ON_ERROR_STOP: exit code 3).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pgseq.model.server import Server
from pgseq.names import display, literal

_HEAD = """\
{comments}
\\set QUIET on
\\set ON_ERROR_STOP on
\\encoding UTF8
\\pset pager off
\\pset format unaligned
\\pset tuples_only on
{refusal}
\\set ON_ERROR_STOP off
\\set pgseq_left off
"""
_PART = """\
{comments}{query}
\\gset pgseq_
\\if :ERROR
ROLLBACK;
\\set pgseq_line '{name}: not done'
\\set pgseq_failed on
\\else
COMMIT;
\\if :ERROR
\\set pgseq_line '{name}: not done'
\\set pgseq_failed on
\\endif
\\endif
\\echo :pgseq_line
\\if :pgseq_failed
\\set pgseq_left on
\\endif
"""
_END = """\
\\set ON_ERROR_STOP on
\\if :pgseq_left
DO 'BEGIN RAISE EXCEPTION ''pgseq: not everything was done, see above''; END';
\\endif
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One transaction: its statements, the last of which returns the line to print and whether anything was left."""

    name: str
    comments: tuple[str, ...]
    statements: tuple[str, ...]


def script(server: Server | None, comments: Iterable[str], parts: Iterable[Part]) -> str:
    """The parts as a script that refuses another database than that of `server`."""
    where = () if server is None else (f"For database {server.database} (PostgreSQL {server.version}) alone.",)
    head = _HEAD.format(
        comments=_comments((*comments, *where)).rstrip(), refusal="" if server is None else _refusal(server.database)
    )
    return "\n".join((head, *map(_part, parts), _END))


def done(name: str) -> str:
    """The statement that prints that a part is done."""
    return f"SELECT {literal(f'{display(name)}: done')} AS line, false AS failed"


def outcome(name: str, move: str, *, ascending: bool) -> str:
    """The statement that runs `move` (see pgseq.sql.move) and says what became of the sequence; it failed where it
    ought to have been moved and was not."""
    ahead = f"goal {'>' if ascending else '<'} last_value OR (goal = last_value AND NOT is_called)"
    return f"""SELECT {literal(f"{display(name)}: ")} || CASE
         WHEN count(*) = 0 THEN 'not moved: its definition has changed'
         WHEN max(moved) IS NOT NULL THEN format('moved from %s to %s', max(last_value), max(moved))
         WHEN bool_or({ahead}) THEN format('not moved past %s: no room, or too many values given up', max(goal))
         ELSE 'in sync already'
       END AS line,
       count(*) = 0 OR max(moved) IS NULL AND bool_or(coalesce({ahead}, false)) AS failed
  FROM (
{move}
) AS step"""


def _refusal(database: str) -> str:
    message = f"this script is for database {display(database)}, not for this one"
    body = (
        f"BEGIN IF current_database() <> {literal(database)} THEN "
        f"RAISE EXCEPTION USING MESSAGE = {literal(message)}; END IF; END"
    )
    return f"DO {literal(body)};"


def _part(part: Part) -> str:
    return _PART.format(
        comments=_comments(part.comments),
        query="\\;\n".join(("BEGIN", *part.statements)),
        name=display(part.name).replace("\\", "\\\\").replace("'", "''"),
    )


def _comments(lines: Iterable[str]) -> str:
    return "".join(f"-- {display(line)}\n" for line in lines)

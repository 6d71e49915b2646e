r"""Scripts for psql: for one database, a line for each result, and an exit code that is not 0 unless all is done. Pure.

Each part but its COMMIT is sent as one query (`\;`), so that it ends at its first error, which is the only one told.
What its last statement returns goes into variables: psql before 15 shows the last result of a query alone. Source: psql
documentation, "Meta-Commands" (\gset) and "Variables" (ERROR, ON_ERROR_STOP: exit code 3).
"""

from __future__ import annotations

from collections.abc import Iterable

from pgseq.model.changes import Alteration, Change, Move, only_in
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


def script(server: Server | None, comments: Iterable[str], changes: Iterable[Change]) -> str:
    """The changes as a script that refuses another database than that of `server`."""
    where = () if server is None else (f"For database {server.database} (PostgreSQL {server.version}) alone.",)
    refusal = "" if server is None else f"{only_in(server.database, 'this script')};"
    head = _HEAD.format(
        comments=_comments((*comments, *where)).rstrip(),
        refusal=refusal,
    )
    return "\n".join((head, *map(_part, changes), _END))


def _part(change: Change) -> str:
    """One transaction. Of a move its own statement says what became of it, since a move may find nothing to do; DDL is
    done or fails."""
    name, comments, statements = change.description, [change.description], change.statements
    if isinstance(change, Move):
        sequence = change.step.sequence
        name = sequence.sql
        comments.append(f"undo: {change.step.undo}")
        statements = (*statements[:-1], _outcome(name, statements[-1], ascending=sequence.ascending))
    else:
        statements = (*statements, f"SELECT {literal(f'{display(name)}: done')} AS line, false AS failed")
    if isinstance(change, Alteration):
        comments += [f"{label}: {text}" for label, text in (("lock", change.lock), ("effect", change.effect)) if text]
    return _PART.format(
        comments=_comments(comments),
        query="\\;\n".join(("BEGIN", *change.settings, *statements)),
        name=display(name).replace("\\", "\\\\").replace("'", "''"),
    )


def _outcome(name: str, move: str, *, ascending: bool) -> str:
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


def _comments(lines: Iterable[str]) -> str:
    return "".join(f"-- {display(line)}\n" for line in lines)

r"""Scripts for psql: for one database, a line for each result, and an exit code that is not 0 unless all is done. Pure.

Each part is sent as one query (`\;`), so that it ends at its first error, which is the only one told. Source: psql
documentation, "Meta-Commands" and "Variables" (ERROR, ON_ERROR_STOP: exit code 3).
"""

from __future__ import annotations

from collections.abc import Iterable

from pgseq.model.changes import Alteration, Change, Move
from pgseq.model.server import Server
from pgseq.names import display

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
{comments}{query};
\\if :ERROR
ROLLBACK;
\\set pgseq_left on
\\echo '{name}: not done'
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
    head = _HEAD.format(
        comments=_comments((*comments, *where)).rstrip(), refusal="" if server is None else _refusal(server.database)
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
        statements = (*statements, f"SELECT {literal(f'{display(name)}: done')}")
    if isinstance(change, Alteration):
        comments += [f"{label}: {text}" for label, text in (("lock", change.lock), ("effect", change.effect)) if text]
    return _PART.format(
        comments=_comments(comments),
        query="\\;\n".join(("BEGIN", *change.settings, *statements, "COMMIT")),
        name=display(name).replace("\\", "\\\\").replace("'", "''"),
    )


def _outcome(name: str, move: str, *, ascending: bool) -> str:
    """The statement that runs `move` (see pgseq.sql.move) and prints what became of the sequence; an error where it
    ought to have been moved and was not."""
    ahead = f"goal {'>' if ascending else '<'} last_value OR (goal = last_value AND NOT is_called)"
    label = literal(display(name))
    # No integer: the error's message is ours.
    return f"""SELECT CASE
         WHEN count(*) = 0 THEN (format('pgseq: %s was not moved: its definition has changed', {label}))::int::text
         WHEN max(moved) IS NOT NULL THEN format('%s: moved from %s to %s', {label}, max(last_value), max(moved))
         WHEN bool_or({ahead}) THEN
           (format('pgseq: %s was not moved past %s: no room, or too many values given up',
                   {label}, max(goal)))::int::text
         ELSE format('%s: in sync already', {label})
       END
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


def _comments(lines: Iterable[str]) -> str:
    return "".join(f"-- {display(line)}\n" for line in lines)


def literal(text: str) -> str:
    """The text as a string literal, whatever standard_conforming_strings says."""
    quoted = text.replace("'", "''")
    return f"'{quoted}'" if "\\" not in text else "E'" + quoted.replace("\\", "\\\\") + "'"

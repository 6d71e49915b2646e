"""check, fix, verify, why, undo: what the library does with the sequences of a database."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from pgseq import workflow
from pgseq.api.options import Arguments, Lock, Selection, Target, accept, opened, prepared, repair_policy
from pgseq.model.limits import MAX_JUMP
from pgseq.model.reports import DatabaseReport, UndoReport, Verification

if TYPE_CHECKING:
    from pgseq.commands.why.model import WhyReport


def check(
    target: Target,
    *,
    max_jump: float = MAX_JUMP,
    into_gap: bool = False,
    within: int | None = None,
    **selection: Unpack[Selection],
) -> DatabaseReport:
    """Diagnose every sequence of a database; changes nothing.

    `target` is a DSN (URI, conninfo string or database name; libpq's rules), an open connection of psycopg 3, psycopg2
    or Django, an Engine, Connection, Session or URL of SQLAlchemy's, or a pool of psycopg's or psycopg2's. In an open
    transaction pgseq works inside savepoints that it rolls back: nothing is committed, what is uncommitted is seen,
    and settings are left as they were. An engine or pool lends a connection and gets it back.

    `max_jump`: part (0 to 1) of the free values left that a repair may give up. `into_gap`: plan to continue in a free
    stretch before the furthest stored value where a repair would give up more. `within`: a collision more than so many
    inserts away does not count; None: every one counts.

    `schema`, `exclude_schema`, `table`, `exclude_table`: one of pg_dump's patterns each, or several; default: all.
    `ignore`: codes of findings that do not count. `feeds`: columns that draw from a sequence without the catalog
    knowing it, `{"public.order_no": "public.orders.number"}`. `config`: the path of a configuration file; none is
    read unless named. `statement_timeout`, `lock_timeout`: seconds; 30 and 2. `scan_limit`: bytes, a larger table
    is not scanned where no index serves the column; 1 GiB. `time_limit`: seconds for all reading; None.
    `trust_owners`: read tables although that runs functions of their owners (docs/security.md); False. `jobs`:
    greatest number of connections; 2 (what a caller holds works alone). `progress`: called with how many sequences
    are done, and of how many. `caller`: the program's name, and the database's as its command line takes it, for
    commands that hints tell to run; `pgseq`, and the target without password.

    Returns a DatabaseReport, worst sequences first. Raises UsageError (NothingMatches for a selection that matches
    nothing, ConfigError for a file that cannot be used), ConnectionFailed, QueryFailed.

    >>> report = pgseq.check(dsn, table="users")
    >>> report.ok, report.exit_code, report.summary
    (False, <ExitCode.WRONG: 1>, '1 out of sync')
    >>> report.sequences[0].sequence.sql, report.sequences[0].diagnosis.inserts_until_collision
    ('public.users_id_seq', 0)
    """
    target, arguments = prepared(target), Arguments(**selection)
    with opened(target, arguments, repair_policy(max_jump, into_gap, within=within)) as (pool, options):
        return workflow.check(pool, options, arguments.progress)


def fix(
    target: Target,
    *,
    max_jump: float = MAX_JUMP,
    into_gap: bool = False,
    lock: Lock = "table",
    undo_file: str | os.PathLike[str] | None = None,
    confirm: Callable[[DatabaseReport], bool] = accept,
    **selection: Unpack[Selection],
) -> DatabaseReport:
    """Move every sequence that is out of sync beyond the stored values, never backwards; read again and report.

    Options as for `check`. `into_gap`: where a repair is not possible or gives up too much, continue in a free
    stretch before the furthest stored value. `lock`: hold SHARE ROW EXCLUSIVE on the fed tables during each move
    (`table`) or not (`none`). `undo_file`: a file to which each move is appended before it is made, for `undo`.
    `confirm` is shown the checked report with its steps; when it returns False nothing is changed.

    Moves are not undone by ROLLBACK (PostgreSQL documentation, "Sequence Manipulation Functions"), not even those made
    inside the connection's open transaction. Returns a DatabaseReport in which each moved sequence has `applied`.
    Raises what `check` raises; UsageError also on a standby or read-only server, in a READ ONLY transaction, and in one
    at REPEATABLE READ or above, whose snapshot hides newer rows. Interrupted (a KeyboardInterrupt) holds the report of
    what was done until Ctrl-C.

    >>> report = pgseq.fix(dsn, table="users")
    >>> report.ok, report.sequences[0].applied.result, report.sequences[0].applied.after.last_value
    (True, 'moved', 10)
    """
    from pgseq.undo_file import open_undo_file

    target, arguments = prepared(target), Arguments(**selection)
    with (
        open_undo_file(None if undo_file is None else Path(undo_file)) as log,
        opened(target, arguments, repair_policy(max_jump, into_gap, lock)) as (pool, options),
    ):
        return workflow.fix(pool, options, confirm, arguments.progress, log)


def verify(target: Target, *, insert: bool = False, **selection: Unpack[Selection]) -> Verification:
    """Prove, for every sequence, that the value nextval() would give is free in every column it feeds.

    Options as for `check`. `insert`: also try a real INSERT that lets the default work, rolled back; each uses up one
    value of its sequence. Returns a Verification with a Proof for each sequence. Raises what `check` raises.

    >>> [(proof.sequence.sql, proof.next_value, proof.proved) for proof in pgseq.verify(dsn, table="users").proofs]
    [('public.users_id_seq', 1, False)]
    """
    target, arguments = prepared(target), Arguments(**selection)
    with opened(target, arguments) as (pool, options):
        return workflow.verify(pool, options, insert=insert, progress=arguments.progress)


def why(target: Target, **selection: Unpack[Selection]) -> WhyReport:
    """Say how sequences got out of sync: the causes that something speaks for, most telling first. Reads only.

    Options as for `check`. Returns a WhyReport: for each sequence the evidence from the catalog, the rows around its
    position, the server's counters and pg_stat_statements, and in `problems` what could not be looked at. Raises what
    `check` raises.

    >>> report = pgseq.why(dsn, table="users")
    >>> report.sequences[0].evidence[0].cause
    'import'
    """
    from pgseq.commands.why.workflow import why as collect

    target, arguments = prepared(target), Arguments(**selection)
    with opened(target, arguments) as (pool, options):
        return collect(pool, options, arguments.progress)


def undo(
    undo_file: str | os.PathLike[str],
    target: Target,
    *,
    force: bool = False,
    dry_run: bool = False,
    **selection: Unpack[Selection],
) -> UndoReport:
    """Put sequences back to where they stood before a `fix` or `sync`, as its `undo_file` tells.

    A sequence is left alone where it would hand out a value that is stored, and where it has been used since; `force`
    puts it back all the same. `dry_run` shows what would become of each, and changes nothing. Options as for `check`,
    of which those that select sequences, `ignore` and `time_limit` have no effect.

    Returns an UndoReport with a result for each sequence. Raises what `fix` raises; NothingMatches where no move of the
    file was made in this database, UsageError for a file that is not an undo file.

    >>> _ = pgseq.fix(dsn, table="users", undo_file=folder / "moves.jsonl")
    >>> [result.applied.result for result in pgseq.undo(folder / "moves.jsonl", dsn, force=True).results]
    ['moved']
    """
    from pgseq.commands.undo.workflow import undo as put_back
    from pgseq.errors import UsageError
    from pgseq.undo_file import entries

    target, arguments = prepared(target), Arguments(**selection)
    moves = entries(Path(undo_file))
    if not moves:
        raise UsageError(f"{undo_file} tells of no move", "there is nothing to put back")
    with opened(target, arguments) as (pool, options):
        return put_back(pool, moves, options, lambda server, here: True, force=force, rehearse=dry_run)

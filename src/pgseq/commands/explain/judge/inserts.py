"""Errors of an INSERT that are no duplicates: types, nulls, identity, read-only servers. Pure."""

from __future__ import annotations

from functools import partial

from pgseq.commands.explain.facts import Candidate, ErrorFacts
from pgseq.commands.explain.model import Explanation, ParsedError
from pgseq.commands.explain.parse.recognise import ABORTED
from pgseq.commands.explain.text import CONNECT, conclude, stands
from pgseq.core.checks.wording import wider_column
from pgseq.core.diagnose import too_narrow as narrow_feeds
from pgseq.model.arithmetic import INTEGER_BITS
from pgseq.model.hints import Hint, command
from pgseq.names import literal


def too_narrow(error: ParsedError, facts: ErrorFacts | None) -> list[Explanation]:
    """22003: PostgreSQL names no column, so every sequence that has outgrown one is a candidate."""
    kind = error.type or "number"
    if error.type == "bigint":
        return [conclude(error, "not_a_sequence", ("a sequence's values fit bigint",))]
    if facts is None:
        evidence: tuple[str, ...] = (f"a value does not fit type {kind}; the message names no column",)
        return [conclude(error, "cannot_tell", evidence, next=CONNECT)]
    blamed: list[Explanation] = []
    for diagnosis in facts.sequences:
        for feed in narrow_feeds(diagnosis):
            if error.type and feed.type in INTEGER_BITS and feed.type != error.type:
                continue
            blamed.append(
                conclude(
                    error,
                    "column_too_narrow",
                    (
                        stands(diagnosis),
                        f"{feed.label} is of type {feed.type}, which holds no more than {feed.highest}",
                    ),
                    next=wider_column(diagnosis.sequence, feed),
                    sequence=diagnosis.sequence,
                    table=feed.table_sql,
                    columns=(feed.column,),
                )
            )
    if blamed:
        return blamed
    hidden = [one.sequence.sql for one in facts.sequences if one.status == "unknown"]
    if hidden:
        return [
            conclude(error, "cannot_tell", (f"could not look at {', '.join(hidden)}",), next=Hint(command("check")))
        ]
    evidence = (f"no sequence has outgrown a column of type {kind}", "a value of the client's does not fit its column")
    return [conclude(error, "not_a_sequence", evidence)]


def null(error: ParsedError, facts: ErrorFacts | None) -> list[Explanation]:
    """23502: nothing was stored in a column that must not be null."""
    if facts is None or not error.column:
        evidence: tuple[str, ...] = (
            f"column {error.column or '?'} was given no value",
            "whether it has a default is in the catalog",
        )
        return [conclude(error, "cannot_tell", evidence, next=CONNECT if facts is None else "")]
    if not facts.candidates:
        evidence = (f"no column {error.column} of a table {error.table} in database {facts.server.database}",)
        return [conclude(error, "cannot_tell", evidence)]
    return sorted((_null(error, one) for one in facts.candidates), key=lambda one: not one.blames)


def _null(error: ParsedError, candidate: Candidate) -> Explanation:
    column = candidate.column
    assert column is not None
    label = column.label
    feed, sequence = None, None
    if candidate.fed_columns:
        feed, sequence = candidate.fed_columns[0].feed, candidate.fed_columns[0].diagnosis.sequence
    answer = partial(conclude, error, table=column.table_sql, columns=(column.column,), sequence=sequence)
    if column.fills:
        evidence: tuple[str, ...] = (
            f"{label} has a default",
            "the client sent NULL in its place: leave the column out, or say DEFAULT",
        )
        return answer("client_value", evidence)
    if feed and sequence and feed.relid != column.relid:
        evidence = (
            f"{column.table_sql} is a part of {feed.table_sql} and has no default of its own for {column.column}",
            f"{feed.label} is fed by {sequence.sql}, rows inserted into the part itself are not",
        )
        return answer("no_default", evidence, next=f"INSERT INTO {feed.table_sql} instead")
    source = sequence.sql if sequence else column.sequences[0] if column.sequences else ""
    if source:
        link = f"{source} belongs to {label}" if sequence else f"{source} bears the name that its sequence would have"
        drawing = f"nextval({literal(source)}::regclass)"
        following = f"ALTER TABLE {column.table_sql} ALTER COLUMN {column.column_sql} SET DEFAULT {drawing}"
        following = Hint(following, "; ", command("fix", column.table_sql))
        evidence = (f"{label} has no default", link, "the default has been lost: put it back")
        return answer("no_default", evidence, next=following)
    if column.key:
        following = Hint(
            f"ALTER TABLE {column.table_sql} ALTER COLUMN {column.column_sql} ADD GENERATED BY DEFAULT AS IDENTITY; ",
            command("fix", column.table_sql),
        )
        evidence = (
            f"{label} is the primary key and has neither default nor sequence",
            "a migration may have lost both",
        )
        return answer("no_default", evidence, next=following)
    evidence = (f"no sequence feeds {label}", "the client gave it no value")
    return answer("not_a_sequence", evidence)


def generated(error: ParsedError, facts: ErrorFacts | None) -> list[Explanation]:
    """428C9: a value for an identity column that takes none (or for a computed column, which has no sequence)."""
    for candidate in facts.candidates if facts else ():
        column = candidate.column
        assert column is not None
        if column.generated:
            return stored_generated(error, facts)
        if column.identity == "a":
            return [
                conclude(
                    error,
                    "generated_always",
                    (f"{column.label} is GENERATED ALWAYS AS IDENTITY", _TAKES_NONE),
                    next=Hint(_LEAVE_OUT, ": ", command("fix", column.table_sql)),
                    sequence=candidate.fed_columns[0].diagnosis.sequence if candidate.fed_columns else None,
                    table=column.table_sql,
                )
            ]
    return [conclude(error, "generated_always", (f"column {error.column}: {_TAKES_NONE}",), next=_LEAVE_OUT)]


_TAKES_NONE = "it takes no value from the client"
_LEAVE_OUT = "leave the column out of the INSERT, or write OVERRIDING SYSTEM VALUE and fix the sequence after it"


def stored_generated(error: ParsedError, facts: ErrorFacts | None) -> list[Explanation]:
    """428C9 on a column computed from others."""
    evidence: tuple[str, ...] = (f"column {error.column} is computed from others (GENERATED ALWAYS AS … STORED)",)
    return [conclude(error, "not_a_sequence", evidence, next="leave the column out of the statement")]


def read_only(error: ParsedError, facts: ErrorFacts | None) -> list[Explanation]:
    """25006: the server or the session takes no writes, and nextval() is one."""
    evidence = [f"{error.command or 'the statement'} writes, and the transaction is read-only"]
    following = "send writes to the primary"
    if facts is not None and facts.server.in_recovery:
        evidence.append(f"{facts.server.database} is on a standby (in recovery)")
    elif facts is not None and facts.server.read_only:
        evidence.append("default_transaction_read_only is on")
        following = "SET default_transaction_read_only = off, where that is not meant"
    elif facts is not None:
        evidence.append("this server takes writes: the client asked a standby, or for a read-only transaction")
    return [conclude(error, "read_only", tuple(evidence), next=following)]


def other(error: ParsedError, facts: ErrorFacts | None) -> list[Explanation]:
    """Anything else that PostgreSQL says."""
    if error.sqlstate == "25P02" or ABORTED in error.message:
        before = "an error before it in the same transaction is the one that counts"
        return [conclude(error, "cannot_tell", (before,), next="give the first error of the transaction")]
    if error.kind == "unrelated":
        return [conclude(error, "not_a_sequence", ("an error of PostgreSQL's that no sequence causes",))]
    if not error.sqlstate:
        return [conclude(error, "cannot_tell", ("no error of PostgreSQL's was recognised in the text",))]
    evidence: tuple[str, ...] = (
        f"SQLSTATE {error.sqlstate} is none that the position, range or default of a sequence causes",
    )
    return [conclude(error, "not_a_sequence", evidence)]

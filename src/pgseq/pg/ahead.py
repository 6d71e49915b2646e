"""Counts what is stored ahead of a sequence where its repair skips much of the values left: stored ones cost nothing.

Ordinary sequences are asked nothing here.
"""

from __future__ import annotations

from msgspec.structs import replace

from pgseq.core.diagnose import diagnose
from pgseq.errors import QueryFailed
from pgseq.model.diagnosis import Diagnosis, Policy
from pgseq.model.limits import Limits
from pgseq.model.repair import Ahead, Gap
from pgseq.model.sequences import NotSeen, Position, Problem, Reading
from pgseq.pg.database import Database
from pgseq.pg.refusal import AGAINST_READING, refusal
from pgseq.sql import compare
from pgseq.sql.literals import bigint
from pgseq.sql.stretches import stretches


def diagnose_priced(database: Database, reading: Reading, policy: Policy) -> Diagnosis:
    """The diagnosis of a reading; with what is stored ahead, where the plain count of values skipped would not let its
    repair be made unasked: first how many, then, where that does not change the answer, the free stretches before the
    furthest.

    What cannot be counted is a `Problem`. Raises ConnectionFailed.
    """
    diagnosis = diagnose(reading)
    repair = diagnosis.repair
    if repair is None or diagnosis.status != "out_of_sync" or repair.within(policy.max_jump):
        return diagnosis
    if why := _not_countable(reading, database.limits):
        return diagnose(replace(reading, ahead=why))
    try:
        if repair.possible:
            reading = replace(reading, ahead=_count(database, diagnosis))
            diagnosis = diagnose(reading)
            if diagnosis.repair is None or diagnosis.repair.within(policy.max_jump):
                return diagnosis
        return diagnose(replace(reading, ahead=_stretches(database, reading, policy)))
    except QueryFailed as error:
        sequence = reading.sequence
        why = refusal(database.session, sequence, sequence.readable, error, AGAINST_READING, database.limits)
        return diagnose(replace(reading, ahead=why))


def _not_countable(reading: Reading, limits: Limits) -> Problem | None:
    sequence = reading.sequence
    if limits.over:
        return NotSeen(reason=f"not reached within {limits.time_limit:g} s", hint="give more time with --time-limit")
    if not sequence.in_parts:
        return None
    tables = ", ".join(feed.table_sql for feed in sequence.feeds if feed.parts)
    return NotSeen(
        reason=f"{tables} has more partitions than one transaction may lock",
        hint="raise the server's max_locks_per_transaction",
    )


def _count(database: Database, diagnosis: Diagnosis) -> Ahead:
    assert diagnosis.next_value is not None
    assert diagnosis.repair is not None
    first, last = (f"{bigint(value)}::bigint" for value in (diagnosis.next_value, diagnosis.repair.last_value))
    feeds = diagnosis.sequence.readable
    statement = f"SELECT {compare.stored_between(diagnosis.sequence, first, last)}"
    (answer,) = database.read([statement], feeds)
    return Ahead(stored=answer.rows[0][0])


def _stretches(database: Database, reading: Reading, policy: Policy) -> Ahead:
    sequence, position = reading.sequence, reading.position
    assert isinstance(position, Position)
    statement = stretches(sequence, position, policy.max_jump)
    (answer,) = database.read([statement], sequence.readable)
    stored, alone, before, room, here = answer.rows[0]
    if before is None:
        return Ahead(stored=stored, alone=alone)
    # Of type numeric: the value in front of the first one may lie beyond bigint.
    first, last = (int(before) + count * sequence.increment for count in (1, int(room)))
    return Ahead(stored=stored, alone=alone, gap=Gap(first=first, last=last, here=here))

"""Whether a sequence handed out the ids ahead of it, as far as counters tell."""

from __future__ import annotations

from typing import Final

from pgseq.commands.why.model import Origin, SequenceFacts
from pgseq.commands.why.queries import COUNTED
from pgseq.model.arithmetic import steps
from pgseq.model.sequences import Position

#: Uses a row inserted, and looks on top, beyond which something must be reading the position all the time.
WATCHED: Final = 2
LOOKS: Final = 50
#: So many uses may be looks of pgseq itself, as a check, an explain and a verify leave them.
FEW: Final = 12
#: FirstNormalTransactionId in src/include/access/transam.h: those before have no age.
_NORMAL: Final = 3


def handed_out(facts: SequenceFacts) -> int:
    """How many values lie between START and the position: handed out, if it was never set."""
    position = facts.diagnosis.reading.position
    if not isinstance(position, Position):
        return 0
    return max(steps(facts.sequence, facts.sequence.start, position.last_value) + position.is_called, 0)


def inserts(facts: SequenceFacts) -> int:
    """Rows inserted into the fed tables since the counters began."""
    return sum({table.relid: table.inserts for table in facts.tables}.values())


def covered(facts: SequenceFacts) -> bool:
    """Whether the counters are old enough to have seen the rows ahead come in."""
    return 0 < facts.ahead <= inserts(facts)


def unused(facts: SequenceFacts) -> bool:
    """Whether the position is the one that a sequence is created with."""
    position = facts.diagnosis.reading.position
    return isinstance(position, Position) and not position.is_called and position.last_value == facts.sequence.start


def replaced(facts: SequenceFacts) -> bool:
    """Whether all rows looked at ahead were written before the sequence was created, and after their tables were: after
    pg_upgrade and a restore every table is newer than its rows, too, or every row newer than the sequence."""
    made = facts.file.created
    tables = {table.relid: table.created for table in facts.tables}
    rows = [row for sample in facts.samples for row in sample.ahead]
    return bool(rows) and all(
        made is not None and table is not None and not _before(row.xid, table) and _before(row.xid, made)
        for row in rows
        for table in (tables.get(row.relid),)
    )


def _before(one: int, other: int) -> bool:
    """Whether one transaction began before another. Rule: TransactionIdPrecedes() in
    src/backend/access/transam/transam.c."""
    return min(one, other) >= _NORMAL and (one - other) % 2**32 >= 2**31


def origin(facts: SequenceFacts) -> Origin:
    """`supplied`: the sequence was used fewer times than there are rows ahead, so it cannot have handed out their ids.

    `drawn`: it was used often enough to have handed out what its position accounts for and the rows ahead as well,
    and not much oftener than rows were inserted. A use is a block fetched; each nextval() fetches one and takes CACHE
    values. Reading the position fetches one, too, as pgseq itself does, so `supplied` is certain and `drawn` is not: so
    few values as `FEW` are no evidence: such looks alone may have been as many. A sequence whose position is read all
    the time is used far oftener than rows come in.
    """
    uses, rows = facts.file.accesses, inserts(facts)
    drawable = uses * facts.sequence.cache
    if covered(facts) and (drawable < facts.ahead or (facts.ahead >= COUNTED and drawable < rows // 2)):
        return "supplied"
    watched = uses > WATCHED * rows + LOOKS
    values = handed_out(facts) + facts.ahead
    return "drawn" if facts.ahead and not watched and drawable >= values > FEW else "unclear"

"""Evidence in the position and the server's counters: values drawn against rows inserted, a replaced file, a position
that only setval() or RESTART can leave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from pgseq.commands.why.evidence.origin import handed_out, inserts, origin, replaced, unused
from pgseq.commands.why.evidence.rows import bulk
from pgseq.commands.why.model import Cause, Evidence, SequenceFacts
from pgseq.model.arithmetic import INTEGER_BITS
from pgseq.model.sequences import Position, Sequence
from pgseq.names import plural

_READS_COUNT = "every look at the position counts as a use, too"


def collect(facts: SequenceFacts) -> Iterator[Evidence]:
    """Evidence in the counters and the position."""
    yield from _supplied(facts)
    yield from _put_back(facts)
    yield from _jumped(facts)
    yield from _sampled(facts)


def _supplied(facts: SequenceFacts) -> Iterator[Evidence]:
    """The ids ahead did not come from the sequence, though it was there."""
    if replaced(facts):
        return
    cause: Cause = "import" if bulk(facts) else "explicit_ids"
    came, uses = origin(facts), facts.file.accesses
    if came == "supplied":
        values = f" of {facts.sequence.cache} values each" if facts.sequence.cache > 1 else ""
        yield Evidence(
            cause=cause,
            text=f"while {plural(inserts(facts), 'row')} came in, the sequence was used {plural(uses, 'time')}{values}"
            f": it cannot have handed out the ids of the {plural(facts.ahead, 'row')} ahead of it",
            source="pg_stat_all_tables.n_tup_ins, pg_statio_all_sequences",
            weight=74,
        )
    elif unused(facts) and facts.ahead and not facts.file.rewritten:
        yield Evidence(
            cause=cause,
            text=f"the sequence stands unused at its START, {facts.sequence.start}, and still has the file that it was "
            "created with: the ids ahead did not come from it",
            source="pg_sequence, pg_class.relfilenode",
            weight=55 if came == "drawn" else 65,
            limit="setval(…, START, false) leaves the same"
            + (f", and it was used often enough to have been further on; {_READS_COUNT}" if came == "drawn" else ""),
        )


def _put_back(facts: SequenceFacts) -> Iterator[Evidence]:
    """The position was further on, or is one that nextval() does not lead to."""
    position, came = facts.diagnosis.reading.position, origin(facts)
    if not isinstance(position, Position) or facts.diagnosis.status != "out_of_sync" or came == "supplied":
        return
    uses = f"it was used {plural(facts.file.accesses, 'time')}, and its position accounts for {handed_out(facts)}"
    if not position.is_called and position.last_value != facts.sequence.start:
        cause: Cause = "restart" if facts.file.rewritten else "setval"
        how = "RESTART WITH" if facts.file.rewritten else "setval(…, false)"
        yield Evidence(
            cause=cause,
            text=f"the position is {position.last_value}, not yet handed out, and START is {facts.sequence.start}: "
            f"only {how} leaves that",
            source="the sequence",
            weight=74 if came == "drawn" else 66,
            limit="a changed START leaves the same" if cause == "setval" else "",
        )
    elif facts.file.rewritten and (came == "drawn" or (unused(facts) and not _altered(facts.sequence))):
        yield Evidence(
            cause="restart",
            text="the sequence's file was replaced since it was created, as by ALTER SEQUENCE … RESTART or TRUNCATE … "
            "RESTART IDENTITY" + (f"; {uses}" if came == "drawn" else ", and it stands unused at its START"),
            source="pg_class.relfilenode" + (", pg_statio_all_sequences" if came == "drawn" else ""),
            weight=_weight(facts),
            limit="other forms of ALTER SEQUENCE replace it as well; " + _READS_COUNT,
        )
    elif came == "drawn" and facts.log_count == 0 and not unused(facts):
        yield Evidence(
            cause="setval",
            text=f"{uses}: it was further on and was set back; nothing is left of the values that nextval() logs ahead "
            "(log_cnt = 0), as after setval()",
            source="pg_statio_all_sequences, log_cnt",
            weight=70,
            limit=f"one position in 33 has log_cnt = 0 by itself, each one after a restore or a crash; {_READS_COUNT}",
        )


def _jumped(facts: SequenceFacts) -> Iterator[Evidence]:
    """A sequence at its bound that did not get there by drawing."""
    drawable = facts.file.accesses * facts.sequence.cache
    if facts.diagnosis.status == "exhausted" and facts.log_count == 0 and drawable < handed_out(facts) // 2:
        yield Evidence(
            cause="setval",
            text=f"its position accounts for {handed_out(facts)} values, but "
            f"it was used {plural(facts.file.accesses, 'time')}, and log_cnt = 0, as after setval()",
            source="pg_statio_all_sequences, log_cnt",
            weight=70,
            limit="a restore, or counters that began later, leave the same",
        )


def _sampled(facts: SequenceFacts) -> Iterator[Evidence]:
    """Samples of the position saw it move without nextval(): back where it collides, on where it has ended."""
    wanted = [jump for jump in facts.jumps if (jump.values < 0) == (facts.diagnosis.status == "out_of_sync")]
    for jump in wanted[-1:]:
        start, end = (datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M") for time in (jump.start, jump.end))
        moved = (
            f"was set back by {plural(-jump.values, 'value')}"
            if jump.values < 0
            else f"went on by {plural(jump.values, 'value')} for which nextval() was not called"
        )
        yield Evidence(
            cause="restart" if facts.file.rewritten and jump.values < 0 else "setval",
            text=f"between {start} and {end} UTC its position {moved}",
            source="samples of pgseq range",
            weight=85,
        )


def _altered(sequence: Sequence) -> bool:
    """Whether the definition is other than the default, so that an ALTER SEQUENCE may have replaced the file."""
    lowest, highest = -(2 ** (INTEGER_BITS[sequence.data_type] - 1)), 2 ** (INTEGER_BITS[sequence.data_type] - 1) - 1
    bounds = (1, highest, 1) if sequence.ascending else (lowest, -1, -1)
    plain = (sequence.min, sequence.max, sequence.start) == bounds and abs(sequence.increment) == sequence.cache == 1
    return not plain or sequence.cycle


def _weight(facts: SequenceFacts) -> int:
    """How far a replaced file goes. Where the tables' files were replaced as well, TRUNCATE … RESTART IDENTITY emptied
    them, and the rows came later."""
    if _altered(facts.sequence) or any(table.rewritten for table in facts.tables):
        return 45
    return 72 if origin(facts) == "drawn" else 58

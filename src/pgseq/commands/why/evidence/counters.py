"""What the position and the server's counters say: values drawn against rows inserted, a file replaced, a position
that only setval() or RESTART can leave."""

from __future__ import annotations

from collections.abc import Iterator

from pgseq.commands.why.evidence.origin import handed_out, inserts, origin, replaced, unused
from pgseq.commands.why.evidence.rows import bulk
from pgseq.commands.why.model import Case, Cause, Evidence
from pgseq.model.arithmetic import INTEGER_BITS
from pgseq.model.sequences import Position, Sequence
from pgseq.names import plural

_READS_COUNT = "every look at the position counts as a use, too"


def testify(case: Case) -> Iterator[Evidence]:
    """What the counters and the position have to do with it."""
    yield from _given(case)
    yield from _put_back(case)
    yield from _jumped(case)


def _given(case: Case) -> Iterator[Evidence]:
    """The ids ahead did not come from the sequence, though it was there."""
    if replaced(case):
        return
    cause: Cause = "import" if bulk(case) else "explicit_ids"
    found, uses = origin(case), case.file.accesses
    if found == "given":
        values = f" of {case.sequence.cache} values each" if case.sequence.cache > 1 else ""
        yield Evidence(
            cause=cause,
            text=f"while {plural(inserts(case), 'row')} came in, the sequence was used {plural(uses, 'time')}{values}: "
            f"it cannot have handed out the ids of the {plural(case.ahead, 'row')} ahead of it",
            source="pg_stat_all_tables.n_tup_ins, pg_statio_all_sequences",
            weight=74,
        )
    elif unused(case) and case.ahead and not case.file.rewritten:
        yield Evidence(
            cause=cause,
            text=f"the sequence stands unused at its START, {case.sequence.start}, and still has the file that it was "
            "created with: the ids ahead did not come from it",
            source="pg_sequence, pg_class.relfilenode",
            weight=55 if found == "drawn" else 65,
            limit="setval(…, START, false) leaves the same"
            + (", and it was used often enough to have been further on" if found == "drawn" else ""),
        )


def _put_back(case: Case) -> Iterator[Evidence]:
    """The position was further on, or stands where drawing does not lead."""
    position, found = case.diagnosis.reading.position, origin(case)
    if not isinstance(position, Position) or case.diagnosis.status != "out_of_sync" or found == "given":
        return
    uses = f"it was used {plural(case.file.accesses, 'time')}, and its position accounts for {handed_out(case)}"
    if not position.is_called and position.last_value != case.sequence.start:
        cause: Cause = "restart" if case.file.rewritten else "setval"
        how = "RESTART WITH" if case.file.rewritten else "setval(…, false)"
        yield Evidence(
            cause=cause,
            text=f"the position is {position.last_value}, not yet handed out, and START is {case.sequence.start}: "
            f"only {how} leaves that",
            source="the sequence",
            weight=74 if found == "drawn" else 66,
            limit="a changed START leaves the same" if cause == "setval" else "",
        )
    elif case.file.rewritten and (found == "drawn" or (unused(case) and not _altered(case.sequence))):
        yield Evidence(
            cause="restart",
            text="the sequence's file was replaced since it was created, as by ALTER SEQUENCE … RESTART or TRUNCATE … "
            "RESTART IDENTITY" + (f"; {uses}" if found == "drawn" else ", and it stands unused at its START"),
            source="pg_class.relfilenode" + (", pg_statio_all_sequences" if found == "drawn" else ""),
            weight=_weight(case),
            limit="other forms of ALTER SEQUENCE replace it as well; " + _READS_COUNT,
        )
    elif found == "drawn" and case.log_count == 0 and not unused(case):
        yield Evidence(
            cause="setval",
            text=f"{uses}: it was further on and was set back; nothing is left of the values that nextval() logs ahead "
            "(log_cnt = 0), as after setval()",
            source="pg_statio_all_sequences, log_cnt",
            weight=70,
            limit=f"one position in 33 has log_cnt = 0 by itself, each one after a restore or a crash; {_READS_COUNT}",
        )


def _jumped(case: Case) -> Iterator[Evidence]:
    """A sequence at its bound that did not get there by drawing."""
    drawable = case.file.accesses * case.sequence.cache
    if case.diagnosis.status == "exhausted" and case.log_count == 0 and drawable < handed_out(case) // 2:
        yield Evidence(
            cause="setval",
            text=f"its position accounts for {handed_out(case)} values, but "
            f"it was used {plural(case.file.accesses, 'time')}, and log_cnt = 0, as after setval()",
            source="pg_statio_all_sequences, log_cnt",
            weight=70,
            limit="a restore, or counters that began later, leave the same",
        )


def _altered(sequence: Sequence) -> bool:
    """Whether the definition is other than the default, so that an ALTER SEQUENCE may have replaced the file."""
    lowest, highest = -(2 ** (INTEGER_BITS[sequence.data_type] - 1)), 2 ** (INTEGER_BITS[sequence.data_type] - 1) - 1
    bounds = (1, highest, 1) if sequence.ascending else (lowest, -1, -1)
    plain = (sequence.min, sequence.max, sequence.start) == bounds and abs(sequence.increment) == sequence.cache == 1
    return not plain or sequence.cycle


def _weight(case: Case) -> int:
    """How far a replaced file goes. Where the tables' files were replaced as well, TRUNCATE … RESTART IDENTITY emptied
    them, and the rows came later."""
    if _altered(case.sequence) or any(table.rewritten for table in case.tables):
        return 45
    return 72 if origin(case) == "drawn" else 58

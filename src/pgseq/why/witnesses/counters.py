"""What the position and the server's counters say: values drawn against rows inserted, a file replaced, a position
that only setval() or RESTART can leave."""

from __future__ import annotations

from collections.abc import Iterator

from pgseq.model import Position
from pgseq.why.facts import Case, Cause, Evidence
from pgseq.why.witnesses.origin import handed_out, inserts, origin
from pgseq.why.witnesses.rows import bulk

_READS_COUNT = "every look at the position counts as a use, too"


def testify(case: Case) -> Iterator[Evidence]:
    """What the counters and the position have to do with it."""
    yield from _given(case)
    yield from _put_back(case)
    yield from _jumped(case)


def _given(case: Case) -> Iterator[Evidence]:
    """The ids ahead did not come from the sequence."""
    cause: Cause = "import" if bulk(case) else "explicit_ids"
    found, uses = origin(case), case.file.accesses
    if found == "given":
        values = f" of {case.sequence.cache} values each" if case.sequence.cache > 1 else ""
        yield Evidence(
            cause=cause,
            text=f"{inserts(case)} rows were inserted while the sequence was used {uses} times{values}: "
            f"it cannot have handed out the {case.ahead} ids ahead of it",
            source="pg_stat_all_tables.n_tup_ins, pg_statio_all_sequences",
            weight=74,
        )
    elif found == "unclear" and _unused(case) and not case.file.rewritten:
        yield Evidence(
            cause=cause,
            text=f"the sequence stands unused at its START, {case.sequence.start}, and still has the file that it was "
            "created with: the ids ahead did not come from it",
            source="pg_sequence, pg_class.relfilenode",
            weight=65,
            limit="setval(…, START, false) leaves the same",
        )


def _put_back(case: Case) -> Iterator[Evidence]:
    """The position was further on, or stands where drawing does not lead."""
    position, found = case.diagnosis.reading.position, origin(case)
    if not isinstance(position, Position) or case.diagnosis.status != "out_of_sync" or found == "given":
        return
    uses = f"it was used {case.file.accesses} times, and its position accounts for {handed_out(case)}"
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
    elif case.file.rewritten and (found == "drawn" or _unused(case)):
        yield Evidence(
            cause="restart",
            text="the sequence's file was replaced since it was created, as by ALTER SEQUENCE … RESTART or TRUNCATE … "
            "RESTART IDENTITY" + (f"; {uses}" if found == "drawn" else ", and it stands unused at its START"),
            source="pg_class.relfilenode" + (", pg_statio_all_sequences" if found == "drawn" else ""),
            weight=72 if found == "drawn" else 58,
            limit="other forms of ALTER SEQUENCE replace it as well; " + _READS_COUNT,
        )
    elif found == "drawn" and case.log_count == 0 and not case.file.rewritten:
        yield Evidence(
            cause="setval",
            text=f"{uses}: it was further on and was set back; nothing is left of the values that nextval() logs ahead "
            "(log_cnt = 0), as after setval()",
            source="pg_statio_all_sequences, log_cnt",
            weight=70,
            limit=f"one position in 33 has log_cnt = 0 by itself, and a restored or crashed server; {_READS_COUNT}",
        )


def _jumped(case: Case) -> Iterator[Evidence]:
    """A sequence at its bound that did not get there by drawing."""
    drawable = case.file.accesses * case.sequence.cache
    if case.diagnosis.status == "exhausted" and case.log_count == 0 and drawable < handed_out(case) // 2:
        yield Evidence(
            cause="setval",
            text=f"its position accounts for {handed_out(case)} values, but it was used {case.file.accesses} times, "
            "and log_cnt = 0, as after setval()",
            source="pg_statio_all_sequences, log_cnt",
            weight=70,
            limit="a restore, or counters that began later, leave the same",
        )


def _unused(case: Case) -> bool:
    position = case.diagnosis.reading.position
    return isinstance(position, Position) and not position.is_called and position.last_value == case.sequence.start

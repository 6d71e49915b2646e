"""Who is heard: each witness is a pure function from a case to what it saw. This is the only place that lists them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, get_args

from pgseq.commands.why.evidence import counters, rows, statements, structure
from pgseq.commands.why.model import Case, Cause, Evidence
from pgseq.model.sequences import Status

WITNESSES: Final[tuple[Callable[[Case], Iterable[Evidence]], ...]] = (
    structure.testify,
    counters.testify,
    rows.testify,
    statements.testify,
)

#: What can lead to each status. A sequence in sync needs no cause; of one that could not be seen it is not known.
POSSIBLE: Final[dict[Status, frozenset[Cause]]] = {
    "out_of_sync": frozenset(get_args(Cause)),
    "exhausted": frozenset(("setval", "restart", "shared")),
    "ok": frozenset(),
    "unknown": frozenset(),
}


def hear(case: Case) -> tuple[Evidence, ...]:
    """What speaks for how a sequence got there: the cause with the most telling evidence first, and its evidence
    together."""
    possible = POSSIBLE[case.diagnosis.status]
    heard = [one for witness in WITNESSES for one in witness(case) if one.cause in possible]
    best: dict[Cause, int] = {}
    for one in heard:
        best[one.cause] = max(best.get(one.cause, 0), one.weight)
    return tuple(sorted(heard, key=lambda one: (-best[one.cause], one.cause, -one.weight)))

"""Sources of evidence; each is a pure function from facts to evidence. This is the only place that lists them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, get_args

from pgseq.commands.why.evidence import counters, rows, statements, structure
from pgseq.commands.why.model import Cause, Evidence, SequenceFacts
from pgseq.model.diagnosis import Status

SOURCES: Final[tuple[Callable[[SequenceFacts], Iterable[Evidence]], ...]] = (
    structure.collect,
    counters.collect,
    rows.collect,
    statements.collect,
)

#: The causes that can lead to each status. A sequence in sync needs none; of an unreadable one none is known.
POSSIBLE: Final[dict[Status, frozenset[Cause]]] = {
    "out_of_sync": frozenset(get_args(Cause)),
    "exhausted": frozenset(("setval", "restart", "shared")),
    "ok": frozenset(),
    "unknown": frozenset(),
}


def rank(facts: SequenceFacts) -> tuple[Evidence, ...]:
    """The evidence from all sources by cause, the cause with the strongest evidence first."""
    possible = POSSIBLE[facts.diagnosis.status]
    collected = [evidence for collect in SOURCES for evidence in collect(facts) if evidence.cause in possible]
    best: dict[Cause, int] = {}
    for evidence in collected:
        best[evidence.cause] = max(best.get(evidence.cause, 0), evidence.weight)
    return tuple(sorted(collected, key=lambda one: (-best[one.cause], one.cause, -one.weight)))

"""Evidence in the rows around the position: written at once, one alone far off, on another grid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from pgseq.commands.why.evidence.origin import origin, replaced
from pgseq.commands.why.model import Evidence, FeedSample, SequenceFacts
from pgseq.commands.why.queries import COUNTED
from pgseq.model.arithmetic import steps
from pgseq.model.sequences import Position

#: From so many rows on, one transaction is a bulk load.
BULK: Final = 10
#: The part of the rows looked at that one transaction must have written.
MOST: Final = 0.9
#: So few rows ahead, so many values away, are strays.
FEW: Final = 3
FAR: Final = 1000


def collect(facts: SequenceFacts) -> Iterator[Evidence]:
    """Evidence in the stored values themselves."""
    for sample in facts.samples:
        yield from _stray(facts, sample)
        yield from _bulk(facts, sample)
        yield from _off_grid(facts, sample)


def bulk(facts: SequenceFacts) -> bool:
    """Whether most rows ahead were written by one transaction."""
    return any(_at_once(sample) is not None for sample in facts.samples)


def _at_once(sample: FeedSample) -> int | None:
    """How many of the rows looked at ahead one transaction wrote; None where it is not a bulk load."""
    if len(sample.ahead) < BULK:
        return None
    rows = Counter(row.xid for row in sample.ahead).most_common(1)[0][1]
    return rows if rows >= MOST * len(sample.ahead) else None


def _stray(facts: SequenceFacts, sample: FeedSample) -> Iterator[Evidence]:
    following = facts.diagnosis.next_value
    if following is None or not sample.count:
        return
    away = steps(facts.sequence, following, sample.ahead[0].value)
    if sample.count <= FEW and away >= FAR:
        ids = ", ".join(str(row.value) for row in sample.ahead)
        yield Evidence(
            cause="stray_id",
            text=f"{ids} in {sample.feed.label} {'stands' if sample.count == 1 else 'stand'} alone, "
            f"{away} values ahead of the sequence",
            source="the rows",
            weight=95,
        )
    elif len(sample.last) == FEW - 1:
        before, last = sample.last
        gap, span = abs(last - before), abs(last - sample.ahead[0].value)
        if gap >= 1_000_000 and gap > 0.9 * span:
            yield Evidence(
                cause="stray_id",
                text=f"the furthest id in {sample.feed.label}, {last}, stands {gap} beyond the one before it",
                source="the rows",
                weight=60,
            )


def _bulk(facts: SequenceFacts, sample: FeedSample) -> Iterator[Evidence]:
    rows, came = _at_once(sample), origin(facts)
    if rows is None or came == "drawn" or replaced(facts):
        return
    many = f"{len(sample.ahead)} looked at of {'more than ' if sample.count >= COUNTED else ''}{sample.count}"
    yield Evidence(
        cause="import",
        text=f"one transaction wrote {rows} of the rows ahead of the sequence in {sample.feed.label} ({many}), "
        f"{_values(sample)}",
        source="xmin of the rows",
        weight=76 if came == "supplied" else 55,
        limit="an UPDATE of all rows in one transaction"
        + ("" if came == "supplied" else ", or one INSERT … SELECT that drew its ids,")
        + " leaves the same",
    )


def _values(sample: FeedSample) -> str:
    """The values looked at, in words."""
    first, last = sample.ahead[0].value, sample.ahead[-1].value
    dense = abs(last - first) + 1 == len({row.value for row in sample.ahead})
    return f"{first} to {last}{' without a gap' if dense else ''}"


def _off_grid(facts: SequenceFacts, sample: FeedSample) -> Iterator[Evidence]:
    position, increment = facts.diagnosis.reading.position, abs(facts.sequence.increment)
    if increment == 1 or sample.feed.block is not None or not isinstance(position, Position):
        return
    around = sample.behind + sample.beyond
    off = sum((row.value - position.last_value) % increment != 0 for row in around)
    if off:
        yield Evidence(
            cause="explicit_ids",
            text=f"{off} of {len(around)} ids looked at around the position in {sample.feed.label} are not on "
            f"the sequence's grid ({facts.sequence.increment} apart): another site, or another sequence, gave them",
            source="the rows",
            weight=60,
            limit="an INCREMENT changed since leaves the same",
        )

"""What became of a sequence between samples: values handed out, told from setval() and RESTART. Pure.

moved is how far the position went on; possible is how many values the counted calls of nextval() may have handed out.
Use is the lesser; what is left of moved was a jump, and a step back a RESTART or setval(). Our own looks count as
calls, but move nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Items
from itertools import pairwise

from msgspec import Struct

from pgseq.commands.range.model import Sample, Stretch
from pgseq.model.sequences import Sequence

#: Values that a sequence may be ahead after a crash, or on a standby (SEQ_LOG_VALS in src/backend/commands/sequence.c).
LOGGED_AHEAD = 32


class History(Struct, frozen=True, kw_only=True):
    """The samples of a sequence that belong together, and what one should know of the rest."""

    samples: tuple[Sample, ...]
    remarks: tuple[str, ...] = ()


def history(sequence: Sequence, samples: Iterable[Sample], now: Sample) -> History:
    """The samples up to `now` that are of this sequence as it is.

    They begin anew where the increment was another, and leave out other servers' (restored from the same backup) as
    long as these go on beside this one: a server that has moved has no later samples at its old address.
    """
    earlier = [sample for sample in samples if sample.time < now.time]
    ahead = sum(1 for sample in samples if sample.time > now.time)
    remarks = ["the server's clock was set back: samples later than now are left out"] if ahead else []
    first_here = min((sample.time for sample in earlier if sample.address == now.address), default=now.time)
    beside = {one.address for one in earlier if one.address != now.address and one.time > first_here}
    if beside:
        remarks.append(
            "samples of another server with the same system identifier are left out: "
            + ", ".join(f"{host}:{port}" for host, port in sorted(beside))
        )
    kept = [sample for sample in earlier if sample.address not in beside]
    for place in range(len(kept) - 1, -1, -1):
        if kept[place].increment != sequence.increment:
            remarks.append(f"{sequence.sql}: its increment was another before, so its history begins after that")
            kept = kept[place + 1 :]
            break
    if kept and kept[-1].name not in ("", sequence.sql):
        remarks.append(f"{sequence.sql} was {kept[-1].name}: its history goes on")
    return History(samples=(*kept, now), remarks=tuple(remarks))


def stretches(sequence: Sequence, samples: Items[Sample]) -> tuple[Stretch, ...]:
    """What became of the sequence between each two samples."""
    return tuple(_settled(list(_stretches(sequence, samples))))


def _stretches(sequence: Sequence, samples: Items[Sample]) -> Iterator[tuple[Stretch, int]]:
    """Each with the calls that its movement does not account for."""
    for first, second in pairwise(samples):
        start, end = first.time, second.time
        if end <= start:
            continue
        moved = _moved(sequence, first, second)
        possible = _possible(sequence, first, second)
        if moved < 0:
            # A crash or promotion loses nothing, but a standby may have been ahead of what it became.
            steady = possible is None and -moved <= LOGGED_AHEAD
            yield Stretch(start, end, used=0 if steady else None, back=0 if steady else -moved), 0
        elif possible is None:
            yield Stretch(start, end, used=moved, counted=False), 0
        elif possible < moved:
            yield Stretch(start, end, used=possible, jumped=moved - possible), 0
        else:
            yield Stretch(start, end, used=moved), possible - moved


def _settled(pairs: list[tuple[Stretch, int]]) -> Iterator[Stretch]:
    """A session reports its calls up to a minute late (PGSTAT_IDLE_INTERVAL): what is counted in the next stretch alone
    was use in the one before."""
    for place, (stretch, _) in enumerate(pairs):
        if stretch.jumped and stretch.used is not None and place + 1 < len(pairs):
            late = min(stretch.jumped, pairs[place + 1][1])
            yield stretch._replace(used=stretch.used + late, jumped=stretch.jumped - late)
        else:
            yield stretch


def _moved(sequence: Sequence, first: Sample, second: Sample) -> int:
    moved = (second.last - first.last) // sequence.increment
    if moved < 0 and sequence.cycle:
        return moved % ((sequence.max - sequence.min) // abs(sequence.increment) + 1)
    return moved


def _possible(sequence: Sequence, first: Sample, second: Sample) -> int | None:
    """Values that the calls between two samples may have handed out; None: the counters began anew, or are of another
    server."""
    if first.calls is None or second.calls is None or first.stats_reset != second.stats_reset:
        return None
    calls = second.calls - first.calls
    return None if calls < 0 else calls * sequence.cache

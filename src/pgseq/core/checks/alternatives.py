"""What a move beyond the furthest stored value costs, and what else can be done: the words of checks and plan."""

from __future__ import annotations

from collections.abc import Iterator

from pgseq.core.checks.wording import NO_WIDER_TYPE, rows, wider
from pgseq.core.consequence import furthest
from pgseq.model.arithmetic import steps
from pgseq.model.diagnosis import Diagnosis
from pgseq.model.hints import Hint, command, either
from pgseq.model.limits import MAX_JUMP
from pgseq.model.repair import Gap, Repair
from pgseq.model.sequences import Problem


def price(diagnosis: Diagnosis, repair: Repair) -> str:
    """What the move gives up, as the end of a sentence."""
    share = f"{100 * repair.share:.3g} %"
    if repair.exact:
        return f"would give up {share} of the free values left"
    ahead = diagnosis.reading.ahead
    why = f" ({ahead.reason})" if isinstance(ahead, Problem) else ""
    return f"may give up as much as {share} of the values left: not all that are stored could be counted{why}"


def remedy(diagnosis: Diagnosis, relation: str) -> str:
    """The command that repairs the sequence, which feeds or is `relation`; where that is refused unasked, what can be
    done instead."""
    if diagnosis.sequence.extension is not None:
        return by_hand(diagnosis, MAX_JUMP)
    repair = diagnosis.repair
    if repair is None or repair.within(MAX_JUMP):
        return Hint(command("fix", relation))
    return alternatives(diagnosis)


def by_hand(diagnosis: Diagnosis, max_jump: float) -> str:
    """The statement that moves a sequence of an extension, which pgseq leaves alone; words where moving cannot help."""
    sequence, repair = diagnosis.sequence, diagnosis.repair
    if repair is None or not repair.within(max_jump):
        return f"leave it to the maintainers of {sequence.extension}"
    return (
        f"update {sequence.extension}, or while nobody writes: "
        f"SELECT pg_catalog.setval({sequence.literal}, {repair.last_value})"
    )


def alternatives(diagnosis: Diagnosis) -> str:
    """What can be done instead of a move that costs too much or has no room, or to allow it."""
    return either(*dict.fromkeys(_alternatives(diagnosis)))


def free(diagnosis: Diagnosis, stretch: Gap) -> str:
    """How many inserts go into a stretch, at most."""
    count = steps(diagnosis.sequence, stretch.first, stretch.last) + 1
    return f"{count:,} {'value is' if count == 1 else 'values are'} free there"


def _alternatives(diagnosis: Diagnosis) -> Iterator[str]:
    sequence, repair = diagnosis.sequence, diagnosis.repair
    assert repair is not None
    assert diagnosis.furthest is not None
    holders = furthest(diagnosis)
    table = holders[0].table_sql
    side = "below" if sequence.ascending else "above"
    if diagnosis.stray:
        yield f"delete or renumber the row in {rows(holders, diagnosis.furthest)}"
    room = () if repair.possible else wider(sequence, repair.next_value)
    if room:
        rewrites = any(text.endswith(" TYPE bigint") for text in room)
        yield f"make room{', which rewrites the table' if rewrites else ''}: {'; '.join(room)}"
    if diagnosis.gap:
        yield Hint(f"continue {side} it: ", command("fix", table, "--into-gap"))
    elif diagnosis.stretch:
        yield f"leave it: the sequence stands {side} it, and {free(diagnosis, diagnosis.stretch)}"
    if repair.possible:
        yield Hint("give them up: ", command("fix", table, "--max-jump", f"{repair.percent}%"))
    elif not (room or diagnosis.stray or diagnosis.stretch):
        yield NO_WIDER_TYPE

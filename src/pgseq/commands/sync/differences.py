"""Where two sequences differ: their definitions, and what draws from them. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from pgseq.commands.sync.model import SourceSequence
from pgseq.model.sequences import Feed, Position, Sequence


def differences(counterpart: SourceSequence, target: Sequence) -> tuple[str, ...]:
    """What CREATE SEQUENCE would have to say differently; START where the source was never called: it matters no more
    after the first value."""
    source, position = counterpart.sequence, counterpart.position
    called = not isinstance(position, Position) or position.is_called
    parts = (
        ("type", source.data_type, target.data_type),
        ("START", target.start if called else source.start, target.start),
        ("increment", source.increment, target.increment),
        ("MINVALUE", source.min, target.min),
        ("MAXVALUE", source.max, target.max),
        ("CYCLE", _yes(source.cycle), _yes(target.cycle)),
        ("CACHE", source.cache, target.cache),
    )
    return tuple(
        f"{name}: {theirs} on the source, {ours} on the target" for name, theirs, ours in parts if theirs != ours
    )


def draws_nothing(feeds: Iterable[Feed]) -> tuple[str, ...]:
    """Which columns draw on the source alone."""
    return tuple(f"{feed.label}: draws from it on the source, from nothing on the target" for feed in feeds)


def _yes(value: bool) -> str:
    return "yes" if value else "no"

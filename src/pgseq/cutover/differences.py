"""Where the definitions of two sequences differ. Pure."""

from __future__ import annotations

from pgseq.model import Sequence


def differences(source: Sequence, target: Sequence) -> tuple[str, ...]:
    """What CREATE SEQUENCE would have to say differently, START left out: it matters no more after the first value."""
    parts = (
        ("type", source.data_type, target.data_type),
        ("increment", source.increment, target.increment),
        ("MINVALUE", source.min, target.min),
        ("MAXVALUE", source.max, target.max),
        ("CYCLE", _yes(source.cycle), _yes(target.cycle)),
        ("CACHE", source.cache, target.cache),
    )
    return tuple(
        f"{name}: {theirs} on the source, {ours} on the target" for name, theirs, ours in parts if theirs != ours
    )


def _yes(value: bool) -> str:
    return "yes" if value else "no"

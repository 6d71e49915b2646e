"""The statements of steps, from templates: those of sequences that differ in nothing but their names differ in nothing
else. A plan may have a hundred thousand steps. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from operator import attrgetter
from typing import Any, Final, NamedTuple

from pgseq.model.sequences import Feed, Sequence
from pgseq.text.patterns import lazily

#: Stand in a template for what is filled in, and between its texts: no SQL holds these characters.
_NAMES: Final = {name: f"\0{name}\0" for name in ("literal", "sequence", "table", "column", "condition")}
_BETWEEN: Final = "\0/\0"
_SLOT: Final = lazily("\0([a-z]+)\0")
#: Names that SQL takes as they are, so that nothing that quotes them can do so otherwise in a template.
_SIMPLE: Final = lazily(r"[a-z0-9_.]+ [a-z0-9_.]+ [a-z0-9_]+")
#: Templates that are kept.
_MOST: Final = 1000


class Texts(NamedTuple):
    """What of a `Move` a sequence decides."""

    lock: str
    guard: str
    settings: tuple[str, ...]
    statements: tuple[str, ...]
    joint: tuple[str, ...] = ()


#: Composes the texts for a sequence; the other argument is a condition that depends on the step.
Compose = Callable[[Sequence, str], Texts]


class _Template:
    """Texts with slots for names."""

    def __init__(self, compose: Compose, sequence: Sequence) -> None:
        """The template of the texts that `compose` makes of sequences like this one."""
        texts = compose(_unnamed(sequence), _NAMES["condition"])
        joined = _BETWEEN.join((texts.lock, texts.guard, *texts.joint, *texts.statements))
        #: What stands between the slots, and after each which name is to be filled in.
        self._parts = _SLOT.split(joined)
        self._slots = self._parts[1::2]
        self._settings = texts.settings
        self._first = 2 + len(texts.joint)

    def __call__(self, sequence: Sequence, condition: str) -> Texts:
        """The texts with the names of a sequence."""
        (feed,) = sequence.feeds
        names = {
            "literal": sequence.literal,
            "sequence": sequence.sql,
            "table": feed.table_sql,
            "column": feed.column_sql,
            "condition": condition,
        }
        parts = self._parts.copy()
        parts[1::2] = map(names.__getitem__, self._slots)
        # All texts at once: there are a dozen slots in them.
        texts, first = tuple("".join(parts).split(_BETWEEN)), self._first
        return Texts(texts[0], texts[1], self._settings, texts[first:], texts[2:first])


class Templates:
    """The templates of one way to compose."""

    def __init__(self) -> None:
        self._by_shape: dict[tuple[Any, ...], Compose] = {}

    def filled(self, compose: Compose, sequence: Sequence, condition: str, *, variant: bool) -> Texts:
        """What `compose` makes of a sequence and a condition, which depends on nothing else, but on `variant`."""
        if not _is_simple(sequence):
            return compose(sequence, condition)
        shape = (variant, *_shape(sequence))
        fill = self._by_shape.get(shape)
        if fill is None:
            template = _Template(compose, sequence)
            # What depends on more than names and shape, as on an oid, has no template.
            fill = template if template(sequence, condition) == compose(sequence, condition) else compose
            if len(self._by_shape) >= _MOST:
                self._by_shape.clear()
            self._by_shape[shape] = fill
        return fill(sequence, condition)


def _is_simple(sequence: Sequence) -> bool:
    if len(sequence.feeds) != 1 or sequence.limits or sequence.unprivileged or sequence.likely:
        return False
    (feed,) = sequence.feeds
    return (
        feed.sources == (feed.table_sql,)
        and not (feed.below or feed.unlockable)
        and sequence.literal == f"'{sequence.sql}'"
        and _SIMPLE.fullmatch(f"{sequence.sql} {feed.table_sql} {feed.column_sql}") is not None
    )


def _unnamed(sequence: Sequence) -> Sequence:
    """The sequence with names to be filled in, and without what may differ but must not count."""
    (feed,) = sequence.feeds
    # How many there are must not count, but whether there are any.
    return replace(sequence, **_OF_SEQUENCE, feeds=(replace(feed, **_OF_FEED, scan_bytes=-bool(feed.scan_bytes)),))


#: What differs between sequences and feeds of one shape, as it is in a template.
_OF_SEQUENCE: Final[dict[str, Any]] = {
    "schema": "",
    "name": "",
    "oid": 0,
    "schema_sql": "",
    "sql": _NAMES["sequence"],
    "literal": _NAMES["literal"],
}
_OF_FEED: Final[dict[str, Any]] = {
    "schema": "",
    "table": "",
    "column": "",
    "relid": 0,
    "locks": 1,
    "table_sql": _NAMES["table"],
    "column_sql": _NAMES["column"],
    "sources": (_NAMES["table"],),
}


def _others(kind: type[Any], *left_out: str) -> Callable[[Any], tuple[Any, ...]]:
    return attrgetter(*(field.name for field in fields(kind) if field.init and field.name not in left_out))


_shape_of_sequence: Final = _others(Sequence, *_OF_SEQUENCE, "feeds")
_shape_of_feed: Final = _others(Feed, *_OF_FEED, "scan_bytes")


def _shape(sequence: Sequence) -> tuple[Any, ...]:
    (feed,) = sequence.feeds
    return *_shape_of_sequence(sequence), *_shape_of_feed(feed), bool(feed.scan_bytes)

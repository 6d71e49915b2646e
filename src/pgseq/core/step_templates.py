"""The statements of steps, from templates: those of sequences that differ in nothing but their names differ in nothing
else. A plan may have a hundred thousand steps. Pure."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from pgseq.model.sequences import Feed, Sequence
from pgseq.text.patterns import lazily

#: Stand in a template for what is filled in: no SQL holds these characters.
_NAMES: Final = {name: f"\0{name}\0" for name in ("literal", "sequence", "table", "column", "condition")}
#: Stands between the texts of a template. What holds it has none, since it would not come out as composed.
_END: Final = "\1"
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


class _Template(NamedTuple):
    """Texts with slots for names, all in one format: to fill one is quicker than to fill each."""

    format: str
    settings: tuple[str, ...]
    #: How many of them are statements.
    length: int

    @classmethod
    def of(cls, texts: Texts) -> _Template:
        """The template of texts that hold _NAMES."""
        joined = _END.join((texts.lock, texts.guard, *texts.statements, *texts.joint)).replace("%", "%%")
        for name, mark in _NAMES.items():
            joined = joined.replace(mark, f"%({name})s")
        return cls(joined, texts.settings, len(texts.statements))

    def filled(self, names: dict[str, str]) -> Texts:
        """The texts with these names."""
        lock, guard, *others = (self.format % names).split(_END)
        statements, joint = others[: self.length], others[self.length :]
        return Texts(lock, guard, self.settings, tuple(statements), tuple(joint))


#: Composes the texts for a sequence; the other argument is a condition that depends on the step.
Compose = Callable[[Sequence, str], Texts]


class Templates:
    """The templates of one way to compose."""

    def __init__(self) -> None:
        #: By shape; None: to be composed one by one.
        self._by_shape: dict[tuple[Any, ...], _Template | None] = {}

    def filled(self, compose: Compose, sequence: Sequence, condition: str, *, variant: bool) -> Texts:
        """What `compose` makes of a sequence and a condition, which depends on nothing else, but on `variant`."""
        shape = (variant, *_shape(sequence)) if _is_simple(sequence) else None
        if shape is None or (template := self._by_shape.get(shape, _UNKNOWN)) is None:
            return compose(sequence, condition)
        names = {
            "literal": sequence.literal,
            "sequence": sequence.sql,
            "table": sequence.feeds[0].table_sql,
            "column": sequence.feeds[0].column_sql,
            "condition": condition,
        }
        if template is not _UNKNOWN:
            return template.filled(names)
        template = _Template.of(compose(_unnamed(sequence), _NAMES["condition"]))
        composed = compose(sequence, condition)
        if len(self._by_shape) >= _MOST:
            self._by_shape.clear()
        # What depends on more than names and shape, as on an oid, has no template.
        self._by_shape[shape] = template if template.filled(names) == composed else None
        return composed


_UNKNOWN: Final = _Template("", (), 0)


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
    feed = sequence.feeds[0]
    return replace(sequence, **_OF_SEQUENCE, feeds=(replace(feed, **_OF_FEED, scan_bytes=int(_is_scanned(feed))),))


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


def _others(kind: type[Struct], *left_out: str) -> Callable[[Any], tuple[Any, ...]]:
    return attrgetter(*(name for name in kind.__struct_fields__ if name not in left_out))


_shape_of_sequence: Final = _others(Sequence, *_OF_SEQUENCE, *Sequence.derived, "feeds")
_shape_of_feed: Final = _others(Feed, *_OF_FEED, "scan_bytes")


def _shape(sequence: Sequence) -> tuple[Any, ...]:
    (feed,) = sequence.feeds
    return *_shape_of_sequence(sequence), _is_scanned(feed), *_shape_of_feed(feed)


def _is_scanned(feed: Feed) -> bool:
    """Whether no index serves it: how much is scanned does not count."""
    return feed.scan_bytes > 0

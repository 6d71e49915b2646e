"""Which sequence of the source one of the target goes on from. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pgseq.config import Mapped
from pgseq.cutover.values import How
from pgseq.errors import ConfigError
from pgseq.model import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sequence of the source, and how it was found."""

    sequence: Sequence
    how: How


def pair(
    ours: Iterable[Sequence], theirs: Iterable[Sequence], mapped: Iterable[Mapped]
) -> dict[int, tuple[Candidate, ...]]:
    """For each of our sequences, by oid, those of theirs that it goes on from: the mapped ones; else the one of that
    schema and name; else those that feed a column which it feeds."""
    known = {(sequence.schema, sequence.name): sequence for sequence in theirs}
    given: dict[tuple[str, str], list[Sequence]] = defaultdict(list)
    for one in mapped:
        if one.source in known:
            given[one.target].append(known[one.source])
    feeding: dict[tuple[str, str, str], list[Sequence]] = defaultdict(list)
    for sequence in known.values():
        for column in _columns(sequence):
            feeding[column].append(sequence)

    def candidates(sequence: Sequence) -> tuple[Candidate, ...]:
        name = (sequence.schema, sequence.name)
        if name in given:
            return tuple(Candidate(sequence=one, how="map") for one in given[name])
        if name in known:
            return (Candidate(sequence=known[name], how="name"),)
        found = {one.oid: one for column in _columns(sequence) for one in feeding.get(column, ())}
        return tuple(Candidate(sequence=one, how="column") for one in found.values())

    return {sequence.oid: candidates(sequence) for sequence in ours}


def refuse_unknown(mapped: Iterable[Mapped], known: Iterable[Sequence], *, on_source: bool) -> None:
    """Raises ConfigError where a map names a sequence that is not there."""
    names = {(sequence.schema, sequence.name) for sequence in known}
    for one in mapped:
        name = one.source if on_source else one.target
        if name not in names:
            raise ConfigError(
                f"{'.'.join(name)}, which a map names, is not on the {'source' if on_source else 'target'}",
                "mend [tool.pgseq.map] or --map; mixed case is quoted as in SQL",
            )


def _columns(sequence: Sequence) -> list[tuple[str, str, str]]:
    return [(feed.schema, feed.table, feed.column) for feed in sequence.feeds]

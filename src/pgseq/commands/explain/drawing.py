"""An index of sequences by the columns they feed, and by name. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pgseq.core.inheritance import Tree
from pgseq.model.sequences import Feed, Sequence


class DatabaseSequences:
    """The sequences of a database, with who inherits from whom."""

    def __init__(self, sequences: Iterable[Sequence], tree: Tree) -> None:
        self._tree = tree
        self._feeds: list[tuple[Sequence, Feed]] = []
        self._by_column: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
        self._by_name: defaultdict[str, list[Sequence]] = defaultdict(list)
        self._tables: set[int] = set()
        #: The sequences that feed nothing known and are no extension's.
        self.unlinked: list[Sequence] = []
        #: Those with a column that cannot hold all their values.
        self.narrow: list[Sequence] = []
        for sequence in sequences:
            self._add(sequence)

    def _add(self, sequence: Sequence) -> None:
        self._by_name[sequence.name].append(sequence)
        for feed in sequence.feeds:
            self._by_column[feed.relid, feed.column].append(len(self._feeds))
            self._feeds.append((sequence, feed))
            self._tables.add(feed.relid)
        if not sequence.feeds and sequence.extension is None:
            self.unlinked.append(sequence)
        if any(not feed.holds(sequence.bound) for feed in sequence.feeds):
            self.narrow.append(sequence)

    def named(self, name: str) -> list[Sequence]:
        """The sequences of that name, in whatever schema."""
        return self._by_name.get(name, [])

    def draws(self, relid: int) -> bool:
        """Whether a sequence feeds any column of a table, or of the table that it is a part of."""
        return not self._tables.isdisjoint((*self._tree.ancestors(relid), relid))

    def feeding(self, relid: int, columns: Iterable[str]) -> list[tuple[Sequence, Feed]]:
        """The sequences that feed these columns of a table, or of the table that it is a part of."""
        places = {(table, column) for column in columns for table in (*self._tree.ancestors(relid), relid)}
        return [self._feeds[number] for number in sorted(n for place in places for n in self._by_column.get(place, ()))]

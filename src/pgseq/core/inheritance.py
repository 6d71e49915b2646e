"""Partition and inheritance trees. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple


class Child(NamedTuple):
    """A row of parents.sql: the table `child` inherits from `parent`; `sql` is its quoted name."""

    child: int
    parent: int
    schema: str
    name: str
    sql: str
    is_partition: bool
    #: pg_class.relkind.
    relkind: str = "r"
    #: Locks that reading it takes: its own and its indexes'.
    locks: int = 1


class Tree:
    """Who inherits from whom (pg_inherits)."""

    def __init__(self, children: Iterable[Child]) -> None:
        self._parents: dict[int, list[int]] = defaultdict(list)
        self._children: dict[int, list[Child]] = defaultdict(list)
        self._partitioned: dict[int, list[int]] = defaultdict(list)
        for child in children:
            self._parents[child.child].append(child.parent)
            self._children[child.parent].append(child)
            if child.is_partition:
                self._partitioned[child.child].append(child.parent)

    def __bool__(self) -> bool:
        """Whether any table inherits."""
        return bool(self._parents)

    def ancestors(self, relid: int) -> frozenset[int]:
        """All tables that `relid` inherits from, directly or not."""
        oids: set[int] = set()
        waiting = list(self._parents.get(relid, ()))
        while waiting:
            parent = waiting.pop()
            if parent not in oids:
                oids.add(parent)
                waiting += self._parents.get(parent, ())
        return frozenset(oids)

    def family(self, relid: int) -> frozenset[int]:
        """The table, all that inherit from it, and those of which it is a partition: their rows are each other's."""
        tables, waiting = {relid, *self.descendants(relid)}, [relid]
        while waiting:
            parents = self._partitioned.get(waiting.pop(), ())
            waiting += [parent for parent in parents if parent not in tables]
            tables.update(parents)
        return frozenset(tables)

    def descendants(self, relid: int) -> dict[int, Child]:
        """All tables that inherit from `relid`, directly or not, by oid."""
        children: dict[int, Child] = {}
        waiting = list(self._children.get(relid, ()))
        while waiting:
            child = waiting.pop()
            if child.child not in children:
                children[child.child] = child
                waiting += self._children.get(child.child, ())
        return children

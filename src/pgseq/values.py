"""Frozen values some of whose fields are not shown, or do not make them another value; and lists of a hundred thousand
values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, TypeVar

from msgspec import Struct

T = TypeVar("T")


def drained(values: list[T]) -> Iterator[T]:
    """The values in their order, each dropped from the list as it is taken: what is made of it takes its place."""
    values.reverse()
    while values:
        yield values.pop()


class Value(Struct, frozen=True):
    """A value that leaves fields out: of its text those of `unshown`, such as a password, and of comparisons those of
    `uncompared`, such as the time of the question."""

    unshown: ClassVar[tuple[str, ...]] = ()
    uncompared: ClassVar[tuple[str, ...]] = ()

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return self._without(self.unshown)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__rich_repr__())})"

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._compared() == other._compared()

    def __hash__(self) -> int:
        return hash(tuple(self._compared()))

    def _compared(self) -> list[tuple[str, Any]]:
        return self._without(self.uncompared)

    def _without(self, names: tuple[str, ...]) -> list[tuple[str, Any]]:
        return [(name, getattr(self, name)) for name in self.__struct_fields__ if name not in names]

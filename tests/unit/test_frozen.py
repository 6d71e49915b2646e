"""A frozen value behaves as the standard library's frozen dataclass does."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass, replace
from typing import Any, Generic, TypeVar

import pytest

from pgseq.frozen import changeable, frozen, frozen_in_order


@frozen
class Ours:
    first: int
    second: tuple[str, ...] = ()
    third: list[int] = field(default_factory=list)
    kept: int = field(default=0, compare=False, repr=False)
    sum: int = field(init=False, compare=False, repr=False)
    last: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "sum", self.first + len(self.second))

    @property
    def doubled(self) -> int:
        return 2 * self.first


@dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    first: int
    second: tuple[str, ...] = ()
    third: list[int] = field(default_factory=list)
    kept: int = field(default=0, compare=False, repr=False)
    sum: int = field(init=False, compare=False, repr=False)
    last: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "sum", self.first + len(self.second))


@frozen
class One:
    only: int


@frozen
class Named:
    only: int

    def __repr__(self) -> str:
        return "named"


def test_fields_and_texts() -> None:
    ours = Ours(first=1, second=("a",), last="x")
    theirs = Theirs(first=1, second=("a",), last="x")
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert [(one.name, one.init, one.compare) for one in fields(ours)] == [
        (one.name, one.init, one.compare) for one in fields(theirs)
    ]
    kind: object = Ours
    assert is_dataclass(kind)
    assert vars(type(ours))["__dataclass_params__"].frozen
    assert (ours.third, ours.kept, ours.sum, ours.doubled) == ([], 0, 2, 2)
    assert ours.third is not Ours(first=1, last="x").third
    assert repr(Named(only=1)) == "named"
    assert not hasattr(ours, "__dict__")


def test_equality_and_hash() -> None:
    assert Ours(first=1, last="x") == Ours(first=1, last="x", kept=5)
    assert Ours(first=1, last="x") != Ours(first=2, last="x")
    others: list[object] = [Named(only=1), 1, (1,), None]
    assert One(only=1) not in others
    assert {One(only=1), One(only=1), One(only=2)} == {One(only=2), One(only=1)}
    with pytest.raises(TypeError, match="unhashable"):
        hash(Ours(first=1, last="x"))


def test_nothing_is_assigned() -> None:
    one = One(only=1)
    for name in ("only", "new"):
        with pytest.raises(FrozenInstanceError, match=name):
            setattr(one, name, 2)
    with pytest.raises(FrozenInstanceError, match="only"):
        delattr(one, "only")
    assert one.only == 1


@pytest.mark.parametrize("arguments", [{}, {"first": 1}, {"first": 1, "last": "x", "more": 1}, {"only": 1, "sum": 2}])
def test_arguments_that_do_not_fit(arguments: dict[str, Any]) -> None:
    for _ in range(2):
        with pytest.raises(TypeError):
            Ours(**arguments)


def test_copies() -> None:
    ours = Ours(first=1, second=("a",), third=[7], kept=3, last="x")
    for again in (replace(ours, first=2), copy.copy(ours), copy.deepcopy(ours), pickle.loads(pickle.dumps(ours))):
        assert (again.second, again.third, again.kept, again.last) == (("a",), [7], 3, "x")
        assert again.sum == again.first + 1
    assert pickle.loads(pickle.dumps(ours)) == ours


def test_a_class_may_be_unpickled_before_it_was_used() -> None:
    @frozen
    class Unused:
        first: int = 5

    made = Unused.__new__(Unused)
    made.__setstate__([7])  # type: ignore[attr-defined]
    assert made.first == 7


def test_one_that_inherits_from_another() -> None:
    """Whichever of them is made first, each has its own fields; what a class says itself is inherited."""

    @frozen
    class More(One):
        more: int = 2

    @frozen
    class NamedToo(Named):
        more: int = 2

    assert repr(One(only=1)) == "One(only=1)"
    more = More(only=1, more=3)
    assert repr(more).endswith("More(only=1, more=3)")
    assert (more == More(only=1, more=3), more == More(only=1), more == One(only=1)) == (True, False, False)
    assert hash(more) == hash(More(only=1, more=3))
    assert replace(more, only=4) == More(only=4, more=3)
    assert copy.copy(more) == more
    with pytest.raises(FrozenInstanceError):
        more.only = 2  # type: ignore[misc]
    with pytest.raises(TypeError):
        One(only=1, more=3)  # type: ignore[call-arg]
    assert vars(One)["__dataclass_params__"].frozen
    assert (repr(NamedToo(only=1)), hasattr(more, "__dict__")) == ("named", False)


@frozen
class Below(Ours):
    more: int = 4

    def __post_init__(self) -> None:
        object.__setattr__(self, "sum", self.more)


def test_one_that_inherits() -> None:
    below, again = Below(first=1, last="x"), Below(first=1, last="x", more=5)
    assert (below.first, below.more, below.sum, below.second) == (1, 4, 4, ())
    assert below != again
    assert below != Ours(first=1, last="x")
    assert repr(below) == "Below(first=1, second=(), third=[], last='x', more=4)"
    with pytest.raises(FrozenInstanceError):
        below.more = 7  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        below.first = 7  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(again)) == again == replace(below, more=5)
    assert not hasattr(below, "__dict__")


class Plain(Ours):
    """Not frozen itself."""


def test_one_that_inherits_without_being_said_to_be_frozen() -> None:
    plain = Plain(first=1, last="x")
    assert type(plain) is Plain
    assert (plain.first, plain.sum) == (1, 1)
    with pytest.raises(FrozenInstanceError):
        plain.first = 7  # type: ignore[misc]


@frozen_in_order
class InOrder:
    first: int
    second: tuple[int, ...] = ()


def test_one_whose_fields_are_given_in_their_order() -> None:
    assert InOrder(1) == InOrder(1, ()) == InOrder(first=1)
    assert (InOrder(1, (2,)).second, repr(InOrder(1))) == ((2,), "InOrder(first=1, second=())")
    with pytest.raises(TypeError):
        InOrder(1, (2,), 3)  # type: ignore[call-arg]
    with pytest.raises(FrozenInstanceError):
        InOrder(1).first = 2  # type: ignore[misc]


@changeable
class Changeable:
    first: int
    second: list[int] = field(default_factory=list)


def test_one_that_changes() -> None:
    one, other = Changeable(first=1), Changeable(first=1)
    one.first += 1
    one.second.append(3)
    assert (one.first, one.second, other.first, other.second) == (2, [3], 1, [])
    assert repr(one) == "Changeable(first=2, second=[3])"
    assert (one == other, hasattr(one, "__dict__"), len({one, other})) == (False, False, 2)
    again = pickle.loads(pickle.dumps(one))
    assert (again.first, again.second) == (2, [3])


Kind = TypeVar("Kind")


@frozen
class Wide:
    """One with more fields than are set one by one."""

    a: int
    b: int
    c: int = 0
    d: list[int] = field(default_factory=list)
    e: str = ""
    f: str = ""
    g: str = ""
    h: str = ""
    sum: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sum", self.a + self.b)


@frozen
class Wider(Wide):
    i: int = 9


@frozen
class WideOf(Wide, Generic[Kind]):
    j: Kind


@pytest.mark.parametrize("wide", [Wide(a=1, b=2), Wider(a=1, b=2, i=3), WideOf(a=1, b=2, j="x")])
def test_many_fields(wide: Wide) -> None:
    assert (wide.a, wide.b, wide.c, wide.d, wide.sum) == (1, 2, 0, [], 3)
    again = pickle.loads(pickle.dumps(wide))
    assert (again, type(again), again.sum) == (wide, type(wide), 3)
    assert replace(wide, a=5).sum == 7
    assert not hasattr(wide, "__dict__")
    with pytest.raises(FrozenInstanceError):
        wide.a = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del wide.a

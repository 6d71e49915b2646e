"""Fields of a frozen value that are not shown, or not compared."""

from __future__ import annotations

import copy
import pickle
from typing import ClassVar

import pytest
from msgspec.structs import replace

from pgseq.values import Value


class Seen(Value, frozen=True, kw_only=True):
    """A value of a question."""

    unshown: ClassVar = ("password",)
    uncompared: ClassVar = ("time",)

    name: str
    password: str = "hunter2"
    time: int = 0


class SeenAgain(Seen, frozen=True, kw_only=True):
    """One more of them."""

    count: int = 1


@pytest.mark.parametrize(
    ("value", "text"),
    [(Seen(name="a"), "Seen(name='a', time=0)"), (SeenAgain(name="a"), "SeenAgain(name='a', time=0, count=1)")],
)
def test_what_is_not_shown(value: Seen, text: str) -> None:
    assert repr(value) == text
    assert "hunter2" not in str(value) + str(value.__rich_repr__())


@pytest.mark.parametrize("kind", [Seen, SeenAgain])
def test_what_is_not_compared(kind: type[Seen]) -> None:
    one, later = kind(name="a"), kind(name="a", time=1)
    assert one == later
    assert hash(one) == hash(later)
    assert one != replace(one, password="")
    assert one != replace(one, name="b")
    assert Seen(name="a") != SeenAgain(name="a")
    assert one not in ("a", None)


def test_copies_have_all_fields() -> None:
    one = SeenAgain(name="a", password="b", time=3, count=4)
    for again in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert (again.name, again.password, again.time, again.count) == ("a", "b", 3, 4)


def test_nothing_is_assigned() -> None:
    with pytest.raises(AttributeError, match="immutable"):
        Seen(name="a").name = "b"  # type: ignore[misc]
    assert "__dict__" not in dir(Seen)

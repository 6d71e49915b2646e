"""Which sequence of the source one of the target goes on from."""

from __future__ import annotations

import pytest

from pgseq.commands.sync.match import pair, refuse_unknown
from pgseq.config import mapped, parse
from pgseq.errors import ConfigError, UsageError
from pgseq.model.configuration import Mapped
from pgseq.model.sequences import Sequence
from tests.unit import factory

NOTHING: tuple[Mapped, ...] = ()


def alone(oid: int, name: str, schema: str = "public") -> Sequence:
    """A sequence that feeds nothing."""
    return factory.sequence(oid=oid, name=name, schema=schema, feeds=())


def feeding(oid: int, name: str, *tables: str) -> Sequence:
    """A sequence that feeds the column id of tables."""
    return factory.sequence(oid=oid, name=name, feeds=tuple(factory.feed(table=table) for table in tables))


def paired(ours: list[Sequence], theirs: list[Sequence], maps: tuple[Mapped, ...] = NOTHING) -> dict[str, list[str]]:
    """Names of the source by name of the target, each with how it was found."""
    names = {sequence.oid: sequence.name for sequence in ours}
    return {
        names[oid]: [f"{one.sequence.name} by {one.how}" for one in found]
        for oid, found in pair(ours, theirs, maps).items()
    }


def test_the_column_tells_and_so_does_the_name() -> None:
    ours = [feeding(1, "a", "t"), feeding(2, "b", "t"), alone(3, "c"), alone(4, "d", schema="other")]
    theirs = [feeding(11, "a", "t"), alone(13, "d")]
    assert paired(ours, theirs) == {"a": ["a by name"], "b": ["a by column"], "c": [], "d": []}
    assert paired([alone(1, "a")], [feeding(11, "a", "t")]) == {"a": ["a by name"]}
    assert paired([feeding(1, "a", "t")], [feeding(11, "a", "renamed")]) == {"a": ["a by name"]}


def test_the_column_comes_before_the_name() -> None:
    """Where the sequence of that name feeds other columns, as that of a table replaced by a new one of its name."""
    theirs = [feeding(11, "orders_id_seq", "orders_2023"), feeding(12, "orders_id_seq1", "orders")]
    assert paired([feeding(1, "orders_id_seq", "orders")], theirs) == {"orders_id_seq": ["orders_id_seq1 by column"]}


def test_the_name_beside_the_column() -> None:
    """Where it tells nothing of its columns, or feeds some of ours: the furthest of all counts."""
    ours = [feeding(1, "a", "t", "u")]
    assert paired(ours, [alone(11, "a"), feeding(12, "x", "t")]) == {"a": ["a by name", "x by column"]}
    assert paired(ours, [feeding(11, "a", "t", "v"), feeding(12, "x", "u")]) == {"a": ["a by name", "x by column"]}


def test_a_sequence_that_was_split_and_one_that_was_joined() -> None:
    apart = [feeding(1, "a", "t"), feeding(2, "b", "u")]
    joint = [feeding(11, "both", "t", "u")]
    assert paired(apart, joint) == {"a": ["both by column"], "b": ["both by column"]}
    assert paired(joint, apart) == {"both": ["a by column", "b by column"]}


def test_a_map_comes_first() -> None:
    ours, theirs = [alone(1, "a"), alone(2, "b")], [alone(11, "a"), alone(12, "x")]
    maps = (mapped("public.x", "public.a"),)
    assert paired(ours, theirs, maps) == {"a": ["x by map"], "b": []}


@pytest.mark.parametrize("on_source", [True, False])
def test_a_map_of_what_is_not_there(on_source: bool) -> None:
    maps = (mapped("public.x", "public.a"),)
    refuse_unknown(maps, [alone(1, "x" if on_source else "a")], on_source=on_source)
    with pytest.raises(ConfigError, match=r"public\.(x|a), which a map names, is not on the (source|target)"):
        refuse_unknown(maps, [], on_source=on_source)


def test_maps_of_the_configuration() -> None:
    read = parse({"map": {"public.x": 'public."Y"'}}, "pgseq.toml")
    assert read.map == (Mapped(source=("public", "x"), target=("public", "Y")),)
    for wrong in ({"map": {"x": "public.y"}}, {"map": {"public.x": 3}}, {"map": ["public.x"]}):
        with pytest.raises(ConfigError, match=r"^pgseq\.toml: "):
            parse(wrong, "pgseq.toml")


@pytest.mark.parametrize(("source", "target"), [("public.x", ""), ("x", "public.y"), ("a.b.c", "a.b")])
def test_what_is_no_map(source: str, target: str) -> None:
    with pytest.raises(UsageError, match=r"does not map schema\.sequence to schema\.sequence"):
        mapped(source, target)

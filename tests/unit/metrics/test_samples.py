"""Labels: what names a target, and what cannot be written as it is."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace
from prometheus_client import generate_latest

from pgseq.metrics.samples import DatabaseSamples, Look, SequenceSample, exposable, families
from pgseq.metrics.server import Latest
from tests.support.exporter import Samples, samples

SEQUENCE: Final = SequenceSample(
    schema="public",
    name="s",
    values_left=2**63 - 1,
    used_ratio=0.5,
    seconds_left=None,
    inserts_until_collision=None,
    nextval_calls=None,
    cache=1,
)
LOOK: Final = Look(
    target="db1:5432/app",
    seconds=0.5,
    succeeded=1.0,
    up=True,
    samples=DatabaseSamples(database="app", counts={"ok": 1}, sequences=(SEQUENCE,)),
)


def read(*looks: Look, by_target: bool = False) -> Samples:
    """The samples as they are read."""
    latest = Latest()
    latest.put(families(looks, by_target=by_target))
    return samples(generate_latest(latest).decode())


def labels(found: Samples, name: str) -> list[dict[str, str]]:
    """The labels of each series of that name."""
    return [dict(one) for other, one in found if other == name]


def test_one_target() -> None:
    assert labels(read(LOOK), "pgseq_sequence_values_left") == [
        {"datname": "app", "schemaname": "public", "sequence": "s"}
    ]


def test_databases_of_several_servers_name_their_target() -> None:
    assert labels(read(LOOK, by_target=True), "pgseq_sequences") == [
        {"target": "db1:5432/app", "datname": "app", "status": "ok"}
    ]


def test_two_databases_of_one_name_name_their_target() -> None:
    """As behind the aliases of a pooler."""
    found = read(LOOK, replace(LOOK, target="db1:5432/alias"))
    assert {one["target"] for one in labels(found, "pgseq_sequences")} == {"db1:5432/app", "db1:5432/alias"}


def test_bytes_that_are_no_utf_8_stay_apart() -> None:
    names = [bytes([0xE9]).decode("utf-8", "surrogateescape"), bytes([0xE8]).decode("utf-8", "surrogateescape")]
    assert len({exposable(name) for name in names}) == 2
    found = read(*(replace(LOOK, target=name) for name in names))
    assert {one["target"] for one in labels(found, "pgseq_up")} == {"\\udce9", "\\udce8"}


def test_nothing_is_said_of_what_failed() -> None:
    found = read(replace(LOOK, up=False, succeeded=None, samples=None))
    assert {name for name, _ in found} == {"pgseq_up", "pgseq_check_duration_seconds", "pgseq_build_info"}

"""Like sequences of many schemas are shown once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pgseq.model.reports import SequenceReport
from pgseq.render.text.folding import rows
from pgseq.render.writer import Detail
from tests.unit import factory
from tests.unit.render.test_check import shown


def tenant(schema: str, furthest: int = 50) -> SequenceReport:
    one = factory.behind(furthest)
    feed = replace(one.sequence.feeds[0], schema=schema, table_sql=f"{schema}.users")
    sequence = replace(one.sequence, schema=schema, sql=f"{schema}.users_id_seq", feeds=(feed,))
    reading = replace(one.diagnosis.reading, sequence=sequence)
    return replace(one, diagnosis=replace(one.diagnosis, reading=reading))


def test_same_table_in_many_schemas_is_one_row() -> None:
    tenants = [tenant(f"tenant_{number:03}") for number in range(1, 101)]
    text = shown(factory.report(*tenants, factory.exhausted()))
    assert text.count(".users.id") == 2
    assert "tenant_001.users.id" in text
    assert "    tenant_*: 100 sequences, same table; -v lists each\n" in text
    assert "100 out of sync, 1 exhausted" in text


def test_verbose_lists_each() -> None:
    text = shown(factory.report(*[tenant(f"tenant_{number}") for number in range(5)]), verbose=True)
    assert text.count("users_id_seq") == 5
    assert "same table" not in text


def test_limit_counts_rows() -> None:
    tenants = [tenant(f"tenant_{number}") for number in range(5)]
    text = shown(factory.report(*tenants, factory.exhausted(), factory.unseen()), limit=1)
    assert "tenant_*: 5 sequences, same table" in text
    assert "… 2 more, --limit all lists them\n" in text


def test_the_worst_stands_for_the_others() -> None:
    (row,) = rows([tenant("b", 9), tenant("a", 5), tenant("c", 7)], Detail())
    assert (row.report.sequence.schema, len(row.others)) == ("b", 2)


@pytest.mark.parametrize(
    ("schemas", "remark"),
    [
        (["a_x", "b_x", "c_x"], "*_x: 3 sequences, same table"),
        (["one", "two", "six"], "*: 3 sequences, same table"),
        (["t1", "t10", "t11"], "t*: 3 sequences, same table"),
        (["shop_1_eu", "shop_12_eu", "shop_7_eu"], "shop_*_eu: 3 sequences, same table"),
        (["a", "b"], ""),
    ],
)
def test_how_schemas_are_named(schemas: list[str], remark: str) -> None:
    assert rows([tenant(schema) for schema in schemas], Detail())[0].remark == remark


def test_what_differs_is_not_folded() -> None:
    mixed = [tenant("a"), tenant("b"), replace(tenant("c"), ignored="known")]
    assert [len(row.others) for row in rows(mixed, Detail())] == [0, 0, 0]

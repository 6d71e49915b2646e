"""A statement from a template is, byte for byte, what would have been composed."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from pgseq.core.plan import Planner
from pgseq.core.step_templates import Templates, Texts
from pgseq.model.changes import Step
from pgseq.model.diagnosis import Policy
from pgseq.model.limits import Limits
from pgseq.model.sequences import Sequence, Stored
from tests.unit.factory import diagnosis, feed, sequence


def named(number: int, **overrides: Any) -> Sequence:
    """One of many alike."""
    table = f"tenant_{number}.t{number}"
    column = feed(
        schema=f"tenant_{number}",
        table=f"t{number}",
        column=f"c{number}",
        relid=1000 + number,
        table_sql=table,
        column_sql=f"c{number}",
        sources=(table,),
        scan_bytes=overrides.pop("scan_bytes", number),
        locks=number + 1,
        **overrides.pop("of_feed", {}),
    )
    name = f"t{number}_seq"
    return sequence(
        oid=2000 + number,
        schema=f"tenant_{number}",
        schema_sql=f"tenant_{number}",
        name=name,
        sql=f"tenant_{number}.{name}",
        literal=f"'tenant_{number}.{name}'",
        feeds=(column,),
        **overrides,
    )


SHAPES: dict[str, dict[str, Any]] = {
    "serial": {},
    "identity": {"of_feed": {"via": "identity"}},
    "bigint": {"data_type": "bigint", "max": 2**63 - 1, "of_feed": {"type": "bigint", "highest": 2**63 - 1}},
    "descending": {"increment": -1, "min": -(2**31), "max": -1, "start": -1},
    "grid": {"increment": 10},
    "cache": {"cache": 32},
    "cycle": {"cycle": True, "max": 1000},
    "by function": {"by_function": True},
    "of another owner": {"trusted": False, "of_feed": {"mark": "", "owner": 7}},
    "planner's code": {"trusted": False, "of_feed": {"mark": "abc", "owner": 7}},
    "text": {"of_feed": {"kind": "text", "type": "text", "lowest": None, "highest": None}},
    "served by an index": {"scan_bytes": 0},
    "short": {"data_type": "smallint", "max": 32767},
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("policy", [Policy(max_jump=1), Policy(max_jump=1, lock="none")], ids=["table", "none"])
def test_a_plan_of_many_alike(shape: str, policy: Policy) -> None:
    plan = Planner(policy=policy, limits=Limits(), role="me")
    alike = [named(number, **SHAPES[shape]) for number in (1, 2, 30, 400)]
    for number, one in enumerate(alike):
        far = one.min + 10 * one.increment + number * one.increment if one.ascending else -11 - number
        found = diagnosis(one.min if one.ascending else -1, stored=Stored(nearest=far, furthest=far), **_all_of(one))
        step = plan(found)
        assert isinstance(step, Step), step
        again = replace(step.compose, templates=Templates())  # type: ignore[type-var]
        # The first of its shape is composed, not filled in.
        assert step.change == again(step)
        assert bool(step.change.joint) == (shape == "served by an index" and policy.lock == "table")
        assert one.sql in step.sql


def _all_of(one: Sequence) -> dict[str, Any]:
    names = ("oid", "schema", "schema_sql", "name", "sql", "literal", "feeds", "data_type", "min", "max", "start")
    more = ("increment", "cache", "cycle", "by_function", "trusted")
    return {name: getattr(one, name) for name in (*names, *more)}


@pytest.mark.parametrize(
    "text",
    [
        lambda of: f"{of.sql} {of.literal} 100 % %s",
        lambda of: f"{of.oid} {of.sql}",
        lambda of: f"{of.feeds[0].relid}",
        lambda of: f"{of.feeds[0].scan_bytes} {of.feeds[0].locks}",
        lambda of: f"{of.name} {of.schema} {of.feeds[0].column}",
        lambda of: f"{hash(of.sql)}",
        lambda of: f"\1{of.sql}\1",
    ],
)
def test_what_depends_on_more_than_names_is_composed(text: Any) -> None:
    templates = Templates()

    def compose(of: Sequence, condition: str) -> Texts:
        return Texts(of.feeds[0].table_sql, "", (), (f"{text(of)} {condition}",))

    for number in (1, 2, 3):
        one = named(number)
        filled = templates.filled(compose, one, f"goal < {number}", variant=False)
        assert filled == compose(one, f"goal < {number}")


@pytest.mark.parametrize("name", ['public."Users_seq"', 'public."it\'s"', "public.große_seq", 'public."%(table)s"'])
def test_names_that_are_quoted_are_composed(name: str) -> None:
    templates = Templates()

    def compose(of: Sequence, condition: str) -> Texts:
        return Texts("", "", (), (of.sql.replace("'", "''").upper() + condition,))

    for one in (sequence(), replace(sequence(), sql=name, literal=f"'{name}'")):
        filled = templates.filled(compose, one, "x", variant=True)
        assert filled == compose(one, "x")


@pytest.mark.parametrize("shape", SHAPES)
def test_all_of_one_shape_are_composed_once(shape: str) -> None:
    templates, composed = Templates(), []

    def compose(of: Sequence, condition: str) -> Texts:
        composed.append(of)
        return Texts("", "", (), (f"{of.sql} {of.feeds[0].label} {condition}",))

    for number in (1, 2, 30, 400):
        # A shape is whether it is scanned, and not how much.
        of = named(number, **({"scan_bytes": number} | SHAPES[shape]))
        assert templates.filled(compose, of, "x", variant=False).statements[0] == f"{of.sql} {of.feeds[0].label} x"
    # The template, and the first.
    assert len(composed) == 2

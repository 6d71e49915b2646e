"""What limits a column beside its type."""

from __future__ import annotations

from pgseq.core.inheritance import Tree
from pgseq.core.referring import CheckRow, References, with_limits
from tests.unit import factory


def test_a_check_dropped_since_the_snapshot_limits_nothing() -> None:
    feed = factory.feed()
    sequence = factory.sequence(feeds=(feed,))
    check = CheckRow(
        relid=feed.relid,
        type_oid=0,
        column=feed.column,
        name="small",
        operand=feed.column_sql,
        definition=f"CHECK (({feed.column_sql} < 100))",
    )
    references = References([], Tree([]))
    (limited,) = with_limits((sequence,), references, [check])
    assert [(limit.constraint, limit.highest) for limit in limited.limits] == [("small", 99)]
    (unlimited,) = with_limits((sequence,), references, [check._replace(definition=None)])
    assert unlimited.limits == ()

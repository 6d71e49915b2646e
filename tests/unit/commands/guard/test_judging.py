"""What fits which column, and what is said of it: judged without a database."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from pgseq.commands.guard.advise import advise
from pgseq.commands.guard.blocks import dollar
from pgseq.commands.guard.function import arguments, body
from pgseq.commands.guard.identity import identities
from pgseq.commands.guard.model import GuardItem
from pgseq.commands.guard.ownership import ownerships
from pgseq.commands.guard.remove import removals
from pgseq.commands.guard.rows import Trigger
from pgseq.commands.guard.status import guard_status
from pgseq.commands.guard.trigger import triggers
from pgseq.core.follow_up import Caller, commands
from pgseq.core.selection import scope
from pgseq.model.arithmetic import INTEGER_BITS
from pgseq.model.configuration import Config
from pgseq.model.diagnosis import Policy
from pgseq.model.limits import Limits
from pgseq.model.reports import SequenceReport
from pgseq.model.sequences import Refused
from tests.unit.commands.guard.scenes import SCHEMA, column, extras, make_inventory
from tests.unit.factory import behind, diagnosis, exhausted, feed, healthy, sequence, server, unseen

LIMITS = Limits()


def identity(inventory: Any, **overrides: Any) -> GuardItem:
    """The one case of `guard identity`."""
    (item,) = identities(inventory, "ALWAYS", LIMITS, **overrides)
    return item


def refusal(item: GuardItem) -> str:
    """Why a case is refused."""
    assert item.change is None
    assert item.refused is not None
    return item.refused.reason


@pytest.mark.parametrize("one", [behind(), exhausted(), unseen()])
def test_what_is_not_in_sync_is_not_guarded(one: Any) -> None:
    inventory = make_inventory(one)
    assert refusal(identity(inventory))
    assert refusal(triggers(inventory, 0.1, LIMITS)[0])
    (advice,) = advise(inventory, 0.1, LIMITS).columns
    assert advice.chosen == ()


def test_rows_that_bring_ids_get_no_identity_even_where_a_trigger_cannot_be_had() -> None:
    closed = replace(SCHEMA, may_create=False, hint="GRANT CREATE")
    for schema, chosen in ((SCHEMA, ("trigger",)), (closed, ())):
        (advice,) = advise(make_inventory(of=column(identity="d"), schema=schema), 0.1, LIMITS).columns
        assert (advice.chosen, len(advice.brought)) == (chosen, 1)


@pytest.mark.parametrize(
    ("overrides", "reason"),
    [
        ({"kind": "f"}, "a foreign table"),
        ({"is_partition": True}, "is a partition"),
        ({"inherits": True}, "inheritance tree"),
        ({"inherited": True}, "inheritance tree"),
        ({"not_null": False}, "is not NOT NULL"),
        ({"extension": "hstore"}, "belongs to extension hstore"),
        ({"owned_by_us": False}, "only its owner may alter public.users"),
        ({"owner": "somebody"}, "belongs to owner, public.users to somebody"),
    ],
)
def test_columns_that_cannot_be_an_identity(overrides: dict[str, Any], reason: str) -> None:
    assert reason in refusal(identity(make_inventory(of=column(**overrides))))


@pytest.mark.parametrize(
    ("overrides", "reason"),
    [
        ({"owned_by_us": False}, "only its owner may alter the sequence"),
        ({"dependents": ["view v", "function f()"]}, "view v, function f(): would be lost"),
    ],
)
def test_sequences_that_cannot_be_made_anew(overrides: dict[str, Any], reason: str) -> None:
    assert reason in refusal(identity(make_inventory(beside=extras(**overrides))))


def test_a_foreign_table_below_cannot_have_a_trigger() -> None:
    assert "foreign tables" in refusal(triggers(make_inventory(of=column(foreign_below=True)), 0.1, LIMITS)[0])


def test_how_to_attach_a_partition_where_a_trigger_is_in_the_way() -> None:
    """Until 12; the trigger is the table's own once it is detached, and the function the tree's."""
    report = replace(make_inventory().report, server=server(version="12.22", version_num=120022))
    (item,) = triggers(make_inventory(of=column(kind="p"), report=report), 0.1, LIMITS)
    caller = Caller(program="./manage.py pgseq", target=("--database", "replica"))
    change = item.calling(commands(caller, LIMITS, Policy(), Config())).change
    assert change is not None
    refused, _, following = change.effect.partition("and afterwards ")
    assert re.search(r"DROP TRIGGER pgseq_advance_users_id_\w+ on it first, $", refused)
    assert following == "./manage.py pgseq guard trigger --database replica -t public.users"


def test_a_tree_of_more_locks_than_one_transaction_may_take() -> None:
    """Everybody else would be told that shared memory is out."""
    tree = feed(via="text-default", owns=False, parts=(("ONLY public.users", 2), ("ONLY public.part", 1700)))
    inventory = make_inventory(healthy(feeds=(tree,)), of=column(kind="p"))
    for item in (identity(inventory), triggers(inventory, 0.1, LIMITS)[0], ownerships(inventory, LIMITS)[0]):
        assert refusal(item) == (
            "public.users and all below it take 1702 locks at once, and the server's lock table has room for some "
            "6400, of which pgseq takes 1600"
        )
        assert item.refused is not None
        assert item.refused.hint.startswith("raise max_locks_per_transaction")


def test_advice() -> None:
    (advice,) = advise(make_inventory(subscribed={16385: "sub"}), 0.1, LIMITS).columns
    assert [(way.name, way.fit) for way in advice.ways] == [
        ("ownership", "done"),
        ("identity", "fits"),
        ("trigger", "fits"),
    ]
    assert advice.chosen == ("identity",)
    assert "(sync)" in advice.remarks[0]
    (text,) = advise(make_inventory(healthy(feeds=(feed(type="text", kind="text"),))), 0.1, LIMITS).columns
    assert text.chosen == ("trigger",)
    (always,) = advise(make_inventory(of=column(identity="a")), 0.1, LIMITS).columns
    assert always.chosen == ()
    (cached,) = advise(make_inventory(healthy(cache=20)), 0.1, LIMITS).columns
    assert cached.remarks[0].startswith("CACHE 20")


@given(
    data_type=st.sampled_from([*INTEGER_BITS]),
    fed=st.sampled_from([*INTEGER_BITS]),
    low=st.integers(-(2**63), 2**63 - 2) | st.none(),
    high=st.integers(-(2**63) + 1, 2**63 - 1) | st.none(),
)
def test_bounds_follow_the_column_only_from_the_ends_of_a_type(
    data_type: str, fed: str, low: int | None, high: int | None
) -> None:
    """An identity's sequence has its column's type: bounds that are a type's end become the column's, others stay."""
    least, greatest = _reach(data_type)
    bounds = (least if low is None else low, greatest if high is None else high)
    if not least <= bounds[0] < bounds[1] <= greatest:
        return
    first, last = _reach(fed)
    wanted = (first if bounds[0] == least else bounds[0], last if bounds[1] == greatest else bounds[1])
    fits = first <= wanted[0] <= wanted[1] <= last
    column_of = feed(type=fed, lowest=first, highest=last)
    position = min(max(wanted[0], bounds[0]), bounds[1])
    judged = diagnosis(position, is_called=False, data_type=data_type, min=bounds[0], max=bounds[1], feeds=(column_of,))
    item = identity(make_inventory(SequenceReport(diagnosis=judged)))
    if not fits:
        assert refusal(item)
        return
    assert item.change is not None
    assert f"MINVALUE {wanted[0]} MAXVALUE {wanted[1]} " in item.change.sql
    assert f"CREATE SEQUENCE public.users_id_seq AS {data_type} " in item.change.undo
    assert f"MINVALUE {bounds[0]} MAXVALUE {bounds[1]} " in item.change.undo


def _reach(data_type: str) -> tuple[int, int]:
    bits = INTEGER_BITS[data_type]
    return -(2 ** (bits - 1)), 2 ** (bits - 1) - 1


@given(st.text() | st.text("$pgseq1"))
@example("x$pgseq")
def test_a_dollar_quote_holds_whatever_is_in_it(text: str) -> None:
    quoted = dollar(text)
    tag = re.match(r"\$pgseq\d*\$", quoted)
    assert tag is not None
    assert quoted == f"{tag[0]}{text}{tag[0]}"
    assert quoted.index(tag[0], len(tag[0])) == len(tag[0]) + len(text)


@given(table=st.text(min_size=1, max_size=63), fed=st.text(min_size=1, max_size=63))
def test_names_of_triggers_need_no_quotes(table: str, fed: str) -> None:
    of = feed(table=table, column=fed)
    inventory = make_inventory(healthy(feeds=(of,)), of=column(column=fed))
    (item,) = triggers(inventory, 0.1, LIMITS)
    assert item.change is not None
    (name,) = set(re.findall(r"CREATE TRIGGER (\S+) AFTER", item.change.sql))
    assert re.fullmatch(r"pgseq_advance_[a-z0-9_]*[0-9a-f]{6}", name)
    assert len(name) <= 63


def test_every_word_is_filled_in() -> None:
    inventory = make_inventory()
    for item in (identity(inventory), triggers(inventory, 0.1, LIMITS)[0]):
        assert item.change is not None
        assert "{:" not in item.change.sql + item.change.undo


def _trigger(**overrides: Any) -> Trigger:
    of, fed = sequence(), feed()
    plain = Trigger(
        function=1,
        name="pgseq.advance_users_id_000000",
        body=body(of, fed, 0.1, 18),
        hardened=True,
        owned_by_us=True,
        definition="CREATE OR REPLACE FUNCTION …",
        owner="owner",
        comment=None,
        users=[],
        table_owner="owner",
        table_owned_by_us=True,
        agree=True,
        relid=16385,
        table_sql="public.users",
        trigger="pgseq_advance_users_id_000000",
        trigger_definition="CREATE TRIGGER …",
        enabled="O",
        arguments=arguments(of, fed, 0.1),
        column_there=True,
    )
    return replace(plain, **overrides)


@pytest.mark.parametrize(
    ("overrides", "fault"),
    [
        ({}, None),
        ({"enabled": "A"}, None),
        ({"enabled": "D"}, "disabled"),
        ({"enabled": "R"}, "session_replication_role"),
        ({"hardened": False}, "SECURITY DEFINER"),
        ({"agree": False, "table_owner": "other"}, "belongs to owner, public.users to other"),
        ({"users": ["PUBLIC"]}, "PUBLIC may execute the function"),
        ({"body": "BEGIN RETURN NULL; END"}, "not what would be made now"),
        ({"arguments": ["id", "public.other", "0.1"]}, "does not feed"),
        ({"table_sql": None, "trigger": None, "enabled": None, "arguments": []}, "no trigger is left"),
    ],
)
def test_what_is_whole(overrides: dict[str, Any], fault: str | None) -> None:
    inventory = make_inventory(triggers=(_trigger(**overrides),))
    (guard,) = guard_status(inventory).guards
    assert [(fault or "") in text for text in guard.faults] == ([True] if fault else [])
    (item,) = triggers(inventory, 0.1, LIMITS)
    assert (item.change is None) == (fault is None)


def test_removal_is_by_selection() -> None:
    gone: dict[str, Any] = {"table_sql": None, "table_owned_by_us": None, "trigger": None, "relid": None}
    users, lonely = _trigger(), _trigger(function=2, arguments=[], **gone)
    assert len(removals(make_inventory(triggers=(users, lonely)), LIMITS)) == 2
    assert len(removals(make_inventory(triggers=(users, lonely), scope=scope(table=["users"])), LIMITS)) == 1
    for trigger, reason in (
        (replace(lonely, owned_by_us=False), "only its owner may drop"),
        (_trigger(table_owned_by_us=False), "only the owner of public.users may drop"),
    ):
        assert refusal(removals(make_inventory(triggers=(trigger,)), LIMITS)[0]).startswith(reason)


@pytest.mark.parametrize("overrides", [{}, {"type": "xid8", "kind": "other"}])
def test_a_name_that_may_mean_several_is_left(overrides: dict[str, Any]) -> None:
    """Whatever else keeps its rows from being read, of which nothing is needed here."""
    why = Refused(reason="search_path decides")
    unread = Refused(reason="no index, and 2.0 GB to scan instead")
    fed = feed(via="text-default", owns=False, ambiguous=why, unreadable=unread, **overrides)
    items = ownerships(make_inventory(healthy(feeds=(fed,))), LIMITS)
    assert [refusal(item) for item in items] == ["search_path decides"] * 2
    sure = feed(via="text-default", owns=False, unreadable=unread, **overrides)
    assert [item.refused for item in ownerships(make_inventory(healthy(feeds=(sure,))), LIMITS)] == [None, None]


def test_nothing_to_do_for_an_owned_sequence_as_wide_as_its_column() -> None:
    assert ownerships(make_inventory(), LIMITS) == []
    (item,) = ownerships(make_inventory(healthy(feeds=(feed(type="bigint", highest=2**63 - 1),))), LIMITS)
    assert item.change is not None
    assert "AS bigint" in item.change.sql
    (barred,) = ownerships(make_inventory(healthy(extension="x", feeds=(feed(via="default", owns=False),))), LIMITS)
    assert "extension x" in refusal(barred)

"""From catalog rows to feeds: ownership, defaults, names given as text, partition and inheritance trees."""

from __future__ import annotations

from typing import Any, Final

import pytest
from msgspec.structs import replace

from pgseq.core import feeds as core_feeds
from pgseq.core.catalog_rows import AssemblyContext, Column, SequenceRow
from pgseq.core.inheritance import Child, Tree
from pgseq.core.links import draws, linked
from pgseq.model.sequences import Feed, MissingPrivilege, NotSeen, Problem, Sequence
from tests.unit.factory import sequence_row

S: Final = sequence_row(oid=1, name="s")
T: Final = sequence_row(oid=2, name="t")
PLAIN: Final = "nextval('public.s'::regclass)"
CONTEXT: Final = AssemblyContext(database="app", search_path=("public",), role="me")
BY_TEXT: Final = "nextval(('s'::text)::regclass)"

_COLUMN: Final = Column(
    relid=10,
    sequence=1,
    draws=True,
    owned=None,
    declared=False,
    schema="public",
    table="users",
    column="id",
    schema_sql="public",
    table_sql="public.users",
    column_sql="id",
    type="integer",
    base_type="integer",
    typmod=-1,
    persistence="p",
    expression=PLAIN,
    may_select=True,
    may_enter=True,
    may_lock=True,
    row_security=False,
    heap_bytes=8192,
    scan_bytes=0,
)


def column(relid: int = 10, **overrides: Any) -> Column:
    """public.users.id with a plain default; another table than 10 is called t and its number."""
    if relid != _COLUMN.relid:
        overrides = {"table": f"t{relid}", "table_sql": f"public.t{relid}"} | overrides
    return _COLUMN._replace(relid=relid, **overrides)


def child(of: int, relid: int, *, is_partition: bool = False) -> Child:
    """A row of the tree."""
    return Child(
        child=relid, parent=of, schema="public", name=f"t{relid}", sql=f"public.t{relid}", is_partition=is_partition
    )


def assemble(
    sequences: tuple[SequenceRow, ...],
    columns: tuple[Column, ...],
    children: tuple[Child, ...],
    context: AssemblyContext,
) -> tuple[Sequence, ...]:
    links = linked(sequences, columns, context.search_path)
    return core_feeds.assemble([*sequences], [*columns], links, children, context)


def assembled(
    *columns: Column, children: tuple[Child, ...] = (), sequences: tuple[SequenceRow, ...] = (S, T)
) -> dict[str, tuple[Feed, ...]]:
    """Feeds by the name of their sequence."""
    return {one.name: one.feeds for one in assemble(sequences, columns, children, CONTEXT)}


def only(feeds: tuple[Feed, ...]) -> Feed:
    """The one feed."""
    (feed,) = feeds
    return feed


@pytest.mark.parametrize(
    ("columns", "via", "owns"),
    [
        pytest.param((column(owned="a"),), "serial", True, id="serial"),
        pytest.param((column(owned="i", expression=None),), "identity", True, id="identity"),
        pytest.param((column(),), "default", False, id="default"),
        pytest.param((column(draws=False, owned="a", expression=None),), "owned", True, id="owned"),
        pytest.param((column(sequence=None, expression=BY_TEXT),), "text-default", False, id="text-default"),
        pytest.param(
            (column(sequence=None, expression=BY_TEXT), column(draws=False, owned="a", expression=BY_TEXT)),
            *("text-default", True),
            id="text-default-owned",
        ),
        pytest.param(
            (column(draws=False, owned="a", expression=BY_TEXT), column(sequence=None, expression=BY_TEXT)),
            *("text-default", True),
            id="text-default-owned-other-order",
        ),
        pytest.param((column(declared=True, expression=None),), "declared", False, id="declared"),
        pytest.param((column(declared=True, expression="public.next_id()"),), "declared", False, id="declared-default"),
    ],
)
def test_how_a_column_is_fed(columns: tuple[Column, ...], via: str, owns: bool) -> None:
    feeds = assembled(*columns)
    feed = only(feeds["s"])
    assert (feed.via, feed.owns, feed.expression, feed.unreadable) == (via, owns, None, None)
    assert (feed.label, feed.kind, feed.lowest, feed.highest) == ("public.users.id", "integer", -(2**31), 2**31 - 1)
    assert feed.sources == ("public.users",)
    assert feeds["t"] == ()


def test_a_sequence_without_columns_feeds_nothing() -> None:
    assert assembled() == {"s": (), "t": ()}


def test_a_column_that_owns_one_sequence_and_draws_from_another() -> None:
    feeds = assembled(column(owned="a", draws=False), column(sequence=2, expression="nextval('public.t'::regclass)"))
    assert feeds["s"] == ()
    assert only(feeds["t"]).via == "default"


def test_a_column_may_own_two_and_draw_from_one() -> None:
    feeds = assembled(column(owned="a"), column(sequence=2, owned="a", draws=False))
    assert only(feeds["s"]).via == "serial"
    assert feeds["t"] == ()


def test_several_columns() -> None:
    feeds = assembled(column(owned="a"), column(11), column(column="version", column_sql="version"))
    assert [feed.label for feed in feeds["s"]] == ["public.users.id", "public.t11.id", "public.users.version"]


def test_a_default_that_is_not_plain_is_not_judged() -> None:
    feed = only(assembled(column(owned="a", expression=f"({PLAIN} + 1000)"))["s"])
    assert feed.via == "serial"
    assert feed.expression == "(nextval('public.s'::regclass) + 1000)"
    assert feed.unreadable is not None
    assert feed.unreadable.reason == (
        "the default of public.users.id is not plainly the sequence's value: (nextval('public.s'::regclass) + 1000)"
    )


def test_an_owner_whose_default_is_a_function_is_not_judged() -> None:
    feed = only(assembled(column(owned="a", draws=False, expression="public.next_id()"))["s"])
    assert (feed.via, feed.expression) == ("owned", "public.next_id()")
    assert feed.unreadable is not None


def test_a_default_by_a_function_that_draws_is_not_judged() -> None:
    body = "BEGIN RETURN nextval('t'); END"
    feed = only(assembled(column(sequence=None, body=body, expression="public.next_id()"))["t"])
    assert (feed.via, feed.expression, feed.ambiguous) == ("default", "public.next_id()", None)
    assert feed.unreadable is not None
    declared = column(sequence=2, declared=True, expression="public.next_id()")
    drawing = column(sequence=None, body=body, expression="public.next_id()")
    for rows in ((declared, drawing), (drawing, declared)):
        feed = only(assembled(*rows)["t"])
        assert (feed.via, feed.expression, feed.unreadable) == ("declared", None, None)


def test_a_view_is_read_only_where_the_user_says_so() -> None:
    view: dict[str, Any] = {"relkind": "v", "table": "v", "table_sql": "public.v"}
    feed = only(assembled(column(**view))["s"])
    assert feed.unreadable == NotSeen(
        reason="public.v is a view: reading it runs what its owner wrote, and may not show every row",
        hint="compare the table behind it; or, if you trust the view, declare the feed (pgseq explain PGS008)",
    )
    assert only(assembled(column(**view, declared=True))["s"]).unreadable is None


def test_an_explicit_cast_narrows_the_column() -> None:
    row = column(type="bigint", base_type="bigint", expression=f"({PLAIN})::smallint")
    feed = only(assembled(row)["s"])
    assert (feed.type, feed.lowest, feed.highest, feed.expression) == ("bigint", -(2**15), 2**15 - 1, None)


def test_a_cast_to_a_wider_type_changes_nothing() -> None:
    feed = only(assembled(column(expression=f"({PLAIN})::bigint"))["s"])
    assert (feed.lowest, feed.highest) == (-(2**31), 2**31 - 1)


def test_a_domain_counts_as_its_base_type() -> None:
    feed = only(assembled(column(type="public.small", base_type="smallint"))["s"])
    assert (feed.type, feed.highest) == ("public.small", 2**15 - 1)


def test_a_name_given_as_text_that_may_mean_two_sequences() -> None:
    elsewhere = sequence_row(oid=3, schema="app", name="s")
    row = column(sequence=None, schema="app", table_sql="app.users", expression=BY_TEXT)
    found = assemble((S, elsewhere), (row,), (), CONTEXT)
    for one in found:
        assert only(one.feeds).unreadable == NotSeen(
            reason="the default of app.users.id names its sequence as text, and search_path decides which one is meant",
            hint="qualify the name, or let the default depend on it: SET DEFAULT nextval('schema.name'::regclass)",
        )


def test_a_name_given_as_text_that_no_sequence_has() -> None:
    assert assembled(column(sequence=None, expression="nextval(('gone'::text)::regclass)")) == {"s": (), "t": ()}


@pytest.mark.parametrize(
    ("overrides", "unreadable"),
    [
        (
            {"type": "real", "base_type": "real"},
            NotSeen(
                reason="values of type real in public.users.id cannot be compared exactly with a sequence's",
                hint="use bigint for the column, or ignore it with a reason",
            ),
        ),
        (
            {"may_enter": False},
            MissingPrivilege(
                reason="no privilege to look into schema public",
                hint="GRANT USAGE ON SCHEMA public TO me",
            ),
        ),
        (
            {"may_enter": False, "may_select": False},
            MissingPrivilege(
                reason="no privilege to look into schema public",
                hint="GRANT USAGE ON SCHEMA public TO me; GRANT SELECT ON public.users TO me",
            ),
        ),
        (
            {"may_select": False, "row_security": True},
            MissingPrivilege(reason="no privilege to read public.users.id", hint="GRANT SELECT ON public.users TO me"),
        ),
        (
            {"row_security": True},
            NotSeen(
                reason="row-level security hides rows of public.users from me",
                hint="run as a role with BYPASSRLS: ALTER ROLE me BYPASSRLS",
            ),
        ),
    ],
)
def test_what_keeps_a_column_from_being_read(overrides: dict[str, Any], unreadable: Problem) -> None:
    assert only(assembled(column(**overrides))["s"]).unreadable == unreadable


@pytest.mark.parametrize(
    ("overrides", "unreadable"),
    [
        pytest.param({"scan_bytes": 2**30}, None, id="within-the-limit"),
        pytest.param(
            {"scan_bytes": 3 * 2**29, "relkind": "p"},
            NotSeen(
                reason="no index on public.users.id, and 1.5 GB to scan instead",
                hint="CREATE INDEX ON public.users (id), or pass --scan-limit",
            ),
            id="partitioned",
        ),
        pytest.param(
            {"scan_bytes": 3 * 2**29, "relkind": "f", "declared": True},
            NotSeen(reason="no index on public.users.id, and 1.5 GB to scan instead", hint="pass --scan-limit"),
            id="foreign",
        ),
        pytest.param(
            {"scan_bytes": 3 * 2**29},
            NotSeen(
                reason="no index on public.users.id, and 1.5 GB to scan instead",
                hint="CREATE INDEX CONCURRENTLY ON public.users (id), or pass --scan-limit",
            ),
            id="past-the-limit",
        ),
        pytest.param({"heap_bytes": 2**40}, None, id="an-index-serves"),
    ],
)
def test_a_scan_that_would_take_too_long(overrides: dict[str, Any], unreadable: Problem | None) -> None:
    assert only(assembled(column(**overrides))["s"]).unreadable == unreadable


def test_no_index_serves_texts() -> None:
    feed = only(assembled(column(type="text", base_type="text", heap_bytes=2**31))["s"])
    assert feed.scan_bytes == 2**31
    assert feed.unreadable is not None


def test_what_keeps_a_table_from_being_locked() -> None:
    assert only(assembled(column())["s"]).unlockable_because is None
    unreadable = only(assembled(column(may_lock=False))["s"]).unlockable_because
    assert unreadable is not None
    assert unreadable.reason == "no privilege to lock public.users against writers, which --lock none does without"
    assert unreadable.hint == "GRANT UPDATE ON public.users TO me"


def test_a_partition_tree_is_judged_at_its_top() -> None:
    children = (child(10, 11, is_partition=True), child(11, 12, is_partition=True))
    feeds = assembled(column(12), column(11), column(owned="a"), children=children)
    feed = only(feeds["s"])
    assert (feed.label, feed.via, feed.sources) == ("public.users.id", "serial", ("public.users",))


def test_a_partition_counts_even_with_a_default_of_its_own() -> None:
    children = (child(10, 11, is_partition=True),)
    feeds = assembled(column(owned="a"), column(11, sequence=2), children=children)
    assert only(feeds["s"]).sources == ("public.users",)
    assert only(feeds["t"]).label == "public.t11.id"


def test_a_detached_partition_stands_alone() -> None:
    feeds = assembled(column(owned="a"), column(11))
    assert [(feed.label, feed.via) for feed in feeds["s"]] == [
        ("public.users.id", "serial"),
        ("public.t11.id", "default"),
    ]


def test_an_inheritance_child_is_folded_into_its_parent() -> None:
    feeds = assembled(column(owned="a"), column(11), children=(child(10, 11),))
    assert only(feeds["s"]).sources == ("public.users",)


def test_an_inheritance_child_with_a_sequence_of_its_own_is_left_out() -> None:
    children = (child(10, 11), child(10, 12), child(12, 13))
    feeds = assembled(column(owned="a"), column(11, sequence=2), column(12), column(13), children=children)
    assert only(feeds["s"]).sources == ("ONLY public.users", "ONLY public.t12", "ONLY public.t13")
    assert only(feeds["t"]).sources == ("public.t11",)


def test_children_below_one_that_is_left_out_belong_to_it() -> None:
    children = (child(10, 11), child(11, 12))
    feeds = assembled(column(owned="a"), column(11, sequence=2), column(12, sequence=2), children=children)
    assert only(feeds["s"]).sources == ("ONLY public.users",)
    assert only(feeds["t"]).sources == ("public.t11",)


def test_siblings_under_a_parent_that_draws_from_nothing() -> None:
    feeds = assembled(column(11), column(12), children=(child(10, 11), child(10, 12)))
    assert [feed.label for feed in feeds["s"]] == ["public.t11.id", "public.t12.id"]


def test_another_column_of_a_child_is_another_feed() -> None:
    feeds = assembled(column(owned="a"), column(11, column="no", column_sql="no"), children=(child(10, 11),))
    assert [feed.label for feed in feeds["s"]] == ["public.users.id", "public.t11.no"]


def test_a_tree_with_two_parents() -> None:
    tree = Tree([child(1, 3), child(2, 3), child(3, 4)])
    assert tree.ancestors(4) == {1, 2, 3}
    assert tree.ancestors(1) == set()
    assert set(tree.descendants(1)) == {3, 4}
    assert set(tree.descendants(4)) == set()


def test_a_tree_of_too_many_locks_is_read_in_parts() -> None:
    children = tuple(child(10, relid, is_partition=True)._replace(locks=5) for relid in (11, 12))
    tree = column(locks=16)
    (whole,) = assemble((S,), (tree,), children, replace(CONTEXT, lock_limit=16))
    assert (whole.locks, whole.in_parts, only(whole.feeds).parts) == (17, False, ())
    (split,) = assemble((S,), (tree,), children, replace(CONTEXT, lock_limit=15))
    assert (split.locks, split.in_parts) == (17, True)
    assert sorted(only(split.feeds).parts) == [("ONLY public.t11", 5), ("ONLY public.t12", 5), ("ONLY public.users", 6)]
    assert only(split.feeds).sources == ("public.users",)


DECLARED: Final[dict[str, Any]] = {"relkind": "f", "declared": True}


def test_what_lock_table_does_not_take() -> None:
    foreign = only(assembled(column(**DECLARED, may_lock=False))["s"])
    assert (foreign.unlockable, foreign.unlockable_because) == (("public.users",), None)
    below = child(10, 11)._replace(relkind="f")
    whole = only(assembled(column(locks=2), column(11, **DECLARED), children=(below,))["s"])
    assert (whole.sources, whole.unlockable, whole.unrestricted) == (("public.users",), (), True)
    # A child that draws from another sequence is left out, and the others are named one by one.
    apart = assembled(column(locks=3), column(11, **DECLARED), column(12, sequence=2), children=(below, child(10, 12)))[
        "s"
    ]
    assert only(apart).sources == ("ONLY public.users", "ONLY public.t11")
    assert only(apart).unlockable == ("ONLY public.t11",)


def test_a_foreign_table_below_that_is_not_declared_stands_apart() -> None:
    below = child(10, 11)._replace(relkind="f")
    rest, foreign = assembled(column(locks=2), children=(below, child(10, 12)))["s"]
    assert (rest.sources, rest.unreadable) == (("ONLY public.users", "ONLY public.t12"), None)
    assert (foreign.table, foreign.apart) == ("t11", True)
    assert foreign.unreadable is not None
    assert foreign.unreadable.reason.startswith("public.t11 is a foreign table")


def test_what_is_declared_is_read_where_its_owner_is_trusted() -> None:
    for relkind in ("v", "f"):
        trusted = only(assembled(column(relkind=relkind, declared=True))["s"])
        assert (trusted.unreadable, trusted.unrestricted) == (None, True)
        other = only(assembled(column(relkind=relkind, declared=True, trusted=False, owner_name="mal"))["s"])
        assert other.unreadable == NotSeen(
            reason="public.users is declared, but reading it runs what mal has set up",
            hint="connect as mal, or pass --trust-owners if you know what it does",
        )


def test_a_draw_without_privilege_feeds_nothing_unless_declared() -> None:
    context = replace(CONTEXT, cannot_draw={(7, 1, False)})
    strange = column(owner=7, owner_name="mal")
    (s, _) = assemble((S, T), (strange,), (), context)
    assert (s.feeds, [feed.label for feed in s.unprivileged]) == ((), ["public.users.id"])
    (s, _) = assemble((S, T), (strange._replace(declared=True),), (), context)
    assert ([feed.label for feed in s.feeds], s.unprivileged) == (["public.users.id"], ())


def test_a_sequence_that_was_made_while_the_catalog_was_read_asks_nothing() -> None:
    other = S._replace(owner=7)
    rows = (column(owner=7), column(owner=8, relid=11), column(owner=8, relid=12, sequence=99))
    assert draws((other,), linked((other,), rows, ("public",))) == {(8, 1, False)}

"""Where definitions differ, and the DDL of what is missing."""

from __future__ import annotations

from typing import Any, Final

import pytest
from msgspec.structs import replace

from pgseq.commands.sync import SourceSequence
from pgseq.commands.sync.compare import differences
from pgseq.commands.sync.ddl import DdlContext, connect, create
from pgseq.model.sequences import Feed, NotSeen, Position, Sequence
from tests.unit import factory

GROUND: Final = DdlContext(identities={}, schemas=["public"], columns={("public", "users", "id"): False}, major=18)


def there(sequence: Sequence, *, is_called: bool = True) -> SourceSequence:
    """A sequence of the source."""
    return SourceSequence(sequence=sequence, how="name", position=Position(last_value=5, is_called=is_called))


def test_differences() -> None:
    ours = factory.sequence()
    assert differences(there(ours), ours) == ()
    theirs = factory.sequence(data_type="bigint", increment=10, min=0, max=2**63 - 1, cycle=True, cache=20, start=5)
    assert differences(there(theirs), ours) == (
        "type: bigint on the source, integer on the target",
        "increment: 10 on the source, 1 on the target",
        "MINVALUE: 0 on the source, 1 on the target",
        "MAXVALUE: 9223372036854775807 on the source, 2147483647 on the target",
        "CYCLE: yes on the source, no on the target",
        "CACHE: 20 on the source, 1 on the target",
    )


def test_start_tells_of_one_that_was_never_called() -> None:
    ours, theirs = factory.sequence(), factory.sequence(start=5)
    assert differences(there(theirs, is_called=False), ours) == ("START: 5 on the source, 1 on the target",)
    assert differences(SourceSequence(sequence=theirs, how="name", position=NotSeen(reason="no right")), ours) == ()


def script(*missing: Sequence, major: int = 18) -> str:
    """The DDL of sequences that a target with schema public, and users.id in it, lacks."""
    return create(missing, replace(GROUND, major=major))


def test_ddl_of_a_serial() -> None:
    assert script(factory.sequence()).splitlines() == [
        "CREATE SEQUENCE public.users_id_seq AS integer START WITH 1 INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647"
        " CACHE 1 NO CYCLE;",
        "ALTER TABLE public.users ALTER COLUMN id SET DEFAULT nextval('public.users_id_seq'::regclass);",
        "ALTER SEQUENCE public.users_id_seq OWNED BY public.users.id;",
    ]


def test_ddl_of_an_identity_column() -> None:
    fed = factory.feed(via="identity")
    context = replace(GROUND, identities={(fed.relid, "id"): "ALWAYS"})
    not_null, line = create([factory.sequence(feeds=(fed,), cycle=True)], context).splitlines()
    assert not_null == "ALTER TABLE public.users ALTER COLUMN id SET NOT NULL;"
    assert line == (
        "ALTER TABLE public.users ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME public.users_id_seq"
        " START WITH 1 INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 CACHE 1 CYCLE);"
    )


def test_ddl_of_an_extension_s() -> None:
    assert script(factory.sequence(extension="cron", schema="cron")) == (
        "-- public.users_id_seq comes with CREATE EXTENSION cron;\n"
    )


def test_ddl_of_one_that_feeds_nothing() -> None:
    (line,) = script(factory.sequence(feeds=())).splitlines()
    assert line.startswith("CREATE SEQUENCE public.users_id_seq AS integer ")


def test_ddl_of_unlogged_ones() -> None:
    unlogged = factory.sequence(feeds=(), persistence="u")
    assert script(unlogged).startswith("CREATE UNLOGGED SEQUENCE public.users_id_seq AS integer ")
    assert script(unlogged, major=14).startswith("CREATE SEQUENCE public.users_id_seq AS integer ")


def test_ddl_of_a_schema_that_the_target_lacks() -> None:
    alone = [factory.sequence(oid=oid, schema="x y", schema_sql='"x y"', feeds=()) for oid in (1, 2)]
    lines = script(*alone).splitlines()
    assert (lines[0], [line.partition(" ")[0] for line in lines[1:]]) == ('CREATE SCHEMA "x y";', ["CREATE"] * 2)
    assert all(line.startswith("CREATE SEQUENCE ") for line in lines[1:])


@pytest.mark.parametrize(
    ("fed", "line"),
    [
        ({}, "ALTER TABLE public.users ALTER COLUMN id SET DEFAULT nextval('public.users_id_seq'::regclass);"),
        (
            {"via": "text-default"},
            "ALTER TABLE public.users ALTER COLUMN id SET DEFAULT nextval('public.users_id_seq'::text);",
        ),
        (
            {"via": "text-default", "ambiguous": NotSeen(reason="search_path\ndecides")},
            r"-- search_path\ndecides;",
        ),
        (
            {"via": "default", "expression": "concat('\n', nextval('s'::regclass))"},
            "-- by an expression on the source: ALTER TABLE public.users ALTER COLUMN id SET DEFAULT "
            r"concat('\n', nextval('s'::regclass));",
        ),
        (
            {"via": "identity"},
            "ALTER TABLE public.users ALTER COLUMN id SET DEFAULT nextval('public.users_id_seq'::regclass);\n"
            "-- public.users.id is GENERATED BY DEFAULT AS IDENTITY on the source;",
        ),
    ],
)
def test_ddl_of_a_default_that_draws_from_what_is_there(fed: dict[str, Any], line: str) -> None:
    feed: Feed = factory.feed(**fed)
    twice = [(factory.sequence(), feed)] * 2
    assert connect(twice, GROUND) == f"{line}\n"


def test_ddl_for_columns_that_the_target_has_not_or_fills_itself() -> None:
    serial, identity = factory.sequence(), factory.sequence(feeds=(factory.feed(via="identity"),))
    gone, own = replace(GROUND, columns={}), replace(GROUND, columns={("public", "users", "id"): True})
    created, said = create([serial], gone).splitlines()
    assert (created.partition(" ")[0], said) == ("CREATE", "-- public.users.id is not on the target;")
    assert create([identity], gone) == (
        "-- public.users.id is not on the target: public.users_id_seq would be made with it;\n"
    )
    _, said, owned = create([serial], own).splitlines()
    assert said == "-- public.users.id has a default of its own on the target;"
    assert owned == "ALTER SEQUENCE public.users_id_seq OWNED BY public.users.id;"
    assert create([identity], own) == f"{said}\n"

"""Where definitions differ, and the DDL of what is missing."""

from __future__ import annotations

from pgseq.cutover.ddl import create
from pgseq.cutover.differences import differences
from pgseq.model import Sequence
from tests.unit import factory


def test_differences() -> None:
    ours = factory.sequence()
    assert differences(ours, ours) == ()
    theirs = factory.sequence(data_type="bigint", increment=10, min=0, max=2**63 - 1, cycle=True, cache=20, start=5)
    assert differences(theirs, ours) == (
        "type: bigint on the source, integer on the target",
        "increment: 10 on the source, 1 on the target",
        "MINVALUE: 0 on the source, 1 on the target",
        "MAXVALUE: 9223372036854775807 on the source, 2147483647 on the target",
        "CYCLE: yes on the source, no on the target",
        "CACHE: 20 on the source, 1 on the target",
    )


def script(*missing: Sequence, major: int = 18) -> str:
    """The DDL of sequences that a target with schema public lacks."""
    return create(missing, {}, ["public"], major)


def test_ddl_of_a_serial() -> None:
    assert script(factory.sequence()).splitlines() == [
        "CREATE SEQUENCE public.users_id_seq AS integer START WITH 1 INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647"
        " CACHE 1 NO CYCLE;",
        "ALTER TABLE public.users ALTER COLUMN id SET DEFAULT nextval('public.users_id_seq'::regclass);",
        "ALTER SEQUENCE public.users_id_seq OWNED BY public.users.id;",
    ]


def test_ddl_of_an_identity_column() -> None:
    fed = factory.feed(via="identity")
    (line,) = create(
        [factory.sequence(feeds=(fed,), cycle=True)], {(fed.relid, "id"): "ALWAYS"}, ["public"], 18
    ).splitlines()
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

"""Which sequences `pgseq sync` takes as pairs, what it says of those that have none, and what the target lacks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from tests.support.clients import psql
from tests.support.commandline import Completed, Pgseq
from tests.support.cutover import Ends, Servers, both_ends

NOT_ALL: Final = 3
#: Columns that draw from sequences in every way there is.
DRAWING: Final = """
CREATE TABLE serials (id serial, name text);
CREATE SEQUENCE texts_ids; CREATE TABLE texts (id int DEFAULT nextval('public.texts_ids'::text), name text);
CREATE SEQUENCE words_ids; CREATE TABLE words (id text DEFAULT 'W'||nextval('words_ids'), name text);
CREATE TABLE identities (id int GENERATED ALWAYS AS IDENTITY, name text);
CREATE TABLE kept (id int DEFAULT 7, name text); CREATE SEQUENCE kept_ids;
"""
TABLES: Final = ("serials", "texts", "words", "identities")


@pytest.fixture(params=[(12, 18), (18, 18)], ids="{0[0]}-{0[1]}".format)
def ends(request: pytest.FixtureRequest, servers: Servers) -> Iterator[Ends]:
    """Two empty databases."""
    with both_ends(servers, *request.param) as both:
        yield both


def verified(pgseq: Pgseq, ends: Ends, *options: str) -> Completed:
    """What `--verify-only` says."""
    return pgseq("sync", *ends.dsns, "--verify-only", *options)


# What has no counterpart


def test_nothing_has_a_counterpart(ends: Ends, pgseq: Pgseq) -> None:
    """As where the wrong database is named as the source."""
    ends.target.run("CREATE TABLE users (id serial)")
    said = "nothing was compared: no sequence of the target has a counterpart on the source"
    for options in (("--yes",), ("--verify-only",), ("--verify-only", "-q"), ("--dry-run",)):
        done = pgseq("sync", *ends.dsns, *options)
        assert (done.code, said in done.out) == (NOT_ALL, True), done
    assert said in verified(pgseq, ends, "--format", "markdown").out


def test_no_sequences_at_all(ends: Ends, pgseq: Pgseq) -> None:
    assert verified(pgseq, ends, "-q") == Completed(code=0, out="", err="")


def test_a_schema_that_was_renamed(ends: Ends, pgseq: Pgseq) -> None:
    """Neither name nor column tell: what goes on from it is to be laid down, or it is to be left out."""
    script = "CREATE SCHEMA {0}; CREATE TABLE {0}.users (id serial); CREATE TABLE kept (id serial)"
    ends.source.run(script.format("a") + "; SELECT setval('a.users_id_seq', 500)")
    ends.target.run(script.format("b"))
    found = verified(pgseq, ends, "-q")
    assert found.code == NOT_ALL
    assert "on the source alone, feeding columns there: a.users_id_seq" in found.out
    assert verified(pgseq, ends, "-T", "a.*").code == 0
    done = pgseq("sync", *ends.dsns, "--yes", "--map", "a.users_id_seq=b.users_id_seq")
    assert done.code == 0, done.out
    assert ends.target.value("INSERT INTO b.users DEFAULT VALUES RETURNING id") == 501


def test_tables_of_the_target_s_own_are_no_doubt(ends: Ends, pgseq: Pgseq) -> None:
    ends.run("CREATE TABLE users (id serial)")
    ends.target.run("CREATE TABLE own (id serial)")
    ends.source.run("CREATE SEQUENCE drawn_by_nobody")
    done = verified(pgseq, ends)
    assert done.code == 0
    assert "on the target alone: public.own_id_seq" in done.out
    assert "on the source alone: public.drawn_by_nobody" in done.out


def test_selected_by_the_target(ends: Ends, pgseq: Pgseq) -> None:
    """A sequence whose counterpart is there, and not asked for, has a counterpart."""
    ends.run("CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE a.users (id serial); CREATE TABLE b.orders (id serial)")
    ends.target.run("ALTER SEQUENCE a.users_id_seq OWNED BY NONE; ALTER SEQUENCE a.users_id_seq SET SCHEMA b")
    ends.source.run("SELECT setval('b.orders_id_seq', 9)")
    assert verified(pgseq, ends, "-t", "b.orders", "-q").code == 1
    assert pgseq("sync", *ends.dsns, "--yes", "-t", "b.orders").code == 0


# Names and columns


def test_the_column_before_the_name(ends: Ends, pgseq: Pgseq) -> None:
    """A table was replaced by a new one of its name, and the old one's sequence has kept its own."""
    ends.source.run(
        "CREATE TABLE orders (id serial); SELECT setval('orders_id_seq', 100);"
        "ALTER TABLE orders RENAME TO orders_2023;"
        "CREATE TABLE orders (id serial); SELECT setval('orders_id_seq1', 900)"
    )
    ends.target.run("CREATE TABLE orders (id serial)")
    done = pgseq("sync", *ends.dsns, "--yes")
    assert done.code == NOT_ALL, "orders_2023 is not there"
    assert ends.target.value("INSERT INTO orders DEFAULT VALUES RETURNING id") == 901
    ends.target.run("CREATE TABLE orders_2023 (id serial)")
    assert pgseq("sync", *ends.dsns, "--yes").code == 0
    assert ends.target.value("INSERT INTO orders_2023 DEFAULT VALUES RETURNING id") == 101


def test_one_for_what_two_have_fed(ends: Ends, pgseq: Pgseq) -> None:
    """The one of its name is not all that it goes on from."""
    ends.run("CREATE SEQUENCE ids; CREATE TABLE a (id int DEFAULT nextval('ids')); CREATE TABLE b (id int)")
    ends.source.run(
        "CREATE SEQUENCE more; ALTER TABLE b ALTER id SET DEFAULT nextval('more'); SELECT setval('more', 50)"
    )
    ends.target.run("ALTER TABLE b ALTER id SET DEFAULT nextval('ids')")
    assert pgseq("sync", *ends.dsns, "--yes").code == 0
    assert ends.target.value("INSERT INTO b DEFAULT VALUES RETURNING id") == 51


# Maps


def test_a_map_to_what_is_not_there_with_a_selection(ends: Ends, pgseq: Pgseq) -> None:
    ends.source.run("CREATE SCHEMA a; CREATE TABLE a.users (id serial)")
    ends.target.run("CREATE SCHEMA b; CREATE TABLE b.users (id serial); CREATE TABLE users (id serial)")
    wrong = verified(pgseq, ends, "-n", "b", "--map", "a.users_id_seq=b.users_id_sequ")
    assert (wrong.code, "b.users_id_sequ, which a map names, is not on the target" in wrong.err) == (2, True), wrong
    right = verified(pgseq, ends, "-n", "public", "-N", "a", "--map", "a.users_id_seq=b.users_id_seq")
    assert (right.code, right.err) == (NOT_ALL, ""), "the one that it names is there, and not asked for"


def test_a_map_of_names_with_an_equals_sign(ends: Ends, pgseq: Pgseq) -> None:
    ends.source.run('''CREATE SEQUENCE "A=B.c"; SELECT setval('"A=B.c"', 70); CREATE SEQUENCE "q""="''')
    ends.target.run('CREATE SEQUENCE "x = y"; CREATE SEQUENCE plain')
    maps = ("--map", ' public."A=B.c" = public."x = y"', "--map", 'public."q""="=public.plain')
    assert pgseq("sync", *ends.dsns, "--yes", *maps).code == 0
    assert ends.target.value('SELECT last_value FROM "x = y"') == 70
    wrong = pgseq("sync", *ends.dsns, "--yes", "--map", 'public."A=B')
    assert (wrong.code, "does not map" in wrong.err) == (2, True), wrong


# What the target lacks


def bare(ends: Ends) -> None:
    """Tables on both sides, the defaults on the source alone; of the sequences one is there already."""
    ends.source.run(DRAWING)
    ends.source.run("ALTER TABLE kept ALTER id SET DEFAULT nextval('kept_ids')")
    for table in TABLES:
        ends.source.run(f"INSERT INTO {table} SELECT FROM generate_series(1, 5)")
        ends.target.run(f"CREATE TABLE {table} (id {'text' if table == 'words' else 'int'}, name text)")
    ends.target.run("CREATE TABLE kept (id int DEFAULT 7); CREATE SEQUENCE serials_id_seq; CREATE SEQUENCE kept_ids")


def test_columns_that_draw_on_the_source_alone(ends: Ends, pgseq: Pgseq) -> None:
    bare(ends)
    ends.target.run("SELECT setval('serials_id_seq', 5)")
    found = verified(pgseq, ends, "-t", "serials_id_seq", "--format", "json")
    assert found.code == NOT_ALL
    (one,) = found.json()["databases"][0]["sequences"]
    assert one["differences"] == [
        "type: integer on the source, bigint on the target",
        "MAXVALUE: 2147483647 on the source, 9223372036854775807 on the target",
        "public.serials.id: draws from it on the source, from nothing on the target",
    ]
    told = verified(pgseq, ends, "-t", "serials_id_seq", "-q")
    assert "public.serials.id: draws from it on the source, from nothing on the target" in told.out
    assert "kept.id" not in verified(pgseq, ends, "-t", "kept_ids").out, "it has a default of its own"


def test_what_is_missing_makes_the_target_complete(ends: Ends, pgseq: Pgseq) -> None:
    bare(ends)
    ddl = pgseq("sync", *ends.dsns, "--create-missing")
    assert (ddl.code, ddl.err) == (
        0,
        "3 sequences of the source not on the target; 1 column without a default there\n",
    )
    assert psql(ends.target.dsn, "-v", "ON_ERROR_STOP=1", input=ddl.out).code == 0, ddl.out
    by_hand = (
        "-- by an expression on the source: ALTER TABLE public.words ALTER COLUMN id SET DEFAULT "
        "('W'::text || nextval('public.words_ids'::regclass))"
    )
    assert f"{by_hand};\n" in ddl.out
    left = pgseq("sync", *ends.dsns, "--create-missing")
    assert left.err == "0 sequences of the source not on the target; 1 column without a default there\n"
    assert left.out == f"{by_hand};\n"
    ends.target.run("ALTER TABLE words ALTER id SET DEFAULT 'W' || nextval('words_ids')")
    assert pgseq("sync", *ends.dsns, "--yes", "--ignore", "PGS007").code == 0
    assert [ends.target.value(f"INSERT INTO {table} DEFAULT VALUES RETURNING id") for table in TABLES] == [
        6,
        6,
        "W6",
        6,
    ]
    assert pgseq("sync", *ends.dsns, "--create-missing").err == "0 sequences of the source not on the target\n"
    assert ends.target.value("SELECT attidentity FROM pg_attribute WHERE attrelid = 'identities'::regclass") in "a"


def test_an_identity_column_whose_sequence_is_there(ends: Ends, pgseq: Pgseq) -> None:
    ends.source.run("CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY); INSERT INTO t DEFAULT VALUES")
    ends.target.run("CREATE TABLE t (id int NOT NULL); CREATE SEQUENCE t_id_seq AS integer")
    ddl = pgseq("sync", *ends.dsns, "--create-missing")
    assert "-- public.t.id is GENERATED ALWAYS AS IDENTITY on the source;\n" in ddl.out
    assert psql(ends.target.dsn, "-v", "ON_ERROR_STOP=1", input=ddl.out).code == 0, ddl.out
    assert pgseq("sync", *ends.dsns, "--yes").code == 0
    assert ends.target.value("INSERT INTO t DEFAULT VALUES RETURNING id") == 2


def test_tables_that_the_target_has_not_are_no_statements(ends: Ends, pgseq: Pgseq) -> None:
    """The script runs to its end all the same."""
    ends.source.run(
        'CREATE TABLE "there\n\'s; SELECT" (id serial); CREATE TABLE gone (id int GENERATED ALWAYS AS IDENTITY);'
        "CREATE TABLE other (id serial)"
    )
    ends.target.run("CREATE TABLE other (id uuid DEFAULT '00000000-0000-0000-0000-000000000000')")
    ddl = pgseq("sync", *ends.dsns, "--create-missing")
    assert "-- public.gone.id is not on the target: public.gone_id_seq would be made with it;\n" in ddl.out
    assert "-- public.other.id has a default of its own on the target;\n" in ddl.out
    assert r'-- public."there\n' in ddl.out
    assert psql(ends.target.dsn, "-v", "ON_ERROR_STOP=1", input=ddl.out).code == 0, ddl.out
    assert ends.target.value("INSERT INTO other DEFAULT VALUES RETURNING id::text").startswith("0000")


def test_what_feeds_nothing_is_counted_apart(ends: Ends, pgseq: Pgseq) -> None:
    """That the value of a sequence is free where no column draws from it says nothing of the next insert."""
    ends.target.run("CREATE TABLE t (id int); CREATE SEQUENCE t_id_seq OWNED BY t.id; CREATE SEQUENCE s")
    ends.target.run("CREATE TABLE u (id serial PRIMARY KEY)")
    done = pgseq("verify", ends.target.dsn, "--insert")
    assert done.code == 0
    assert done.out.endswith("1 proved (1 by a real INSERT), 2 feed no column\n")
    document = pgseq("verify", ends.target.dsn, "--format", "json").json()
    assert document["summary"] == {"proved": 1, "failing": 0, "unproved": 0, "feeds_no_column": 2}


# Where a sequence begins


def test_another_start(ends: Ends, pgseq: Pgseq) -> None:
    """It tells only of a sequence that was never called."""
    ends.source.run("CREATE SEQUENCE s START 1000")
    ends.target.run("CREATE SEQUENCE s")
    assert "START: 1000 on the source, 1 on the target" in verified(pgseq, ends).out
    assert pgseq("sync", *ends.dsns, "--yes").code == 0
    assert ends.target.value("SELECT nextval('s')") == 1000
    ends.source.run("SELECT nextval('s')")
    assert "START" not in verified(pgseq, ends, "-v").out


# The way back


def test_the_undo_file_of_several_runs(ends: Ends, pgseq: Pgseq) -> None:
    """It leads back to where the first of them found the sequence."""
    ends.run("CREATE TABLE t (id serial)")
    ends.target.run("SELECT setval('t_id_seq', 7)")
    for last in (300, 310):
        ends.source.run(f"SELECT setval('t_id_seq', {last})")
        assert pgseq("sync", *ends.dsns, "--yes", "--undo-file", "moves.jsonl").code == 0
    assert ends.target.value("SELECT last_value FROM t_id_seq") == 310
    assert pgseq("undo", "moves.jsonl", ends.target.dsn, "--yes").code == 0
    assert ends.target.value("SELECT last_value FROM t_id_seq") == 7
    again = pgseq("undo", "moves.jsonl", ends.target.dsn, "--yes")
    assert (again.code, "it stands there already" in again.out) == (0, True), again


def test_a_step_that_failed_after_another_one(ends: Ends, pgseq: Pgseq) -> None:
    """A run that found the table held does not take the earlier one's way back."""
    ends.run("CREATE TABLE t (id serial)")
    options = ("--yes", "--undo-file", "moves.jsonl", "--lock-timeout", "50ms")
    ends.source.run("SELECT setval('t_id_seq', 300)")
    assert pgseq("sync", *ends.dsns, *options).code == 0
    ends.source.run("SELECT setval('t_id_seq', 310)")
    with ends.target.connect(autocommit=False) as holder:
        holder.execute("INSERT INTO t VALUES (-1)")
        assert pgseq("sync", *ends.dsns, *options).code == 1
    done = pgseq("undo", "moves.jsonl", ends.target.dsn, "--yes")
    assert done.code == 0, done.out
    assert ends.target.rows("SELECT last_value, is_called FROM t_id_seq") == [(1, False)]

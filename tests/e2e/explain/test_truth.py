"""What `explain` must not claim: situations in which the obvious answer is a wrong one, on a real server."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

import pgseq as library
from pgseq.commands.explain.parse.recognise import recognise
from pgseq.commands.explain.read import FactsReader
from pgseq.model.limits import Limits
from pgseq.names import KEYWORDS, quoted
from pgseq.pg.connect import open_pool
from tests.support.commandline import Pgseq
from tests.support.database import Database

USERS: Final = "CREATE TABLE users (id serial PRIMARY KEY, n int);"


def _error(database: Database, statement: str) -> psycopg.Error:
    with database.connect() as connection, pytest.raises(psycopg.Error) as caught:
        connection.execute(statement)
    return caught.value


def _text(error: psycopg.Error, statement: str = "") -> str:
    """The error as a server's log has it."""
    diag = error.diag
    lines = [f"2026-05-01 12:00:00.000 UTC [7] ERROR:  {diag.sqlstate}: {diag.message_primary}"]
    for label, text in (("DETAIL", diag.message_detail), ("CONTEXT", diag.context), ("STATEMENT", statement)):
        lines += [f"2026-05-01 12:00:00.000 UTC [7] {label}:  {text}"] if text else []
    return "\n".join(lines) + "\n"


def _logged(pgseq: Pgseq, database: Database, statement: str, code: int, *arguments: str) -> dict[str, Any]:
    """What is said of a statement that fails, as a log has it."""
    log = _text(_error(database, statement), statement)
    done = pgseq("explain", "-d", database.dsn, "--format", "json", *arguments, input=log)
    assert done.code == code, done
    (told,) = done.json()["errors"]
    return dict(told)


# An index that cannot be built.


def test_an_invalid_index_of_that_name_has_let_nothing_in(database: Database) -> None:
    database.run("CREATE TABLE t (n int); INSERT INTO t VALUES (1), (1)")
    error = _error(database, "CREATE UNIQUE INDEX CONCURRENTLY once ON t (n)")
    assert database.value("SELECT NOT indisvalid FROM pg_index WHERE indexrelid = 'once'::regclass")
    for told in (library.explain(error, database.dsn), library.explain(str(error), database.dsn)):
        assert told.verdict == "not_a_sequence", told
        assert "index public.once is not valid" in "; ".join(told.evidence)
        assert "DROP INDEX public.once" in told.next


def test_an_index_of_that_name_elsewhere_has_let_nothing_in(database: Database) -> None:
    database.run(
        "CREATE SCHEMA a; CREATE TABLE a.t (n int); CREATE UNIQUE INDEX once ON a.t (n); INSERT INTO a.t VALUES (1);"
        "CREATE SCHEMA b; CREATE TABLE b.t (n int); INSERT INTO b.t VALUES (1), (1)"
    )
    error = _error(database, "CREATE UNIQUE INDEX once ON b.t (n)")
    for told in (library.explain(error, database.dsn), library.explain(str(error), database.dsn)):
        assert told.verdict == "not_a_sequence", told


def test_a_unique_index_whose_table_holds_doubles_is_corrupt(database: Database) -> None:
    database.run('CREATE TABLE "T" (n int); CREATE UNIQUE INDEX "Once" ON "T" (n); INSERT INTO "T" VALUES (1)')
    flag = "UPDATE pg_index SET indisready = {0}, indisvalid = {0}, indislive = {0}"
    flag += " WHERE indexrelid = '\"Once\"'::regclass"
    # With the index off, a double gets in.
    database.run(flag.format("false"))
    database.run('INSERT INTO "T" VALUES (1)')
    database.run(flag.format("true"))
    error = _error(database, 'REINDEX INDEX "Once"')
    told = library.explain(str(error), database.dsn)
    assert told.verdict == "index_corrupt", told
    statement = told.next.partition(";")[0]
    database.run('DELETE FROM "T" WHERE ctid IN (SELECT max(ctid) FROM "T")')
    database.run(statement)
    assert library.explain(str(error), database.dsn).verdict == "not_a_sequence"


# The key in the statement.


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ("(id, n) VALUES (DEFAULT, 1)", "behind"),
        ("(n, name) VALUES (7, 'apt 1')", "behind"),
        ("(id, name) VALUES (nextval('users_id_seq'), 'apt 1')", "behind"),
        ("(id, name) VALUES (DEFAULT, '(1, 1)')", "behind"),
        ("(name, id) VALUES ('a, (b', 1)", "client_value"),
        ("(\"id\", name) VALUES ('1'::int, $$,$$)", "client_value"),
        ("AS u (n, /* (x) */ id) OVERRIDING SYSTEM VALUE VALUES (1, DEFAULT)", "behind"),
        ("(id, n) VALUES (100, 1), (1, 2)", "client_value"),
    ],
)
@pytest.mark.sampled(4)
def test_the_value_at_the_columns_own_place(values: str, verdict: str, database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE TABLE users (id serial PRIMARY KEY, n int, name text)")
    database.run("INSERT INTO users (id) SELECT generate_series(1, 5)")
    told = _logged(pgseq, database, f"INSERT INTO users {values}", 1)
    besides = None if verdict == "behind" else "behind"
    assert (told["verdict"], told["besides"]) == (verdict, besides), told


def test_a_trigger_inserts_into_another_table(database: Database, pgseq: Pgseq) -> None:
    database.run(
        USERS + "INSERT INTO users (id) SELECT generate_series(1, 5); CREATE TABLE t (id int PRIMARY KEY);"
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN INSERT INTO users (n) VALUES (5); RETURN NULL; END $$;"
        "CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()"
    )
    assert _logged(pgseq, database, "INSERT INTO t (id) VALUES (1)", 1)["verdict"] == "behind"


# What the catalog does not know.


ORDERS: Final = "CREATE TABLE orders (number int PRIMARY KEY, n int); CREATE SEQUENCE order_no;"
DECLARED: Final = 'feeds = [{ sequence = "public.order_no", column = "public.orders.number" }]\n'


def test_declared_feeds(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(ORDERS + "INSERT INTO orders SELECT generate_series(1, 9)")
    (tmp_path / "pgseq.toml").write_text(DECLARED)
    statement = "INSERT INTO orders VALUES (nextval('order_no'), 1)"
    told = _logged(pgseq, database, statement, 1)
    assert (told["verdict"], told["sequence"]["sql"]) == ("behind", "public.order_no")
    (tmp_path / "pgseq.toml").rename(tmp_path / "other.toml")
    assert _logged(pgseq, database, statement, 1, "--config", "other.toml")["verdict"] == "behind"
    assert _logged(pgseq, database, statement, 3)["verdict"] == "cannot_tell"


def test_a_declared_feed_that_does_not_exist(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(USERS + "INSERT INTO users (id) VALUES (1)")
    (tmp_path / "pgseq.toml").write_text(DECLARED)
    done = pgseq("explain", "-d", database.dsn, str(_error(database, "INSERT INTO users (n) VALUES (1)")))
    assert (done.code, done.out) == (2, "")
    assert "the declared feed public.order_no → public.orders.number does not exist" in done.err


def test_a_database_that_only_a_log_names_need_not_have_what_is_declared(
    database: Database, pgseq: Pgseq, tmp_path: Path
) -> None:
    database.run(USERS + "INSERT INTO users (id) VALUES (1)")
    (tmp_path / "pgseq.toml").write_text(DECLARED)
    log = _text(_error(database, "INSERT INTO users (n) VALUES (1)")).replace("[7]", f"[7] app@{database.name}")
    host = psycopg.conninfo.conninfo_to_dict(database.dsn)
    place = ("-h", str(host["host"]), "-p", str(host["port"]), "-U", "postgres")
    (told,) = pgseq("explain", *place, "--format", "json", input=log + log).json()["errors"]
    assert (told["verdict"], told["database"]) == ("was_behind", database.name)


def test_ids_that_the_application_draws(database: Database) -> None:
    database.run(ORDERS + "SELECT nextval('order_no'); INSERT INTO orders VALUES (1)")
    told = library.explain(_error(database, "INSERT INTO orders VALUES (1)"), database.dsn)
    assert told.verdict == "cannot_tell"
    assert "public.order_no feeds no column" in "; ".join(told.evidence)
    assert 'feeds = [{ sequence = "public.order_no", column = "public.orders.number" }]' in told.next


def test_ids_that_a_trigger_draws(database: Database) -> None:
    database.run(
        ORDERS + "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN NEW.number = nextval('order_no'); RETURN NEW; END $$;"
        'CREATE TRIGGER "Number" BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION f();'
        "INSERT INTO orders VALUES (1); SELECT setval('order_no', 1, false)"
    )
    told = library.explain(_error(database, "INSERT INTO orders (n) VALUES (1)"), database.dsn)
    assert told.verdict == "cannot_tell"
    assert 'trigger "Number"' in "; ".join(told.evidence)


def test_keys_that_no_sequence_gives(database: Database) -> None:
    """Neither a text nor a reference to another table's key is drawn from a sequence that feeds nothing."""
    database.run(
        USERS + "CREATE SEQUENCE lost; CREATE TABLE codes (code text PRIMARY KEY); INSERT INTO codes VALUES ('7');"
        "CREATE TABLE profiles (user_id int UNIQUE REFERENCES users); INSERT INTO users (n) VALUES (1);"
        "INSERT INTO profiles VALUES (1)"
    )
    for statement in ("INSERT INTO codes VALUES ('7')", "INSERT INTO profiles VALUES (1)"):
        assert library.explain(_error(database, statement), database.dsn).verdict == "not_a_sequence"


def test_a_row_that_comes_and_goes_is_no_corruption(database: Database) -> None:
    database.run("CREATE TABLE t (id int PRIMARY KEY)")
    error = recognise('duplicate key value violates unique constraint "t_pkey"\nDETAIL:  Key (id)=(1) already exists.')
    assert error is not None
    done = threading.Event()

    def come_and_go() -> None:
        with database.connect() as connection:
            while not done.is_set():
                connection.execute("INSERT INTO t VALUES (1)")
                connection.execute("DELETE FROM t")

    writer = threading.Thread(target=come_and_go)
    writer.start()
    try:
        with open_pool(database.dsn, 1) as pool:
            reader = FactsReader(pool=pool, limits=Limits())
            key_lookup = [reader.facts(error).candidates[0].key_lookup for _ in range(100)]
    finally:
        done.set()
        writer.join()
    assert {one.corrupt for one in key_lookup} == {False}


# Statements that can be run.


def test_reindex_of_a_quoted_name(database: Database) -> None:
    database.run(
        'CREATE TABLE "Users" ("Id" serial PRIMARY KEY, n int); INSERT INTO "Users" ("Id") VALUES (5);'
        "UPDATE pg_index SET indisready = false, indisvalid = false, indislive = false"
        " WHERE indexrelid = '\"Users_pkey\"'::regclass"
    )
    database.run('UPDATE "Users" SET "Id" = 6')
    database.run(
        "UPDATE pg_index SET indisready = true, indisvalid = true, indislive = true"
        " WHERE indexrelid = '\"Users_pkey\"'::regclass"
    )
    told = library.explain(_error(database, 'INSERT INTO "Users" ("Id") VALUES (5)'), database.dsn)
    assert told.verdict == "index_corrupt"
    statement, _, advice = told.next.partition(";")
    assert "amcheck" in advice
    with database.connect() as connection:
        connection.execute(statement.encode())
    assert database.value('SELECT count(*) FROM "Users" WHERE "Id" = 5') == 0
    database.run('INSERT INTO "Users" ("Id") VALUES (5)')


def test_names_known_from_the_text_alone_are_quoted_as_the_server_quotes_them(database: Database) -> None:
    hostile = ["Users", "a b", 'q"q', "grüße", "plain_1", "money$", "1st", ""]
    asked = (
        "SELECT word, quote_ident(word) FROM unnest(ARRAY(SELECT word FROM pg_get_keywords()) || %s::text[]) AS word"
    )
    with database.connect() as connection:
        answers = connection.execute(asked, (hostile,)).fetchall()
    wrong = [
        word for word, by_server in answers if word not in KEYWORDS and quoted(word) != (by_server if word else "")
    ]
    assert wrong == []
    # A keyword of another major alone is quoted, too: that does no harm.
    assert {word for word, by_server in answers if word != by_server} <= KEYWORDS | set(hostile)


def test_grants_known_from_the_text_alone() -> None:
    for text, grant in (
        ("permission denied for schema Shop", 'GRANT USAGE ON SCHEMA "Shop" TO <role>'),
        ("permission denied for sequence Users_id_seq", 'GRANT USAGE ON SEQUENCE "Users_id_seq" TO <role>'),
        ("must be owner of sequence Users_id_seq", 'GRANT UPDATE ON SEQUENCE "Users_id_seq" TO <role>'),
        ("permission denied for table user", 'GRANT <privilege> ON "user" TO <role>'),
    ):
        assert library.explain(f"ERROR:  42501: {text}").next == grant


@pytest.mark.parametrize(
    "created",
    [
        "CREATE SEQUENCE s AS integer MAXVALUE 1000;CREATE TABLE t (id bigint DEFAULT nextval('s') PRIMARY KEY, n int)",
        "CREATE SEQUENCE s AS integer MAXVALUE 1000; CREATE TABLE t (id int DEFAULT nextval('s') PRIMARY KEY, n int)",
        "CREATE SEQUENCE s AS smallint; CREATE TABLE t (id int DEFAULT nextval('s') PRIMARY KEY, n int)",
        "CREATE TABLE t (id smallserial PRIMARY KEY, n int); ALTER SEQUENCE t_id_seq RENAME TO s",
        "CREATE TABLE t (id smallint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, n int);"
        "ALTER SEQUENCE t_id_seq RENAME TO s",
        "CREATE SEQUENCE s AS smallint INCREMENT -1; CREATE TABLE t (id int DEFAULT nextval('s') PRIMARY KEY, n int)",
    ],
)
def test_room_for_more_values(created: str, database: Database) -> None:
    """What is advised makes room, and touches no column that is wide enough."""
    database.run(created)
    database.run("SELECT setval('s', CASE WHEN seqincrement > 0 THEN seqmax ELSE seqmin END) FROM pg_sequence")
    type_of = "SELECT atttypid::regtype::text FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'id'"
    before = database.value(type_of)
    told = library.explain(_error(database, "INSERT INTO t (n) VALUES (1)"), database.dsn)
    assert told.verdict == "exhausted", told
    for statement in told.next.split(";"):
        database.run(statement)
    database.run("INSERT INTO t (n) VALUES (1)")
    if before != "smallint":
        assert database.value(type_of) == before


def test_room_for_a_value_that_setval_is_given(database: Database) -> None:
    database.run("CREATE SEQUENCE s AS integer MAXVALUE 1000")
    error = _error(database, "SELECT setval('s', 5000)")
    assert library.explain(str(error)).verdict == "exhausted"
    told = library.explain(error, database.dsn)
    assert told.verdict == "exhausted"
    database.run(told.next)
    database.run("SELECT setval('s', 5000)")


# Rights.


def _tenants(database: Database, count: int = 3) -> None:
    for number in range(count):
        database.run(f"CREATE SCHEMA t{number}; CREATE TABLE t{number}.users (id serial PRIMARY KEY, n int)")


@pytest.mark.parametrize(
    ("statement", "privilege"),
    [
        ("SELECT setval('s', 5)", "UPDATE"),
        ("SELECT nextval('s')", "USAGE"),
        ("INSERT INTO t (n) VALUES ('setval(')", "USAGE"),
        ("SELECT last_value FROM s", "SELECT"),
        ("SELECT currval('s')", "USAGE"),
    ],
)
@pytest.mark.sampled(3)
def test_the_privilege_that_the_statement_needs(
    statement: str, privilege: str, database: Database, pgseq: Pgseq
) -> None:
    from tests.support.roles import new_role

    database.run("CREATE SEQUENCE s; CREATE TABLE t (id int DEFAULT nextval('s'), n text)")
    with new_role(database, "GRANT INSERT ON t TO {role}") as role:
        with role.connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege) as caught:
            connection.execute(statement)
        done = pgseq("explain", "-d", database.dsn, "--format", "json", input=_text(caught.value, statement))
        assert done.code == 1
        (told,) = done.json()["errors"]
        assert told["next"] == f"GRANT {privilege} ON SEQUENCE public.s TO <role>"
        database.run(told["next"].replace("<role>", role.sql))
        with role.connect() as connection, contextlib.suppress(psycopg.errors.ObjectNotInPrerequisiteState):
            connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "privilege"),
    [
        ("SELECT * FROM users", "SELECT"),
        ("INSERT INTO users (n) VALUES (1)", "INSERT"),
        ("INSERT INTO users (n) SELECT 1", "<privilege>"),
        ("WITH x AS (SELECT 1) UPDATE users SET n = 1", "<privilege>"),
        ("/* DELETE */ DELETE FROM users", "DELETE"),
        ("", "<privilege>"),
    ],
)
@pytest.mark.sampled(2)
def test_the_privilege_on_a_table(statement: str, privilege: str, database: Database, pgseq: Pgseq) -> None:
    database.run(USERS)
    log = "2026-05-01 12:00:00.000 UTC [7] ERROR:  42501: permission denied for table users\n"
    log += f"2026-05-01 12:00:00.000 UTC [7] STATEMENT:  {statement}\n" if statement else ""
    done = pgseq("explain", "-d", database.dsn, "--format", "json", input=log)
    assert done.json()["errors"][0]["next"] == f"GRANT {privilege} ON public.users TO <role>"


def test_a_name_that_several_schemas_have(database: Database) -> None:
    _tenants(database)
    for text, grant in (
        ("permission denied for sequence users_id_seq", "GRANT USAGE ON SEQUENCE <schema>.users_id_seq TO <role>"),
        ("must be owner of sequence users_id_seq", "GRANT UPDATE ON SEQUENCE <schema>.users_id_seq TO <role>"),
        ("permission denied for table users", "GRANT <privilege> ON <schema>.users TO <role>"),
    ):
        told = library.explain(f"ERROR:  42501: {text}", database.dsn)
        assert (told.verdict, told.next) == ("no_right", grant)
        assert "t0, t1, t2" in "; ".join(told.evidence)
    told = library.explain('ERROR:  42P01: relation "users_id_seq" does not exist', database.dsn)
    assert told.verdict == "missing_sequence"
    assert told.next == "write it as nextval('<schema>.users_id_seq')"


def test_the_schema_that_the_statement_names(database: Database, pgseq: Pgseq) -> None:
    _tenants(database)
    log = _text(_error(database, "SELECT 1/0")).replace("22012", "42501")
    log = log.replace("division by zero", "permission denied for sequence users_id_seq")
    log += "2026-05-01 12:00:00.000 UTC [7] STATEMENT:  INSERT INTO t1.users (n) VALUES (1)\n"
    (told,) = pgseq("explain", "-d", database.dsn, "--format", "json", input=log).json()["errors"]
    assert told["next"] == "GRANT USAGE ON SEQUENCE t1.users_id_seq TO <role>"


# A relation that is missing.


def test_a_missing_table_is_no_missing_sequence(database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE SEQUENCE s; CREATE TABLE t (id int DEFAULT nextval('nosuch_numbers'::text))")
    statement = "INSERT INTO nosuch VALUES (nextval('s'))"
    told = _logged(pgseq, database, statement, 0)
    assert told["verdict"] == "not_a_sequence"
    alone = pgseq(
        "explain", "-h", "/nonexistent", "--format", "json", input=_text(_error(database, statement), statement)
    )
    assert alone.json()["errors"][0]["verdict"] == "cannot_tell"


def test_a_missing_sequence_by_its_use(database: Database, pgseq: Pgseq) -> None:
    for statement in ("SELECT nextval('numbers')", "SELECT setval('public.numbers', 3)"):
        assert _logged(pgseq, database, statement, 1)["verdict"] == "missing_sequence", statement

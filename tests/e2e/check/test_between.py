"""What stands between pgseq and the sequences: a pooler, a standby, replication, settings, encodings, triggers."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

import pgseq
from pgseq import embedded
from pgseq.embedded.programs import ENVIRONMENT
from pgseq.errors import PgseqError
from pgseq.model.reports import DatabaseReport
from tests.support.application import Writer, at_work
from tests.support.binaries import binaries
from tests.support.commandline import Pgseq
from tests.support.database import Database, Server
from tests.support.pgbouncer import pooled
from tests.support.roles import new_role
from tests.support.standby import catch_up, standby
from tests.support.subscriber import subscriber, wait_for
from tests.support.waiting import released_to_a_waiter

BEHIND: Final = """
CREATE TABLE a (id serial PRIMARY KEY); INSERT INTO a SELECT generate_series(1, 10);
CREATE TABLE b (id serial PRIMARY KEY);
"""


@pytest.fixture
def broken(database: Database) -> Database:
    database.run(BEHIND)
    return database


def statuses(report: DatabaseReport) -> dict[str, str]:
    return {one.sequence.name: one.status for one in report.sequences}


def results(report: DatabaseReport) -> dict[str, str]:
    return {one.sequence.name: one.applied.result for one in report.sequences if one.applied}


BEFORE: Final = {"a_id_seq": "out_of_sync", "b_id_seq": "ok"}
AFTER: Final = {"a_id_seq": "ok", "b_id_seq": "ok"}
MOVED: Final = {"a_id_seq": "moved"}


def checked_and_fixed(dsn: str) -> None:
    """Through this DSN, BEHIND is seen and repaired."""
    assert statuses(pgseq.check(dsn)) == BEFORE
    assert [proof.proved for proof in pgseq.verify(dsn, insert=True).proofs] == [False, True]
    report = pgseq.fix(dsn)
    assert (statuses(report), results(report)) == (AFTER, MOVED)


# PgBouncer


@pytest.mark.parametrize("mode", ["session", "transaction"])
def test_pgbouncer(mode: str, broken: Database) -> None:
    with pooled(broken.server, mode) as port:
        checked_and_fixed(make_conninfo(broken.server.tcp(broken.name), port=port))


def test_pgbouncer_shared_with_others(database: Database, pgseq: Pgseq) -> None:
    """In transaction mode each transaction may run in another server session: nothing of ours is left in any."""
    tables = [f"t{number}" for number in range(40)]
    database.run(
        "; ".join(f"CREATE TABLE {table} (id serial PRIMARY KEY); INSERT INTO {table} VALUES (5)" for table in tables)
    )
    foreign: set[Any] = set()

    def looks(writer: Writer) -> None:
        foreign.update(
            writer.execute(
                "SELECT name, setting FROM pg_settings WHERE source = 'session' AND name LIKE ANY"
                " (ARRAY['%timeout', 'search_path', 'row_security', 'quote_all_identifiers'])"
            )
        )

    with pooled(database.server, "transaction") as port:
        dsn = make_conninfo(database.server.tcp(database.name), port=port)
        clients = {f"client {number}": looks for number in range(3)}
        with at_work(database, clients, host="127.0.0.1", port=port, prepare_threshold=None):
            runs = [
                threading.Thread(target=pgseq, args=(command, dsn, "-j", "3", *options))
                for command, *options in (("check",), ("fix", "--yes"), ("fix", "--yes"))
            ]
            for run in runs:
                run.start()
            for run in runs:
                run.join()
        assert pgseq("check", dsn).code == 0
    assert foreign == set()


def test_pgbouncer_in_statement_mode(broken: Database) -> None:
    """A transaction in one message is let through; the two messages that 12 needs are refused."""
    with pooled(broken.server, "statement") as port:
        dsn = make_conninfo(broken.server.tcp(broken.name), port=port)
        if broken.server.major > 12:
            checked_and_fixed(dsn)
            return
        with pytest.raises(PgseqError, match="transaction"):
            pgseq.check(dsn)


# Replication


@pytest.mark.slow
def test_standby(broken: Database, pgseq: Pgseq) -> None:
    broken.run("CREATE UNLOGGED TABLE u (id serial); INSERT INTO u VALUES (1)")
    with standby(broken.server) as replica:
        catch_up(broken.server, replica)
        dsn = replica.dsn(broken.name)
        checked = pgseq("check", dsn, "--format", "json")
        (found,) = checked.json()["databases"]
        assert found["in_recovery"] is True
        assert {one["name"]: one["status"] for one in found["sequences"]} == BEFORE | {"u_id_seq": "unknown"}
        assert checked.code == 1
        for window in (("fix", "--yes"), ("verify", "--insert")):
            refused = pgseq(*window, dsn)
            assert refused.code == 2
            assert "standby" in refused.err
            assert "primary" in refused.err
        assert pgseq("verify", dsn).code == 1
        assert pgseq("check", dsn, "-T", "u", "-T", "a").code == 0


def test_logical_subscriber(database: Database) -> None:
    """Rows come, the positions of sequences do not: the usual fate of a cut-over."""
    schema = "CREATE TABLE a (id serial PRIMARY KEY); CREATE TABLE b (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY)"
    database.run(schema)
    for table in "ab":
        database.run(f"INSERT INTO {table} SELECT FROM generate_series(1, 10)")
    with subscriber(database, schema) as target:
        wait_for(target, "SELECT (SELECT count(*) FROM a) = 10 AND (SELECT count(*) FROM b) = 10")
        assert statuses(pgseq.check(database.dsn)) == AFTER
        assert statuses(pgseq.check(target.dsn)) == {"a_id_seq": "out_of_sync", "b_id_seq": "out_of_sync"}
        database.run("INSERT INTO a DEFAULT VALUES")
        wait_for(target, "SELECT count(*) = 11 FROM a")
        assert results(pgseq.fix(target.dsn)) == {"a_id_seq": "moved", "b_id_seq": "moved"}
        assert [target.value(f"INSERT INTO {table} DEFAULT VALUES RETURNING id") for table in "ab"] == [12, 11]


# Settings of the database and the role


@pytest.mark.slow
def test_read_only_database(broken: Database, pgseq: Pgseq) -> None:
    broken.run(f"ALTER DATABASE {broken.name} SET default_transaction_read_only = on")
    assert pgseq("check", broken.dsn).code == 1
    refused = pgseq("fix", broken.dsn, "--yes")
    assert refused.code == 2
    assert "read-only" in refused.err
    assert pgseq("verify", broken.dsn, "--insert").code == 2
    allowed = pgseq("fix", broken.dsn, "--yes", env={"PGOPTIONS": "-c default_transaction_read_only=off"})
    assert allowed.code == 0


#: Functions, operators, types and relations that would answer in the place of pg_catalog's.
EVIL: Final = """
CREATE SCHEMA evil;
CREATE FUNCTION evil.boom() RETURNS bigint LANGUAGE plpgsql VOLATILE AS
  $$ BEGIN RAISE 'a function of the schema evil was called'; END $$;
CREATE FUNCTION evil.nextval(regclass) RETURNS bigint LANGUAGE sql AS 'SELECT evil.boom()';
CREATE FUNCTION evil.setval(regclass, bigint) RETURNS bigint LANGUAGE sql AS 'SELECT evil.boom()';
CREATE FUNCTION evil.setval(regclass, bigint, boolean) RETURNS bigint LANGUAGE sql AS 'SELECT evil.boom()';
CREATE FUNCTION evil.pg_sequence_last_value(regclass) RETURNS bigint LANGUAGE sql AS 'SELECT evil.boom()';
CREATE FUNCTION evil.format(text, VARIADIC text[]) RETURNS text LANGUAGE sql AS 'SELECT evil.boom()::text';
CREATE FUNCTION evil.quote_ident(text) RETURNS text LANGUAGE sql AS 'SELECT evil.boom()::text';
CREATE FUNCTION evil.quote_ident(name) RETURNS text LANGUAGE sql AS 'SELECT evil.boom()::text';
CREATE FUNCTION evil.quote_literal(text) RETURNS text LANGUAGE sql AS 'SELECT evil.boom()::text';
CREATE FUNCTION evil.current_setting(text) RETURNS text LANGUAGE sql AS 'SELECT evil.boom()::text';
CREATE FUNCTION evil.split_part(text, text, int) RETURNS text LANGUAGE sql AS 'SELECT evil.boom()::text';
CREATE FUNCTION evil.pg_is_in_recovery() RETURNS boolean LANGUAGE sql AS 'SELECT evil.boom() = 1';
CREATE FUNCTION evil.state(bigint, int) RETURNS bigint LANGUAGE sql AS 'SELECT evil.boom()';
CREATE AGGREGATE evil.max(int) (SFUNC = evil.state, STYPE = bigint);
CREATE AGGREGATE evil.min(int) (SFUNC = evil.state, STYPE = bigint);
CREATE FUNCTION evil.never(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT evil.boom() = 1';
CREATE FUNCTION evil.never(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT evil.boom() = 1';
CREATE FUNCTION evil.never(bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT evil.boom() = 1';
CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, PROCEDURE = evil.never);
CREATE OPERATOR evil.>= (LEFTARG = bigint, RIGHTARG = bigint, PROCEDURE = evil.never);
CREATE OPERATOR evil.>= (LEFTARG = int, RIGHTARG = int, PROCEDURE = evil.never);
CREATE OPERATOR evil.= (LEFTARG = bigint, RIGHTARG = bigint, PROCEDURE = evil.never);
CREATE DOMAIN evil.text AS pg_catalog.text CHECK (evil.boom() = 1);
CREATE DOMAIN evil.regclass AS pg_catalog.regclass CHECK (evil.boom() = 1);
CREATE TABLE evil.pg_class (oid oid);
CREATE TABLE evil.pg_sequence (seqrelid oid);
CREATE TABLE evil.a (id int);
"""


def test_search_path_in_front_of_pg_catalog(broken: Database) -> None:
    broken.run(EVIL)
    broken.run(f"ALTER DATABASE {broken.name} SET search_path = evil, pg_catalog, public")
    report = pgseq.check(broken.dsn)
    assert statuses(report) == BEFORE
    assert results(pgseq.fix(broken.dsn, lock="none")) == MOVED
    with broken.connect() as connection:
        assert statuses(pgseq.check(connection)) == AFTER


@pytest.mark.parametrize(
    "setting",
    [
        "statement_timeout = '50ms'",
        "lock_timeout = '50ms'",
        "idle_in_transaction_session_timeout = '200ms'",
        "standard_conforming_strings = off",
        "quote_all_identifiers = on",
        "DateStyle = 'German, YMD'",
    ],
)
@pytest.mark.sampled(2)
def test_settings_of_the_role(setting: str, broken: Database) -> None:
    """A table that is busy for longer than the role's own time-outs, and names that quoting could break."""
    broken.run("""ALTER TABLE a RENAME id TO "a \\ ' "" %s"; ALTER SEQUENCE b_id_seq RENAME TO "b \\ ' "" %s" """)
    names = {"a_id_seq": "out_of_sync", "b \\ ' \" %s": "ok"}
    with new_role(broken, f"ALTER ROLE {{role}} SUPERUSER; ALTER ROLE {{role}} SET {setting}") as role:
        with broken.connect(autocommit=False) as other:
            other.execute("LOCK TABLE a IN ACCESS EXCLUSIVE MODE")
            with released_to_a_waiter(broken, other.rollback, 0.3):
                assert statuses(pgseq.check(role.dsn)) == names
        with broken.connect(autocommit=False) as other:
            other.execute("LOCK TABLE a IN ROW EXCLUSIVE MODE")
            with released_to_a_waiter(broken, other.rollback, 0.3):
                assert results(pgseq.fix(role.dsn)) == MOVED


@pytest.mark.parametrize(("setting", "since"), [("idle_session_timeout", 14), ("transaction_timeout", 17)])
@pytest.mark.sampled(2)
def test_thinking_for_long(setting: str, since: int, broken: Database) -> None:
    """Somebody looks at the plan for longer than the server lets a session idle: it is reported, and nothing is done.
    No transaction is open meanwhile."""
    if broken.server.major < since:
        pytest.skip(f"needs PostgreSQL {since}")

    script = f"ALTER ROLE {{role}} SUPERUSER; ALTER ROLE {{role}} SET {setting} = '2s'"
    with new_role(broken, script) as role:

        def think(report: DatabaseReport) -> bool:
            if setting == "idle_session_timeout":
                wait_for(broken, f"SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE usename = '{role.name}')")
            else:
                time.sleep(2.5)
            return True

        report = pgseq.fix(role.dsn, confirm=think)
        if setting == "idle_session_timeout":
            (one, _) = report.sequences
            assert one.applied is not None
            assert (one.status, one.applied.result) == ("unknown", "failed")
            assert "the server went away: terminating connection due to idle-session timeout" in one.applied.reason
            report = pgseq.fix(role.dsn)
        assert (statuses(report), results(report)) == (AFTER, MOVED)


def test_event_triggers(broken: Database) -> None:
    """A repair is no DDL."""
    broken.run(
        "CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'DDL: %', tg_tag; END $$;"
        "CREATE EVENT TRIGGER first ON ddl_command_start EXECUTE FUNCTION refuse();"
        "CREATE EVENT TRIGGER last ON ddl_command_end EXECUTE FUNCTION refuse();"
    )
    checked_and_fixed(broken.dsn)


def test_what_is_reported_is_on_disk(server: Server) -> None:
    """A server that crashes right after the report still has every move, with nobody but the fix to flush its WAL."""
    with embedded.temporary_server(server.embedded.binaries, settings={"wal_writer_delay": "10s"}) as own:
        database = Database(name="postgres", server=Server(major=server.major, embedded=own))
        database.run(BEHIND + "; CHECKPOINT")
        assert results(pgseq.fix(database.dsn)) == MOVED
        own.stop("immediate")
        own.start()
        assert statuses(pgseq.check(database.dsn)) == AFTER


# Encodings and languages


@pytest.fixture
def encoded(server: Server, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database of another encoding."""
    name = f"encoded_{request.param.lower()}"
    server.admin(f"CREATE DATABASE {name} ENCODING '{request.param}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    yield Database(name=name, server=server)
    server.admin(f"DROP DATABASE {name}")


NON_ASCII: Final = """
CREATE SCHEMA "Schémä";
CREATE TABLE "Schémä"."Bücher" ("Schlüssel" serial PRIMARY KEY);
INSERT INTO "Schémä"."Bücher" SELECT generate_series(1, 10);
"""


@pytest.mark.parametrize("encoded", ["LATIN1", "SQL_ASCII"], indirect=True)
def test_encoding(encoded: Database) -> None:
    """Names go through as they are, whatever they are stored in."""
    with encoded.connect(client_encoding="UTF8") as connection:
        connection.execute(NON_ASCII)
    (one,) = pgseq.fix(encoded.dsn, table=['"Schémä"."Bücher"']).sequences
    assert one.applied is not None
    assert (one.applied.result, one.status, one.diagnosis.next_value) == ("moved", "ok", 11)


@pytest.mark.parametrize("encoded", ["SQL_ASCII"], indirect=True)
@pytest.mark.slow
def test_names_that_are_not_utf8(encoded: Database, pgseq: Pgseq) -> None:
    """SQL_ASCII keeps bytes as they came; nobody but the user knows what they mean."""
    with encoded.connect(client_encoding="LATIN1") as connection:
        connection.execute(NON_ASCII)
    refused = pgseq("check", encoded.dsn)
    assert refused.code == 2
    assert "PGCLIENTENCODING" in refused.err
    latin1 = {"PGCLIENTENCODING": "LATIN1"}
    checked = pgseq("check", encoded.dsn, "--format", "json", env=latin1)
    (one,) = checked.json()["databases"][0]["sequences"]
    assert (checked.code, one["schema"], one["status"]) == (1, "Schémä", "out_of_sync")
    assert pgseq("fix", encoded.dsn, "--yes", env=latin1).code == 0
    assert pgseq("check", make_conninfo(encoded.dsn, client_encoding="LATIN1")).code == 0


def test_messages_in_german(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What the server refuses is told by its SQLSTATE, not by its words. Debian's PostgreSQL has message catalogues."""
    try:
        programs = binaries(15)
    except LookupError:
        pytest.skip("no PostgreSQL 15 of Debian's")
    monkeypatch.setitem(ENVIRONMENT, "LANGUAGE", "de")
    with embedded.temporary_server(programs, settings={"lc_messages": "C.UTF-8"}) as server:
        german = Database(name="postgres", server=Server(major=15, embedded=server))
        german.run(BEHIND)
        with german.connect() as connection, pytest.raises(psycopg.Error) as caught:
            connection.execute("SELECT FROM nowhere")
        if "existiert nicht" not in str(caught.value):
            pytest.skip("no message catalogues")
        with german.connect(autocommit=False) as other:
            other.execute("LOCK TABLE a IN ACCESS EXCLUSIVE MODE")
            report = pgseq.check(german.dsn, lock_timeout=0.1)
            assert statuses(report) == BEFORE | {"a_id_seq": "unknown"}
            (one, _) = report.sequences
            assert "is locked by pid" in one.findings[0].message

        def drop(report: DatabaseReport) -> bool:
            german.run("DROP TABLE a")
            return True

        with new_role(german, "GRANT USAGE ON SCHEMA public TO {role}; GRANT SELECT ON b_id_seq TO {role}") as role:
            for one in pgseq.check(role.dsn).sequences:
                assert one.status == "unknown"
        report = pgseq.fix(german.dsn, confirm=drop)
        (applied,) = (one.applied for one in report.sequences if one.applied)
        assert applied.result == "failed"
        assert applied.reason.startswith("changed or dropped meanwhile: ")
        with pytest.raises(PgseqError):
            pgseq.check(make_conninfo(german.dsn, dbname="nowhere"))


def swapped_amid_the_catalog(database: Database, look: Any) -> Any:
    """What `look` returns, while another session drops the table `a` between the questions for sequences and for their
    columns, and makes it again."""
    with database.connect(autocommit=False) as other:
        # The columns' question needs it, that for sequences does not.
        other.execute("LOCK TABLE pg_catalog.pg_attrdef IN ACCESS EXCLUSIVE MODE")

        def swap() -> None:
            other.execute("DROP TABLE a; CREATE TABLE a (id serial PRIMARY KEY); INSERT INTO a VALUES (1), (2)")
            other.commit()

        with released_to_a_waiter(database, swap):
            return look()


@pytest.mark.parametrize("table", ["a", ()])
def test_a_table_swapped_while_the_catalog_is_read_is_one_table(broken: Database, table: Any) -> None:
    report = swapped_amid_the_catalog(broken, lambda: pgseq.check(broken.dsn, table=table))
    (one,) = (one for one in report.sequences if one.sequence.name == "a_id_seq")
    assert (one.status, [feed.table for feed in one.sequence.feeds]) == ("out_of_sync", ["a"])


def test_that_leaves_no_transaction_behind(broken: Database) -> None:
    with broken.connect() as connection:
        swapped_amid_the_catalog(broken, lambda: pgseq.check(connection))
        isolation = connection.execute("SHOW transaction_isolation").fetchall()
        assert (isolation, connection.info.transaction_status.name) == ([("read committed",)], "IDLE")
        with connection.transaction():
            pgseq.check(connection)
            assert connection.execute("SHOW transaction_isolation").fetchall() == isolation

"""Which server answers: told apart before anything is asked, and named wherever an answer is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from pgseq.core.product import product
from tests.support.commandline import Pgseq
from tests.support.database import Database, fresh_database
from tests.support.impostor import impostor
from tests.support.pgbouncer import pooled
from tests.support.roles import new_role

BEHIND = "CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1)"

OTHERS = {
    "CockroachDB": ("13.0.0", "CockroachDB CCL v24.1.1 (x86_64-pc-linux-gnu, built 2024/06/14 13:42:17, go1.22.2)"),
    "YugabyteDB": ("15.2-YB-2.25.1.0-b0", "PostgreSQL 15.2-YB-2.25.1.0-b0 on x86_64-pc-linux-gnu, 64-bit"),
    "Amazon Redshift": ("8.0.2", "PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC, Redshift 1.0.77467"),
    "Greenplum": ("12.12", "PostgreSQL 12.12 (Greenplum Database 7.1.0 build commit:e7c2b1f) on x86_64, 64-bit"),
}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("command", ["check", "fix", "verify", "why", "check --all"])
@pytest.mark.sampled(20)
def test_another_product_is_refused_in_one_line(name: str, command: str, pgseq: Pgseq) -> None:
    with impostor(*OTHERS[name]) as port:
        yes = ("--yes",) if command == "fix" else ()
        done = pgseq(*command.split(), *yes, "-h", "127.0.0.1", "-p", str(port), "-U", "me", "-d", "app")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        f"pgseq: error: the server is {name}, not PostgreSQL: its sequences work in another way\n"
        "hint: pgseq knows PostgreSQL 12 and later\n"
    )


def test_an_old_postgresql_is_refused(pgseq: Pgseq) -> None:
    with impostor("9.6.24", "PostgreSQL 9.6.24 on x86_64-pc-linux-gnu, compiled by gcc, 64-bit") as port:
        done = pgseq("check", f"postgresql://me@127.0.0.1:{port}/app")
    assert (done.code, done.err) == (
        2,
        "pgseq: error: the server is PostgreSQL 9.6.24\nhint: pgseq knows PostgreSQL 12 and later\n",
    )


def test_what_is_built_on_postgresql_is_postgresql() -> None:
    assert product("PostgreSQL 16.4 (EnterpriseDB Advanced Server 16.4.0) on x86_64-pc-linux-gnu") == ""
    assert product("PostgreSQL 19devel on x86_64-pc-linux-gnu") == ""
    assert product("Weird 1.2 on x") == "Weird 1.2"


def test_pgbouncer_s_console_is_no_database(database: Database, pgseq: Pgseq) -> None:
    with pooled(database.server, "session") as port:
        done = pgseq("check", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "pgbouncer")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "pgseq: error: pgbouncer is PgBouncer's admin console, not a database\n"
        f"hint: name one of its databases: psql -p {port} -d pgbouncer -c 'SHOW DATABASES' lists them\n"
    )


class TestAddress:
    """Two servers may have a database of one name."""

    @pytest.mark.parametrize("command", ["check", "fix --yes", "verify", "why", "guard plan", "guard status"])
    @pytest.mark.sampled(3)
    def test_headings(self, command: str, database: Database, pgseq: Pgseq) -> None:
        database.run(BEHIND)
        port, version = database.server.embedded.port, database.value("SHOW server_version").split()[0]
        done = pgseq(*command.split(), database.server.tcp(database.name))
        assert f"{database.name} on 127.0.0.1:{port} (PostgreSQL {version})\n" in done.out
        done = pgseq(*command.split(), database.dsn)
        assert f"{database.name} on local socket:{port} (PostgreSQL {version})\n" in done.out

    def test_sync_names_both(self, database: Database, pgseq: Pgseq) -> None:
        database.run(BEHIND)
        with fresh_database(database.server) as target:
            target.run(BEHIND)
            done = pgseq("sync", database.server.tcp(database.name), target.dsn, "--dry-run")
        port = database.server.embedded.port
        assert re.search(rf"{database.name} on 127.0.0.1:{port} .* → {target.name} on local socket:{port} ", done.out)

    @pytest.mark.parametrize("command", ["check", "verify", "why", "guard plan", "guard status"])
    @pytest.mark.sampled(5)
    def test_json(self, command: str, database: Database, pgseq: Pgseq) -> None:
        database.run(BEHIND)
        (one,) = pgseq(*command.split(), database.server.tcp(database.name), "--format", "json").json()["databases"]
        assert (one["host"], one["port"]) == ("127.0.0.1", database.server.embedded.port)
        identifier = database.value("SELECT system_identifier::text FROM pg_control_system()")
        assert one["system_identifier"] == identifier
        assert database.value(f"SELECT abs(extract(epoch FROM now() - '{one['server_time']}'::timestamptz)) < 600")
        (by_socket,) = pgseq(*command.split(), database.dsn, "--format", "json").json()["databases"]
        assert by_socket["host"] == str(database.server.embedded.folder)

    def test_csv(self, database: Database, pgseq: Pgseq) -> None:
        database.run(BEHIND)
        head, line = pgseq("check", database.server.tcp(database.name), "--format", "csv").out.splitlines()
        assert head.startswith("database,host,port,schema,name,")
        assert line.startswith(f"{database.name},127.0.0.1,{database.server.embedded.port},public,t_id_seq,")

    def test_an_identifier_that_may_not_be_read_is_null(self, database: Database, pgseq: Pgseq) -> None:
        database.run(BEHIND + "; REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
        with new_role(database, "GRANT SELECT ON t, t_id_seq TO {role}") as role:
            done = pgseq("check", role.dsn, "--format", "json")
        assert done.code == 1
        assert done.json()["databases"][0]["system_identifier"] is None


class TestCitus:
    """The extension's name is what counts: here a table of the catalog that says so."""

    def test_is_let_through_with_a_remark(self, database: Database, pgseq: Pgseq) -> None:
        database.run(f"{BEHIND};UPDATE pg_extension SET extname = 'citus' WHERE extname = 'plpgsql'")
        done = pgseq("check", database.dsn)
        assert done.code == 1
        assert ", pgseq is not tested with Citus)\n" in done.out
        (one,) = pgseq("check", database.dsn, "--format", "json").json()["databases"]
        assert one["untested"] == "Citus"


class TestAll:
    """--all and the databases that it cannot or shall not look at."""

    @pytest.fixture
    def second(self, database: Database) -> Iterator[Database]:
        """Another database, with a name that takes quoting."""
        with fresh_database(database.server) as fresh:
            yield fresh

    def every(self, database: Database) -> tuple[str, ...]:
        embedded = database.server.embedded
        return ("--all", "-h", str(embedded.folder), "-p", str(embedded.port), "-U", "postgres")

    def test_leaves_out_what_a_pattern_names(self, database: Database, second: Database, pgseq: Pgseq) -> None:
        patterns = ("--exclude-database", second.name.upper(), "--exclude-database", "post*")
        done = pgseq("check", *self.every(database), *patterns, "--format", "json")
        names = {one["database"] for one in done.json()["databases"]}
        assert database.name in names
        assert not names & {second.name, "postgres"}
        assert second.name not in done.err

    def test_goes_on_in_what_comes_next(self, database: Database, pgseq: Pgseq) -> None:
        database.run(BEHIND)
        done = pgseq("check", *self.every(database), "--exclude-database", "post*")
        assert "--exclude-database 'post*'" in done.out.splitlines()[-1]

    def test_one_that_lets_nobody_in_is_named(self, database: Database, second: Database, pgseq: Pgseq) -> None:
        database.server.admin(f"ALTER DATABASE {second.name} ALLOW_CONNECTIONS false")
        done = pgseq("check", *self.every(database))
        assert re.search(rf"^pgseq: not looked at, no connections are allowed: .*{second.name}", done.err, re.MULTILINE)
        left_out = pgseq("check", *self.every(database), "--exclude-database", second.name)
        assert second.name not in left_out.err

    def test_without_all_is_refused(self, pgseq: Pgseq) -> None:
        done = pgseq("check", "app", "--exclude-database", "post*")
        assert (done.code, done.err) == (
            2,
            "pgseq: error: --exclude-database goes with --all\nhint: name the databases instead, or pass --all\n",
        )

    def test_a_schema_is_no_database(self, pgseq: Pgseq) -> None:
        done = pgseq("check", "--all", "--exclude-database", "a.b")
        assert done.code == 2
        assert "quote the dot" in done.err

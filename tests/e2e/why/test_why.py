"""`pgseq why` on a real server: databases damaged in every known way, and healthy ones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgseq import embedded
from pgseq.commands.why import WhyReport
from pgseq.commands.why.workflow import why
from pgseq.core.selection import scope
from pgseq.pg.connect import open_pool
from pgseq.workflow import Options
from tests.support.binaries import binaries
from tests.support.commandline import Pgseq
from tests.support.database import SETTINGS, Database, Server, fresh_database
from tests.support.roles import new_role
from tests.support.subscriber import wait_for

TABLE = "CREATE TABLE users (id serial PRIMARY KEY, name text)"
#: A hundred rows whose ids the sequence handed out, in two transactions.
DRAWN = "INSERT INTO users (name) SELECT 'x' FROM generate_series(1, 50)"


@pytest.fixture(scope="module")
def recording() -> Iterator[Server]:
    """A server that counts statements."""
    settings = SETTINGS | {"shared_preload_libraries": "pg_stat_statements"}
    with embedded.temporary_server(binaries(18), settings=settings) as running:
        yield Server(major=18, embedded=running)


@pytest.fixture
def recorded(recording: Server) -> Iterator[Database]:
    """A database on it, without the extension as yet."""
    with fresh_database(recording) as fresh:
        yield fresh


def inquire(database: Database, *tables: str) -> WhyReport:
    """What `why` says once the counters of sessions that have ended are in."""
    wait_for(
        database,
        "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    with open_pool(database.dsn, 1) as pool:
        return why(pool, Options(scope=scope(table=tables)))


def causes(why_report: WhyReport) -> list[str]:
    """The causes named, in order, each once, of all that is wrong."""
    return list(dict.fromkeys(one.cause for answer in why_report.sequences for one in answer.evidence))


def one_by_one(database: Database, *statements: str) -> None:
    """Each in a transaction of its own."""
    with database.connect() as connection:
        for statement in statements:
            connection.execute(statement)


def copy(database: Database, ids: range) -> None:
    """Rows by COPY, as an import brings them."""
    with database.connect() as connection, connection.cursor().copy("COPY users (id, name) FROM STDIN") as rows:
        for number in ids:
            rows.write_row((number, "x"))


EXPLICIT = tuple(f"INSERT INTO users (id, name) VALUES ({number}, 'x')" for number in range(1, 16))
SHARED = (TABLE, "CREATE TABLE archive (LIKE users INCLUDING ALL)", DRAWN, DRAWN.replace("users", "archive"))

#: What was done, and the cause that must be named first with pg_stat_statements and without it.
DAMAGES = {
    "explicit ids": ((TABLE, *EXPLICIT), "explicit_ids", "explicit_ids"),
    "the article's three rows": (
        (TABLE, "INSERT INTO users VALUES (1, 'a'), (2, 'b'), (3, 'c')"),
        "explicit_ids",
        "explicit_ids",
    ),
    "overriding": (
        (
            "CREATE TABLE users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)",
            *(text.replace("VALUES", "OVERRIDING SYSTEM VALUE VALUES") for text in EXPLICIT),
        ),
        "explicit_ids",
        "explicit_ids",
    ),
    "on top of drawn ones": (
        (TABLE, DRAWN, "INSERT INTO users SELECT g, 'x' FROM generate_series(51, 700) AS g"),
        "explicit_ids",
        "import",
    ),
    "setval": ((TABLE, DRAWN, DRAWN, "SELECT setval('users_id_seq', 5)"), "setval", "setval"),
    "setval under ids drawn beforehand": (
        (
            TABLE,
            *(line for text in EXPLICIT for line in ("SELECT nextval('users_id_seq')", text)),
            "SELECT setval('users_id_seq', 2)",
        ),
        "setval",
        "setval",
    ),
    "setval, not called": ((TABLE, DRAWN, DRAWN, "SELECT setval('users_id_seq', 7, false)"), "setval", "setval"),
    "restart": ((TABLE, DRAWN, DRAWN, "ALTER SEQUENCE users_id_seq RESTART"), "restart", "restart"),
    "restart with": ((TABLE, DRAWN, DRAWN, "ALTER SEQUENCE users_id_seq RESTART WITH 7"), "restart", "restart"),
    "restart of an identity": (
        (
            "CREATE TABLE users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)",
            DRAWN,
            "ALTER TABLE users ALTER COLUMN id RESTART",
        ),
        "restart",
        "restart",
    ),
    "stray id": ((TABLE, DRAWN, "INSERT INTO users VALUES (2147483647, 'test')"), "stray_id", "stray_id"),
    "shared": ((*SHARED, "TRUNCATE users RESTART IDENTITY", DRAWN), "shared", "shared"),
    "made by LIKE and renamed": (
        (*SHARED, "SELECT setval('users_id_seq', (SELECT max(id) FROM users))"),
        "shared",
        "shared",
    ),
    "re-pointed": (
        (TABLE, DRAWN, "CREATE SEQUENCE fresh", "ALTER TABLE users ALTER id SET DEFAULT nextval('fresh')"),
        "repointed",
        "repointed",
    ),
    "serial made an identity column": (
        (
            TABLE,
            DRAWN,
            "ALTER TABLE users ALTER id DROP DEFAULT",
            "DROP SEQUENCE users_id_seq",
            "ALTER TABLE users ALTER id ADD GENERATED BY DEFAULT AS IDENTITY",
        ),
        "replaced",
        "replaced",
    ),
    "a new sequence in place of a dropped one": (
        (
            TABLE,
            DRAWN,
            "CREATE SEQUENCE fresh OWNED BY users.id",
            "ALTER TABLE users ALTER id SET DEFAULT nextval('fresh')",
            "DROP SEQUENCE users_id_seq",
            "INSERT INTO users (id, name) VALUES (nextval('fresh') + 1000, 'x')",
            "DELETE FROM users WHERE id > 1000",
        ),
        "replaced",
        "replaced",
    ),
    "lost default": (
        (
            TABLE,
            DRAWN,
            "ALTER TABLE users ALTER id DROP DEFAULT",
            "INSERT INTO users SELECT g, 'x' FROM generate_series(51, 70) g",
        ),
        "lost_default",
        "lost_default",
    ),
    "attached partition": (
        (
            "CREATE TABLE users (id serial, name text) PARTITION BY LIST (name)",
            "CREATE TABLE users_x PARTITION OF users FOR VALUES IN ('x')",
            DRAWN,
            "CREATE TABLE users_y (id int NOT NULL, name text)",
            "INSERT INTO users_y SELECT g, 'y' FROM generate_series(40, 90) AS g",
            "ALTER TABLE users ATTACH PARTITION users_y FOR VALUES IN ('y')",
        ),
        "import",
        "import",
    ),
    "another site's ids": (
        (
            TABLE,
            "ALTER SEQUENCE users_id_seq INCREMENT 10",
            *(f"INSERT INTO users VALUES ({number}, 'x')" for number in range(1, 60, 2)),
        ),
        "explicit_ids",
        "explicit_ids",
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
@pytest.mark.sampled(4)
def test_the_true_cause_is_named_first(recorded: Database, name: str) -> None:
    done, by_record, without = DAMAGES[name]
    one_by_one(recorded, *done)
    assert causes(inquire(recorded))[:1] == [without]
    recorded.run("CREATE EXTENSION pg_stat_statements")
    assert causes(inquire(recorded))[:1] == [by_record]


def test_a_replaced_sequence_is_blamed_for_no_load(recorded: Database) -> None:
    done, *_ = DAMAGES["serial made an identity column"]
    one_by_one(recorded, *done)
    assert causes(inquire(recorded)) == ["replaced"]
    one_by_one(recorded, "UPDATE users SET name = 'y'")
    assert "replaced" not in causes(inquire(recorded))


def test_an_import(recorded: Database) -> None:
    one_by_one(recorded, TABLE, DRAWN)
    copy(recorded, range(51, 500))
    without = inquire(recorded)
    recorded.run("CREATE EXTENSION pg_stat_statements")
    by_record = inquire(recorded)
    assert causes(without) == causes(by_record) == ["import"]
    assert "xmin of the rows" in {one.source for one in without.sequences[0].evidence}
    first = by_record.sequences[0].evidence[0]
    assert (first.source, first.text) == (
        "pg_stat_statements",
        "COPY users (id, name) FROM STDIN gives id: 1 call by postgres, 449 rows",
    )


def test_the_target_of_a_subscription(recording: Server) -> None:
    with fresh_database(recording) as source, fresh_database(recording) as target:
        one_by_one(source, TABLE, DRAWN, "CREATE PUBLICATION p FOR TABLE users")
        source.rows("SELECT pg_create_logical_replication_slot('s', 'pgoutput')")
        target.run(TABLE)
        with target.connect() as connection:
            connection.execute(
                f"CREATE SUBSCRIPTION s CONNECTION $${source.dsn}$$ PUBLICATION p WITH (create_slot = false)"
            )
            try:
                wait_for(target, "SELECT count(*) = 50 FROM users")
                with open_pool(target.dsn, 1) as pool:
                    why_report = why(pool, Options())
                assert causes(why_report)[0] == "replication"
                assert "subscription s (" in why_report.sequences[0].evidence[0].text
            finally:
                connection.execute("ALTER SUBSCRIPTION s DISABLE")
                connection.execute("ALTER SUBSCRIPTION s SET (slot_name = NONE)")
                connection.execute("DROP SUBSCRIPTION s")
        wait_for(source, "SELECT NOT active FROM pg_replication_slots WHERE slot_name = 's'")
        source.rows("SELECT pg_drop_replication_slot('s')")


def test_used_up_by_setval(recorded: Database) -> None:
    one_by_one(recorded, "CREATE TABLE users (id smallserial PRIMARY KEY)", "SELECT setval('users_id_seq', 32767)")
    assert causes(inquire(recorded)) == ["setval"]
    recorded.run("CREATE EXTENSION pg_stat_statements")
    assert causes(inquire(recorded)) == ["setval"]


def test_a_healthy_database_names_none(recorded: Database) -> None:
    """Though ids were given, sequences set and shared: what does no harm needs no cause."""
    recorded.run("CREATE EXTENSION pg_stat_statements")
    one_by_one(
        recorded,
        *SHARED,
        *(text.replace("VALUES (", "VALUES (-") for text in EXPLICIT),
        "SELECT setval('users_id_seq', 100000)",
        "ALTER SEQUENCE users_id_seq RESTART WITH 200000",
        "CREATE TABLE other (id serial PRIMARY KEY)",
        "ALTER TABLE other ALTER id DROP DEFAULT",
    )
    why_report = inquire(recorded)
    assert causes(why_report) == []
    assert (why_report.sources, why_report.problems, why_report.advice) == ((), (), ())


def test_repairs_of_our_own_are_no_cause(recorded: Database, pgseq: Pgseq) -> None:
    recorded.run("CREATE EXTENSION pg_stat_statements")
    one_by_one(recorded, TABLE, DRAWN.replace("50", "3000"), "ALTER SEQUENCE users_id_seq RESTART")
    assert pgseq("fix", recorded.dsn, "--yes").code == 0
    one_by_one(recorded, *(f"INSERT INTO users VALUES ({number}, 'x')" for number in range(3001, 3020)))
    assert "setval" not in causes(inquire(recorded))


def test_what_was_only_defined_is_no_cause(recorded: Database) -> None:
    recorded.run("CREATE EXTENSION pg_stat_statements")
    one_by_one(
        recorded,
        TABLE,
        "CREATE FUNCTION back() RETURNS bigint BEGIN ATOMIC SELECT setval('users_id_seq', 1); END",
        "CREATE VIEW back AS SELECT setval('users_id_seq', 1)",
        "PREPARE back AS SELECT setval('users_id_seq', 2)",
        "SELECT 1 AS setval" + " UNION ALL SELECT 1" * 1499,
        "EXPLAIN (ANALYZE) INSERT INTO users VALUES (1, 'x')",
    )
    why_report = inquire(recorded)
    told = [one.text for one in why_report.sequences[0].evidence]
    assert "INSERT INTO users VALUES … gives id: 1 call by postgres" in told
    assert "setval" not in causes(why_report)
    assert "pg_stat_statements: 1 texts are not understood by postgast" in {one.reason for one in why_report.problems}


def test_nothing_left_to_see(recorded: Database) -> None:
    """Ids brought along one by one, and every counter and record gone since."""
    one_by_one(recorded, TABLE, DRAWN, *(text.replace("VALUES (", "VALUES (10") for text in EXPLICIT))
    inquire(recorded)
    one_by_one(recorded, "SELECT pg_stat_reset()")
    why_report = inquire(recorded)
    assert causes(why_report) == []
    assert any("reset at" in source for source in why_report.sources)
    assert why_report.problems[0].hint.startswith("CREATE EXTENSION pg_stat_statements")
    assert any("log_statement" in advice for advice in why_report.advice)


def test_the_limits_of_a_role(recorded: Database) -> None:
    recorded.run("CREATE EXTENSION pg_stat_statements")
    one_by_one(recorded, TABLE, *EXPLICIT)
    inquire(recorded)
    with (
        new_role(recorded, "GRANT SELECT ON users, users_id_seq TO {role}") as reader,
        open_pool(reader.dsn, 1) as pool,
    ):
        why_report = why(pool, Options())
    assert causes(why_report)[0] == "explicit_ids"  # by the counters, which everybody may read
    (hidden,) = why_report.problems
    assert hidden.hint == f"GRANT pg_read_all_stats TO {reader.sql}"


def test_what_a_role_may_not_read_comes_with_the_grant(recorded: Database, pgseq: Pgseq) -> None:
    one_by_one(recorded, TABLE, *EXPLICIT)
    with new_role(recorded, "GRANT SELECT ON users TO {role}") as reader:
        done = pgseq("why", reader.dsn)
        assert done.code == 3
        (sequence,) = pgseq("why", reader.dsn, "--format", "json").json()["sequences"]
        (problem,) = sequence["not_seen"]
        assert f"not seen: {problem['reason']} {problem['hint']}" in " ".join(done.out.split())
        reader.granted(problem["hint"])
        assert pgseq("why", reader.dsn).code == 1


def test_a_name_in_two_schemas_is_said_to_be_ambiguous(recorded: Database) -> None:
    recorded.run("CREATE EXTENSION pg_stat_statements; CREATE SCHEMA other; CREATE TABLE other.users (id int)")
    one_by_one(recorded, TABLE, *EXPLICIT)
    first = inquire(recorded).sequences[0].evidence[0]
    assert (first.cause, first.source) == ("explicit_ids", "pg_stat_statements")
    assert "15 calls by postgres, 15 rows" in first.text
    assert "1 more of that name" in first.limit


def test_command(recorded: Database, pgseq: Pgseq) -> None:
    recorded.run("CREATE EXTENSION pg_stat_statements")
    one_by_one(recorded, TABLE, *EXPLICIT, "CREATE TABLE fine (id serial)")
    done = pgseq("why", recorded.dsn)
    assert (done.code, done.err) == (1, "")
    lines = done.out.splitlines()
    assert lines[2] == "✗ public.users.id  next 1  stored up to 15  next insert fails"
    assert lines[3].startswith(
        "    explicit ids  INSERT INTO users (id, name) VALUES … gives id: 15 calls by postgres, 15 rows"
    )
    assert lines[-1].startswith("→ pgseq fix ")
    assert "fine" not in done.out
    assert "✓ public.fine_id_seq → public.fine.id  next 1  in sync" in pgseq("why", recorded.dsn, "-v").out
    answer = pgseq("why", recorded.dsn, "-t", "users", "--format", "json").json()
    assert answer["format"] == 1
    (sequence,) = answer["sequences"]
    assert (sequence["schema"], sequence["name"], sequence["causes"][0]["cause"]) == (
        "public",
        "users_id_seq",
        "explicit_ids",
    )
    healthy = pgseq("why", recorded.dsn, "-t", "fine")
    assert healthy.code == 0
    assert "nothing is out of sync" in healthy.out


def test_a_role_of_few_rights_on_every_major(database: Database) -> None:
    one_by_one(database, TABLE, *EXPLICIT)
    inquire(database)
    rights = "GRANT SELECT ON users, users_id_seq TO {role}"
    with new_role(database, rights) as reader, open_pool(reader.dsn, 1) as pool:
        assert causes(why(pool, Options())) == ["explicit_ids"]


def test_without_the_extension_and_on_every_major(database: Database) -> None:
    one_by_one(database, TABLE, DRAWN, "INSERT INTO users SELECT g, 'x' FROM generate_series(51, 900) g")
    database.run("CREATE SEQUENCE lonely")
    why_report = inquire(database, "users")
    assert causes(why_report) == ["import"]
    assert "not loaded" in why_report.problems[0].reason


def test_our_own_looks_are_no_use(recorded: Database, pgseq: Pgseq) -> None:
    """Sequences that were never drawn from, or only up to their position, and were looked at many times."""
    one_by_one(
        recorded,
        "CREATE TABLE shipper (id serial PRIMARY KEY, name text)",
        "INSERT INTO shipper VALUES (1, 'a'), (2, 'b'), (3, 'c')",
        "CREATE TABLE restored (id serial PRIMARY KEY)",
        "INSERT INTO restored VALUES (1), (2), (3), (4)",
        "SELECT setval('restored_id_seq', 2)",
    )
    for _ in range(4):
        assert pgseq("check", recorded.dsn).code == 1
    why_report = inquire(recorded)
    texts = [f"{one.text} {one.limit}" for answer in why_report.sequences for one in answer.evidence]
    assert not [text for text in texts if "used often enough" in text or "further on" in text]
    assert causes(why_report) == ["explicit_ids"]

"""What is read of a table that others see differently: views, other sessions' temporary tables, partitions on their way
out; and that reading runs nothing which an ordinary role has put in its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from psycopg import errors

from tests.support.commandline import Pgseq
from tests.support.database import Database

#: An ordinary role's view, which runs its code and has a default.
TRAP = """
    GRANT CREATE ON SCHEMA public TO {role};
    SET ROLE {role};
    CREATE TABLE t (id int);
    INSERT INTO t VALUES (5);
    CREATE SEQUENCE s;
    CREATE FUNCTION evil(i int) RETURNS int LANGUAGE plpgsql AS $$
    BEGIN
      RAISE WARNING 'evil is run by %', current_user;
      BEGIN
        EXECUTE 'ALTER ROLE {role} CREATEDB';
      EXCEPTION WHEN OTHERS THEN NULL;
      END;
      RETURN i;
    END $$;
    CREATE VIEW v AS SELECT public.evil(id) AS id FROM public.t;
    ALTER VIEW v ALTER id SET DEFAULT nextval('s');
    RESET ROLE;
"""


@pytest.fixture
def role(database: Database) -> Iterator[str]:
    """An ordinary role of the test's own."""
    name = f"role_of_{database.name}"
    database.run(f"CREATE ROLE {name}")
    yield name
    database.run(f"DROP OWNED BY {name}; DROP ROLE {name}")


def checked(pgseq: Pgseq, database: Database, *options: str) -> dict[str, Any]:
    """What check says, by the sequences' names."""
    document = pgseq("check", database.dsn, "--format", "json", *options).json()
    return {one["name"]: one for one in document["databases"][0]["sequences"]}


def runs(database: Database) -> int:
    """How often the server says that the view's function was run."""
    return database.server.embedded.log_text().count("evil is run by")


@pytest.mark.parametrize(
    "command",
    [("check",), ("fix", "--yes"), ("fix", "--yes", "--lock", "none"), ("verify", "--insert"), ("why",)],
    ids=" ".join,
)
@pytest.mark.sampled(3)
def test_a_superuser_does_not_run_what_a_view_runs(
    database: Database, pgseq: Pgseq, role: str, command: tuple[str, ...]
) -> None:
    database.run(TRAP.format(role=role))
    before = runs(database)
    result = pgseq(command[0], database.dsn, *command[1:])
    assert result.code in (0, 3) if command == ("why",) else result.code == 3
    assert runs(database) == before
    assert database.value(f"SELECT rolcreatedb FROM pg_roles WHERE rolname = '{role}'") is False


def test_a_view_that_the_user_declares_is_read(database: Database, pgseq: Pgseq, role: str, tmp_path: Any) -> None:
    database.run(TRAP.format(role=role))
    before = runs(database)
    (tmp_path / "pgseq.toml").write_text('feeds = [{ sequence = "public.s", column = "public.v.id" }]\n')
    result = pgseq("check", database.dsn, "--format", "json", cwd=tmp_path)
    (one,) = result.json()["databases"][0]["sequences"]
    # Its owner is nobody whom a superuser trusts.
    assert (result.code, one["status"], runs(database)) == (3, "unknown", before)
    result = pgseq("check", database.dsn, "--trust-owners", "--format", "json", cwd=tmp_path)
    (one,) = result.json()["databases"][0]["sequences"]
    assert (one["status"], one["furthest"]) == ("out_of_sync", 5)
    assert runs(database) > before


def test_a_temporary_child_of_another_session_hides_nothing(database: Database, pgseq: Pgseq) -> None:
    """Also where a child with a sequence of its own has the others read one by one."""
    database.run(
        """
        CREATE TABLE p (id serial PRIMARY KEY);
        CREATE TABLE c (id int PRIMARY KEY) INHERITS (p);
        CREATE SEQUENCE s;
        ALTER TABLE c ALTER id SET DEFAULT nextval('s');
        INSERT INTO p (id) VALUES (1), (2), (3);
        """
    )
    with database.connect() as other:
        other.execute("CREATE TEMP TABLE t () INHERITS (p)")
        other.execute("INSERT INTO t VALUES (50)")
        one = checked(pgseq, database)["p_id_seq"]
        assert (one["status"], one["inserts_until_collision"], one["furthest"]) == ("out_of_sync", 0, 3)
        assert pgseq("fix", database.dsn, "--yes").code == 0
        assert other.execute("INSERT INTO p DEFAULT VALUES RETURNING id").fetchone() == (4,)


def test_a_partition_whose_detaching_was_interrupted_is_judged_by_itself(database: Database, pgseq: Pgseq) -> None:
    """Nobody sees its rows through the parent any more, and its own default still draws."""
    if database.server.major < 14:
        pytest.skip("DETACH PARTITION CONCURRENTLY came with PostgreSQL 14")
    database.run(
        """
        CREATE TABLE p (id serial, k int NOT NULL DEFAULT 1, PRIMARY KEY (id, k)) PARTITION BY LIST (k);
        CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
        CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
        INSERT INTO p (id, k) SELECT g, 2 FROM generate_series(1, 5) g;
        """
    )
    with database.connect(autocommit=False) as reader, database.connect() as detaching:
        reader.execute("SELECT FROM p LIMIT 1")
        detaching.execute("SET statement_timeout = 500")
        with pytest.raises(errors.QueryCanceled):
            detaching.execute("ALTER TABLE p DETACH PARTITION p2 CONCURRENTLY")
    assert database.value("SELECT count(*) FROM p") == 0
    one = checked(pgseq, database)["p_id_seq"]
    assert [feed["table"] for feed in one["feeds"]] == ["p", "p2"]
    assert (one["status"], one["inserts_until_collision"], one["furthest"]) == ("out_of_sync", 0, 5)
    with database.connect() as connection, pytest.raises(errors.UniqueViolation):
        connection.execute("INSERT INTO p2 (k) VALUES (2)")
    assert pgseq("fix", database.dsn, "--yes").code == 0
    assert database.value("INSERT INTO p2 (k) VALUES (2) RETURNING id") == 6


@pytest.mark.slow
def test_a_partition_selects_what_feeds_it(database: Database, pgseq: Pgseq) -> None:
    """The server's error names the partition and its index, so that is what people type."""
    database.run(
        """
        CREATE TABLE p (id serial, k int NOT NULL DEFAULT 1, PRIMARY KEY (id, k)) PARTITION BY LIST (k);
        CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
        CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2) PARTITION BY LIST (id);
        CREATE TABLE p2_rest PARTITION OF p2 DEFAULT;
        CREATE TABLE q (id serial PRIMARY KEY);
        CREATE TABLE apart (id int PRIMARY KEY) INHERITS (q);
        CREATE SEQUENCE s;
        ALTER TABLE apart ALTER id SET DEFAULT nextval('s');
        INSERT INTO p (id) SELECT generate_series(1, 5);
        """
    )
    for pattern in ("p1", "public.p1", "p2_rest", "p"):
        assert [*checked(pgseq, database, "-t", pattern)] == ["p_id_seq"], pattern
    assert [*checked(pgseq, database, "-t", "apart")] == ["s"]
    assert [*checked(pgseq, database, "-T", "p1")] == ["p_id_seq", "q_id_seq", "s"]
    assert [*checked(pgseq, database, "-T", "p")] == ["q_id_seq", "s"]
    assert pgseq("fix", database.dsn, "-t", "p1", "--yes").code == 0
    assert database.value("INSERT INTO p DEFAULT VALUES RETURNING id") == 6

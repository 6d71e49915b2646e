"""Whether the catalog has changed since it was read: every change that could matter is told, ordinary work is none."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from pgseq.model.limits import Limits
from pgseq.pg.catalog import CatalogFingerprint, read_fingerprint
from pgseq.pg.connect import open_session
from pgseq.pg.session import Session
from tests.support.database import Database
from tests.support.roles import new_role

SETUP = """
CREATE TABLE a (id serial PRIMARY KEY, n integer, CHECK (id > 0));
CREATE SEQUENCE s;
CREATE DOMAIN numbered AS integer DEFAULT nextval('s');
CREATE TABLE b (id numbered);
CREATE TABLE parent (id serial) PARTITION BY RANGE (id);
CREATE TABLE child PARTITION OF parent FOR VALUES FROM (1) TO (10);
INSERT INTO a DEFAULT VALUES;
"""
CHANGES = (
    "ALTER SEQUENCE s INCREMENT BY 2",
    "ALTER SEQUENCE s OWNED BY a.n",
    "ALTER SEQUENCE a_id_seq OWNED BY NONE",
    "ALTER SEQUENCE s RENAME TO t",
    "DROP SEQUENCE s CASCADE",
    "CREATE SEQUENCE t",
    "ALTER TABLE a ALTER n SET DEFAULT nextval('s')",
    "ALTER TABLE a ALTER id DROP DEFAULT",
    "ALTER TABLE a RENAME id TO key",
    "ALTER TABLE a RENAME TO c",
    "ALTER TABLE a ALTER id TYPE bigint",
    "ALTER TABLE a DROP CONSTRAINT a_pkey",
    "ALTER TABLE a ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE parent DETACH PARTITION child",
    "ALTER DOMAIN numbered DROP DEFAULT",
    "CREATE INDEX ON a (n)",
    "CREATE FUNCTION next_id() RETURNS bigint LANGUAGE sql AS 'SELECT nextval(''s'')'",
    "GRANT SELECT ON a TO {role}",
    "GRANT SELECT (id) ON a TO {role}",
    "GRANT pg_monitor TO {role}",
    "ALTER SCHEMA public RENAME TO other",
    "ALTER TABLE a OWNER TO {role}",
    "DROP TABLE a",
)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    database.run(SETUP)
    with open_session(database.dsn) as session:
        yield session


@pytest.fixture
def first(session: Session) -> CatalogFingerprint:
    return read_fingerprint(session, Limits())


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_told(database: Database, session: Session, change: str) -> None:
    with new_role(database) as role:
        first = read_fingerprint(session, Limits())
        role.granted(change)
        assert read_fingerprint(session, Limits(), first) != first


def test_ordinary_work_changes_nothing(database: Database, session: Session, first: CatalogFingerprint) -> None:
    database.run("INSERT INTO a (n) SELECT generate_series(1, 1000)")
    database.run("SELECT setval('s', 100), nextval('a_id_seq')")
    database.run("DELETE FROM a WHERE n > 10")
    database.run("VACUUM a")
    database.run("ANALYZE")
    assert read_fingerprint(session, Limits(), first) == first


def test_a_change_under_way_at_the_first_look_is_told_once_it_is_committed(
    database: Database, session: Session
) -> None:
    with psycopg.connect(database.dsn) as other:
        other.execute("ALTER SEQUENCE s INCREMENT BY 2")
        database.run("CREATE SEQUENCE between")
        first = read_fingerprint(session, Limits())
        assert read_fingerprint(session, Limits(), first) == first
        other.commit()
    assert read_fingerprint(session, Limits(), first) != first


def test_a_change_that_is_rolled_back_is_none(database: Database, session: Session, first: CatalogFingerprint) -> None:
    with psycopg.connect(database.dsn) as other:
        other.execute("ALTER SEQUENCE s INCREMENT BY 2")
        other.execute("CREATE SEQUENCE more")
        other.rollback()
    assert read_fingerprint(session, Limits(), first) == first


def test_a_change_and_its_opposite_are_told(database: Database, session: Session, first: CatalogFingerprint) -> None:
    database.run("ALTER SEQUENCE s OWNED BY a.n")
    database.run("ALTER SEQUENCE s OWNED BY NONE")
    database.run("DROP SEQUENCE s CASCADE")
    database.run("CREATE SEQUENCE s")
    assert read_fingerprint(session, Limits(), first) != first

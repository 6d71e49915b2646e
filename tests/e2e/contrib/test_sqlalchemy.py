"""pgseq.contrib.sqlalchemy over both drivers."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, scoped_session, sessionmaker

import pgseq
from pgseq.contrib.sqlalchemy import fix_after
from tests.support.database import Database
from tests.support.drivers import Driver, engine


class Base(DeclarativeBase):
    """The models of these tests."""


class User(Base):
    """A table that numbers its rows."""

    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Admin(User):
    """A table whose key refers to the one above."""

    __tablename__ = "admin"
    id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)


TENANT = sa.Table("tenant", Base.metadata, sa.Column("id", sa.Integer, primary_key=True), schema="one")
ROWS = [{"id": number, "name": f"user {number}"} for number in range(1, 6)]


@pytest.fixture(params=["psycopg", pytest.param("psycopg2", marks=pytest.mark.slow)])
def users(request: pytest.FixtureRequest, database: Database) -> sa.Engine:
    """An engine; the tables are there."""
    driver: Driver = request.param
    made = engine(database.dsn, driver)
    database.run("CREATE SCHEMA one; CREATE SCHEMA two")
    Base.metadata.create_all(made)
    return made


def test_a_connection_within_its_transaction(users: sa.Engine, database: Database) -> None:
    with users.begin() as connection:
        connection.execute(sa.insert(User), ROWS)
        report = fix_after(connection, User.__table__)
        assert [one.applied and one.applied.result for one in report.sequences] == ["moved"]
    assert database.value("""INSERT INTO "user" (name) VALUES ('new') RETURNING id""") == 6


def test_a_session_is_flushed_and_joined_inheritance_has_one_sequence(users: sa.Engine) -> None:
    with Session(users) as session:
        session.add(Admin(id=7, name="Ada"))
        fix_after(session, Admin)
        new = Admin(name="Bob")
        session.add(new)
        session.commit()
        assert new.id == 8
    with scoped_session(sessionmaker(users))() as session:
        session.add(User(id=9, name="Eve"))
        session.commit()
        fix_after(session, User)
        session.commit()
    assert pgseq.check(users).ok


def test_an_engine_names_and_patterns(users: sa.Engine, database: Database) -> None:
    database.run("""INSERT INTO "user" VALUES (5, 'x'); INSERT INTO one.tenant VALUES (3)""")
    assert len(fix_after(users, '"user"', TENANT).sequences) == 2
    assert pgseq.check(users).ok


def test_a_table_of_the_translated_schema(users: sa.Engine, database: Database) -> None:
    database.run("CREATE TABLE two.tenant (id serial PRIMARY KEY); INSERT INTO two.tenant VALUES (1)")
    database.run("INSERT INTO one.tenant VALUES (1)")
    with users.connect().execution_options(schema_translate_map={"one": "two"}) as connection:
        assert [one.sequence.sql for one in fix_after(connection, TENANT).sequences] == ["two.tenant_id_seq"]


def test_the_table_that_the_search_path_finds(users: sa.Engine, database: Database) -> None:
    database.run('CREATE TABLE two."user" (id serial PRIMARY KEY); INSERT INTO two."user" VALUES (1)')
    with users.connect() as connection:
        connection.exec_driver_sql("SET search_path = two, public")
        assert [one.sequence.sql for one in fix_after(connection, User).sequences] == ["two.user_id_seq"]


def test_what_is_not_moved_is_an_error(users: sa.Engine, database: Database) -> None:
    database.run("""INSERT INTO "user" VALUES (2147483000, 'stray')""")
    with users.connect() as connection:
        with pytest.raises(pgseq.PgseqError, match=r"public.user_id_seq was not moved: .*2,147,483,000") as error:
            fix_after(connection, User)
        assert error.value.hint
        with pytest.raises(pgseq.UsageError, match="names no table"):
            fix_after(connection)
        with pytest.raises(pgseq.UsageError, match="not a table: int"):
            fix_after(connection, 1)
        assert fix_after(connection, User, max_jump=1).ok

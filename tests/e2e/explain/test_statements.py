"""Texts with the statement that failed, against a database whose sequence is behind, in sync, and without one."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Final

import psycopg
import pytest

import pgseq as library
from tests.support.commandline import Pgseq
from tests.support.database import Database, Server, fresh_database

MESSAGE: Final = 'duplicate key value violates unique constraint "users_pkey"'
DETAIL: Final = "DETAIL:  Key (id)=(4) already exists."
ERROR: Final = f"ERROR:  {MESSAGE}\n{DETAIL}\n"
STAMP: Final = "2026-05-01 12:00:00.000 UTC [77] "

#: Texts in which the client gives the id itself, by where they come from.
LISTED: Final = {
    "SQLAlchemy": f"""sqlalchemy.exc.IntegrityError: (psycopg2.errors.UniqueViolation) {MESSAGE}
{DETAIL}

[SQL: INSERT INTO users (id, name) VALUES (%(id)s, %(name)s)]
[parameters: {{'id': 4, 'name': 'x'}}]""",
    "SQLAlchemy, id last": f"""sqlalchemy.exc.IntegrityError: (psycopg2.errors.UniqueViolation) {MESSAGE}
[SQL: INSERT INTO users (name, id) VALUES (%(name)s, %(id)s)]
[parameters: {{'name': "it's", 'id': '4'}}]""",
    "SQLAlchemy and asyncpg": f"""sqlalchemy.exc.IntegrityError: (sqlalchemy.dialects.postgresql.asyncpg.IntegrityError)
<class 'asyncpg.exceptions.UniqueViolationError'>: {MESSAGE}
{DETAIL}
[SQL: INSERT INTO users (name, id) VALUES ($1::VARCHAR, $2::INTEGER)]
[parameters: ('x', 4)]""",
    "Rails": f"""ActiveRecord::RecordNotUnique: PG::UniqueViolation: ERROR:  {MESSAGE}
{DETAIL}
: INSERT INTO "users" ("id", "name") VALUES ($1, $2) RETURNING "id" [["id", 4], ["name", "x"]]""",
    "Laravel": f"""SQLSTATE[23505]: Unique violation: 7 ERROR:  {MESSAGE}
{DETAIL} (Connection: pgsql, SQL: insert into "users" ("id", "name") values (4, bob))""",
    "a server's log with parameters": f"""{STAMP}ERROR:  {MESSAGE}
{STAMP}DETAIL:  Key (id)=(4) already exists.
{STAMP}CONTEXT:  unnamed portal with parameters: $1 = 'x', $2 = '4'
{STAMP}STATEMENT:  INSERT INTO users (name, id) VALUES ($1, $2)
""",
    "EF Core": f"""Failed executing DbCommand (5ms) [Parameters=[@p0='4', @p1='x'], CommandType='Text']
INSERT INTO users (id, name)
VALUES (@p0, @p1);
Npgsql.PostgresException (0x80004005): 23505: {MESSAGE}
DETAIL: Key (id)=(4) already exists.""",
    "GORM, without DETAIL": f"""2026/05/01 16:24:31 app.go:57 ERROR: {MESSAGE} (SQLSTATE 23505)
[2.127ms] [rows:0] INSERT INTO "users" ("name","id") VALUES ('x',4) RETURNING "id\"""",
    "TypeORM": f"""QueryFailedError: {MESSAGE}
  query: 'INSERT INTO "users"("id", "name") VALUES ($1, $2) RETURNING "id"',
  parameters: [ 4, 'x' ],
  detail: 'Key (id)=(4) already exists.',""",
    "Hibernate": f"""could not execute statement [ERROR: {MESSAGE}
  Detail: Key (id)=(4) already exists.] [insert into users (name,id) values (?,?)]; constraint [users_pkey]""",
    "Knex": f"""insert into "users" ("id", "name") values ($1, $2) - {MESSAGE}""",
    "Doctrine": f"""An exception occurred
while executing 'INSERT INTO users (id, name) VALUES (?, ?)' with params [4, "x"]:
SQLSTATE[23505]: Unique violation: 7 ERROR:  {MESSAGE}
{DETAIL}""",
    "JSON with escapes": f'{{"level":"error","code":"23505","msg":"{MESSAGE}"}}'.replace(
        '"users_pkey"', '\\"users_pkey\\"'
    )
    + '\n{"sql":"INSERT INTO \\"users\\" (\\"name\\", \\"id\\")\\nVALUES ($1, $2)"}',
    "several rows": f"{ERROR}STATEMENT:  INSERT INTO public.users VALUES (3, 'a'), (4, 'b')\n",
    "of another table": f"{ERROR}STATEMENT:  INSERT INTO users (id, name) SELECT id, n FROM old\n",
    "COPY": f"{STAMP}ERROR:  {MESSAGE}\n{STAMP}{DETAIL}\n{STAMP}CONTEXT:  COPY users, line 4\n"
    f"{STAMP}STATEMENT:  COPY users (id, name) FROM STDIN\n",
    "COPY without a list": f"{ERROR}CONTEXT:  COPY users, line 4\nSTATEMENT:  COPY users FROM STDIN\n",
    "UPDATE": f"{STAMP}ERROR:  {MESSAGE}\n{STAMP}{DETAIL}\n{STAMP}STATEMENT:  UPDATE users SET id = id + 1\n",
    "pg_restore": f"""pg_restore: error: COPY failed for table "users": ERROR:  {MESSAGE}
{DETAIL}
CONTEXT:  COPY users, line 1
pg_restore: warning: errors ignored on restore: 1
""",
    "a function": f'ERROR:  {MESSAGE}\n{DETAIL}\nCONTEXT:  SQL statement "INSERT INTO users (id) VALUES (k)"\n'
    "PL/pgSQL function f(integer) line 3 at SQL statement\nSTATEMENT:  SELECT f(4)\n",
    "a subscription": f"{ERROR}CONTEXT:  processing remote data for replication origin "
    '"pg_16424" during message type "INSERT" for replication target relation "public.users" in transaction 761, '
    "finished at 0/1F0B128\n",
}
#: Texts in which the id is left to its default.
UNLISTED: Final = {
    "SQLAlchemy": LISTED["SQLAlchemy"].replace("(id, name)", "(name)").replace("%(id)s, ", "").replace("'id': 4, ", ""),
    "Laravel": LISTED["Laravel"].replace('("id", "name") values (4, bob)', '("name") values (bob)'),
    "Rails": LISTED["Rails"].replace('"id", "name") VALUES ($1, $2)', '"name") VALUES ($1)').replace('["id", 4], ', ""),
    "TypeORM": LISTED["TypeORM"].replace("VALUES ($1, $2)", "VALUES (DEFAULT, $1)").replace("[ 4, 'x' ]", "[ 'x' ]"),
    "a server's log": LISTED["a server's log with parameters"].replace(
        "(name, id) VALUES ($1, $2)", "(name) VALUES ($1)"
    ),
    "COPY": LISTED["COPY"].replace("(id, name)", "(name)"),
    "a function": LISTED["a function"].replace("users (id) VALUES (k)", "users (name) VALUES (k)"),
    "nextval": f"{ERROR}STATEMENT:  INSERT INTO users VALUES (nextval('users_id_seq'), 'x')\n",
    "MERGE": f"{ERROR}STATEMENT:  MERGE INTO users u USING x ON x.n = u.name WHEN NOT MATCHED "
    "THEN INSERT (name) VALUES (x.n)\n",
}


@pytest.fixture(scope="module")
def users(server: Server) -> Iterator[Database]:
    """A database with users of which the ids 1 to 10 are stored."""
    with fresh_database(server) as database:
        database.run("CREATE TABLE users (id serial PRIMARY KEY, name text)")
        database.run("INSERT INTO users SELECT generate_series(1, 10)")
        yield database


def _answer(text: str, database: Database, position: int) -> library.Explanation:
    database.run(f"SELECT setval('users_id_seq', {position})")
    return library.explain(text, database.dsn)


@pytest.mark.parametrize("name", LISTED)
@pytest.mark.sampled(3)
def test_the_statement_lists_the_column(name: str, users: Database, pgseq: Pgseq) -> None:
    told = _answer(LISTED[name], users, 10)
    assert (told.verdict, told.besides, told.exit_code, told.next) == ("client_value", None, 0, "")
    for position in (3, 1, 8):
        told = _answer(LISTED[name], users, position)
        if (told.verdict, told.besides) != ("client_value", "behind"):
            raise AssertionError(told)
        assert told.exit_code == 1
        assert any(f"besides, the sequence is behind: {position + 1} is stored already" in one for one in told.evidence)


@pytest.mark.parametrize("name", UNLISTED)
def test_the_statement_leaves_the_column_out(name: str, users: Database) -> None:
    for position in (3, 1, 8):
        told = _answer(UNLISTED[name], users, position)
        assert (told.verdict, told.besides, told.exit_code) == ("behind", None, 1), told
        assert told.next == f"pgseq fix -d {shlex.quote(users.dsn)} -t public.users"
    told = _answer(UNLISTED[name], users, 10)
    assert (told.verdict, told.exit_code, told.next) == ("was_behind", 0, "")


@pytest.mark.parametrize("name", LISTED | {f"without: {name}": text for name, text in UNLISTED.items()})
def test_without_a_database(name: str) -> None:
    text = LISTED.get(name) or UNLISTED[name.removeprefix("without: ")]
    told = library.explain(text)
    assert (told.verdict, told.constraint) == ("cannot_tell", "users_pkey")


def test_on_the_command_line(users: Database, pgseq: Pgseq) -> None:
    users.run("SELECT setval('users_id_seq', 3)")
    done = pgseq("explain", "-d", users.dsn, LISTED["Rails"])
    assert (done.code, done.err) == (1, "")
    assert done.out.splitlines() == [
        "✗ not the sequence: the client supplied the value; besides, the sequence is behind: public.users_id_seq",
        "    public.users.id is fed by public.users_id_seq",
        "    public.users_id_seq last gave 3 and gives 4 next",
        "    the INSERT lists id and gives 4 itself: the client supplied that value",
        "    besides, the sequence is behind: 4 is stored already: the next insert fails",
        "    the last stored value that it will come to is 10: up to 7 inserts will fail",
        f"→ pgseq fix -d '{users.dsn}' -t public.users",
    ]
    (error,) = pgseq("explain", "-d", users.dsn, "--format", "json", input=LISTED["COPY"]).json()["errors"]
    assert (error["verdict"], error["besides"]) == ("client_value", "behind")


@pytest.mark.slow
def test_one_that_brings_its_id_acquits_no_others_of_its_cause(users: Database, pgseq: Pgseq) -> None:
    listed, left_out = LISTED["COPY"], UNLISTED["COPY"]
    for position, expected in ((3, (1, "behind", 4)), (10, (0, "was_behind", 4))):
        users.run(f"SELECT setval('users_id_seq', {position})")
        for log in (listed + left_out + listed + listed, left_out + listed * 3):
            done = pgseq("explain", "-d", users.dsn, "--format", "json", input=log)
            (error,) = done.json()["errors"]
            assert (done.code, error["verdict"], error["count"]) == expected


def test_of_which_copy_only_the_context_is_known(users: Database) -> None:
    text = f"{ERROR}CONTEXT:  COPY users, line 4\n"
    told = _answer(text, users, 3)
    assert (told.verdict, told.exit_code) == ("behind", 1)
    assert "then the rows are there already" in told.evidence[-1]
    assert _answer(text, users, 10).verdict == "client_value"


def test_a_key_of_two_columns(database: Database) -> None:
    database.run(
        "CREATE TABLE t (tenant int, id serial, n int, CONSTRAINT k PRIMARY KEY (tenant, id));"
        "INSERT INTO t SELECT 1, generate_series(1, 9)"
    )
    text = (
        'ERROR:  duplicate key value violates unique constraint "k"\nDETAIL:  Key (tenant, id)=(1, 4) already exists.\n'
    )
    for statement, verdict, besides in (
        ("INSERT INTO t (tenant, n) VALUES ($1, $2)", "behind", None),
        ("INSERT INTO t (tenant, id, n) VALUES ($1, $2, $3)", "client_value", "behind"),
        ("UPDATE t SET tenant = 1 WHERE tenant = 2", "client_value", "behind"),
    ):
        told = library.explain(f"{text}STATEMENT:  {statement}\n", database.dsn)
        assert (told.verdict, told.besides) == (verdict, besides), statement


def test_a_partitions_constraint(database: Database) -> None:
    database.run(
        "CREATE TABLE e (id bigserial PRIMARY KEY, n int) PARTITION BY RANGE (id);"
        "CREATE TABLE e_1 PARTITION OF e FOR VALUES FROM (1) TO (1000); INSERT INTO e SELECT generate_series(1, 9)"
    )
    text = 'ERROR:  duplicate key value violates unique constraint "e_1_pkey"\nDETAIL:  Key (id)=(7) already exists.\n'
    for table in ("e", "e_1"):
        told = library.explain(f"{text}STATEMENT:  INSERT INTO {table} (n) VALUES (1)\n", database.dsn)
        assert (told.verdict, told.exit_code) == ("behind", 1)
        told = library.explain(f"{text}STATEMENT:  INSERT INTO {table} (id, n) VALUES ($1, $2)\n", database.dsn)
        assert (told.verdict, told.besides) == ("client_value", "behind")


def test_ids_that_the_application_draws_beforehand(database: Database) -> None:
    """That an INSERT lists the column says nothing where no default would have drawn."""
    database.run(
        "CREATE TABLE orders (id bigint PRIMARY KEY, n int); CREATE SEQUENCE orders_seq OWNED BY orders.id;"
        "INSERT INTO orders SELECT generate_series(1, 9)"
    )
    text = (
        'ERROR:  duplicate key value violates unique constraint "orders_pkey"\nDETAIL:  Key (id)=(1) already exists.\n'
    )
    told = library.explain(f"{text}STATEMENT:  insert into orders (n, id) values ($1, $2)\n", database.dsn)
    assert (told.verdict, told.sequence and told.sequence.name) == ("behind", "orders_seq")


def test_what_sqlalchemy_keeps_in_its_exception(database: Database) -> None:
    database.run(
        "CREATE TABLE users (id serial PRIMARY KEY, name text); INSERT INTO users SELECT generate_series(1, 5)"
    )

    class DBAPIError(Exception):
        orig: BaseException | None = None
        statement, params = "", {"id": 1, "name": "x"}

    with database.connect() as connection, pytest.raises(psycopg.errors.UniqueViolation) as caught:
        connection.execute("INSERT INTO users (name) VALUES ('x')")
    wrapper = DBAPIError("words of its own")
    wrapper.orig = caught.value
    for statement, verdict in (
        ("INSERT INTO users (name) VALUES (%(name)s)", "behind"),
        ("INSERT INTO users (id, name) VALUES (%(id)s, %(name)s)", "client_value"),
    ):
        wrapper.statement = statement
        told = library.explain(wrapper, database.dsn)
        assert (told.verdict, told.exit_code) == (verdict, 1)


@pytest.mark.parametrize(
    "text",
    [
        '错误:  重复键值违反唯一约束 "users_pkey"\n详细信息:  键 (id)=(4) 已存在。\n',
        '错误:  重复键违反唯一约束"users_pkey"\n详细信息:  键值"(id)=(4)" 已经存在\n',
        '錯誤:  重複的鍵值違反唯一限制 "users_pkey"\n詳情:  鍵 (id)=(4) 已存在。\n',
        "FEHLER:  doppelter Schlüsselwert verletzt Unique-Constraint »users_pkey«\n"
        "DETAIL:  Schlüssel »(id)=(4)« existiert bereits.\n",
        'ОШИБКА:  повторяющееся значение ключа нарушает ограничение уникальности "users_pkey"\n'
        'ПОДРОБНОСТИ:  Ключ "(id)=(4)" уже существует.\n',
    ],
)
@pytest.mark.sampled(2)
def test_other_languages(text: str, users: Database, pgseq: Pgseq) -> None:
    for label in ("STATEMENT", "语句", "陳述式", "ANWEISUNG", "ОПЕРАТОР"):
        told = _answer(f"{text}{label}:  INSERT INTO users (id, name) VALUES ($1, $2)\n", users, 3)
        assert (told.verdict, told.besides) == ("client_value", "behind")
        told = _answer(f"{text}{label}:  INSERT INTO users (name) VALUES ($1)\n", users, 3)
        assert told.verdict == "behind"

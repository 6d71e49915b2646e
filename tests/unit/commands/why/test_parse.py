"""What statements do to id columns and sequences, by their texts."""

from __future__ import annotations

import pytest

from pgseq.commands.why.evidence.statements import supplies
from pgseq.commands.why.model import Effect
from pgseq.commands.why.parse import effects
from pgseq.sql.grammar import NotUnderstood, parser

PARSE = parser()
assert PARSE is not None
COLUMNS = ("id", "name", "age")


def read(text: str) -> tuple[Effect, ...]:
    assert PARSE is not None
    return effects(text, PARSE)


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        ("INSERT INTO users (id, name) VALUES ($1, $2)", True),
        ("INSERT INTO users (name, age) VALUES ($1, $2)", False),
        ("INSERT INTO users VALUES ($1, $2)", True),
        ("INSERT INTO users VALUES (DEFAULT, $1), (DEFAULT, $2)", False),
        ("INSERT INTO users VALUES (DEFAULT, $1), ($2, $3)", True),
        ("INSERT INTO users (id) VALUES (nextval($1))", False),
        ("INSERT INTO users (name, id) SELECT * FROM other", True),
        ("INSERT INTO users (name) SELECT * FROM other", False),
        ("INSERT INTO users (name, id) SELECT a, nextval('s') FROM other", False),
        ("INSERT INTO users SELECT $1, $2 UNION ALL SELECT $3, $4", True),
        ("INSERT INTO users (id) OVERRIDING SYSTEM VALUE VALUES ($1)", True),
        ("WITH new AS (INSERT INTO users (id) VALUES ($1) RETURNING id) SELECT * FROM new", True),
        # The text under which pg_stat_statements counts its EXECUTEs.
        ("PREPARE p AS INSERT INTO users (id) VALUES ($1)", True),
        ("EXPLAIN ANALYZE INSERT INTO users (id) VALUES ($1)", True),
        ("EXPLAIN (ANALYZE, BUFFERS) INSERT INTO users VALUES ($1, $2)", True),
        ("MERGE INTO users u USING o ON u.id = o.id WHEN NOT MATCHED THEN INSERT (id, name) VALUES (o.id, $1)", True),
        ("MERGE INTO users u USING o ON u.id = o.id WHEN NOT MATCHED THEN INSERT (id) VALUES (DEFAULT)", False),
        ("COPY users FROM STDIN", True),
        ("COPY public.users (id, name) FROM '/tmp/file'", True),
        ("COPY users (name) FROM STDIN", False),
        ("UPDATE users SET id = id + $1", True),
        ("UPDATE users SET name = $1", False),
    ],
)
def test_whether_an_id_is_given(text: str, gives: bool) -> None:
    (effect,) = read(text)
    assert effect.relation == "users"
    assert supplies(effect, COLUMNS, "id") is gives


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO users DEFAULT VALUES",
        "INSERT INTO users (id) OVERRIDING USER VALUE VALUES ($1)",
        "EXPLAIN INSERT INTO users (id) VALUES ($1)",
        "COPY users TO STDOUT",
        "COPY (SELECT $1) TO STDOUT",
        "TRUNCATE users",
        "ALTER SEQUENCE s OWNED BY users.id",
        "ALTER TABLE users ALTER id SET INCREMENT 2",
        "SELECT currval($1), nextval($2)",
        # What is only defined.
        "CREATE FUNCTION f() RETURNS bigint BEGIN ATOMIC INSERT INTO users (id) VALUES (1); SELECT setval('s', 1); END",
        "CREATE VIEW v AS SELECT setval('s', 1)",
        "CREATE RULE r AS ON INSERT TO v DO INSTEAD INSERT INTO users (id) VALUES (1)",
        "CREATE TABLE t (id int DEFAULT setval('s', 1))",
        "CREATE TABLE t AS SELECT setval('s', 1) WITH NO DATA",
        "ALTER TABLE users ALTER id SET DEFAULT setval('s', 1)",
        "EXPLAIN (ANALYZE false) SELECT setval('s', 1)",
        # A move of our own, which cannot go backwards.
        "SELECT setval('s', q.goal) FROM q WHERE pg_sequence_parameters('s'::regclass) = ROW($1)",
    ],
)
def test_what_brings_no_id_and_moves_nothing(text: str) -> None:
    assert read(text) == ()


@pytest.mark.parametrize(
    ("text", "schema", "name", "constant", "reads"),
    [
        ("SELECT setval($1, $2)", None, None, True, set()),
        ("SELECT pg_catalog.setval('a.\"S\"'::regclass, 5, true)", "a", "S", True, set()),
        ("SELECT setval($1, (SELECT max(id) FROM users))", None, None, False, {"users"}),
        ("SELECT setval('s', max(id)) FROM users", None, "s", False, {"users"}),
        ("SELECT * FROM (SELECT setval($1, $2)) AS x", None, None, True, set()),
        ("CREATE TABLE t AS SELECT setval('s', 1)", None, "s", True, set()),
        ("DECLARE c CURSOR FOR SELECT setval('s', 1)", None, "s", True, set()),
        ("EXECUTE p (setval('s', 1))", None, "s", True, set()),
        ("CALL p(setval('s', 1))", None, "s", True, set()),
        ("COPY (SELECT setval('s', 1)) TO STDOUT", None, "s", True, set()),
        ("EXPLAIN ANALYZE SELECT setval('s', 1)", None, "s", True, set()),
        ("DO $$ BEGIN PERFORM setval('s', 1); END $$", None, "s", True, set()),
        ("DO $$ BEGIN EXECUTE format('SELECT setval(%L, 1)', 's'); END $$", None, None, False, set()),
    ],
)
def test_setval(text: str, schema: str | None, name: str | None, constant: bool, reads: set[str]) -> None:
    (effect,) = read(text)
    assert effect.kind == "setval"
    assert (effect.schema, effect.relation, effect.constant, effect.reads) == (schema, name, constant, frozenset(reads))


def test_restart() -> None:
    assert [effect.text for effect in read("TRUNCATE a.b, c RESTART IDENTITY")] == [
        "TRUNCATE a.b RESTART IDENTITY",
        "TRUNCATE c RESTART IDENTITY",
    ]
    assert read("ALTER SEQUENCE s RESTART WITH 5")[0].text == "ALTER SEQUENCE s RESTART WITH 5"
    (effect,) = read("ALTER TABLE users ALTER id SET GENERATED ALWAYS RESTART")
    assert (effect.kind, effect.columns, effect.text) == (
        "restart",
        ("id",),
        "ALTER TABLE users ALTER COLUMN id RESTART",
    )


def test_no_value_of_a_statement_is_repeated() -> None:
    (effect,) = read("COPY users (id, name, age, a, b) FROM PROGRAM 'curl -u me:secret https://host'")
    assert effect.text == "COPY users (id, name, age, …) FROM PROGRAM …"
    (effect,) = read("INSERT INTO users (id, name) VALUES (1, 'secret')")
    assert effect.text == "INSERT INTO users (id, name) VALUES …"


def test_a_text_that_is_cut_off() -> None:
    with pytest.raises(NotUnderstood):
        read("INSERT INTO users (id, na")


def test_a_text_that_is_nested_too_deeply() -> None:
    with pytest.raises(NotUnderstood):
        read("SELECT setval('s', 1)" + " UNION ALL SELECT 1" * 1499)

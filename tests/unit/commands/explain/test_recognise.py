"""What is read out of a text: SQLSTATE, names, keys, statements."""

from __future__ import annotations

from typing import Any

import pytest

from pgseq.commands.explain.model import ParsedError
from pgseq.commands.explain.parse.exceptions import report
from pgseq.commands.explain.parse.recognise import recognise, sqlstate


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ERROR: x (SQLSTATE 23505)", "23505"),
        ("SQLSTATE[23505]: Unique violation: 7", "23505"),
        ("SQLState: 23502", "23502"),
        ("{code: '2200H'}", "2200H"),
        ('"code":"428C9"', "428C9"),
        ("sqlstate=42P01", "42P01"),
        ("FEHLER:  22003: integer", "22003"),
        ("Npgsql.PostgresException (0x80004005): 23505: duplicate", "23505"),
        ("psycopg.errors.UniqueViolation: x", "23505"),
        ("PG::NotNullViolation", "23502"),
        ("asyncpg.exceptions.SequenceGeneratorLimitExceededError", "2200H"),
        ("error code: ABCDE", ""),
        ("code: P2002", ""),
        ("it happened at 12345 o'clock", ""),
    ],
)
def test_sqlstate(text: str, code: str) -> None:
    assert sqlstate(text) == code


def _read(text: str) -> ParsedError:
    found = recognise(text)
    assert found is not None
    return found


def test_key_of_several_columns() -> None:
    found = _read(
        'duplicate key value violates unique constraint "k"\nDETAIL:  Key (tenant, "Id")=(a, 7) already exists.'
    )
    assert found.columns == ("tenant", '"Id"')
    assert (found.value_of("Id"), found.value_of("tenant"), found.value_of("n")) == (7, None, None)


def test_key_of_an_expression() -> None:
    found = _read(
        'duplicate key value violates unique constraint "k"\nDETAIL:  Key (lower(a::text), b)=(x (y), 3) already.'
    )
    assert found.columns == ("lower(a::text)", "b")
    assert found.values == "x (y), 3"


@pytest.mark.parametrize("value", ["-5", "0", "9223372036854775807"])
def test_value(value: str) -> None:
    assert _read(f'duplicate key value violates unique constraint "k" Key (id)=({value}) x').value_of("id") == int(
        value
    )


@pytest.mark.parametrize("value", ["7.5", "", "a", "٧", "1, 2"])
def test_no_integer(value: str) -> None:
    assert _read(f'duplicate key value violates unique constraint "k" Key (id)=({value}) x').value_of("id") is None


@pytest.mark.parametrize(
    ("statement", "schema", "table"),
    [
        ("INSERT INTO users (a) VALUES (1)", "", "users"),
        ("insert  into Shop.Users values (1)", "shop", "users"),
        ('INSERT INTO "Shop"."Order Items" DEFAULT VALUES', "Shop", "Order Items"),
    ],
)
def test_table_of_the_statement(statement: str, schema: str, table: str) -> None:
    found = _read(f'duplicate key value violates unique constraint "k"\nSTATEMENT:  {statement}')
    assert (found.schema, found.table) == (schema, table)


def test_a_page_of_html() -> None:
    found = _read(
        "ERROR:  duplicate key value violates unique constraint &quot;member_pkey&quot;\n"
        "DETAIL:  Key (&quot;MemberCode&quot;)=(20020339606) already exists."
    )
    assert (found.constraint, found.value_of("MemberCode")) == ("member_pkey", 20020339606)


def test_qualified_relation() -> None:
    found = _read('relation "shop.orders_id_seq" does not exist')
    assert (found.schema, found.table) == ("shop", "orders_id_seq")


def test_limit_in_a_language_without_a_catalogue() -> None:
    found = _read('nextval: alcançado "users_id_seq" (2147483647)')
    assert (found.kind, found.sequence, found.value) == ("limit", "users_id_seq", "2147483647")


def test_a_long_traceback_keeps_its_end() -> None:
    found = _read("x" * 500_000 + '\nduplicate key value violates unique constraint "users_pkey"')
    assert found.constraint == "users_pkey"


def test_a_drivers_exception_by_its_attributes() -> None:
    """As psycopg 2 and 3 (diag) and asyncpg (attributes of its own) give them."""

    class Diag:
        message_primary = 'duplicate key value violates unique constraint "k"'
        message_detail = "Key (id)=(1) already exists."
        schema_name, table_name, constraint_name, column_name = "s", "t", "k", None

    class Psycopg2(Exception):
        pgcode, diag, cursor = "23505", Diag(), None

    class Asyncpg(Exception):
        sqlstate, detail = "23505", "Key (id)=(1) already exists."
        schema_name, table_name, constraint_name, column_name = "s", "t", "k", None

    for error in (Psycopg2("x"), Asyncpg('duplicate key value violates unique constraint "k"')):
        found = report(error)
        assert found is not None
        assert (found.kind, found.schema, found.table, found.constraint) == ("duplicate", "s", "t", "k")
        assert found.value_of("id") == 1


def test_a_chain_that_bites_its_tail() -> None:
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first
    assert report(first) is None


@pytest.mark.parametrize("text", ["", " ", "\n", "Key", "ERROR", "()=()", "\x00\x1b[31m"])
def test_nothing(text: Any) -> None:
    assert recognise(text) is None

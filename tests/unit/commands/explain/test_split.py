"""A text with several errors is taken apart, one error told twice is one; commands get the words of a connection."""

from __future__ import annotations

import pytest

from pgseq.commands.explain.parse.recognise import recognise
from pgseq.commands.explain.parse.server_messages import MESSAGES, match, places
from pgseq.commands.explain.parse.split import NEAR, several

USERS = 'duplicate key value violates unique constraint "users_pkey"'
ORDERS = USERS.replace("users", "orders")
LONG = "x" * 5 * NEAR


@pytest.mark.parametrize(
    ("text", "constraints"),
    [
        ("garbage", []),
        (USERS, ["users_pkey"]),
        (f"{USERS}\n{ORDERS}", ["users_pkey", "orders_pkey"]),
        (f"{USERS}; {ORDERS}; {USERS}", ["users_pkey", "orders_pkey"]),
        (f"SQLSTATE[23505]: {USERS}\nCaused by: {USERS} (schema_name='shop')", ["users_pkey"]),
        (f"{LONG}\n{USERS}\n{LONG}\n{ORDERS}\n{LONG}", ["users_pkey", "orders_pkey"]),
    ],
)
def test_several(text: str, constraints: list[str]) -> None:
    assert [one.constraint for one in several(text)] == constraints


def test_each_error_has_its_own_fields() -> None:
    text = (
        f"psycopg.errors.UniqueViolation: {USERS}\nDETAIL:  Key (id)=(4) already exists.\n\n"
        "During handling of the above exception, another exception occurred:\n\n"
        'psycopg.errors.SequenceGeneratorLimitExceeded: nextval: reached maximum value of sequence "s" (7)\n'
    )
    first, second = several(text)
    assert (first.kind, first.sqlstate, first.value_of("id")) == ("duplicate", "23505", 4)
    assert (second.kind, second.sqlstate, second.columns, second.value) == ("limit", "2200H", (), "7")


def test_two_keys_are_two_errors() -> None:
    text = "\n".join(f"{USERS}\nDETAIL:  Key (id)=({value}) already exists." for value in (4, 5, 4))
    assert [one.value_of("id") for one in several(text)] == [4, 5]


def test_what_is_known_is_told_once() -> None:
    known = recognise(f"{USERS}\nDETAIL:  Key (id)=(4) already exists.")
    assert known is not None
    assert several(f"{USERS}\n{ORDERS}", [known])[0] == known
    assert len(several(f"{USERS}\n{ORDERS}", [known])) == 2


def test_places() -> None:
    assert places("nothing") == []
    assert places(f"ERROR:  {USERS}\n{ORDERS}") == [8, 8 + len(USERS) + 1]


@pytest.mark.parametrize("msgid", [msgid for msgid in MESSAGES if '"' in msgid and not msgid.startswith('"')])
def test_without_the_quotes_that_a_shell_takes(msgid: str) -> None:
    text = msgid.replace('"%s.%s"', "s.t").replace('"%s"', "a_b-c").replace("%s", "-5")
    known = match(text)
    assert known is not None
    assert known[0].kind == MESSAGES[msgid].kind
    assert set(known[1].values()) <= {"a_b-c", "-5", "s", "t"}

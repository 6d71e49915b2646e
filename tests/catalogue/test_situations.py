"""Every situation on a real server: the error that it ends in, caught and as psql prints it, gets its verdict."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import get_args

import psycopg
import pytest

import pgseq
from pgseq.commands.explain.model import Verdict
from tests.catalogue.situations import SITUATIONS, Situation
from tests.support.database import Database
from tests.support.roles import new_role


def _printed(error: psycopg.Error) -> str:
    """The error as psql prints it with VERBOSITY verbose."""
    diag = error.diag
    lines = [f"ERROR:  {diag.sqlstate}: {diag.message_primary}"]
    for label, text in (
        ("DETAIL", diag.message_detail),
        ("HINT", diag.message_hint),
        ("SCHEMA NAME", diag.schema_name),
        ("TABLE NAME", diag.table_name),
        ("CONSTRAINT NAME", diag.constraint_name),
    ):
        lines += [f"{label}:  {text}"] if text else []
    return "\n".join(lines)


@contextlib.contextmanager
def failed(database: Database, one: Situation) -> Iterator[psycopg.Error]:
    """The situation's error; the session that failed stays open, as an application's does."""
    with new_role(database) as role:
        script = one.setup.replace("{role}", role.sql)
        with database.connect() as made:
            for statement in script.split(";"):
                if statement.strip():
                    made.execute(statement.replace("#", ";"))
        options = {"user": role.name} if one.role else {}
        with database.connect(**options) as session:
            for statement in one.session.split(";"):
                if statement.strip():
                    session.execute(statement)
            with pytest.raises(psycopg.Error) as caught:
                session.execute(one.fails)
            if one.since:
                database.run(one.since)
            yield caught.value


@pytest.mark.parametrize("one", SITUATIONS, ids=lambda one: one.name)
def test_situation(one: Situation, database: Database) -> None:
    if database.server.major < one.minimum:
        pytest.skip(f"needs PostgreSQL {one.minimum}")
    with failed(database, one) as error:
        message = f"ERROR:  {error.diag.message_primary}\n" + (
            f"DETAIL:  {error.diag.message_detail}" if error.diag.message_detail else ""
        )
        for text in (error, _printed(error), *(() if one.coded else (message,))):
            told = pgseq.explain(text, database.dsn)
            assert told.verdict == one.verdict, told
            if one.sequence:
                assert told.sequence is not None, told
                assert told.sequence.sql == one.sequence
            assert one.says in "; ".join(told.evidence)
            assert one.next in told.next
            # The message alone stands for the SQLSTATE that the newest major gives with it.
            assert text is message or told.sqlstate == error.diag.sqlstate
        assert one.coded or pgseq.explain(message).verdict == one.alone


def test_every_verdict_is_shown() -> None:
    # A name in place of an error is `in_sync`.
    assert {one.verdict for one in SITUATIONS} | {"cannot_tell", "in_sync"} == set(get_args(Verdict))

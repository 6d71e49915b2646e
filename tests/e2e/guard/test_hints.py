"""Commands in what guards say: written by the one place that knows how pgseq was called, quoted for a shell."""

from __future__ import annotations

import shlex

import psycopg
import pytest

from pgseq.commands.guard.identity import identities
from pgseq.commands.guard.model import GuardReport
from pgseq.commands.guard.workflow import change
from pgseq.core.follow_up import Caller
from pgseq.pg.connect import open_pool
from pgseq.workflow import Options, silent
from tests.support.database import Database
from tests.support.guards import LIMITS, only, with_trigger

USERS = """CREATE TABLE "My Users" (id serial PRIMARY KEY)"""
BEHIND = """INSERT INTO "My Users" VALUES (5)"""


def test_out_of_sync_once_it_was_planned(database: Database) -> None:
    database.run(USERS)
    plans: list[GuardReport] = []

    def confirm(report: GuardReport) -> bool:
        plans.append(report)
        database.run(BEHIND)
        return True

    caller = Caller(program="./manage.py pgseq", target=("--database", "replica"))
    with open_pool(database.dsn, 1) as pool:
        options = Options(limits=LIMITS, caller=caller)
        report = change(pool, options, lambda inventory: identities(inventory, "ALWAYS", LIMITS), confirm, silent)
    result = only(report).result
    assert result is not None
    assert (result.status, result.reason) == ("failed", 'public."My Users_id_seq" is out of sync')
    assert result.hint == (
        "first: ./manage.py pgseq fix --database replica -t 'public.\"My Users\"' --lock-timeout 500ms"
    )
    planned = only(plans[0]).change
    assert planned is not None
    with database.connect() as connection, pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState) as error:
        connection.execute(planned.sql.encode())
    assert error.value.diag.message_hint == "first: pgseq fix -t 'public.\"My Users\"'"


def test_what_the_database_says_of_a_guard(database: Database) -> None:
    database.run(USERS)
    with_trigger(database.dsn)
    comment = database.value("SELECT obj_description(oid) FROM pg_proc WHERE pronamespace = 'pgseq'::regnamespace")
    assert shlex.split(comment.partition("Remove it: ")[2]) == ["pgseq", "guard", "remove", "-t", 'public."My Users"']

"""--into-gap: where the free stretches are, and what is said where they were not seen."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pgseq import workflow
from pgseq.core.plan import Planner
from pgseq.model.diagnosis import Policy
from pgseq.model.limits import Limits
from pgseq.model.sequences import Problem
from pgseq.pg.ahead import diagnose_priced
from pgseq.pg.connect import open_pool
from pgseq.pg.database import Database as Asked
from tests.support.commandline import Pgseq
from tests.support.database import Database

STRAY = "CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1), (2), (2147483647)"


def test_not_seen_is_not_told_as_none(database: Database) -> None:
    database.run(STRAY)
    options = workflow.Options(policy=Policy(into_gap=True), limits=Limits(lock_ms=100))
    with open_pool(database.dsn, 1) as pool, database.connect(autocommit=False) as other:
        report = workflow.check(pool, options)
        (found,) = report.sequences
        other.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        reading = found.diagnosis.reading
        blocked = diagnose_priced(
            Asked(session=pool.primary, server=report.server, limits=options.limits), reading, options.policy
        )
        ahead = blocked.reading.ahead
        assert isinstance(ahead, Problem)
        assert ahead.reason.startswith(f"public.t is locked by pid {other.info.backend_pid}")
    why = Planner(policy=options.policy, limits=Limits(), role="me")(blocked)
    assert isinstance(why, Problem)
    assert why.reason == f"free stretches were not looked for: {ahead.reason}"


def test_too_many_partitions_to_look_at_once(database: Database) -> None:
    database.run(STRAY)
    with open_pool(database.dsn, 1) as pool:
        report = workflow.check(pool, workflow.Options())
        (found,) = report.sequences
        (feed,) = found.sequence.feeds
        many = replace(found.sequence, feeds=(replace(feed, parts=(("ONLY public.t", 9999),)),))
        reading = replace(found.diagnosis.reading, sequence=many)
        diagnosis = diagnose_priced(
            Asked(session=pool.primary, server=report.server, limits=Limits()), reading, Policy()
        )
    why = Planner(policy=Policy(into_gap=True), limits=Limits(), role="me")(diagnosis)
    assert isinstance(why, Problem)
    assert (
        why.reason == "free stretches were not looked for: public.t has more partitions than one transaction may lock"
    )


@pytest.mark.parametrize(
    ("sequence", "ids", "goal"),
    [
        ("", "(1), (3000000000), (9000000000000000000)", 1),
        ("", "(1), (1000000), (3000000000), (9000000000000000000)", 1000000),
        ("INCREMENT -1", "(-1), (-1000000), (-3000000000), (-9000000000000000000)", -1000000),
    ],
)
def test_no_stretch_beyond_what_every_column_holds(
    sequence: str, ids: str, goal: int, database: Database, pgseq: Pgseq
) -> None:
    database.run(
        f"CREATE SEQUENCE s {sequence};"
        "CREATE TABLE narrow (id int PRIMARY KEY DEFAULT nextval('s'), note text);"
        "CREATE TABLE wide (id bigint PRIMARY KEY DEFAULT nextval('s'), note text);"
        f"INSERT INTO wide VALUES {ids}"
    )
    done = pgseq("fix", database.dsn, "--yes", "--into-gap", "--format", "json")
    (one,) = done.json()["databases"][0]["sequences"]
    assert (one["applied"]["result"], one["applied"]["to"]) == ("moved", goal)
    following = goal + 1 if goal > 0 else goal - 1
    assert database.value("INSERT INTO narrow (note) VALUES ('x') RETURNING id") == following

"""What a role without all rights is told: the right answer, or `unknown` with the GRANT that leads to it.

The matrix here is docs/guarantees/rights.md, too: PGSEQ_WRITE_DOCS=1 writes it anew.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

import pytest

import pgseq
from pgseq.model.limits import lock_privilege
from pgseq.model.reports import DatabaseReport, Report, SequenceReport
from tests.support.binaries import ROOT
from tests.support.commandline import Pgseq
from tests.support.database import Database
from tests.support.roles import Role, new_role

T = TypeVar("T")
Rights = frozenset[str] | set[str]

SETUP: Final = """
CREATE SCHEMA "App";
SET search_path = "App";
CREATE TABLE behind_called (id serial PRIMARY KEY, note text);
INSERT INTO behind_called SELECT generate_series(1, 10);
SELECT setval('behind_called_id_seq', 3);
CREATE TABLE behind_never (id serial PRIMARY KEY, note text);
INSERT INTO behind_never SELECT generate_series(1, 10);
CREATE TABLE healthy_called (id serial PRIMARY KEY, note text);
INSERT INTO healthy_called SELECT FROM generate_series(1, 10);
CREATE TABLE healthy_never (id serial PRIMARY KEY, note text);
"""
#: The tables, what is true of their sequences, and the next value of each after a fix.
TRUTH: Final = {
    "behind_called": ("out_of_sync", 11),
    "behind_never": ("out_of_sync", 11),
    "healthy_called": ("ok", 11),
    "healthy_never": ("ok", 1),
}
#: The rights that pgseq asks for, in short and in full.
GRANTS: Final = {
    "USAGE ON SCHEMA": 'GRANT USAGE ON SCHEMA "App" TO {role}',
    "SELECT ON table": 'GRANT SELECT ON "App".{table} TO {role}',
    "SELECT ON SEQUENCE": 'GRANT SELECT ON SEQUENCE "App".{table}_id_seq TO {role}',
    "UPDATE ON SEQUENCE": 'GRANT UPDATE ON SEQUENCE "App".{table}_id_seq TO {role}',
    "UPDATE ON table": 'GRANT {lock} ON "App".{table} TO {role}',
}
SCHEMA, TABLE, SEQUENCE, MOVE, LOCK = ({short} for short in GRANTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What a role may do, and what it is told."""

    title: str
    #: Gives it the rights: `{role}`, and `{table}` and `{sequence}` in a statement that is repeated for each table.
    script: tuple[str, ...]
    #: The rights that `check` names for a sequence that has been called, and for one that has not; none: it answers.
    called: Rights = frozenset()
    never: Rights = frozenset()
    #: The rights that `fix` names, run after run, each run with those named before, until it moves the sequence.
    fix: tuple[set[str], ...] = ()
    since: int = 12


def give(role: Role, script: Iterable[str]) -> None:
    """Run the statements of a Holding as superuser."""
    texts = [
        statement.replace("{table}", f'"App".{table}').replace("{sequence}", f'"App".{table}_id_seq')
        for statement in script
        for table in (TRUTH if "{table}" in statement or "{sequence}" in statement else ("",))
    ]
    role.granted("; ".join(texts))


IN_SCHEMA: Final = 'GRANT USAGE ON SCHEMA "App" TO {role}'
READ_TABLE: Final = "GRANT SELECT ON {table} TO {role}"
READ_SEQUENCE: Final = "GRANT SELECT ON SEQUENCE {sequence} TO {role}"
USE_SEQUENCE: Final = "GRANT USAGE ON SEQUENCE {sequence} TO {role}"
MOVE_SEQUENCE: Final = "GRANT UPDATE ON SEQUENCE {sequence} TO {role}"

HOLDINGS: Final = (
    Holding(
        title="nothing",
        script=(),
        called=SCHEMA | TABLE | SEQUENCE,
        never=SCHEMA | TABLE | SEQUENCE,
        fix=(SCHEMA | TABLE | SEQUENCE, MOVE | LOCK),
    ),
    Holding(
        title="USAGE on the schema",
        script=(IN_SCHEMA,),
        called=TABLE | SEQUENCE,
        never=TABLE | SEQUENCE,
        fix=(TABLE | SEQUENCE, MOVE | LOCK),
    ),
    Holding(
        title="USAGE on the schema; USAGE on the sequence",
        script=(IN_SCHEMA, USE_SEQUENCE),
        called=TABLE,
        never=TABLE | SEQUENCE,
        fix=(TABLE | SEQUENCE, MOVE | LOCK),
    ),
    Holding(
        title="USAGE on the schema; UPDATE on the sequence",
        script=(IN_SCHEMA, MOVE_SEQUENCE),
        called=TABLE | SEQUENCE,
        never=TABLE | SEQUENCE,
        fix=(TABLE | SEQUENCE, LOCK),
    ),
    Holding(
        title="USAGE on the schema; SELECT on the table",
        script=(IN_SCHEMA, READ_TABLE),
        called=SEQUENCE,
        never=SEQUENCE,
        fix=(SEQUENCE, MOVE | LOCK),
    ),
    Holding(
        title="USAGE on the schema; SELECT on the table, USAGE on the sequence",
        script=(IN_SCHEMA, READ_TABLE, USE_SEQUENCE),
        never=SEQUENCE,
        fix=(SEQUENCE, MOVE | LOCK),
    ),
    Holding(
        title="USAGE on the schema; SELECT on both",
        script=(IN_SCHEMA, READ_TABLE, READ_SEQUENCE),
        fix=(MOVE | LOCK,),
    ),
    Holding(
        title="USAGE on the schema; SELECT on the fed column alone and on the sequence",
        script=(IN_SCHEMA, "GRANT SELECT (id) ON {table} TO {role}", READ_SEQUENCE),
        fix=(MOVE | LOCK,),
    ),
    Holding(
        title="USAGE on the schema; SELECT on another column and on the sequence",
        script=(IN_SCHEMA, "GRANT SELECT (note) ON {table} TO {role}", READ_SEQUENCE),
        called=TABLE,
        never=TABLE,
        fix=(TABLE, MOVE | LOCK),
    ),
    Holding(
        title="USAGE on the schema; SELECT on both, UPDATE on the sequence",
        script=(IN_SCHEMA, READ_TABLE, READ_SEQUENCE, MOVE_SEQUENCE),
        fix=(LOCK,),
    ),
    Holding(
        title="USAGE on the schema; SELECT on both, UPDATE on the sequence and the table",
        script=(IN_SCHEMA, READ_TABLE, READ_SEQUENCE, MOVE_SEQUENCE, "GRANT UPDATE ON {table} TO {role}"),
    ),
    Holding(
        title="USAGE on the schema; SELECT on both, UPDATE on the sequence, MAINTAIN on the table (17 and later)",
        script=(IN_SCHEMA, READ_TABLE, READ_SEQUENCE, MOVE_SEQUENCE, "GRANT MAINTAIN ON {table} TO {role}"),
        since=17,
    ),
    Holding(
        title="all of these but USAGE on the schema",
        script=(READ_TABLE, READ_SEQUENCE, MOVE_SEQUENCE, "GRANT UPDATE ON {table} TO {role}"),
        called=SCHEMA,
        never=SCHEMA,
        fix=(SCHEMA,),
    ),
    Holding(
        title="membership in pg_read_all_data (14 and later)",
        script=("GRANT pg_read_all_data TO {role}",),
        fix=(MOVE | LOCK,),
        since=14,
    ),
    Holding(
        title="membership in pg_read_all_data and pg_write_all_data (14 and later)",
        script=("GRANT pg_read_all_data, pg_write_all_data TO {role}",),
        since=14,
    ),
    Holding(title="owner of the table", script=(IN_SCHEMA, "ALTER TABLE {table} OWNER TO {role}")),
    Holding(title="superuser", script=("ALTER ROLE {role} SUPERUSER",)),
)
every_holding: Final = pytest.mark.parametrize("holding", HOLDINGS, ids=lambda holding: holding.title)
#: In PostgreSQL's own default PUBLIC has it.
IN_PUBLIC: Final = "GRANT USAGE ON SCHEMA public TO {role};"


@pytest.fixture
def reader(database: Database) -> Iterator[Role]:
    """A role without rights in the database of SETUP."""
    database.run(SETUP)
    with new_role(database) as role:
        yield role


@every_holding
def test_check_answers_or_names_the_grant(holding: Holding, reader: Role) -> None:
    needs(holding, reader.database)
    give(reader, holding.script)
    report = pgseq.check(reader.dsn)
    wanted = {table: holding.never if table.endswith("_never") else holding.called for table in TRUTH}
    truth = {table: status for table, (status, _) in TRUTH.items()}
    assert statuses(report) == {table: "unknown" if wanted[table] else truth[table] for table in TRUTH}
    assert named(report, reader) == {table: grants(table, wanted[table], reader) for table in TRUTH if wanted[table]}
    assert exit_code(report) == 1 if "out_of_sync" in statuses(report).values() else 3

    reader.database.run(together(report, reader))
    report = pgseq.check(reader.dsn)
    assert statuses(report) == truth
    assert exit_code(report) == 1


@every_holding
@pytest.mark.sampled(2)
def test_fix_moves_or_names_the_grant(holding: Holding, reader: Role) -> None:
    needs(holding, reader.database)
    give(reader, holding.script)
    before = positions(reader.database)
    for wanted in holding.fix:
        report = pgseq.fix(reader.dsn)
        assert named(report, reader)["behind_never"] == grants("behind_never", wanted, reader)
        assert applied(report).get("behind_never", "skipped") == "skipped"
        assert exit_code(report) == (1 if "out_of_sync" in statuses(report).values() else 3)
        assert positions(reader.database)["behind_never"] == before["behind_never"]
        reader.database.run(together(report, reader))
    report = pgseq.fix(reader.dsn)
    assert applied(report)["behind_never"] == "moved"
    assert exit_code(report) == 0
    assert by_table(report, lambda one: one.diagnosis.next_value) == {
        table: following for table, (_, following) in TRUTH.items()
    }
    for table in ("healthy_called", "healthy_never"):
        assert positions(reader.database)[table] == before[table]


def test_no_table_lock_needs_missing_privilege_on_the_table_but_select(reader: Role) -> None:
    give(reader, (IN_SCHEMA, READ_TABLE, READ_SEQUENCE, MOVE_SEQUENCE))
    report = pgseq.fix(reader.dsn, lock="none")
    assert applied(report) == {"behind_called": "moved", "behind_never": "moved"}
    assert exit_code(report) == 0


@pytest.mark.parametrize("called", [True, False])
def test_schema_of_the_sequence_alone(called: bool, database: Database) -> None:
    """The table may be read and locked, and the sequence is in a schema that may not be looked into: a default goes by
    oid, so that inserts work all the same."""
    database.run(
        "CREATE SCHEMA hidden; CREATE SEQUENCE hidden.ids;"
        "CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('hidden.ids')); INSERT INTO t SELECT generate_series(1, 9);"
        f"SELECT setval('hidden.ids', 3, {called})"
    )
    rights = IN_PUBLIC + "GRANT SELECT, UPDATE ON t TO {role}; GRANT ALL ON SEQUENCE hidden.ids TO {role}"
    with new_role(database, rights) as role:
        grant = f"GRANT USAGE ON SCHEMA hidden TO {role.sql}"
        (one,) = pgseq.check(role.dsn).sequences
        assert one.status in ("unknown", "out_of_sync")
        (one,) = pgseq.fix(role.dsn).sequences
        assert one.status in ("unknown", "out_of_sync")
        assert grant in hints(one)
        database.run(grant)
        (one,) = pgseq.fix(role.dsn).sequences
        assert (one.status, one.diagnosis.next_value) == ("ok", 10)


def test_one_unreadable_table_of_two(database: Database) -> None:
    """A collision that is seen is told; that none is seen is not `ok` while a table was not looked at."""
    database.run(
        "CREATE TABLE a (id serial PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY DEFAULT nextval('a_id_seq'));"
        "INSERT INTO a VALUES (2); INSERT INTO b VALUES (20)"
    )
    with new_role(database, IN_PUBLIC + "GRANT SELECT, UPDATE ON a, a_id_seq TO {role}") as role:
        assert pgseq.check(role.dsn).sequences[0].status == "out_of_sync"
        (one,) = pgseq.fix(role.dsn).sequences
        assert one.applied is not None
        assert (one.applied.result, one.status, one.diagnosis.next_value) == ("moved", "unknown", 3)
        grant = f"GRANT SELECT ON public.b TO {role.sql}"
        assert hints(one) == grant
        database.run(grant)
        assert pgseq.check(role.dsn).sequences[0].status == "out_of_sync"


@pytest.mark.parametrize(
    ("script", "hint"),
    [
        ("", "GRANT SELECT ON public.plain TO {role}"),
        ("GRANT SELECT ON plain TO {role}; ALTER TABLE plain ENABLE ROW LEVEL SECURITY", "ALTER ROLE {role} BYPASSRLS"),
    ],
)
def test_children_read_by_themselves(script: str, hint: str, database: Database) -> None:
    """Where one child draws from a sequence of its own, the others are read one by one, each with rights of its own."""
    database.run(
        "CREATE TABLE parent (id serial PRIMARY KEY); CREATE TABLE plain () INHERITS (parent);"
        "CREATE TABLE own () INHERITS (parent); CREATE SEQUENCE s; ALTER TABLE own ALTER id SET DEFAULT nextval('s');"
        "INSERT INTO plain VALUES (30)"
    )
    with new_role(database, IN_PUBLIC + "GRANT SELECT ON parent, parent_id_seq, s, own TO {role};" + script) as role:
        (one,) = pgseq.check(role.dsn, table=["parent"]).sequences
        assert (one.status, hints(one)) == ("unknown", hint.replace("{role}", role.sql))
        database.run(hints(one))
        assert pgseq.check(role.dsn, table=["parent"]).sequences[0].status == "out_of_sync"


def test_lock_on_a_partitioned_table(database: Database) -> None:
    """Until 12, LOCK TABLE asks for a right on each partition."""
    database.run(
        "CREATE TABLE p (id serial PRIMARY KEY) PARTITION BY RANGE (id);"
        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100); INSERT INTO p SELECT generate_series(1, 9)"
    )
    with new_role(database, IN_PUBLIC + "GRANT SELECT, UPDATE ON p, p_id_seq TO {role}") as role:
        (one,) = pgseq.fix(role.dsn).sequences
        if database.server.major == 12:
            assert one.applied is not None
            assert (one.applied.result, hints(one)) == ("failed", f"GRANT UPDATE ON public.p1 TO {role.sql}")
            database.run(hints(one))
            (one,) = pgseq.fix(role.dsn).sequences
        assert (one.status, one.diagnosis.next_value) == ("ok", 10)


POLICY: Final = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY few ON {table} USING (id < 3)
"""
ALL_RIGHTS: Final = (IN_SCHEMA, READ_TABLE, READ_SEQUENCE, MOVE_SEQUENCE, "GRANT UPDATE ON {table} TO {role}")
OWNER: Final = (IN_SCHEMA, "ALTER TABLE {table} OWNER TO {role}")
FORCE: Final = "ALTER TABLE {table} FORCE ROW LEVEL SECURITY"


@pytest.mark.parametrize(
    ("script", "sees"),
    [
        pytest.param(ALL_RIGHTS, False, id="reader"),
        pytest.param((*OWNER, FORCE), False, id="owner, forced"),
        pytest.param(OWNER, True, id="owner"),
        pytest.param((*ALL_RIGHTS, FORCE, "ALTER ROLE {role} BYPASSRLS"), True, id="BYPASSRLS"),
        pytest.param((FORCE, "ALTER ROLE {role} SUPERUSER"), True, id="superuser"),
        pytest.param((*ALL_RIGHTS, "ALTER ROLE {role} SET row_security = on"), False, id="row_security = on"),
    ],
)
def test_row_level_security(script: tuple[str, ...], sees: bool, reader: Role) -> None:
    """A policy hides rows from max(): it is said, never counted with."""
    give(reader, (POLICY, *script))
    before = positions(reader.database)
    truth = {table: status for table, (status, _) in TRUTH.items()}
    if not sees:
        report = pgseq.fix(reader.dsn)
        assert statuses(report) == dict.fromkeys(TRUTH, "unknown")
        assert exit_code(report) == 3
        assert positions(reader.database) == before
        hint = f"ALTER ROLE {reader.sql} BYPASSRLS"
        assert all(hint in hints(one) for one in report.sequences)
        reader.database.run(hint)
    assert statuses(pgseq.check(reader.dsn)) == truth
    assert exit_code(pgseq.fix(reader.dsn)) == 0


def test_row_level_security_of_a_partition(database: Database) -> None:
    """Policies of partitions do not hold for a query of the partitioned table."""
    database.run(
        "CREATE TABLE p (id serial PRIMARY KEY) PARTITION BY RANGE (id);"
        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100); INSERT INTO p SELECT generate_series(1, 9);"
        "ALTER TABLE p1 ENABLE ROW LEVEL SECURITY"
    )
    with new_role(database, IN_PUBLIC + "GRANT SELECT ON p, p_id_seq TO {role}") as role:
        (one,) = pgseq.check(role.dsn).sequences
        assert (one.status, one.diagnosis.furthest) == ("out_of_sync", 9)


def test_set_role(reader: Role) -> None:
    """The rights that count are those of the current role: SET ROLE in the connection, or in the role's settings."""
    with reader.database.connect() as connection:
        connection.execute(f"SET ROLE {reader.sql}")
        report = pgseq.check(connection)
        assert set(statuses(report).values()) == {"unknown"}
        assert named(report, reader)["healthy_never"] == grants("healthy_never", SCHEMA | TABLE | SEQUENCE, reader)
        assert connection.execute("SELECT current_user").fetchone() == (reader.name,)


@pytest.mark.slow
def test_command_line(reader: Role, pgseq: Pgseq) -> None:
    """Not everything could be seen: 3. Something could not be repaired: 1. Both with the GRANT."""
    checked = pgseq("check", reader.dsn, "-v")
    assert checked.code == 3
    assert all(statement in checked.out for statement in grants("healthy_never", SCHEMA | TABLE | SEQUENCE, reader))
    assert pgseq("fix", reader.dsn, "--yes").code == 3
    assert pgseq("verify", reader.dsn).code == 3
    give(reader, (IN_SCHEMA, READ_TABLE, READ_SEQUENCE))
    assert pgseq("check", reader.dsn).code == 1
    assert pgseq("check", reader.dsn, "-t", "healthy_never").code == 0
    fixed = pgseq("fix", reader.dsn, "--yes")
    assert fixed.code == 1
    assert all(statement in fixed.out for statement in grants("behind_never", MOVE, reader))
    give(reader, (MOVE_SEQUENCE,))
    assert pgseq("fix", reader.dsn, "--yes", "--lock", "none").code == 0


def test_the_page_is_this_matrix() -> None:
    page = ROOT / "docs" / "guarantees" / "rights.md"
    if os.environ.get("PGSEQ_WRITE_DOCS"):
        page.parent.mkdir(exist_ok=True)
        page.write_text(table_of_rights(), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == table_of_rights()


def table_of_rights() -> str:
    """The matrix in Markdown."""

    def listed(rights: Rights) -> str:
        shorts = [short for short in GRANTS if short in rights]
        return ", ".join(f"`{short}`" + " (from 17 on `MAINTAIN`)" * (short == "UPDATE ON table") for short in shorts)

    def answer(rights: Rights) -> str:
        return f"unknown: {listed(rights)}" if rights else "right"

    lines = [
        "| The role has | `check`, sequence called before | `check`, never called | `fix` |",
        "|---|---|---|---|",
    ]
    for one in HOLDINGS:
        steps = "asks for " + ", then ".join(map(listed, one.fix)) if one.fix else "moves"
        lines.append(f"| {one.title} | {answer(one.called)} | {answer(one.never)} | {steps} |")
    return "\n".join(lines) + "\n"


def needs(holding: Holding, database: Database) -> None:
    if database.server.major < holding.since:
        pytest.skip(f"needs PostgreSQL {holding.since}")


def by_table(report: DatabaseReport, what: Callable[[SequenceReport], T]) -> dict[str, T]:
    return {one.sequence.name.removesuffix("_id_seq"): what(one) for one in report.sequences}


def statuses(report: DatabaseReport) -> dict[str, str]:
    return by_table(report, lambda one: one.status)


def applied(report: DatabaseReport) -> dict[str, str]:
    results = by_table(report, lambda one: one.applied.result if one.applied else "")
    return {table: result for table, result in results.items() if result}


def hints(one: SequenceReport) -> str:
    """What a sequence's finding of not having been looked at, or its refused step, says is to be done."""
    unseen = [found.hint for found in one.findings if found.code == "PGS006"]
    return "; ".join(unseen + ([one.applied.hint] if one.applied and one.applied.hint else []))


def named(report: DatabaseReport, role: Role) -> dict[str, set[str]]:
    """The GRANTs named for each table."""
    pattern = re.compile(rf"GRANT [^;]*? TO {re.escape(role.sql)}")
    found = {table: set(pattern.findall(text)) for table, text in by_table(report, hints).items()}
    return {table: statements for table, statements in found.items() if statements}


def together(report: DatabaseReport, role: Role) -> str:
    """All GRANTs named, as a script."""
    return "; ".join(statement for statements in named(report, role).values() for statement in statements)


def grants(table: str, rights: Rights, role: Role) -> set[str]:
    lock = lock_privilege(role.database.server.major)
    return {GRANTS[short].format(table=table, role=role.sql, lock=lock) for short in rights}


def positions(database: Database) -> dict[str, tuple[int, bool]]:
    statement = 'SELECT last_value, is_called FROM "App".{}_id_seq'
    return {table: database.rows(statement.format(table))[0] for table in TRUTH}


def exit_code(report: DatabaseReport) -> int:
    return Report(databases=(report,)).exit_code

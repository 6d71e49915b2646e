"""pgseq.contrib.alembic in a tree of Alembic's."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.util import CommandError

from pgseq.contrib import alembic as _  # noqa: F401
from tests.support.alembic_tree import Tree
from tests.support.commandline import Pgseq
from tests.support.database import Database
from tests.support.drivers import Driver

COUNTRY = """
    country = op.create_table("country", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))
"""
ROWS = """
    op.bulk_insert(sa.table("country", sa.column("id", sa.Integer), sa.column("name", sa.Text)),
                   [{"id": 1, "name": "Norway"}, {"id": 2, "name": "Peru"}])
"""
FIX = 'op.fix_sequences("country")'
INSERT = "INSERT INTO country (name) VALUES ('Chad') RETURNING id"


@pytest.fixture(params=["psycopg", pytest.param("psycopg2", marks=pytest.mark.slow)])
def tree(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> Tree:
    driver: Driver = request.param
    tree = Tree(folder=tmp_path, dsn=database.dsn, driver=driver)
    tree.revise("aa01", "countries", COUNTRY)
    tree.revise("aa02", "add countries", ROWS)
    tree.revise("aa03", "index", 'op.create_index("name", "country", ["name"])')
    return tree


def test_the_revision_that_left_a_sequence_behind(
    tree: Tree, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    tree.upgrade()
    warnings = [record.getMessage() for record in caplog.records if record.name == "pgseq.contrib.alembic"]
    assert warnings == [
        "revision aa02 (add countries) leaves a sequence behind: the next INSERT fails: public.country_id_seq hands "
        "out 1, which is already stored in public.country.id\n"
        '  at its end, op.fix_sequences("country", schema="public") moves it'
    ]
    assert database.value("SELECT version_num FROM alembic_version") == "aa03"


def test_what_was_behind_before_is_not_laid_to_a_revision(
    tree: Tree, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    tree.per_migration = False
    database.run("CREATE TABLE old (id serial PRIMARY KEY); INSERT INTO old VALUES (1)")
    tree.upgrade("aa01")
    assert not [record for record in caplog.records if record.name == "pgseq.contrib.alembic"]
    assert database.value("SELECT version_num FROM alembic_version") == "aa01"


@pytest.mark.parametrize("per_migration", [True, False])
def test_a_revision_can_be_refused(tree: Tree, database: Database, per_migration: bool) -> None:
    tree.configured, tree.per_migration = "on_version_apply=watch(connection, fail=True),", per_migration
    with pytest.raises(CommandError, match=r"revision aa02 .add countries. leaves a sequence behind"):
        tree.upgrade()
    left = "country" if per_migration else None
    assert database.value("SELECT to_regclass('country')::text") == left


def test_downgrades_and_stamps_say_nothing(tree: Tree, caplog: pytest.LogCaptureFixture) -> None:
    tree.upgrade()
    caplog.clear()
    command.downgrade(tree.config(), "aa01")
    command.stamp(tree.config(), "aa03")
    assert not [record for record in caplog.records if record.name == "pgseq.contrib.alembic"]


def test_the_operation(tree: Tree, database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """In the transaction that made the table, for names that need quotes, in a schema."""
    tree.revise("aa04", "fix", FIX)
    tree.revise(
        "aa05",
        "quoted",
        """
        op.execute('CREATE SCHEMA "Shop"')
        op.create_table("Order Items", sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True), schema="Shop")
        op.execute('INSERT INTO "Shop"."Order Items" SELECT generate_series(1, 50)')
        op.fix_sequences("Order Items", schema="Shop")
        """,
    )
    tree.upgrade()
    assert database.value(INSERT) == 3
    assert database.value('INSERT INTO "Shop"."Order Items" DEFAULT VALUES RETURNING id') == 51
    assert len([record for record in caplog.records if record.name == "pgseq.contrib.alembic"]) == 1


def test_the_operation_says_why_it_moves_nothing(tree: Tree) -> None:
    tree.revise("aa04", "stray", 'op.execute("INSERT INTO country VALUES (2147483000)")\nop.fix_sequences("country")')
    with pytest.raises(CommandError, match=r"public.country_id_seq was not moved: .* 2,147,483,000"):
        tree.upgrade()
    assert tree.revisions.pop() == "aa04"
    tree.revise("aa04", "nowhere", 'op.fix_sequences("nowhere")')
    with pytest.raises(CommandError, match="no table or sequence matches nowhere"):
        tree.upgrade()


def test_offline_it_writes_a_statement_that_lint_and_servers_understand(
    tree: Tree, database: Database, pgseq: Pgseq
) -> None:
    before = tree.script()
    assert pgseq("lint", "-", input=before).code == 1
    tree.revise("aa04", "fix", FIX)
    script = tree.script()
    assert script.count("DO $pgseq$") == 1
    done = pgseq("lint", "-", input=script)
    assert (done.code, done.out) == (0, "1 file: no sequence is left behind\n")
    database.run(script)
    assert database.value(INSERT) == 3
    database.run(script[script.index("DO $pgseq$") : script.index("END $pgseq$;") + len("END $pgseq$;")])
    assert database.value(INSERT) == 4

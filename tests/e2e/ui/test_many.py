"""`pgseq ui` over many databases: a few are read at a time, and who looks at one does not wait for the others."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from tests.e2e.cli.test_inventory import inventory
from tests.support.database import Database, fresh_database
from tests.support.page import running_page

SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pgseq'"
TABLE = "CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1)"


def test_two_at_a_time_and_the_one_that_is_looked_at(database: Database, tmp_path: Path) -> None:
    with ExitStack() as stack:
        shops = [database, *(stack.enter_context(fresh_database(database.server)) for _ in range(4))]
        holders = []
        for shop in shops:
            shop.run(TABLE)
        for shop in shops[:4]:
            holder = stack.enter_context(shop.connect(autocommit=False))
            holder.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
            holders.append(holder)
        words = [*(shop.dsn for shop in shops), "-j", "2", "--lock-timeout", "30s"]
        with running_page(tmp_path, *words) as site:
            site.enter()
            for _ in range(3):
                assert site.get("/").text.count("<td>reading</td>") == 5
                assert database.value(SESSIONS) <= 2
            # The fifth, which nobody has locked.
            while (answer := site.get("/database/5")).headers["Refresh"]:
                pass
            assert "1 sequence, not in sync" in answer.text
            assert site.get("/").text.count("<td>reading</td>") == 4
            for holder in holders:
                holder.rollback()
            while (answer := site.get("/")).headers["Refresh"]:
                pass
            assert answer.text.count("1 out of sync") == 5


def test_a_list(database: Database, tmp_path: Path) -> None:
    """Databases bear their labels; one that cannot be reached does not keep the page from the others."""
    database.run(TABLE)
    listed = inventory(tmp_path, f"europe = {database.dsn}", "away = host=127.0.0.1 port=1 dbname=x", "a b")
    with running_page(tmp_path, "--from", str(listed)) as site:
        site.enter()
        while (answer := site.get("/")).headers["Refresh"]:
            pass
        assert "europe" in answer.text
        assert "away" in answer.text
        assert answer.text.count("1 out of sync") == 1

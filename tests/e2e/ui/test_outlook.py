"""How long values last: `range --format html`, and the page of a sequence."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.range.test_history import DAY, back, draw
from tests.e2e.ui.test_report import written
from tests.support.chromium import violations
from tests.support.commandline import Pgseq
from tests.support.database import Database
from tests.support.page import Site, running_page

SHOP: Final = """
CREATE SEQUENCE s MAXVALUE 100000; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'));
CREATE TABLE "Users" (id serial PRIMARY KEY); INSERT INTO "Users" VALUES (1);
CREATE TABLE orders (id bigserial PRIMARY KEY); CREATE TABLE items (order_id int REFERENCES orders);
CREATE TABLE "<script>" (id serial PRIMARY KEY);
"""


def used_for_two_days(database: Database, pgseq: Pgseq, history: Path) -> None:
    """A shop, and its history: ten thousand values of one sequence, and a step by setval()."""
    database.run(SHOP)
    pgseq("range", database.dsn, "--history", history)
    back(history, 2 * DAY)
    draw(database, 10_000)
    database.run("SELECT setval('s', 20000)")


@pytest.mark.slow
def test_a_report_has_the_table_and_the_history(
    browser: Browser, database: Database, pgseq: Pgseq, tmp_path: Path
) -> None:
    history = tmp_path / "history.sqlite"
    used_for_two_days(database, pgseq, history)
    run = pgseq("range", database.dsn, "--history", history, "--format", "html")
    assert run.code == 1, run
    assert "<script>" not in run.out
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(written(run.out, tmp_path))
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    boxes = [" ".join(text.split()) for text in page.locator(".box").all_inner_texts()]
    assert boxes == [
        "✗ 1 sequence ended: no value is left before what ends the run.",
        "✓ 1 sequence with a forecast.",
        "✓ 2 sequences without a forecast.",
    ]
    rows = [row.inner_text().split("\t") for row in page.locator("tbody tr").all()]
    assert rows[0][:3] == ['public."Users_id_seq"', 'public."Users".id: 1 is stored', "0"]
    assert rows[1][:3] == ["public.s", "public.s (MAXVALUE 100000)", "80,000"]
    assert "days (" in rows[1][4]
    assert rows[1][4].startswith("16 days")
    drawn = page.locator("article", has_text="public.s").locator("svg")
    said = drawn.get_attribute("aria-label") or ""
    assert said.startswith("Values handed out from 20")
    assert ", which is no use." in said
    assert drawn.locator("rect").count() == 40
    assert "pgseq fix -d" in page.locator("article", has_text="Users").locator("pre").inner_text()
    context.close()


def test_obstacles_are_in_the_report_with_v(database: Database, pgseq: Pgseq) -> None:
    database.run(SHOP)
    out = pgseq("range", database.dsn, "--no-history", "--format", "html", "-v").out
    assert "public.items.order_id (integer)" in out
    assert "then public.orders.id (bigint): 9.2 × 10^18" in out
    assert "&lt;script&gt;" in out


def page_of(site: Site, database: Database, sequence: str) -> str:
    """The page of a sequence, as text with single blanks."""
    site.enter()
    oid = database.value(f"SELECT '{sequence}'::regclass::oid::int")
    while (answer := site.get(f"/database/1/sequence/{oid}")).headers["Refresh"] is not None:
        pass
    assert answer.status == 200, answer
    return " ".join(re.sub("<[^>]*>", " ", html.unescape(answer.text)).split())


@pytest.mark.slow
def test_the_page_of_a_sequence_says_how_long_it_lasts(
    page: Page, database: Database, pgseq: Pgseq, tmp_path: Path
) -> None:
    history = tmp_path / "kept.sqlite"
    used_for_two_days(database, pgseq, history)
    (tmp_path / "pgseq.toml").write_text('history = "kept.sqlite"')
    with running_page(tmp_path, database.dsn) as site:
        site.open(page)
        page.goto(f"{site.base}/database/1/sequence?schema=public&name=s")
        page.wait_for_selector("h1")
        said = " ".join(page.inner_text("main").split())
        assert "Ends first at public.s (MAXVALUE 100000) Left 80,000 Lasts 16 days" in said
        assert "a day, by samples of " in said
        assert "then public.t.id (integer): 2,147,463,647" in said
        assert page.locator("svg", has_text="up to").count() == 1
        assert violations(page) == []


def test_without_a_history_the_page_says_what_would_tell(database: Database, tmp_path: Path) -> None:
    database.run(SHOP)
    with running_page(tmp_path, database.dsn) as site:
        said = page_of(site, database, "orders_id_seq")
    assert "Ends first at public.items.order_id (integer) Left 2,147,483,647 Lasts no history yet" in said
    assert 'With history = "FILE" in the configuration' in said
    assert list(tmp_path.glob("**/*.sqlite")) == []


def test_a_history_that_cannot_be_read_does_not_hide_the_page(database: Database, tmp_path: Path) -> None:
    database.run(SHOP)
    (tmp_path / "kept.sqlite").write_text("no history at all" * 100)
    (tmp_path / "pgseq.toml").write_text('history = "kept.sqlite"')
    with running_page(tmp_path, database.dsn) as site:
        assert "is damaged, or is not a history of pgseq" in page_of(site, database, "s")

"""`--format html`: one file, read as people and as a browser read it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.support.chromium import violations
from tests.support.commandline import Pgseq
from tests.support.database import Database
from tests.support.roles import new_role

pytestmark = pytest.mark.slow

SHOP = """
CREATE TABLE "Users" (id serial PRIMARY KEY, name text);
INSERT INTO "Users" VALUES (1, 'Ada'), (2, 'Grace'), (5, 'Barbara');
CREATE TABLE visits (id bigserial PRIMARY KEY);
CREATE TABLE stray (id serial PRIMARY KEY);
INSERT INTO stray VALUES (2147483647);
CREATE SEQUENCE down INCREMENT -1 MINVALUE -1000000 MAXVALUE 1000 START 1000;
CREATE TABLE countdown (id int PRIMARY KEY DEFAULT nextval('down'));
INSERT INTO countdown VALUES (1000), (999);
CREATE TABLE full_up (id smallserial PRIMARY KEY);
SELECT setval('full_up_id_seq', 32767);
CREATE SEQUENCE lonely;
"""

NAMES = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\u202egnp.exe",
    "א" * 31,
    "x" * 63,
    "{{ 7*7 }}",
)


def words(page: Page, selector: str) -> str:
    """The text of the first such element, with single blanks."""
    return " ".join(page.locator(selector).first.inner_text().split())


def written(text: str, folder: Path) -> str:
    """A file with that text, as an address."""
    file = folder / "report.html"
    file.write_text(text, encoding="utf-8")
    return file.as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_report_is_accessible_and_loads_nothing(
    browser: Browser, database: Database, pgseq: Pgseq, tmp_path: Path, scheme: str
) -> None:
    database.run(SHOP)
    run = pgseq("check", database.dsn, "--format", "html", "-v")
    assert run.code == 1
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    address = written(run.out, tmp_path)
    page.goto(address)
    assert requests == [address]
    assert violations(page) == []
    assert page.locator("svg").count() == 6
    context.close()


def test_what_is_wrong_is_said_with_its_drawing_its_sql_and_its_command(
    page: Page, database: Database, pgseq: Pgseq, tmp_path: Path
) -> None:
    database.run(SHOP)
    page.goto(written(pgseq("check", database.dsn, "--format", "html").out, tmp_path))
    assert words(page, ".box.wrong") == ("✗ 3 sequences out of sync: an INSERT by default fails or repeats an id.")
    users = page.locator("article", has_text='public."Users_id_seq"')
    assert users.locator("svg").get_attribute("aria-label") == (
        "It goes from 1 to 2147483647 by 1. Its next value is 1. Ahead of it 1 to 5 are stored: the next INSERT fails. "
        "Moved forward, its next value is 6."
    )
    users.locator("summary").click()
    assert "LOCK TABLE" in users.locator("pre").last.inner_text()
    dry = pgseq("fix", database.dsn, "--dry-run", "-v", "-t", '"Users"').out
    assert users.locator("pre").last.inner_text() in dry
    command = page.locator("pre", has_text="pgseq fix").first
    assert command.inner_text() == f"pgseq fix -d '{database.dsn}'"
    assert command.evaluate("node => getComputedStyle(node).userSelect") == "all"


def test_the_drawing_goes_the_sequence_s_own_way(page: Page, database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(SHOP)
    page.goto(written(pgseq("check", database.dsn, "--format", "html").out, tmp_path))
    labels = page.locator("article", has_text="public.down").first.locator("text").all_text_contents()
    assert [label for label in labels if re.fullmatch(r"-?\d+", label)] == ["1000", "999", "998", "-1000000"]


def test_nothing_is_told_by_colour_alone_and_a_narrow_page_does_not_scroll_sideways(
    browser: Browser, database: Database, pgseq: Pgseq, tmp_path: Path
) -> None:
    database.run(SHOP)
    context = browser.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(written(pgseq("check", database.dsn, "--format", "html", "-v").out, tmp_path))
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    context.close()


def test_a_printed_report_shows_the_sql(page: Page, database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(SHOP)
    page.goto(written(pgseq("check", database.dsn, "--format", "html").out, tmp_path))
    assert not page.locator("details pre").first.is_visible()
    page.emulate_media(media="print")
    assert page.locator("details pre").first.is_visible()


def test_a_fix_says_what_was_moved_and_how_to_undo_it(
    page: Page, database: Database, pgseq: Pgseq, tmp_path: Path
) -> None:
    database.run(SHOP)
    run = pgseq("fix", database.dsn, "--yes", "--format", "html", "-t", '"Users"')
    assert run.code == 0
    page.goto(written(run.out, tmp_path))
    assert words(page, ".box.ok") == "✓ 1 sequence moved forward, and read again."
    assert "moved 1 → 5" in page.locator("article").inner_text()
    page.locator("summary").first.click()
    assert "setval('public.\"Users_id_seq\"', 1, false)" in page.locator("details pre").first.inner_text()
    assert violations(page) == []
    database.run("""INSERT INTO "Users" DEFAULT VALUES""")


def test_names_stay_names(page: Page, database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    names = [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "\u202egnp.exe",
        "א" * 31,
        "x" * 63,
        "{{ 7*7 }}",
    ]
    for name in names:
        quoted = name.replace('"', '""')
        database.run(f'CREATE TABLE "{quoted}" (id serial PRIMARY KEY); INSERT INTO "{quoted}" VALUES (1)')
    run = pgseq("check", database.dsn, "--format", "html")
    assert "<script" not in run.out
    assert "\u202e" not in run.out
    assert "{{ 7*7 }}" in run.out
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto(written(run.out, tmp_path))
    assert page.locator("article").count() == len(NAMES)
    assert page.locator("main img, main script").count() == 0
    assert violations(page) == []


def test_what_could_not_be_seen_is_in_the_report(database: Database, pgseq: Pgseq) -> None:
    database.run(SHOP)
    with new_role(database) as role:
        run = pgseq("check", role.dsn, "host=127.0.0.1 port=1 dbname=gone", "--format", "html")
    assert run.code == 2
    assert "has no privilege to read" in run.out
    assert "GRANT" in run.out
    assert "It could not be looked at: " in run.out


def test_why_and_lint_are_written_in_the_same_form(
    page: Page, database: Database, pgseq: Pgseq, tmp_path: Path
) -> None:
    database.run(SHOP)
    page.goto(written(pgseq("why", database.dsn, "--format", "html").out, tmp_path))
    assert page.locator("article svg").count() >= 3
    assert page.locator("article li strong").count() >= 1
    assert violations(page) == []
    (tmp_path / "seed.sql").write_text("CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1);")
    run = pgseq("lint", "seed.sql", "--format", "html")
    assert run.code == 1
    page.goto(written(run.out, tmp_path))
    assert "PGL001" in page.locator("article").inner_text()
    assert violations(page) == []

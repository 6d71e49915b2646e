"""The pictures of the page and of a report, for README.md and docs/page.md: `python -m tests.support.pictures`.

They are of the demo's broken shop, as Chromium shows it: light, dark, and as wide as a phone.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Browser, Page

from pgseq import demo
from pgseq.embedded import temporary_server
from tests.support.binaries import ROOT
from tests.support.chromium import running_browser
from tests.support.commandline import environment, executable
from tests.support.page import Site, running_page

FOLDER: Final = ROOT / "docs" / "images"
HEIGHT: Final = 760


def make() -> None:
    """Make all pictures anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with temporary_server(settings=demo.SETTINGS) as server, running_browser() as browser:
        dsn = demo.build(server)
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            _report(browser, dsn, home)
            for scheme in ("dark", "light"):
                with running_page(home, dsn) as site:
                    _overview(browser, site, "dark" if scheme == "dark" else "light")
            with running_page(home, dsn) as site:
                _walk(_page(browser, 1000), site)


def _page(browser: Browser, width: int, scheme: Literal["dark", "light"] = "light") -> Page:
    context = browser.new_context(viewport={"width": width, "height": HEIGHT}, color_scheme=scheme)
    return context.new_page()


def _report(browser: Browser, dsn: str, home: Path) -> None:
    """The report of check."""
    run = subprocess.run(
        [executable(), "check", dsn, "--format", "html"],
        cwd=home,
        env=environment(home),
        capture_output=True,
        check=False,
    )
    file = home / "report.html"
    file.write_bytes(run.stdout)
    page = _page(browser, 1000)
    page.goto(file.as_uri())
    _write(page, "report")


def _overview(browser: Browser, site: Site, scheme: Literal["dark", "light"]) -> None:
    """The page of the database: on a desk in dark, as wide as a phone in light."""
    page = _page(browser, 1000 if scheme == "dark" else 360, scheme)
    site.open(page)
    page.goto(f"{site.base}/database/1")
    page.wait_for_selector("table")
    _write(page, "page-dark" if scheme == "dark" else "page-narrow")


def _walk(page: Page, site: Site) -> None:
    """From the database to the proof."""
    site.open(page)
    page.goto(f"{site.base}/database/1")
    page.wait_for_selector("table")
    _write(page, "page")
    page.click('text=public."Users_id_seq"')
    page.click("text=Move it forward: the plan")
    _write(page, "page-plan")
    page.click("text=Move forward")
    page.wait_for_selector("h1:has-text('Before and after')")
    page.set_viewport_size({"width": 1360, "height": HEIGHT})
    _write(page, "page-fixed")


def _write(page: Page, name: str) -> None:
    page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    make()

"""Debian's Chromium, driven by Playwright, and the accessibility checker axe-core in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.binaries import CACHE
from tests.support.debian import missing

#: How Debian and others call it.
NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
#: Runs it; a line for each rule that is violated.
RUN: Final = "axe.run().then(r => r.violations.map(v => `${v.id}: ${v.nodes.map(n => n.html).join(' | ')}`))"
AXE: Final = CACHE / "browser" / "node_modules" / "axe-core" / "axe.min.js"


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A browser without a window."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        missing("the tests of HTML reports and of pgseq ui need Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        # Its sandbox needs what containers do not give it; it sees nothing but what pgseq writes.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def violations(page: Page) -> list[str]:
    """What axe-core says against a page, a line each; none: it is accessible as far as that can be computed."""
    if not AXE.is_file():
        missing("axe-core is not installed: run python -m tests.support.install_servers")
    # Past the page's Content-Security-Policy, which lets no script run.
    session = page.context.new_cdp_session(page)
    world = session.send("Page.createIsolatedWorld", {"frameId": _frame(session)})["executionContextId"]
    session.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8"), "contextId": world})
    answer = session.send(
        "Runtime.evaluate",
        {
            "expression": RUN,
            "contextId": world,
            "awaitPromise": True,
            "returnByValue": True,
        },
    )
    assert "value" in answer["result"], answer
    found: list[str] = answer["result"]["value"]
    return found


def _frame(session: Any) -> str:
    frame: str = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
    return frame

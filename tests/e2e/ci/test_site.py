"""The documentation as a site: built strictly, looked at in a browser that reaches nothing else."""

from __future__ import annotations

import functools
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, expect

import pgseq
from tests.support.binaries import ROOT

ERRORS: Final = re.findall(
    r"^\| (\w{5}) \| `([^`]+)` \|", (ROOT / "docs/index.md").read_text(encoding="utf-8"), re.MULTILINE
)


def test_the_start_page_has_errors() -> None:
    assert len(ERRORS) > 12


@pytest.mark.parametrize(("sqlstate", "text"), ERRORS)
@pytest.mark.sampled(3)
def test_explain_knows_the_errors_of_the_start_page(sqlstate: str, text: str) -> None:
    assert pgseq.explain(f"ERROR:  {text}").sqlstate == sqlstate


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which a folder is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.slow
def test_the_site(tmp_path: Path, browser: Browser) -> None:
    mkdocs = Path(sys.executable).with_name("mkdocs")
    done = subprocess.run(
        [mkdocs, "build", "--strict", "--quiet", "--site-dir", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    documents = {path.relative_to(ROOT / "docs").with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")}
    pages = {path.with_name("index.html") if path.stem == "README" else path for path in documents}
    assert [page for page in pages if not (tmp_path / page).is_file()] == []
    menu = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert [page for page in pages if page.name != "index.html" and f'href="{page.as_posix()}"' not in menu] == []
    with served(tmp_path) as address:
        tab = browser.new_page()
        asked: list[str] = []
        tab.on("request", lambda request: asked.append(request.url))
        for page in ("index.html", "overview.html", "checks/PGS001.html", "lint/PGL001.html", "lint.html"):
            tab.goto(f"{address}{page}")
        assert [url for url in asked if not url.startswith(address)] == []
        for text in ("nextval: reached maximum value of sequence", "duplicate key value violates", "PGS001"):
            # What listens to the keys comes with the page's scripts, and what answers them says when it is there.
            tab.goto(f"{address}lint.html", wait_until="networkidle")
            tab.keyboard.press("/")
            expect(tab.locator(".md-search-result__meta")).to_have_text("Type to start searching", timeout=30_000)
            tab.keyboard.type(text)
            first = tab.locator(".md-search-result__item h1").first
            wanted = "PGS001: out of sync" if text == "PGS001" else "I have this error"
            expect(first).to_have_text(wanted, timeout=30_000)

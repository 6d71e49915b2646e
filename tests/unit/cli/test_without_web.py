"""Without the extra `web`: what is missing is said, and how to get it."""

from __future__ import annotations

import sys

import pytest

from pgseq import workflow
from pgseq.cli.options.connection import Connection
from pgseq.cli.run import ui
from pgseq.errors import UsageError
from pgseq.render.html import environment


def test_a_report_without_jinja2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(UsageError, match="HTML needs jinja2, which is not installed") as error:
        environment.require()
    assert error.value.hint == 'pip install "pgseq[web]"'


@pytest.mark.parametrize("missing", ["starlette", "uvicorn"])
def test_the_page_without_its_libraries(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == missing or name.startswith("pgseq.web")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(UsageError, match=f"the page needs {missing}") as error:
        ui.serve(Connection(), workflow.Options(), port=0, browser=False, fixing=False)
    assert error.value.hint == 'pip install "pgseq[web]"'

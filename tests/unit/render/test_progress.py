"""The bar: only for those who watch, and only when it lasts."""

from __future__ import annotations

import io

import pytest

from pgseq.render.text import progress
from pgseq.render.text.progress import Bar
from tests.unit.render.test_terminal import Screen


def test_nothing_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0)
    pipe = io.StringIO()
    with Bar(pipe) as bar:
        bar(1, 2)
    assert pipe.getvalue() == ""


def test_nothing_in_the_first_second() -> None:
    screen = Screen()
    with Bar(screen) as bar:
        bar(1, 2)
    assert screen.getvalue() == ""


def test_a_bar_when_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "PATIENCE", 0)
    screen = Screen()
    with Bar(screen) as bar:
        bar(1, 2)
        bar.pause()
        bar(2, 2)
    assert "1/2" in screen.getvalue()
    assert "2/2" in screen.getvalue()

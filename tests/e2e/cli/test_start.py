"""What a start of the command line loads, and help, which alone needs rich-click."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.commandline import Pgseq


def loaded(folder: Path, *words: str) -> set[str]:
    """The modules that a command has imported when it ends."""
    code = (
        "import sys; from pgseq.cli import main; main(sys.argv[1:], standalone_mode=False); "
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=folder, capture_output=True, text=True, timeout=60, check=True
    )
    return set(done.stderr.split())


@pytest.mark.parametrize("words", [("--version",), ("explain", "PGS001"), ("completion", "bash")])
def test_what_answers_without_a_server(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert not {"psycopg", "rich_click", "rich", "importlib.metadata", "tomllib"} & loaded(tmp_path, *words)


def test_help_is_drawn_by_rich_click(tmp_path: Path) -> None:
    assert {"rich_click", "rich"} <= loaded(tmp_path, "check", "--help")


def test_help_is_coloured_where_that_is_asked_for(pgseq: Pgseq) -> None:
    plain = pgseq("check", "--help")
    assert "─ Connection ─" in plain.out
    assert "\x1b" not in plain.out
    assert "\x1b[" in pgseq("check", "--help", env={"FORCE_COLOR": "1"}).out


@pytest.mark.parametrize("group", [(), ("guard",)])
def test_a_group_alone_prints_its_help(pgseq: Pgseq, group: tuple[str, ...]) -> None:
    done = pgseq(*group)
    assert (done.code, done.err) == (2, "")
    assert done.out == pgseq(*group, "--help").out

"""What the shell offers under Tab."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.commandline import Pgseq


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("pgseq explain PGL00", {f"PGL00{number}" for number in range(10)}),
        ("pgseq explain pgs001", {"PGS001"}),
        ("pgseq lint --ignore PGL01", {"PGL010", "PGL011", "PGL012", "PGL013"}),
    ],
)
def test_codes(pgseq: Pgseq, words: str, expected: set[str]) -> None:
    done = pgseq(env={"_PGSEQ_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))})
    assert {line.removeprefix("plain,") for line in done.out.splitlines()} == expected


def test_files(pgseq: Pgseq, tmp_path: Path) -> None:
    """The shell completes names of files itself when it is asked for one."""
    done = pgseq(env={"_PGSEQ_COMPLETE": "bash_complete", "COMP_WORDS": "pgseq lint se", "COMP_CWORD": "2"})
    assert done.out.splitlines() == ["file,se"]

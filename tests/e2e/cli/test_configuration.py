"""A configuration file that cannot be used is told of by name, with what is wrong in it; nothing is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgseq.commands.lint.rules import RULES
from tests.support.commandline import Pgseq

NO_TABLE = "see pgseq check --help and the README, section Configuration"


@pytest.mark.parametrize("name", ["pgseq.toml", "pyproject.toml"])
@pytest.mark.parametrize(
    ("content", "told", "hint"),
    [
        ("tool = 3", "[tool] is not a table", NO_TABLE),
        ("[tool]\npgseq = 3", "[tool.pgseq] is not a table", NO_TABLE),
        ("[tool.pgseq]\nignore = 3", "ignore is not a list of tables", NO_TABLE),
        ("[tool.pgseq]\nignore = [{ reason = 'so' }]", "an ignore has no code", "say which: code = 'PGS001'"),
        (
            "[tool.pgseq]\nignore = [{ code = 'PGS001' }]",
            "ignore of PGS001 has no reason",
            "say why, for whoever reads it next",
        ),
        (
            "[tool.pgseq]\nignore = [{ code = 'PGS01', reason = 'typo' }]",
            "there is no code PGS01 to ignore",
            f"codes run from PGS001 to PGS021, and from PGL000 to {RULES[-1].CODE} for lint",
        ),
    ],
)
@pytest.mark.sampled(2)
def test_what_is_wrong_and_where(name: str, content: str, told: str, hint: str, tmp_path: Path, pgseq: Pgseq) -> None:
    (tmp_path / name).write_text(f"{content}\n", encoding="utf-8")
    done = pgseq("check", "host=/nowhere")
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [f"pgseq: error: {name}: {told}", f"hint: {hint}"]


def test_a_file_of_another_name(tmp_path: Path, pgseq: Pgseq) -> None:
    (tmp_path / "ci.toml").write_text("ignore = [{ code = 'PGS01', reason = 'typo' }]\n", encoding="utf-8")
    done = pgseq("check", "host=/nowhere", "--config", "ci.toml")
    assert done.err.splitlines()[0] == "pgseq: error: ci.toml: there is no code PGS01 to ignore"


def test_a_byte_order_mark(tmp_path: Path, pgseq: Pgseq) -> None:
    """As Windows' editors write it; TOML 1.0 has UTF-8 without one."""
    (tmp_path / "a.sql").write_text("CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1);\n")
    (tmp_path / "pgseq.toml").write_text("ignore = [{ code = 'PGL001', reason = 'so' }]\n", encoding="utf-8-sig")
    done = pgseq("lint", "a.sql")
    assert (done.code, done.err) == (0, f"pgseq: {tmp_path / 'pgseq.toml'}: PGL001 ignored\n")


def test_what_is_no_utf8(tmp_path: Path, pgseq: Pgseq) -> None:
    (tmp_path / "pgseq.toml").write_bytes("# é\n".encode("latin-1"))
    done = pgseq("check", "host=/nowhere")
    assert done.code == 2
    assert done.err.startswith("pgseq: error: pgseq.toml is not valid TOML: ")

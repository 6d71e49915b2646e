"""`pgseq.lint`: the options of the command."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import pgseq


def codes(report: pgseq.LintReport) -> list[str]:
    return [finding.code for file in report.files for finding in file.findings]


def test_values_of_placeholders(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("CREATE TABLE :name (id serial); INSERT INTO t VALUES (:id);")
    assert codes(pgseq.lint(tmp_path, values={"name": "t", "id": "7"})) == ["PGL001"]
    assert "PGL001" not in codes(pgseq.lint(tmp_path))


def test_max_jump(tmp_path: Path) -> None:
    text = "CREATE TABLE t (id serial); INSERT INTO t VALUES (2147483000);"
    (tmp_path / "a.sql").write_text(text)
    assert not pgseq.lint(tmp_path, fix=True).ok
    assert (tmp_path / "a.sql").read_text() == text
    assert pgseq.lint(tmp_path, fix=True, max_jump=1).ok
    with pytest.raises(pgseq.UsageError, match="max_jump = 2 is not a part of a whole"):
        pgseq.lint(tmp_path, max_jump=2)


def test_since_a_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    git = ("git", "-c", "user.name=n", "-c", "user.email=e@example.com")
    (tmp_path / "a.sql").write_text("CREATE TABLE t (id serial); INSERT INTO t VALUES (1);")
    for words in (("init", "-q"), ("add", "a.sql"), ("commit", "-q", "-m", "first")):
        subprocess.run([*git, *words], check=True)
    (tmp_path / "b.sql").write_text("CREATE TABLE u (id serial); INSERT INTO u VALUES (1);")
    assert codes(pgseq.lint(".")) == ["PGL001", "PGL001"]
    told = [one for file in pgseq.lint(".", since="HEAD").files for one in file.findings]
    assert [(one.place.file, one.ignored) for one in told] == [("a.sql", "it was there at HEAD"), ("b.sql", None)]
    with pytest.raises(pgseq.UsageError, match="names no commit: nope"):
        pgseq.lint(".", since="nope")

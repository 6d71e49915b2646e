"""The action for GitHub, and the jobs that docs/ci.md has: by their schemas, and run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.support.binaries import ROOT
from tests.support.commandline import Completed, environment, executable
from tests.support.database import Database
from tests.support.documents import block

ACTION: Final[dict[str, Any]] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
INSTALL, RUN = ACTION["runs"]["steps"]


def tool(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """A program of the virtual environment, run."""
    words = [str(Path(sys.executable).with_name(name)), *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


def step(folder: Path, script: str, **variables: str) -> Completed:
    """A step's script, run as a runner does it."""
    path = f"{Path(sys.executable).parent}:{environment(folder)['PATH']}"
    runner = {"RUNNER_TEMP": str(folder), "GITHUB_ACTION_PATH": str(ROOT), "PATH": path}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        env=environment(folder, runner | variables),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return Completed(code=done.returncode, out=done.stdout, err=done.stderr)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """What the first step leaves: here with our own command."""
    (tmp_path / "pgseq" / "bin").mkdir(parents=True)
    (tmp_path / "pgseq" / "bin" / "pgseq").symlink_to(executable())
    return tmp_path


def test_it_is_an_action() -> None:
    done = tool("check-jsonschema", "--builtin-schema", "vendor.github-actions", ROOT / "action.yml")
    assert done.returncode == 0, done.stdout


def test_zizmor_finds_nothing() -> None:
    done = tool("zizmor", "--offline", "--no-progress", "--persona=pedantic", ROOT / "action.yml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_inputs_come_through_the_environment_alone() -> None:
    for one in ACTION["runs"]["steps"]:
        assert "${{" not in one["run"]
    assert RUN["env"] == {
        "PGSEQ_COMMAND": "${{ inputs.command }}",
        "PGSEQ_ARGUMENTS": "${{ inputs.arguments }}",
    }


@pytest.mark.parametrize(
    ("schema", "beginning"),
    [
        ("vendor.github-workflows", "# .github/workflows/"),
        ("vendor.gitlab-ci", "# .gitlab-ci.yml"),
    ],
)
def test_the_jobs_of_the_page(schema: str, beginning: str, tmp_path: Path) -> None:
    file = tmp_path / "job.yml"
    file.write_text(block("docs/ci.md", "yaml", beginning), encoding="utf-8")
    arguments = ["--data-transform", "gitlab-ci"] if "gitlab" in schema else []
    done = tool("check-jsonschema", "--builtin-schema", schema, *arguments, file)
    assert done.returncode == 0, done.stdout


def test_the_check(database: Database, installed: Path) -> None:
    database.run("CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1)")
    arguments = f"--require\n\n{database.dsn}\n"
    done = step(installed, RUN["run"], PGSEQ_COMMAND="check", PGSEQ_ARGUMENTS=arguments)
    assert (done.code, done.err) == (1, "")
    assert done.out.startswith("::error title=PGS001 out of sync%3A public.t_id_seq in ")


def test_lint_with_an_argument_that_a_shell_would_run(installed: Path) -> None:
    name = "$(touch oops); a b.sql"
    (installed / name).write_text("CREATE TABLE t (id serial);\nINSERT INTO t VALUES (7);\n")
    done = step(installed, RUN["run"], PGSEQ_COMMAND="lint", PGSEQ_ARGUMENTS=name)
    assert (done.code, done.out.count("::error file=$(touch oops); a b.sql,line=2,")) == (1, 1)
    assert not (installed / "oops").exists()


@pytest.mark.parametrize("command", ["fix", "", "check; id", "--help"])
def test_another_command(command: str, installed: Path) -> None:
    done = step(installed, RUN["run"], PGSEQ_COMMAND=command, PGSEQ_ARGUMENTS="")
    assert (done.code, done.out) == (2, "::error title=pgseq::the input 'command' is check or lint\n")


@pytest.mark.slow
def test_the_whole_action(tmp_path: Path) -> None:
    assert step(tmp_path, INSTALL["run"]).code == 0
    (tmp_path / "a.sql").write_text("CREATE TABLE t (id serial);\nINSERT INTO t VALUES (7);\n")
    done = step(tmp_path, RUN["run"], PGSEQ_COMMAND="lint", PGSEQ_ARGUMENTS="a.sql")
    assert (done.code, done.out.count("::error file=a.sql,line=2,")) == (1, 1), done


@pytest.mark.slow
@pytest.mark.parametrize("hook", ["pgseq-lint", "pgseq-lint-fix"])
def test_the_hooks_of_pre_commit(hook: str, tmp_path: Path) -> None:
    """As somebody tries them: pre-commit makes an environment from this repository."""
    (tmp_path / "a.sql").write_text("CREATE TABLE t (id serial);\nINSERT INTO t VALUES (7);\n")
    script = f"git init -q . && git add a.sql && pre-commit try-repo '{ROOT}' {hook} --all-files"
    done = step(tmp_path, script, PRE_COMMIT_HOME=str(tmp_path / "home"))
    assert done.code == 1, done
    if hook == "pgseq-lint":
        assert "a.sql:2:1: error: explicit ids" in done.out
    else:
        assert "files were modified by this hook" in done.out
        assert "setval" in (tmp_path / "a.sql").read_text()

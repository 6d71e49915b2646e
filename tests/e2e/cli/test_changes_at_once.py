"""Changes in many databases at once (--yes): the order of what is written, the undo file, Ctrl-C, a full disk."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e.cli.test_inventory import inventory
from tests.e2e.cli.test_signals import started, wait
from tests.support.commandline import Pgseq, shell
from tests.support.database import Database, fresh_database

BEHIND = "CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1), (2)"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pgseq' AND wait_event_type = 'Lock'"
LOCKED = "LOCK TABLE t IN ROW EXCLUSIVE MODE"


@pytest.fixture
def shops(database: Database) -> Iterator[list[Database]]:
    """Three databases with a sequence each that is out of sync."""
    with ExitStack() as stack:
        shops = [database, *(stack.enter_context(fresh_database(database.server)) for _ in range(2))]
        for shop in shops:
            shop.run(BEHIND)
        yield shops


@pytest.fixture
def listed(shops: list[Database], tmp_path: Path) -> Path:
    """A file that lists them: s0, s1, s2."""
    return inventory(tmp_path, *(f"s{number} = {shop.dsn}" for number, shop in enumerate(shops)))


def moved(shop: Database) -> bool:
    """Whether its sequence has been moved."""
    return bool(shop.value("SELECT last_value = 2 FROM t_id_seq"))


@pytest.mark.slow
def test_it_says_the_same_as_one_after_the_other(
    shops: list[Database], listed: Path, pgseq: Pgseq, tmp_path: Path
) -> None:
    """Fixed, put back, guarded and unguarded: the plan of each stands before its result."""

    def said(jobs: str) -> list[tuple[int, str]]:
        moves = tmp_path / f"moves-{jobs}.jsonl"
        commands: list[tuple[str | Path, ...]] = [
            ("fix", "--yes", "--undo-file", moves),
            ("undo", moves, "--yes", "--force"),
            ("fix", "--yes"),
            ("guard", "trigger", "--dry-run"),
            ("guard", "trigger", "--yes"),
            ("guard", "remove", "--yes"),
        ]
        done = [pgseq(*command, "--from", listed, "-j", jobs) for command in commands]
        for shop in shops:
            shop.run("SELECT setval('t_id_seq', 1, false)")
        return [(one.code, one.out.replace(f" --jobs {jobs}", "").replace(str(moves), "")) for one in done]

    at_once = said("3")
    assert at_once == said("1")
    assert [code for code, _ in at_once] == [0, 0, 0, 1, 0, 0]
    for _, output in at_once:
        headings = [line[:2] for line in output.splitlines() if line[:3] in ("s0:", "s1:", "s2:")]
        assert list(dict.fromkeys(headings)) == ["s0", "s1", "s2"]


def test_one_that_waits_holds_up_no_other_and_is_written_in_its_place(
    shops: list[Database], listed: Path, tmp_path: Path
) -> None:
    moves = tmp_path / "moves.jsonl"
    with shops[0].connect(autocommit=False) as holder:
        holder.execute(LOCKED)
        words = ("--from", str(listed), "-j", "2", "--lock-timeout", "20s", "--undo-file", str(moves))
        with started(tmp_path, "fix", "--yes", *words, "--format", "jsonl") as running:
            wait(running, lambda: moved(shops[1]) and moved(shops[2]))
            holder.rollback()
            output, errors = running.communicate(timeout=30)
    assert (running.returncode, errors) == (0, "")
    assert [json.loads(line)["databases"][0]["label"] for line in output.splitlines()] == ["s0", "s1", "s2"]
    lines = [json.loads(line) for line in moves.read_text().splitlines()]
    assert sorted((line["database"], line["event"]) for line in lines) == sorted(
        (shop.name, event) for shop in shops for event in ("planned", "done")
    )


@pytest.mark.parametrize("command", ["fix", "guard trigger"])
def test_plans_of_several_are_made_at_once(command: str, shops: list[Database], listed: Path, tmp_path: Path) -> None:
    """--dry-run: two that a lock holds up are waiting at one time, and are written in their places."""
    waiting = WAITING.replace("count(*)", "count(DISTINCT datname)")
    words = (*command.split(), "--dry-run", "--from", str(listed), "-j", "2", "--lock-timeout", "20s")
    with shops[0].connect(autocommit=False) as first, shops[1].connect(autocommit=False) as second:
        for holder in (first, second):
            holder.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        with started(tmp_path, *words, "--format", "json") as running:
            wait(running, lambda: shops[2].value(waiting) == 2)
            second.rollback()
            wait(running, lambda: shops[2].value(waiting) == 1)
            first.rollback()
            output, errors = running.communicate(timeout=30)
    assert (running.returncode, errors) == (1, "")
    assert [database["label"] for database in json.loads(output)["databases"]] == ["s0", "s1", "s2"]


def test_ctrl_c_tells_of_every_move(shops: list[Database], listed: Path, tmp_path: Path) -> None:
    """What a lock holds up is cancelled, and does not happen afterwards."""
    with shops[0].connect(autocommit=False) as holder:
        holder.execute(LOCKED)
        words = ("--from", str(listed), "-j", "2", "--lock-timeout", "1min")
        with started(tmp_path, "fix", "--yes", *words, "--format", "json") as running:
            wait(running, lambda: moved(shops[1]) and moved(shops[2]))
            running.send_signal(signal.SIGINT)
            output, errors = running.communicate(timeout=30)
        assert shops[0].value(WAITING) == 0
    assert running.returncode == 130
    assert errors == "pgseq: interrupted after 3 of 3 databases; run it again for the rest\n"
    told = {
        database["label"]: sequence["applied"]["result"]
        for database in json.loads(output)["databases"]
        for sequence in database["sequences"]
    }
    assert told == {"s0": "failed", "s1": "moved", "s2": "moved"}
    assert [moved(shop) for shop in shops] == [False, True, True]


def test_moves_are_told_where_standard_output_is_full(shops: list[Database], listed: Path, tmp_path: Path) -> None:
    done = shell(tmp_path, '"$pgseq" fix "$@" >/dev/full', "--yes", "--from", str(listed), "-j", "3")
    assert done.code == 2
    assert "cannot write standard output: No space left on device" in done.err
    # Each that was moved, and no other.
    assert done.err.count("1 sequence was moved.") == sum(map(moved, shops)) > 0


@pytest.mark.slow
def test_with_a_question_one_follows_the_other(shops: list[Database], listed: Path, pgseq: Pgseq) -> None:
    done = pgseq("fix", "--from", listed, "-j", "3")
    assert (done.code, done.out) == (2, "")
    assert "there is no terminal to ask on" in done.err
    assert not any(map(moved, shops))

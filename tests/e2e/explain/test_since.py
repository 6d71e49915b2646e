"""`pgseq explain --log --since`: by the log's clock or by the world's, on a machine in another zone than the server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from pgseq.commands.explain.logs.clock import instant, reached
from tests.support.commandline import Completed, Pgseq

ERROR: Final = 'ERROR:  23505: duplicate key value violates unique constraint "users_pkey"'
#: Two hours ahead of UTC, by POSIX's rule: no time zone files are needed.
EAST: Final = {"TZ": "XST-2"}


def _explained(pgseq: Pgseq, folder: Path, head: str, since: str) -> Completed:
    path = folder / "server.log"
    path.write_text(f"{head} [7] {ERROR}\n")
    return pgseq("explain", "-h", "/nonexistent", "--format", "json", "--log", path, "--since", since, env=EAST)


def _ago(minutes: int) -> datetime:
    return datetime.now(UTC) - timedelta(minutes=minutes)


@pytest.mark.parametrize(("minutes", "count"), [(5, 1), (55, 1), (65, 0), (170, 0)])
@pytest.mark.parametrize("form", ["UTC", "GMT", "-03", "+05:30", "epoch", "local"])
@pytest.mark.sampled(24)
def test_before_now(form: str, minutes: int, count: int, pgseq: Pgseq, tmp_path: Path) -> None:
    when = _ago(minutes)
    offset = {"-03": -180, "+05:30": 330, "local": 120}.get(form, 0)
    wall = f"{when + timedelta(minutes=offset):%Y-%m-%d %H:%M:%S}.250"
    heads = {"epoch": f"{when.timestamp():.3f}", "local": f"{wall} XST"}
    done = _explained(pgseq, tmp_path, heads.get(form, f"{wall} {form}"), "1h")
    assert len(done.json()["errors"]) == count
    told = "names neither UTC nor an offset: --since takes the log's times for local ones" in done.err
    assert told == (form == "local")


@pytest.mark.parametrize(
    ("since", "count"),
    [
        ("2026-05-01 12:00", 1),
        ("2026-05-01 12:00:01", 0),
        ("2026-05-01 14:00+02:00", 1),
        ("2026-05-01 12:00+02:00", 1),
        ("2026-05-01 12:00-02:00", 0),
        ("2026-05-01T12:00Z", 1),
        ("2026-05-01", 1),
    ],
)
@pytest.mark.sampled(9)
def test_a_given_time(since: str, count: int, pgseq: Pgseq, tmp_path: Path) -> None:
    done = _explained(pgseq, tmp_path, "2026-05-01 12:00:00.000 UTC", since)
    assert len(done.json()["errors"]) == count
    assert done.err == ""


@pytest.mark.slow
def test_the_logs_own_clock_whatever_it_is(pgseq: Pgseq, tmp_path: Path) -> None:
    for since, count in (("2026-05-01 12:00", 1), ("2026-05-01 12:01", 0)):
        done = _explained(pgseq, tmp_path, "2026-05-01 12:00:30.000 CEST", since)
        assert (len(done.json()["errors"]), done.err) == (count, "")


@pytest.mark.slow
def test_what_is_no_time_is_not_left_out(pgseq: Pgseq, tmp_path: Path) -> None:
    assert len(_explained(pgseq, tmp_path, "app@shop", "1h").json()["errors"]) == 1


def test_instants() -> None:
    for stamp in (
        "2026-05-01 12:00:00 UTC",
        "2026-05-01T12:00:00.000Z",
        "2026-05-01 14:00:00,000 +0200",
        "2026-05-01 10:30:00-01:30",
    ):
        assert instant(stamp) == datetime(2026, 5, 1, 12, tzinfo=UTC), stamp
    for stamp in ("2026-05-01 12:00:00 CET", "2026-05-01 12:00:00"):
        assert instant(stamp) == datetime(2026, 5, 1, 12), stamp
    assert instant("yesterday") is None
    assert reached(datetime(2026, 5, 1, 12), datetime(2026, 5, 1, 12))

"""Mutated logs, error texts, undo files, configurations, connection strings and SQL files: an answer or a clear error,
in bounded time, never something unexpected.

5,000 inputs. Where a command can be called in this process, it is; the server is not there, but for the last test.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import shlex
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, get_args

import pytest

import pgseq
from pgseq import conninfo
from pgseq.cli import main
from pgseq.commands.explain.model import Verdict
from pgseq.errors import PgseqError
from tests.catalogue.test_texts import TRANSLATED, WRAPPED
from tests.support.database import Database
from tests.support.mutating import mutated
from tests.unit.commands.explain.test_logs import CONTAINERS, CSV, JSON, STDERR

#: Seconds; a fraction of one is usual.
BOUND: Final = 20
TEXTS: Final = [
    text.encode() for text in (*WRAPPED.values(), *(t for one in TRANSLATED.values() for t in one.values()))
]
LOGS: Final = [STDERR, CSV, JSON, CONTAINERS, STDERR.decode().encode("cp1252"), STDERR.decode().encode("utf-16")]
UNDO: Final = [
    "".join(
        json.dumps(
            {"event": event, "server": server, "database": "app", "oid": 16384, "sequence": 'public."S"'}
            | {"before": [1, True], "after": [7, False], "undo": "SELECT 1"}
        )
        + "\n"
        for event in ("planned", "done")
    ).encode()
    for server in (None, "7301234567890123456")
]
TOML: Final = [
    b'ignore = [{ code = "PGS008", sequence = "billing.*", reason = "x" }]\nfeeds = [{ sequence = "public.order_no", '
    b'column = "public.orders.number" }]\n[map]\n"public.order_no" = "sales.order_number"\n',
    b"[tool.pgseq]\nignore = [\n  { code = 'PGS001', sequence = '(a+|b[c-d]{1,3})?\"Q\"', reason = '''y''' },\n]\n",
    b'map = { "a.b" = "c.d" }\nfeeds = []\n',
]
DSNS: Final = [
    b"postgresql://user:secret@%2Fnowhere:5432/app?sslmode=disable&connect_timeout=3",
    b"host=/nowhere port=1 dbname=app user=u password='se cret' options='-c a=b'",
    b"app",
]
SQL: Final = [path.read_bytes() for path in sorted(Path(__file__).parents[1].glob("cases/*/setup.sql"))[::12]]


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder to stand in, no server, and this process as it was afterwards."""
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "PGHOST": str(tmp_path),
        "PGPORT": "1",
        "PGCONNECT_TIMEOUT": "2",
        "HOME": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    thresholds, interval = gc.get_threshold(), sys.getswitchinterval()
    yield tmp_path
    gc.set_threshold(*thresholds)
    sys.setswitchinterval(interval)


def run(*arguments: str, stdin: Path | None = None) -> tuple[int, str, str]:
    """A command in this process: its exit code and what it wrote."""
    out, err = io.BytesIO(), io.BytesIO()
    with pytest.MonkeyPatch.context() as streams, open(stdin or "/dev/null", encoding="utf-8") as source:
        streams.setattr(sys, "stdin", source)
        streams.setattr(sys, "stdout", io.TextIOWrapper(out, "utf-8", write_through=True))
        streams.setattr(sys, "stderr", io.TextIOWrapper(err, "utf-8", write_through=True))
        code = main(list(arguments), standalone_mode=False)
        return code, out.getvalue().decode(), err.getvalue().decode()


def fine(seed: int, *arguments: str, stdin: Path | None = None) -> tuple[int, str, str]:
    """Run a command, and insist on an answer."""
    start = time.monotonic()
    code, out, err = run(*arguments, stdin=stdin)
    told = f"seed {seed}: pgseq {shlex.join(arguments)[:500]}: {code}\n{err[:2000]}"
    assert time.monotonic() - start < BOUND, told
    assert code in (0, 1, 2, 3), told
    # libpq says it, too: "unexpected spaces found in …".
    assert "error: unexpected " not in err, told
    assert "Traceback" not in err, told
    assert "\x1b" not in out + err, told
    return code, out, err


@pytest.mark.parametrize("form", ["table", "json"])
@pytest.mark.slow
def test_logs(alone: Path, form: str) -> None:
    path = alone / "server.log"
    for seed in range(500):
        path.write_bytes(mutated(LOGS, seed))
        since = ["--since", ("12h", "2026-05-01", "2026-05-01T00:00+14:00")[seed % 3]] if seed % 2 else []
        code, _, _ = fine(seed, "explain", "--log", str(path), "--format", form, *since)
        assert code != 2


@pytest.mark.slow
def test_standard_input(alone: Path) -> None:
    path = alone / "piped"
    for seed in range(500):
        path.write_bytes(mutated([*LOGS, *TEXTS], seed))
        fine(seed, "explain", "-", stdin=path)


@pytest.mark.slow
def test_error_texts(alone: Path) -> None:
    for seed in range(1000):
        text = mutated(TEXTS, seed).decode("utf-8", "replace").replace("\0", "")
        start = time.monotonic()
        told = pgseq.explain(text)
        assert time.monotonic() - start < BOUND, f"seed {seed}"
        assert told.verdict in get_args(Verdict), f"seed {seed}"
        if seed % 5 == 0:
            fine(seed, "explain", "--", text or "x")


@pytest.mark.slow
def test_undo_files(alone: Path) -> None:
    path = alone / "moves.jsonl"
    for seed in range(500):
        path.write_bytes(mutated(UNDO, seed))
        code, _, err = fine(seed, "undo", str(path), "--yes")
        assert code == 2
        assert err.startswith("pgseq: error: "), f"seed {seed}: {err}"


@pytest.mark.slow
def test_configurations(alone: Path) -> None:
    path = alone / "pgseq.toml"
    for seed in range(700):
        path.write_bytes(mutated(TOML, seed))
        code, _, err = fine(seed, "check", "--config", str(path))
        assert code == 2
        assert err.startswith("pgseq: error: "), f"seed {seed}: {err}"


def test_patterns(alone: Path) -> None:
    samples = [b"public.user*", b'"My App"."Users"', b"a|b", b"([a-z]{1,3}|b+)?", b"app", b"[[:alpha:]]$"]
    for seed in range(300):
        text = mutated(samples, seed).decode("utf-8", "replace").replace("\0", "")
        code, _, _ = fine(seed, "check", f"--{('table', 'schema', 'exclude-table')[seed % 3]}={text}")
        assert code == 2


@pytest.mark.slow
def test_connection_strings(alone: Path) -> None:
    for seed in range(500):
        text = mutated(DSNS, seed).decode("utf-8", "replace").replace("\0", "")
        answered: dict[str, str] = {}
        with contextlib.suppress(PgseqError):
            conninfo.without_password(text)
            answered = conninfo.parse(text)
        # No name is looked up in a network.
        if all(host.startswith("/") for name in ("host", "hostaddr") for host in answered.get(name, "/").split(",")):
            fine(seed, "check", "--", text)


@pytest.mark.slow
def test_sql_files(alone: Path) -> None:
    path = alone / "changes.sql"
    for seed in range(500):
        path.write_bytes(mutated(SQL, seed))
        fine(seed, "lint", str(path))


@pytest.mark.slow
def test_with_a_database(database: Database, alone: Path) -> None:
    database.run("CREATE TABLE users (id serial PRIMARY KEY, name text); INSERT INTO users VALUES (1), (4)")
    path = alone / "server.log"
    for seed in range(100):
        path.write_bytes(mutated(LOGS, seed).replace(b"shop", database.name.encode()))
        code, _, _ = fine(seed, "explain", "-d", database.dsn, "--log", str(path))
        assert code != 2
        path.write_bytes(mutated(UNDO, seed).replace(b'"app"', json.dumps(database.name).encode()))
        fine(seed, "undo", str(path), "-d", database.dsn, "--yes")
    with database.connect() as connection:
        for seed in range(200):
            text = mutated(TEXTS, seed).decode("utf-8", "replace")
            assert pgseq.explain(text, connection).evidence, f"seed {seed}"
    assert database.rows("SELECT last_value, is_called FROM users_id_seq") == [(1, False)]

"""The history: where the sequences of databases stood, in a SQLite file of the user's own.

Kept are all samples of the last day, one an hour for a month, one a day for ever. A database is known by the server's
system identifier, or where that cannot be read by host and port.
"""

from __future__ import annotations

import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Items
from contextlib import closing, contextmanager, suppress
from math import inf
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import asdict

from pgseq.commands.range.model import DAY, HOUR, Sample
from pgseq.errors import UsageError
from pgseq.files.targets import PRIVATE, refuse
from pgseq.model.sequences import NotSeen, Problem
from pgseq.model.server import Server
from pgseq.names import display
from pgseq.sql import load
from pgseq.text.integers import BIGINT

#: PRAGMA application_id: "pgsq"; user_version is the schema's.
_OURS: Final = 0x70677371
_VERSION: Final = 1
#: What to do about a file: `check` takes it from the configuration alone.
ELSEWHERE: Final = "name another file by --history FILE or by history in pgseq.toml"
#: Seconds to wait for another writer.
_PATIENCE: Final = 5.0
#: Samples read for one report.
_MOST: Final = 200_000


class SampledDatabase(Struct, frozen=True, kw_only=True):
    """Which database samples are of."""

    identifier: str
    host: str
    port: int
    database: str

    @classmethod
    def of(cls, server: Server) -> SampledDatabase:
        """The place of a server's database."""
        return cls(
            identifier=server.system_identifier or "",
            host=server.host or "",
            port=server.port or 0,
            database=server.database,
        )


def usual_path() -> Path:
    """Where the history is kept unless told otherwise (XDG Base Directory Specification)."""
    state = os.environ.get("XDG_STATE_HOME", "")
    base = Path(state) if os.path.isabs(state) else Path.home() / ".local" / "state"
    return base / "pgseq" / "history.sqlite"


class HistoryFile:
    """A file of samples. Methods raise UsageError for one that is damaged, of a newer pgseq, or not a history."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep(self, place: SampledDatabase, samples: Iterable[tuple[int, Sample]]) -> Problem | None:
        """Add samples of one moment, by the sequences' oids, and thin out what is old; why they could not be kept."""
        try:
            with self._open(create=True) as connection:
                connection.execute("BEGIN IMMEDIATE")
                _write(connection, place, list(samples))
                connection.execute("COMMIT")
        except (OSError, sqlite3.OperationalError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            return NotSeen(
                reason=f"this sample was not kept in {display(str(self._path))}: {reason}",
                hint=f"make room, or {ELSEWHERE}",
            )
        return None

    def read(self, place: SampledDatabase) -> dict[int, list[Sample]]:
        """The samples of a database by the sequences' oids, in the order in which they were taken."""
        try:
            if not self._path.exists():
                return {}
            with self._open() as connection:
                return _read(connection, place)
        except sqlite3.OperationalError as error:
            raise UsageError(f"cannot read {display(str(self._path))}: {error}", f"try again, or {ELSEWHERE}") from None
        except OSError as error:
            raise UsageError(f"cannot read {display(str(self._path))}: {error.strerror}", ELSEWHERE) from None

    @contextmanager
    def _open(self, *, create: bool = False) -> Iterator[sqlite3.Connection]:
        refuse(self._path)
        if create:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(FileExistsError):
                os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))
        uri = f"{self._path.absolute().as_uri()}?mode=rw"
        try:
            with closing(sqlite3.connect(uri, uri=True, timeout=_PATIENCE, isolation_level=None)) as connection:
                self._admit(connection, create=create)
                yield connection
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            raise UsageError(
                f"{display(str(self._path))} is damaged, or is not a history of pgseq: {error}",
                f"move it away, or {ELSEWHERE}",
            ) from None

    def _admit(self, connection: sqlite3.Connection, *, create: bool) -> None:
        """Make the tables of a new file; refuse one that is not ours."""
        connection.execute("BEGIN")
        ours = self._is_ours(connection)
        connection.execute("COMMIT")
        if create and not ours:
            connection.execute("BEGIN IMMEDIATE")
            # Another may have been first.
            if not self._is_ours(connection):
                _make(connection)
            connection.execute("COMMIT")

    def _is_ours(self, connection: sqlite3.Connection) -> bool:
        """Whether a file is a history; False where it is empty. Raises UsageError where it is something else. To be
        called in a transaction: another may be making it."""
        (mark,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if (mark, version) == (_OURS, _VERSION):
            return True
        name = display(str(self._path))
        if mark == _OURS:
            raise UsageError(
                f"{name} is a history of another pgseq (version {version}), and is left as it is",
                f"update pgseq, or {ELSEWHERE}",
            )
        if mark or version or _tables(connection):
            raise UsageError(f"{name} is not a history of pgseq, and is left as it is", ELSEWHERE)
        return False


def _tables(connection: sqlite3.Connection) -> int:
    (count,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return int(count)


def _make(connection: sqlite3.Connection) -> None:
    """The tables of a history. Raises sqlite3.Error."""
    for statement in load("range.history").split(";"):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {_OURS}")
    connection.execute(f"PRAGMA user_version = {_VERSION}")


def _write(connection: sqlite3.Connection, place: SampledDatabase, now: Items[tuple[int, Sample]]) -> None:
    """Add one moment of a database. Raises sqlite3.Error."""
    if not now:
        return
    key = (place.identifier, place.host, place.port, place.database)
    connection.execute("INSERT OR IGNORE INTO databases (identifier, host, port, name) VALUES (?, ?, ?, ?)", key)
    (database,) = connection.execute(
        "SELECT id FROM databases WHERE (identifier, host, port, name) = (?, ?, ?, ?)", key
    ).fetchone()
    first = now[0][1]
    moment = connection.execute(
        "INSERT INTO moments (database, time, stats_reset) VALUES (?, ?, ?)", (database, first.time, first.stats_reset)
    ).lastrowid
    known = [(database, oid, sample.name, sample.increment) for oid, sample in now]
    connection.executemany(
        "INSERT OR IGNORE INTO sequences (database, oid, name, increment) VALUES (?, ?, ?, ?)", known
    )
    ids = {
        tuple(row): id
        for id, *row in connection.execute(
            "SELECT id, database, oid, name, increment FROM sequences WHERE database = ?", (database,)
        )
    }
    connection.executemany(
        "INSERT INTO samples (moment, sequence, last, calls) VALUES (?, ?, ?, ?)",
        [
            (moment, ids[key], max(sample.last, BIGINT.start), sample.calls)
            for key, (_, sample) in zip(known, now, strict=True)
        ],
    )
    old = connection.execute(load("range.history_old"), {"database": database, "now": first.time}).fetchall()
    connection.executemany("DELETE FROM samples WHERE moment = ?", old)
    connection.executemany("DELETE FROM moments WHERE id = ?", old)


def _read(connection: sqlite3.Connection, place: SampledDatabase) -> dict[int, list[Sample]]:
    """The samples of a database by oid. Raises sqlite3.Error."""
    samples: dict[int, list[Sample]] = defaultdict(list)
    if not _tables(connection):
        return samples
    moments = connection.execute(load("range.history_moments"), asdict(place)).fetchall()
    question = load("range.history_samples")
    for moment, time, stats_reset, host, port in _telling(connection, moments):
        address = (host, port)
        for oid, name, increment, last, calls in connection.execute(question, (moment,)):
            samples[oid].append(Sample(time, last, calls, stats_reset, address, name, increment))
    return samples


def _telling(connection: sqlite3.Connection, moments: list[Any]) -> list[Any]:
    """As many of the moments as are read for one report: the last of each stretch of time, shorter near the end."""
    if not moments:
        return []
    (size,) = connection.execute("SELECT count(*) FROM samples WHERE moment = ?", (moments[-1][0],)).fetchone()
    for hours, days in ((0, 0), (1, 1), (6, 3)):
        if hours:
            newest = moments[-1][1]
            by_stretch = {(one[3:], _stretch(one[1], newest, hours, days)): one for one in moments}
            moments = list(by_stretch.values())
        if len(moments) * size <= _MOST:
            break
    return moments


def _stretch(time: float, newest: float, hours: int, days: int) -> tuple[int, int]:
    """The stretch of time in which a moment lies: some hours of the last day, some days of the last month, else seven
    times as many."""
    age = newest - time
    for number, (until, length) in enumerate(((DAY, hours * HOUR), (31 * DAY, days * DAY), (inf, 7 * days * DAY))):
        if age <= until:
            return number, int(age // length)
    raise AssertionError(age)

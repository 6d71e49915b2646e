"""An application at work: threads that write to a test's database, and one that watches its sequences."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg

from tests.support.database import Database

#: Seconds between two looks at the sequences.
PACE: Final = 0.002


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement that a writer has run; times are time.monotonic()."""

    writer: str
    #: When the piece of work began to which it belongs: a value drawn in it is not older.
    begun: float
    started: float
    ended: float
    #: SQLSTATE, empty when it succeeded.
    sqlstate: str

    @property
    def seconds(self) -> float:
        return self.ended - self.started


@dataclass(slots=True, kw_only=True)
class Writer:
    """One session of an application, which does the same piece of work again and again until it is told to stop."""

    name: str
    database: Database
    work: Callable[[Writer], None]
    seed: int
    #: psycopg's parameters of its connection.
    parameters: Mapping[str, Any]
    statements: list[Statement] = field(default_factory=list)
    random: random.Random = field(init=False)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _connection: psycopg.Connection[tuple[Any, ...]] = field(init=False)
    _thread: threading.Thread = field(init=False)
    _begun: float = 0.0
    _failure: BaseException | None = None

    def start(self) -> None:
        self.random = random.Random(self.seed)
        self._connection = self.database.connect(**({"application_name": self.name} | dict(self.parameters)))
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the current piece of work. Raises what a piece of work raised, but for what the server refused."""
        self._stopped.set()
        self._thread.join()
        self._connection.close()
        if self._failure is not None:
            raise self._failure

    def execute(self, text: str) -> list[tuple[Any, ...]]:
        """Run one statement and keep a record of it; its rows, if any."""
        with self._recorded():
            cursor = self._connection.execute(text)
            return cursor.fetchall() if cursor.description else []

    def copy(self, text: str, data: str) -> None:
        """Run one COPY … FROM STDIN and keep a record of it."""
        with self._recorded(), self._connection.cursor().copy(text) as rows:
            rows.write(data)

    @contextlib.contextmanager
    def _recorded(self) -> Iterator[None]:
        started, state = time.monotonic(), ""
        try:
            yield
        except psycopg.Error as error:
            state = error.sqlstate or "?"
            raise
        finally:
            ended = time.monotonic()
            self.statements.append(
                Statement(writer=self.name, begun=self._begun, started=started, ended=ended, sqlstate=state)
            )

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._begun = time.monotonic()
            try:
                self.work(self)
            except psycopg.Error:
                self._connection.rollback()
            except BaseException as error:
                self._failure = error
                return


@contextlib.contextmanager
def at_work(
    database: Database, works: Mapping[str, Callable[[Writer], None]], **parameters: Any
) -> Iterator[dict[str, Writer]]:
    """Writers by name, busy for the length of a block; `parameters` are psycopg's."""
    writers = {
        name: Writer(name=name, database=database, work=work, seed=seed, parameters=parameters)
        for seed, (name, work) in enumerate(works.items())
    }
    with contextlib.ExitStack() as stack:
        for writer in writers.values():
            writer.start()
            stack.callback(writer.stop)
        yield writers


@contextlib.contextmanager
def watched(database: Database, sequences: Mapping[str, int]) -> Iterator[list[str]]:
    """Look at sequences all through a block; what is yielded fills with those that were seen going back.

    `sequences`: quoted names, with 1 for an ascending and -1 for a descending one.
    """
    question = " UNION ALL ".join(f"SELECT last_value FROM {name}" for name in sequences)
    back: list[str] = []
    stopped = threading.Event()
    looks = 0

    def look() -> None:
        nonlocal looks
        last: list[int] | None = None
        with database.connect(application_name="watcher") as connection:
            while not stopped.is_set():
                seen = [row[0] for row in connection.execute(question.encode())]
                for (name, way), before, after in zip(sequences.items(), last or seen, seen, strict=True):
                    if (after - before) * way < 0:
                        back.append(f"{name}: {before} to {after}")
                last = seen
                looks += 1
                stopped.wait(PACE)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield back
    finally:
        stopped.set()
        thread.join()
    assert looks > 10, "the watcher has hardly looked"

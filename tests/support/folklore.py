"""How many of the cases the published scripts bring into order: `python -m tests.support.folklore [MAJOR]`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import psycopg

from tests.cases.case import Case, cases
from tests.cases.truth import play, positions, sequences
from tests.e2e.script.running import run
from tests.support.database import Database, fresh_database, running_server

SQL: Final = Path(__file__).parents[2] / "bench" / "sql"
Connection = psycopg.Connection[tuple[Any, ...]]


def _published(name: str) -> Callable[[Connection], None]:
    def fix(connection: Connection) -> None:
        for (statement,) in connection.execute((SQL / name).read_bytes()).fetchall():
            try:
                connection.execute(statement.encode())
            except psycopg.Error:
                continue

    return fix


def _script(connection: Connection) -> None:
    run(connection, "fix")


CONTENDERS: Final = {"article": _published("article.sql"), "wiki": _published("wiki.sql"), "pgseq script": _script}


def verdict(case: Case, database: Database, fix: Callable[[Connection], None]) -> str:
    """`right`, `back` where a sequence was moved backwards, `wrong` where it does not stand as the case says."""
    with database.connect() as connection, database.connect() as client:
        play(connection, case)
        before = positions(connection)
        fix(client)
        after, known = positions(connection), sequences(connection)
        wrong = {name for name, one in case.fixed.items() if known[name].next_value(connection) != one["next_value"]}
    back = [name for name in wrong if (after[name][0] < before[name][0]) == (known[name].increment > 0)]
    return "back" if any(after[name] != before[name] for name in back) else "wrong" if wrong else "right"


def main(major: int) -> None:
    """Print a line a contender."""
    playable = [case for case in cases() if case.minimum <= major]
    with running_server(major) as server:
        for name, fix in CONTENDERS.items():
            verdicts: Counter[str] = Counter()
            for case in playable:
                with fresh_database(server) as database:
                    verdicts[verdict(case, database, fix)] += 1
            print(f"{name}: {dict(verdicts)} of {len(playable)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 18)

"""Who is measured: a shell command each, as people type it, in an empty folder with PGHOST, PGDATABASE, … set."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bench import django_project
from bench.shapes import Shape

HERE: Final = Path(__file__).parent
PYTHON: Final = shlex.quote(sys.executable)
PGSEQ: Final = shlex.quote(str(Path(sys.executable).with_name("pgseq")))
DJANGO: Final = shlex.quote(str(Path(sys.executable).with_name("django-admin")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A program, and where it takes part."""

    name: str
    command: str
    #: Exit codes that are an answer.
    answers: frozenset[int] = frozenset({0})
    takes: Callable[[Shape], bool] = lambda shape: True
    #: Seconds after which it is ended; None: the general limit.
    limit: float | None = None
    #: The seconds are those that it printed, not those of the process.
    prints_seconds: bool = False


def contenders() -> list[Contender]:
    """Everybody who is installed here, in the order in which they run."""
    return [
        Contender(name="floor", command=f"{PYTHON} {_file('floor.py')} > answer", prints_seconds=True),
        Contender(name="pgseq check", command=f"{PGSEQ} check > answer", answers=frozenset({0, 1})),
        # With a history, to which each run adds a sample. 1: out of sync, so that nothing is left.
        Contender(
            name="pgseq range",
            command=f'{PGSEQ} range --history "../history-$PGDATABASE.sqlite" > answer',
            answers=frozenset({0, 1}),
            takes=lambda shape: shape.name == "flat",
        ),
        Contender(name="pgseq script", command=f"psql -Xq -f {_file('../sql/check_sequences.sql')} > answer"),
        Contender(name="pgseq fix", command=f"{PGSEQ} fix --yes > answer"),
        Contender(name="pgseq script --fix", command=f"psql -Xq -f {_file('../sql/fix_sequences.sql')} > answer"),
        Contender(name="wiki script", command=_script("wiki.sql")),
        # For N schemas of M tables of the same names it writes N × N × M statements: a million for tenants.
        replace(_article(), takes=lambda shape: shape.schemas == 1),
        replace(_article(), takes=lambda shape: 1 < shape.schemas <= 100, limit=30),
        Contender(name="psycopg loop", command=f"{PYTHON} {_file('loop.py')}"),
        *_django(),
        *_pgcopydb(),
    ]


def _article() -> Contender:
    return Contender(name="article script", command=_script("article.sql"))


def _script(name: str) -> str:
    """A script that writes SQL, as its page says to run it; `begun` and the lines of `answer` show how far it came."""
    return f"psql -Atq -f {_file(f'sql/{name}')} -o temp && touch begun && psql -f temp > answer"


def statements(folder: Path) -> tuple[int, int]:
    """Of a script that was ended: how many statements it had run, of how many that it had written.

    psql prints five lines a statement.
    """
    return _lines(folder / "answer") // 5, _lines(folder / "temp") if (folder / "begun").exists() else 0


def _lines(path: Path) -> int:
    if not path.exists():
        return 0
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def _django() -> list[Contender]:
    if not django_project.installed():
        return []
    command = f"{DJANGO} sqlsequencereset shop --settings settings --pythonpath ../django | psql -q > answer"
    one_schema = "Django: sqlsequencereset"
    return [Contender(name=one_schema, command=command, takes=lambda shape: shape.schemas == 1)]


def _pgcopydb() -> list[Contender]:
    """Where it is installed: it copies positions as they are, here from a database to itself."""
    if not shutil.which("pgcopydb"):
        return []
    copy = '--dir work --source "dbname=$PGDATABASE" --target "dbname=$PGDATABASE"'
    return [
        Contender(
            name="pgcopydb list sequences", command='pgcopydb list sequences --source "dbname=$PGDATABASE" > answer'
        ),
        Contender(name="pgcopydb copy sequences", command=f"pgcopydb copy sequences {copy} > answer"),
    ]


def _file(name: str) -> str:
    return shlex.quote(str(HERE / name))

"""docs/frameworks: the SQL that frameworks emit, and what the pages do about it, block by block on a server."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Final

import psycopg
import pytest

from tests.support.binaries import ROOT
from tests.support.commandline import Pgseq
from tests.support.database import Database

FOLDER: Final = ROOT / "docs" / "frameworks"
PAGES: Final = ("hibernate", "rails", "prisma", "efcore", "laravel", "pandas")
_BLOCK: Final = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ERROR: Final = re.compile(r"^-- ERROR:\s+(.*)$", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES)
def test_a_page(page: str, database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    text = (FOLDER / f"{page}.md").read_text("utf-8")
    variables = {"DATABASE_URL": database.dsn}
    place = dict(part.split("=") for part in database.dsn.split())
    environment = {f"PG{key.upper().replace('DBNAME', 'DATABASE')}": value for key, value in place.items()}
    ran = 0
    for kind, block in _BLOCK.findall(text):
        match kind:
            case "sql":
                _execute(database, block)
            case "toml":
                (tmp_path / "pgseq.toml").write_text(block, "utf-8")
            case "console":
                for command, lines in _commands(block):
                    words = [Template(word).safe_substitute(variables) for word in shlex.split(command)]
                    done = pgseq(*words[1:], env=environment)
                    printed = [_plain(line) for line in done.out.splitlines()]
                    assert [line for line in lines if _plain(line) not in printed] == [], done
        ran += kind in ("sql", "console")
    assert ran >= 2


def test_every_page_is_listed_and_tested() -> None:
    listed = (FOLDER / "README.md").read_text("utf-8")
    pages = {path.stem for path in FOLDER.glob("*.md")} - {"README"}
    assert all(f"({page}.md)" in listed for page in pages - {"django"})
    assert set(PAGES) | {"pytest", "alembic", "sqlalchemy"} == pages - {"django"}


def _execute(database: Database, block: str) -> None:
    """Run a block; one that ends with an error's text has to fail with it, in its last statement."""
    error = _ERROR.search(block)
    if error is None:
        database.run(block)
        return
    statements = [one for one in block[: error.start()].split(";\n") if one.strip()]
    for statement in statements[:-1]:
        database.run(statement)
    with pytest.raises(psycopg.Error) as raised:
        database.run(statements[-1])
    assert error[1] in str(raised.value)


def _commands(block: str) -> Iterator[tuple[str, list[str]]]:
    """The commands of a console block, each with the lines that its output has among others."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, *lines = part.splitlines()
        yield command, [line for line in lines if line.strip()]


def _plain(line: str) -> str:
    return " ".join(line.split())

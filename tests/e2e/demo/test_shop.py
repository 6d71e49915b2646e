"""What the demo says that it breaks is what its shop has broken."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

import pgseq as library
from tests.support.commandline import Pgseq
from tests.support.database import Database

NUMBERS: Final = {3: "three", 4: "four", 5: "five"}


def test_the_help_counts_them(database: Database, pgseq: Pgseq) -> None:
    script = files("pgseq.demo").joinpath("shop.sql").read_text("utf-8")
    database.run(script.replace("CREATE EXTENSION pg_stat_statements;", ""))
    broken = [one for one in library.check(database.dsn).sequences if one.status != "ok"]
    assert f"Break {NUMBERS[len(broken)]} sequences" in pgseq("demo", "--help").out

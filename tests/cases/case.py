"""A case: a named situation in SQL with what pgseq must answer, as its folder tells it."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NotRequired, TypedDict

HERE: Final = Path(__file__).parent


class End(TypedDict, total=False):
    """What is left of a run: fields of the document's `left`, and of the obstacle that it ends at."""

    values: int | None
    inserts: int | None
    wraps_after: int | None
    kind: str
    object: str
    last: int


class Expected(TypedDict):
    """What `check` must say of one sequence."""

    status: str
    next_value: int | None
    inserts_until_collision: int | None
    furthest: int | None
    #: next_value after the repair.
    fix: int | None
    #: `schema.table.column via`, names as they are; `?` for a via that the definition does not name.
    feeds: list[str]
    codes: list[str]
    left: NotRequired[End]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One folder of this one."""

    name: str
    #: Statements that make the situation.
    setup: str
    #: What `check` must answer: exit code, and every sequence by its quoted name.
    check_exit: int
    expected: dict[str, Expected]
    #: What `fix --yes` must answer, and what the sequence must be like afterwards.
    fix_exit: int
    fixed: dict[str, dict[str, Any]]
    #: Statements that must succeed after the fix; None: an INSERT … DEFAULT VALUES a feed.
    inserts: tuple[str, ...] | None
    #: What takes a value through all tables, for `left`; None: an INSERT … DEFAULT VALUES a table that is fed.
    ends: tuple[str, ...] | None
    #: The least PostgreSQL major that can play it.
    minimum: int
    #: The text of pgseq.toml: feeds that the application draws for.
    configuration: str = ""

    def blocks(self, sequence: str) -> list[tuple[str, int, int]]:
        """The columns that draw from a sequence by blocks, with the first and the last id of a value's block, less
        that value."""
        feeds = [feed for feed in tomllib.loads(self.configuration).get("feeds", ()) if feed["sequence"] == sequence]
        return [
            (
                feed["column"].replace('"', ""),
                *((1 - feed["block"], 0) if feed["ids"] == "below" else (0, feed["block"] - 1)),
            )
            for feed in feeds
        ]


def cases() -> list[Case]:
    """All cases, by name."""
    return [_read(path.parent) for path in sorted(HERE.glob("*/setup.sql"))]


def _read(folder: Path) -> Case:
    setup = (folder / "setup.sql").read_text("utf-8")
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    fixed = json.loads((folder / "fixed.json").read_text("utf-8"))
    configuration = folder / "pgseq.toml"
    minimum = re.search(r"^-- min: (\d+)$", setup, re.MULTILINE)
    return Case(
        name=folder.name,
        setup=setup,
        check_exit=expected["exit"],
        expected=expected["sequences"],
        fix_exit=fixed["exit"],
        fixed=fixed["sequences"],
        inserts=_inserts(folder, fixed),
        ends=_statements(folder / "ends.sql"),
        minimum=int(minimum[1]) if minimum else 0,
        configuration=configuration.read_text("utf-8") if configuration.exists() else "",
    )


def _inserts(folder: Path, fixed: dict[str, Any]) -> tuple[str, ...] | None:
    """The statements of inserts.sql; none for a reason in fixed.json."""
    if fixed.get("inserts") == "none":
        assert fixed["reason"], f"{folder.name}: why can nothing be inserted?"
        return ()
    return _statements(folder / "inserts.sql")


def _statements(path: Path) -> tuple[str, ...] | None:
    """The statements of a file, split at semicolons that end a line; None where there is no such file."""
    if not path.exists():
        return None
    return tuple(one for one in re.split(r";\s*$", path.read_text("utf-8"), flags=re.MULTILINE) if one.strip())

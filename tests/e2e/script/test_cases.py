"""Every case over the script: the statuses of check, the positions after fix."""

from __future__ import annotations

from typing import Final

import pytest

from tests.cases.case import Case, cases
from tests.cases.truth import play, positions
from tests.e2e.script.running import run
from tests.support.database import Database

#: Where the script answers something else than check and fix: the status that it tells, and why.
_BLOCKS: Final = "blocks are declared in pgseq.toml, which a script does not have"
_EMPTY: Final = "whether a column holds anything is not asked where its values could not be compared"
DIFFERENCES: Final = {
    "block_above_meets_imports": ("ok", _BLOCKS),
    "block_below_behind": ("out_of_sync", _BLOCKS),
    "block_below_descending": ("ok", _BLOCKS),
    "block_beyond_the_column": ("ok", _BLOCKS),
    "block_of_two_columns": ("ok", _BLOCKS),
    "empty_default_of_a_function": ("unknown", _EMPTY),
    "empty_default_with_prefix": ("unknown", _EMPTY),
    "empty_double_precision": ("unknown", _EMPTY),
}


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
@pytest.mark.sampled(31)
def test_case(case: Case, database: Database) -> None:
    if database.server.major < case.minimum:
        pytest.skip(f"needs PostgreSQL {case.minimum}")
    with database.connect() as connection:
        play(connection, case)
        before = positions(connection)
        with database.connect() as client:
            checked = run(client, "check")
        assert positions(connection) == before, "looking has moved a sequence"
        with database.connect() as client:
            moved = run(client, "fix")
        with database.connect() as client:
            again = run(client, "check")
        assert set(checked) == set(case.expected)
        if case.name in DIFFERENCES:
            status, _ = DIFFERENCES[case.name]
            assert {row["status"] for row in checked.values()} == {status}
            assert all(row["reason"] for row in checked.values() if row["status"] == "unknown")
            return
        assert {
            name: (row["status"], row["next_value"], row["inserts_until_collision"], row["stored_up_to"])
            for name, row in checked.items()
        } == {
            name: (one["status"], one["next_value"], one["inserts_until_collision"], one["furthest"])
            for name, one in case.expected.items()
        }
        assert {name for name, row in checked.items() if row["fix"]} == {
            name for name, expected in case.expected.items() if expected["fix"] is not None
        }
        assert {name: (row["status"], row["next_value"]) for name, row in again.items()} == {
            name: (fixed["status"], fixed["next_value"]) for name, fixed in case.fixed.items()
        }
        told = {name: fixed for name, fixed in case.fixed.items() if fixed["applied"] == "moved"}
        assert {name for name, row in moved.items() if row["result"] == "moved"} == set(told)
        for name, fixed in told.items():
            assert {key: moved[name][key] for key in ("from", "to") if key in fixed} == {
                key: fixed[key] for key in ("from", "to") if key in fixed
            }

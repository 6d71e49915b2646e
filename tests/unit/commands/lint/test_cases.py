"""The situations of tests/cases: what lint says of their SQL is what `check` finds in the database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from tests.support.linting import codes, lint

CASES: Final = Path(__file__).parents[3] / "cases"
SETUPS: Final = sorted(path.parent.name for path in CASES.glob("*/setup.sql"))
BEHIND: Final = {"PGL001", "PGL002", "PGL003", "PGL004", "PGL011"}
#: Where lint sees less than a server does, and why.
BEYOND_LINT: Final = {
    "block_above_meets_imports": "the feed is declared in the configuration",
    "block_below_descending": "the feed is declared in the configuration",
    "block_of_two_columns": "the feed is declared in the configuration",
    "domain_default": "the default is a domain's",
    "domain_default_by_text": "the default is a domain's",
    "inheritance_parent_repointed": "ALTER TABLE ONLY of a parent: columns are shared with its children",
    "partition_detached_identity": "rows of a detached partition are not told apart",
    "system_schemas_left_out": "a table of the user's in information_schema",
}


@pytest.mark.parametrize("name", SETUPS)
@pytest.mark.sampled(2)
def test_what_lint_says_is_what_check_finds(name: str) -> None:
    report = lint((CASES / name / "setup.sql").read_text(encoding="utf-8"))
    expected = json.loads((CASES / name / "expected.json").read_text(encoding="utf-8"))
    behind = any(one["status"] == "out_of_sync" for one in expected["sequences"].values())
    found = set(codes(report))
    assert "PGL000" not in found
    if "PGL007" not in found:
        assert (bool(found & BEHIND) == behind) is (name not in BEYOND_LINT)
    assert not (found & BEHIND and not behind and name not in BEYOND_LINT), "a finding that is not so"


def test_lint_can_tell_in_nearly_all_of_them() -> None:
    texts = ((CASES / name / "setup.sql").read_text(encoding="utf-8") for name in SETUPS)
    hidden = sum("PGL007" in codes(lint(text)) for text in texts)
    assert hidden <= len(SETUPS) // 10

"""Files without a finding; those with one are tested with their rule, in `rules/`."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgseq.commands.lint import rules
from tests.support.lint_situations import SITUATIONS, UNTRIED, situations
from tests.support.linting import check_situation
from tests.unit.commands.lint.test_pages import OF_A_RUN

TESTS = Path(__file__).parent / "rules"


@pytest.mark.parametrize("name", situations(""))
def test_nothing_is_found(name: str) -> None:
    check_situation(*situations("")[name])


def test_every_rule_has_its_test() -> None:
    modules = {path.name for path in Path(rules.__file__).parent.glob("pgl*.py")}
    assert {path.name.removeprefix("test_") for path in TESTS.glob("test_*.py")} == modules


def test_every_situation_is_tested() -> None:
    tested = [name for code in ("", *(rule.CODE for rule in rules.RULES)) for name in situations(code)]
    assert set(tested) == set(SITUATIONS | UNTRIED)
    assert all(situations(rule.CODE) for rule in rules.RULES if rule.CODE not in OF_A_RUN)

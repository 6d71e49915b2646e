"""All checks together: each has its file of tests, and findings come in the order of the codes."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from pgseq.core.checks import CHECKS, OF_SEQUENCES, findings
from pgseq.model.diagnosis import Policy
from pgseq.model.sequences import Stored
from pgseq.rule import Paged
from tests.unit.core.checks.support import LOOSE
from tests.unit.factory import diagnosis

TESTS = sorted(path.stem for path in Path(__file__).parent.glob("test_pgs*.py"))


def test_every_check_has_its_file_of_tests() -> None:
    assert [f"test_{_name(check)}" for check in CHECKS] == TESTS


@pytest.mark.parametrize("check", OF_SEQUENCES, ids=lambda check: check.CODE)
def test_every_check_of_sequences_is_tested_both_ways(check: Paged) -> None:
    tests = import_module(f"tests.unit.core.checks.test_{_name(check)}")
    assert tests.FIRES
    assert tests.SILENT


def _name(check: Paged) -> str:
    return check.__name__.rpartition(".")[2]


def test_findings_come_in_the_order_of_codes() -> None:
    many = diagnosis(3, stored=Stored(nearest=4, furthest=10), cache=50, extension="postgis", feeds=(LOOSE,))
    assert [one.code for one in findings(many, Policy())] == ["PGS001", "PGS009", "PGS010", "PGS015"]


def test_healthy_sequence_has_no_findings() -> None:
    assert findings(diagnosis(3), Policy()) == ()

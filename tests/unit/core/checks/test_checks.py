"""All checks together: each has its file of tests, and findings come in the order of the codes."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from pgseq.core.checks import CHECKS, OF_SEQUENCES, _is_usual, findings
from pgseq.model.diagnosis import Policy
from pgseq.model.sequences import MissingPrivilege, NotSeen, Problem, Stored
from pgseq.rule import Paged
from tests.unit.core.checks.support import LOOSE
from tests.unit.factory import diagnosis, feed

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


USUAL: dict[str, dict[str, Any]] = {
    "serial": {},
    "identity": {"feeds": (feed(via="identity"),)},
    "bigint": {
        "data_type": "bigint",
        "max": 2**63 - 1,
        "feeds": (feed(type="bigint", lowest=-(2**63), highest=2**63 - 1),),
    },
    "descending": {"increment": -1, "min": -(2**31), "max": -1, "start": -1},
    "cycle": {"cycle": True},
    "not unique": {"feeds": (feed(unique=False),)},
    "unlogged table": {"feeds": (feed(persistence="u"),)},
    "unreadable": {"feeds": (feed(unreadable=MissingPrivilege(reason="no privilege")),)},
}


@pytest.mark.parametrize("stored", [Stored(), Stored(nearest=5, furthest=90), NotSeen(reason="locked")], ids=str)
@pytest.mark.parametrize("shape", USUAL)
def test_checks_that_are_not_asked_about_usual_sequences_say_nothing_of_them(
    shape: str, stored: Stored | Problem
) -> None:
    overrides = USUAL[shape]
    for last in (-50, -1) if shape == "descending" else (1, 3, 2**31 - 1):
        judged = diagnosis(last, stored=stored, **overrides)
        assert _is_usual(judged.sequence)
        asked = findings(judged, Policy())
        every = [found for check in OF_SEQUENCES if (found := check.check(judged, Policy())) is not None]
        assert [one.code for one in asked] == [one.code for one in every]


def test_healthy_sequence_has_no_findings() -> None:
    assert findings(diagnosis(3), Policy()) == ()

"""One check, one file, one page: nothing is missing on any side."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Final

import pytest

from pgseq.core import checks
from pgseq.core.checks import CHECKS, page
from pgseq.errors import UsageError
from pgseq.rule import Paged
from tests.support.pages import FOLDER, pages

SOURCES: Final = sorted(Path(checks.__file__).parent.glob("pgs*.py"))
HEADINGS: Final = ["Problem", "Why it happens", "Fix", "When to ignore"]
#: What a check may know: what was read, and how it was judged.
ALLOWED: Final = {"__future__", "collections.abc", "pgseq.names"} | {
    f"pgseq.{module}"
    for module in (
        "core.checks.alternatives",
        "core.checks.wording",
        "core.consequence",
        "core.declaration",
        "core.diagnose",
        "model.arithmetic",
        "model.hints",
        "model.keys",
        "model.diagnosis",
        "model.limits",
        "model.obstacles",
        "model.sequences",
    )
}

each = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.CODE)


def test_every_file_is_listed_once_and_in_order() -> None:
    codes = [check.CODE for check in CHECKS]
    assert codes == sorted(set(codes))
    assert [path.name[:6].upper() for path in SOURCES] == codes


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_check_knows_only_what_was_read(source: Path) -> None:
    nodes = list(ast.walk(ast.parse(source.read_text("utf-8"))))
    assert not [node for node in nodes if isinstance(node, ast.Import)]
    assert {node.module for node in nodes if isinstance(node, ast.ImportFrom)} <= ALLOWED


def test_pages_are_those_of_the_checks() -> None:
    written = {path.name: path.read_text("utf-8") for path in FOLDER.iterdir()}
    assert written == pages(), "write them anew: python -m tests.support.pages"


@each
def test_page_has_all_parts(check: Paged) -> None:
    text = page(check.CODE)
    assert text.startswith(f"# {check.CODE}: {check.TITLE}\n\nSeverity: {check.SEVERITY}\n\n")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == HEADINGS
    assert "```sql\n" in text
    assert "\nPostgreSQL documentation: [" in text
    assert text.count("```") % 2 == 0


@each
def test_page_names_only_codes_that_exist(check: Paged) -> None:
    assert set(re.findall(r"PGS\d+", page(check.CODE))) <= {one.CODE for one in CHECKS}


def test_page_takes_small_letters() -> None:
    assert page("pgs001") == page("PGS001")


def test_page_of_an_unknown_code() -> None:
    with pytest.raises(UsageError) as caught:
        page("PGS999")
    assert caught.value.message == "there is no code PGS999"
    assert caught.value.hint == "codes run from PGS001 to PGS021"

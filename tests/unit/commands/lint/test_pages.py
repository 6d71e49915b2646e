"""One code, one file, one page: nothing is missing on any side, and the examples are true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from pkgutil import iter_modules

import pytest

from pgseq.commands.lint import rules
from pgseq.commands.lint.rules import RULES, page
from pgseq.errors import UsageError
from pgseq.rule import Paged
from tests.support.lint_pages import FOLDER, pages
from tests.support.linting import codes, lint

#: What only a run shows (tests/e2e/lint/test_run.py).
OF_A_RUN = {"PGL012", "PGL013"}
SOURCES = sorted(Path(rules.__file__).parent.glob("pgl*.py"))


def examples(part: str) -> Iterator[tuple[str, str]]:
    """The code and the SQL of every example below the heading `part`."""
    for one in RULES:
        section = page(one.CODE).partition(f"\n## {part}\n")[2].partition("\n## ")[0]
        yield from ((one.CODE, text) for text in re.findall(r"^```sql\n(.*?)^```$", section, re.MULTILINE | re.DOTALL))


def test_every_file_is_found_once_and_in_order() -> None:
    listed = [one.CODE for one in RULES]
    assert listed == sorted(set(listed))
    assert [path.name[:6].upper() for path in SOURCES] == listed
    assert len({module.name for module in iter_modules(rules.__path__)}) == len(listed)


def test_pages_are_those_of_the_codes() -> None:
    written = {path.name: path.read_text("utf-8") for path in FOLDER.iterdir()}
    assert written == pages(), "write them anew: python -m tests.support.lint_pages"


def test_the_guide_lists_every_code() -> None:
    guide = (FOLDER.parent / "lint.md").read_text("utf-8")
    assert re.findall(r"^\| \[(PGL\d+)\]\(lint/\1\.md\) \|", guide, re.MULTILINE) == [one.CODE for one in RULES]


@pytest.mark.parametrize("one", RULES, ids=lambda one: one.CODE)
def test_page_has_all_parts(one: Paged) -> None:
    text = page(one.CODE)
    assert text.startswith(f"# {one.CODE}: {one.TITLE}\n\nSeverity: {one.SEVERITY}\n\n")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE)[:2] == ["Bad", "Good"]
    assert "\nPostgreSQL documentation: [" in text


@pytest.mark.parametrize(("code", "text"), [one for one in examples("Bad") if one[0] not in OF_A_RUN])
def test_a_bad_example_has_that_finding(code: str, text: str) -> None:
    assert code in {one.code for one in lint(text).findings}


@pytest.mark.parametrize(("code", "text"), list(examples("Good")))
def test_a_good_example_has_none(code: str, text: str) -> None:
    assert codes(lint(text)) == ()


def test_every_code_has_an_example() -> None:
    assert {code for code, _ in examples("Bad")} == {one.CODE for one in RULES}


def test_page_of_an_unknown_code() -> None:
    assert page("pgl001") == page("PGL001")
    with pytest.raises(UsageError) as caught:
        page("PGL999")
    assert caught.value.message == "there is no code PGL999"
    assert caught.value.hint == "codes run from PGL000 to PGL013"

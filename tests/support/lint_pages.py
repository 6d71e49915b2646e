"""The pages under docs/lint, made from the docstrings of lint's codes.

Write them anew: `python -m tests.support.lint_pages`
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pgseq.commands.lint.rules import RULES, page
from tests.support.pages import summary, write

FOLDER: Final = Path(__file__).parents[2] / "docs" / "lint"


def pages() -> dict[str, str]:
    """File names with their contents: a page for each code, and README.md, which lists them."""
    return {"README.md": _index()} | {f"{code.CODE}.md": page(code.CODE) for code in RULES}


def _index() -> str:
    rows = [
        f"| [{code.CODE}]({code.CODE}.md) | {code.SEVERITY} | {code.TITLE} | {summary(code.__doc__)} |"
        for code in RULES
    ]
    head = ("# Codes of pgseq lint", "", "`pgseq explain PGL001` prints a page.", "")
    return "\n".join((*head, "| code | severity | title | says |", "|---|---|---|---|", *rows, ""))


if __name__ == "__main__":
    write(FOLDER, pages())

"""The pages under docs/checks, made from the checks' docstrings.

Write them anew: `python -m tests.support.pages`
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pgseq.core.checks import CHECKS, page

FOLDER: Final = Path(__file__).parents[2] / "docs" / "checks"


def pages() -> dict[str, str]:
    """File names with their contents: a page for each check, and README.md, which lists them."""
    return {"README.md": _index()} | {f"{check.CODE}.md": page(check.CODE) for check in CHECKS}


def write(folder: Path, wanted: Mapping[str, str]) -> None:
    """Write every page; remove those that are not wanted any more."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, content in wanted.items():
        (folder / name).write_text(content, encoding="utf-8")


def _index() -> str:
    rows = [
        f"| [{check.CODE}]({check.CODE}.md) | {check.SEVERITY} | {check.TITLE} | {summary(check.__doc__)} |"
        for check in CHECKS
    ]
    return "\n".join(
        (
            "# Checks",
            "",
            "What `pgseq check` finds, by code. `pgseq explain PGS001` prints a page.",
            "",
            "| code | severity | title | says |",
            "|---|---|---|---|",
            *rows,
            "",
        )
    )


def summary(docstring: str | None) -> str:
    """The first paragraph."""
    return " ".join((docstring or "").strip().split("\n\n")[0].split())


if __name__ == "__main__":
    write(FOLDER, pages())

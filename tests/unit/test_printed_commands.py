"""Commands to run next are composed in one place (core/follow_up.py): no text spells one out with a `pgseq` of its own,
which is `manage.py pgseq` elsewhere, and names no database."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Final

from pgseq.cli import COMMANDS

SOURCE: Final = Path(str(files("pgseq")))
_SPELT_OUT: Final = re.compile(rf"\bpgseq (?:--\w+|{'|'.join(COMMANDS)})\b")
#: Not printed as something to run: a name in JSON, and what stands in the database for whoever may read it there.
_LEFT: Final = {
    "commands/why/evidence/counters.py": "the source of a piece of evidence",
    "commands/script": "SQL for clients, without pgseq",
    "commands/guard": "the triggers' own hints and comments, which name the database themselves",
}
_PYTHON: Final = sorted(path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py"))
_OTHERS: Final = sorted(
    path.relative_to(SOURCE).as_posix()
    for pattern in ("*.sql", "*.html", "*.toml", "*.json")
    for path in SOURCE.rglob(pattern)
)


def _spelt_out(name: str, texts: Iterator[str]) -> list[str]:
    if any(Path(name).is_relative_to(left) for left in _LEFT):
        return []
    return [text for text in texts if _SPELT_OUT.search(text)]


def test_no_text_of_a_module() -> None:
    texts = {name: _texts(ast.parse((SOURCE / name).read_text("utf-8"))) for name in _PYTHON}
    assert {name: spelt for name, each in texts.items() if (spelt := _spelt_out(name, each))} == {}


def test_no_text_of_another_file() -> None:
    for name in _OTHERS:
        text = re.sub(r"--.*|\{#.*?#\}", "", (SOURCE / name).read_text("utf-8"))
        assert _spelt_out(name, iter(text.splitlines())) == [], name


def test_what_is_left_is_there() -> None:
    for name in _LEFT:
        assert (SOURCE / name).exists()


def _texts(tree: ast.AST) -> Iterator[str]:
    """The strings of a module that may be printed: not docstrings (which are help and pages), nor `help=`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.keyword) and node.arg in ("help", "epilog"):
            continue
        if isinstance(node, ast.JoinedStr):
            # What is filled in stands as a word.
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                yield node.value
            continue
        yield from _texts(node)

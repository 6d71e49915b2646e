"""The rules of `pgseq lint`: a module for each code, found by its name `pglNNN_…`; its docstring is its page."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Final, Protocol, cast

from pgseq import rule as pages
from pgseq.commands.lint.facts import LintedFile
from pgseq.commands.lint.model import LintFinding
from pgseq.rule import Paged


class LintRule(Paged, Protocol):
    """What a rule's module holds."""

    def check(self, file: LintedFile) -> Iterator[LintFinding]:
        """The findings in a file."""


RULES: Final = tuple(
    cast(LintRule, import_module(f"{__name__}.{module.name}"))
    for module in sorted(iter_modules(__path__), key=lambda module: module.name)
    if module.name.startswith("pgl")
)


def page(code: str) -> str:
    """The page of a rule as Markdown. Raises UsageError for a code that does not exist."""
    return pages.page(code, RULES)

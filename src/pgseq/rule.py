"""What every check and every rule of lint has: its code, title, severity and page. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence as Items
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol

from pgseq.errors import UsageError
from pgseq.model.diagnosis import Severity
from pgseq.names import display


class Paged(Protocol):
    """A module whose docstring is its page."""

    CODE: str
    TITLE: str
    SEVERITY: Severity
    __name__: str
    __doc__: str | None


def modules(package: str, folders: Iterable[str], prefix: str) -> tuple[Any, ...]:
    """The modules of a package whose names begin with `prefix`, in the order of their names."""
    names = sorted(module.name for module in iter_modules(folders) if module.name.startswith(prefix))
    return tuple(import_module(f"{package}.{name}") for name in names)


def page(code: str, rules: Items[Paged]) -> str:
    """The page of a code, in capitals or not, as Markdown. Raises UsageError for an unknown code."""
    for rule in rules:
        if code.upper() == rule.CODE:
            return f"# {rule.CODE}: {rule.TITLE}\n\nSeverity: {rule.SEVERITY}\n\n{(rule.__doc__ or '').strip()}\n"
    raise UsageError(f"there is no code {display(code)}", f"codes run from {rules[0].CODE} to {rules[-1].CODE}")

"""The configuration of one run: a file's settings and those of the run itself; codes that do not exist are refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec.structs import replace

from pgseq import config
from pgseq.errors import ConfigError, UsageError
from pgseq.model.configuration import Config, Ignore
from pgseq.names import display


def configuration(
    path: Path | None, ignore: Iterable[str], feeds: Mapping[str, str | Iterable[str]] | None = None
) -> Config:
    """The settings of the file at `path` (None: no file) with the codes and feeds of the run. Raises UsageError,
    ConfigError."""
    loaded = Config() if path is None else config.load(path)
    refuse_unknown_codes(loaded)
    declared = tuple(
        config.declared(sequence, column)
        for sequence, columns in (feeds or {}).items()
        for column in ((columns,) if isinstance(columns, str) else columns)
    )
    return replace(loaded, ignore=(*loaded.ignore, *ignored(ignore)), feeds=(*loaded.feeds, *declared))


def ignored(codes: Iterable[str]) -> tuple[Ignore, ...]:
    """Codes of checks that do not count in this run. Raises UsageError for one that does not exist."""
    asked = config.ignored(codes)
    if not asked:
        return ()
    from pgseq.core.checks import CHECKS

    known = {check.CODE for check in CHECKS}
    for entry in asked:
        if entry.code not in known:
            raise UsageError(
                f"there is no code {display(entry.code)} to ignore",
                f"codes run from {CHECKS[0].CODE} to {CHECKS[-1].CODE}",
            )
    return asked


def ignored_by_lint(codes: Iterable[str]) -> tuple[Ignore, ...]:
    """Codes of lint rules that do not count in this run. Raises UsageError for one that does not exist."""
    from pgseq.commands.lint.rules import RULES

    asked = config.ignored(codes)
    known = {rule.CODE for rule in RULES}
    unknown = next((entry.code for entry in asked if entry.code not in known), None)
    if unknown is not None:
        raise UsageError(f"lint has no code {display(unknown)}", f"codes run from {RULES[0].CODE} to {RULES[-1].CODE}")
    return asked


def refuse_unknown_codes(loaded: Config) -> None:
    """Raises ConfigError for a code of the file that does not exist."""
    if not loaded.ignore:
        return
    from pgseq.core.checks import CHECKS

    unknown = {one.code for one in loaded.ignore} - {one.CODE for one in CHECKS}
    if not unknown:
        return
    from pgseq.commands.lint.rules import RULES

    if wrong := sorted(unknown - {one.CODE for one in RULES}):
        raise ConfigError(
            f"{loaded.source}: there is no code {display(wrong[0])} to ignore",
            f"codes run from {CHECKS[0].CODE} to {CHECKS[-1].CODE}, "
            f"and from {RULES[0].CODE} to {RULES[-1].CODE} for lint",
        )

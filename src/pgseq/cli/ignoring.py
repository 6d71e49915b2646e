"""The configuration of a command, with what its command line ignores; a code that does not exist is refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from pgseq import config
from pgseq.errors import ConfigError, UsageError
from pgseq.names import display


def configuration(path: Path | None, ignore: Iterable[str]) -> config.Config:
    """What is laid down, and `--ignore CODE` of the checks. Raises UsageError, ConfigError."""
    from pgseq.checks import CHECKS

    asked = config.ignored(ignore)
    known = {one.CODE for one in CHECKS}
    for one in asked:
        if one.code not in known:
            raise UsageError(
                f"there is no code {display(one.code)} to ignore",
                f"codes run from {CHECKS[0].CODE} to {CHECKS[-1].CODE}",
            )
    found = laid_down(path)
    return replace(found, ignore=found.ignore + asked)


def laid_down(path: Path | None) -> config.Config:
    """The configuration file's, which ignores codes of the checks and of lint. Raises ConfigError."""
    from pgseq.checks import CHECKS

    found = config.load(path)
    unknown = {one.code for one in found.ignore} - {one.CODE for one in CHECKS}
    if unknown:
        from pgseq.lint.codes import CODES

        if wrong := sorted(unknown - {one.CODE for one in CODES}):
            raise ConfigError(
                f"{found.source}: there is no code {display(wrong[0])} to ignore",
                f"codes run from {CHECKS[0].CODE} to {CHECKS[-1].CODE}, "
                f"and from {CODES[0].CODE} to {CODES[-1].CODE} for lint",
            )
    return found

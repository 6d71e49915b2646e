"""The configuration of a command, with what its command line ignores; a code that does not exist is refused.

Whoever stands in a folder need not know that there is a file in it: what is not used of it, and what it changes in the
answer, is said on standard error, quiet or not.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pgseq import config
from pgseq.errors import ConfigError, UsageError
from pgseq.names import display, plural


def configuration(path: Path | None, ignore: Iterable[str]) -> config.Config:
    """What is laid down, and `--ignore CODE` of the checks. Raises UsageError, ConfigError."""
    from pgseq.core.checks import CHECKS

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


def read(path: Path | None) -> config.Config:
    """The configuration file's; tells which one is not used, and why. Raises ConfigError."""
    found = config.load(path)
    for one in found.passed_over:
        _tell(one)
    return found


@contextmanager
def told(found: config.Config) -> Iterator[None]:
    """Name the file that has changed the answer which is found meanwhile."""
    try:
        yield
    finally:
        name_used(found)


def name_used(found: config.Config) -> None:
    """Name the file that has changed what was found until now, unless that has been told."""
    effect = found.effect
    parts = [f"{plural(len(effect.feeds), 'feed')} declared"] if effect.feeds else []
    parts += [f"{plural(len(found.map), 'sequence')} mapped"] if effect.mapped and found.map else []
    parts += [f"{', '.join(sorted(effect.codes))} ignored"] if effect.codes else []
    line = "; ".join(parts)
    if found.path and line not in ("", effect.told):
        effect.told = line
        _tell(f"{found.path}: {line}")


def _tell(text: str) -> None:
    sys.stderr.write(f"pgseq: {display(text)}\n")


def laid_down(path: Path | None) -> config.Config:
    """The configuration file's, which ignores codes of the checks and of lint. Raises ConfigError."""
    from pgseq.core.checks import CHECKS

    found = read(path)
    unknown = {one.code for one in found.ignore} - {one.CODE for one in CHECKS}
    if unknown:
        from pgseq.commands.lint.rules import RULES

        if wrong := sorted(unknown - {one.CODE for one in RULES}):
            raise ConfigError(
                f"{found.source}: there is no code {display(wrong[0])} to ignore",
                f"codes run from {CHECKS[0].CODE} to {CHECKS[-1].CODE}, "
                f"and from {RULES[0].CODE} to {RULES[-1].CODE} for lint",
            )
    return found

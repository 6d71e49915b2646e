"""The configuration of a command, with what its command line ignores; a code that does not exist is refused.

Whoever stands in a folder need not know that there is a file in it: what is not used of it, and what it changes in the
answer, is said on standard error, quiet or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from pgseq import config
from pgseq.cli.app.errors import note
from pgseq.model.configuration import Config
from pgseq.names import plural


def configuration(path: Path | None, ignore: Iterable[str]) -> Config:
    """The configuration file's settings with those of `--ignore CODE`. Raises UsageError, ConfigError."""
    from pgseq.configured import ignored

    asked = ignored(ignore)
    loaded = load_config(path)
    return replace(loaded, ignore=loaded.ignore + asked)


def read(path: Path | None) -> Config:
    """Read the configuration file; report which files are not used, and why. Raises ConfigError."""
    loaded = config.load(path)
    for warning in loaded.passed_over:
        note(warning)
    return loaded


@contextmanager
def naming_configuration(used: Config) -> Iterator[None]:
    """At the end, name the configuration file if it has changed the answer."""
    try:
        yield
    finally:
        name_used(used)


def name_used(used: Config) -> None:
    """Name the configuration file if it has changed the answer so far, once."""
    effect = used.effect
    parts = [f"{plural(len(effect.feeds), 'feed')} declared"] if effect.feeds else []
    parts += [f"{plural(len(used.map), 'sequence')} mapped"] if effect.mapped and used.map else []
    parts += [f"{plural(len(effect.limits), 'limit')} declared"] if effect.limits else []
    parts += [f"{', '.join(sorted(effect.codes))} ignored"] if effect.codes else []
    line = "; ".join(parts)
    if used.path and line not in ("", effect.told):
        effect.told = line
        note(f"{used.path}: {line}")


def load_config(path: Path | None) -> Config:
    """Read the configuration file and refuse unknown codes. Raises ConfigError."""
    from pgseq.configured import refuse_unknown_codes

    loaded = read(path)
    refuse_unknown_codes(loaded)
    return loaded

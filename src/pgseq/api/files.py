"""lint: what the library says of SQL files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Unpack

from msgspec.structs import replace

from pgseq.api.options import Arguments, Bounds, Target, prepared, repair_policy, several
from pgseq.configured import ignored_by_lint
from pgseq.model.limits import MAX_JUMP
from pgseq.pg.connect import open_pool

if TYPE_CHECKING:
    from pgseq.commands.lint.model import LintReport


def lint(
    files: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    target: Target | None = None,
    *,
    fix: bool = False,
    max_jump: float = MAX_JUMP,
    since: str | None = None,
    values: Mapping[str, str] = MappingProxyType({}),
    ignore: str | Iterable[str] = (),
    **bounds: Unpack[Bounds],
) -> LintReport:
    """Find what in SQL files would leave a sequence behind: migrations, fixtures, psql scripts, plain dumps.

    `files`: the path of a file or of a folder of *.sql, or several; each file knows the tables of those before it;
    nothing is run. With a `target`, they are judged by what they would meet in that database. `fix`: append a setval()
    for each sequence left behind that gives up no more than `max_jump` (part of the free values). `since`: what was
    there at this commit of git does not count (`ignored`). `values`: of placeholders by name, such as psql's :NAME or
    Flyway's ${NAME}. `ignore`: codes of findings that do not count, such as PGL008. Options as for `explain`.

    Returns a LintReport; a file that cannot be read does not stop the others. Raises UsageError (also where the extra
    `pgseq[lint]` is not installed), ConfigError, ConnectionFailed, QueryFailed.

    >>> _ = (folder / "seed.sql").write_text("CREATE TABLE t (id serial); INSERT INTO t VALUES (1);")
    >>> report = pgseq.lint(folder / "seed.sql")
    >>> [(finding.code, finding.place.line) for file in report.files for finding in file.findings]
    [('PGL001', 1)]
    >>> pgseq.lint(folder, fix=True).ok
    True
    """
    from pgseq.commands.lint.linting import Linting
    from pgseq.commands.lint.linting import lint as lint_files
    from pgseq.commands.lint.live.read import read_simulator
    from pgseq.commands.lint.simulator.run import Simulator
    from pgseq.core.follow_up import linting as composing

    names = [files] if isinstance(files, str | os.PathLike) else list(files)
    arguments, asked = Arguments(**bounds), ignored_by_lint(several(ignore))
    config, limits = arguments.configuration, arguments.limits
    config = replace(config, ignore=(*config.ignore, *asked))
    placeholders, policy = dict(values), repair_policy(max_jump)
    paths = [os.fspath(name) for name in names]
    compose = composing(arguments.caller, paths, placeholders, policy.max_jump, config, limits)

    def make() -> Linting:
        simulator = Simulator()
        if target is not None:
            with open_pool(prepared(target), 1) as pool:
                simulator = read_simulator(pool, limits, config.feeds)
        return Linting(
            config=config,
            fix=fix,
            values=placeholders,
            max_jump=policy.max_jump,
            simulator=simulator,
            compose=compose,
        )

    return lint_files(paths, make, since)

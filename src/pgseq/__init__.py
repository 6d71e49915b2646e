"""pgseq finds, explains, fixes and verifies PostgreSQL sequences that are out of sync with the columns they feed.

    report = pgseq.check("postgresql://localhost/app")
    for one in report.sequences:
        print(one.sequence.sql, one.status, one.diagnosis.inserts_until_collision)

Everything returned is a frozen value; see `pgseq.model.reports`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgseq.version import __version__

__all__ = [
    "Advice",
    "Advised",
    "Ahead",
    "Alteration",
    "Answer",
    "Applied",
    "Block",
    "Caller",
    "Change",
    "ChangeResult",
    "ColumnLimit",
    "Comparison",
    "ConfigError",
    "ConnectionFailed",
    "Cutover",
    "DatabaseReport",
    "DeclaredLimit",
    "Diagnosis",
    "Evidence",
    "ExitCode",
    "Explanation",
    "Feed",
    "FileReport",
    "Finding",
    "Forecast",
    "Gap",
    "GuardItem",
    "GuardReport",
    "GuardStatus",
    "GuardWay",
    "InstalledGuard",
    "Instance",
    "Interrupted",
    "ItemResult",
    "Key",
    "KeyReport",
    "Left",
    "LintFinding",
    "LintReport",
    "Move",
    "NothingMatches",
    "Obstacle",
    "Occurrences",
    "PgseqError",
    "Position",
    "Problem",
    "Proof",
    "QueryFailed",
    "RangeReport",
    "Reading",
    "Repair",
    "Report",
    "Sequence",
    "SequenceCauses",
    "SequenceName",
    "SequenceRange",
    "SequenceReport",
    "Server",
    "Source",
    "SourceSequence",
    "Step",
    "Stored",
    "Stretch",
    "UndoReport",
    "UndoResult",
    "Unreachable",
    "Unread",
    "UsageError",
    "Verification",
    "WhyReport",
    "Within",
    "__version__",
    "check",
    "check_many",
    "explain",
    "explain_log",
    "fix",
    "guard",
    "lint",
    "range",
    "range_many",
    "sync",
    "undo",
    "verify",
    "verify_many",
    "why",
]

if TYPE_CHECKING:
    from pgseq.api import guard
    from pgseq.api.cutover import sync
    from pgseq.api.errors import explain, explain_log
    from pgseq.api.files import lint
    from pgseq.api.left import range
    from pgseq.api.many import check_many, range_many, verify_many
    from pgseq.api.sequences import check, fix, undo, verify, why
    from pgseq.commands.explain.model import Explanation, Occurrences, SequenceName
    from pgseq.commands.guard.advise import Advice, Advised, GuardWay
    from pgseq.commands.guard.model import GuardItem, GuardReport, GuardStatus, InstalledGuard
    from pgseq.commands.lint.model import FileReport, LintFinding, LintReport, Unread
    from pgseq.commands.range.model import Forecast, RangeReport, SequenceRange, Stretch, Within
    from pgseq.commands.sync.model import Comparison, Cutover, Instance, Source, SourceSequence
    from pgseq.commands.why.model import Evidence, SequenceCauses, WhyReport
    from pgseq.core.follow_up import Caller
    from pgseq.errors import (
        ConfigError,
        ConnectionFailed,
        Interrupted,
        NothingMatches,
        PgseqError,
        QueryFailed,
        UsageError,
    )
    from pgseq.model.answer import Answer
    from pgseq.model.blocks import Block
    from pgseq.model.changes import (
        Alteration,
        Applied,
        Change,
        ChangeResult,
        ItemResult,
        Move,
        Step,
        UndoResult,
    )
    from pgseq.model.diagnosis import Diagnosis, Finding
    from pgseq.model.exit_code import ExitCode
    from pgseq.model.keys import Key, KeyReport
    from pgseq.model.obstacles import ColumnLimit, DeclaredLimit, Left, Obstacle
    from pgseq.model.repair import Ahead, Gap, Repair
    from pgseq.model.reports import DatabaseReport, Proof, Report, SequenceReport, UndoReport, Unreachable, Verification
    from pgseq.model.sequences import Feed, Position, Problem, Reading, Sequence, Stored
    from pgseq.model.server import Server
else:
    #: The modules of these names, loaded on access: `pgseq --help` imports this package.
    _HOMES = (
        "pgseq.api",
        "pgseq.commands.explain.model",
        "pgseq.commands.guard.advise",
        "pgseq.commands.guard.model",
        "pgseq.commands.lint.model",
        "pgseq.commands.range.model",
        "pgseq.commands.sync.model",
        "pgseq.commands.why.model",
        "pgseq.core.follow_up",
        "pgseq.errors",
        "pgseq.model.answer",
        "pgseq.model.exit_code",
        "pgseq.model.changes",
        "pgseq.model.repair",
        "pgseq.model.reports",
        "pgseq.model.sequences",
        "pgseq.model.diagnosis",
        "pgseq.model.keys",
        "pgseq.model.obstacles",
        "pgseq.model.server",
        "pgseq.model.blocks",
    )

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name in __all__:
            for home in _HOMES:
                if name in vars(module := import_module(home)):
                    return vars(module)[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted(__all__)

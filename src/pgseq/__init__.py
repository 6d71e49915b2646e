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
    "Ahead",
    "Applied",
    "Block",
    "Caller",
    "ColumnLimit",
    "Comparison",
    "ConfigError",
    "ConnectionFailed",
    "Cutover",
    "DatabaseReport",
    "Diagnosis",
    "Explanation",
    "Feed",
    "Finding",
    "Forecast",
    "Gap",
    "Instance",
    "Interrupted",
    "Left",
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
    "SequenceName",
    "SequenceRange",
    "SequenceReport",
    "Server",
    "Source",
    "SourceSequence",
    "Statements",
    "Step",
    "Stored",
    "Stretch",
    "UsageError",
    "Verification",
    "Within",
    "__version__",
    "check",
    "explain",
    "explain_log",
    "fix",
    "range",
    "sync",
    "verify",
]

if TYPE_CHECKING:
    from pgseq.api import check, explain, explain_log, fix, range, sync, verify
    from pgseq.commands.explain.model import Explanation, Occurrences, SequenceName
    from pgseq.commands.range.model import Forecast, RangeReport, SequenceRange, Stretch, Within
    from pgseq.commands.sync.model import Comparison, Cutover, Instance, Source, SourceSequence
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
    from pgseq.model.blocks import Block
    from pgseq.model.changes import Applied, Statements, Step
    from pgseq.model.diagnosis import Diagnosis, Finding
    from pgseq.model.obstacles import ColumnLimit, Left, Obstacle
    from pgseq.model.repair import Ahead, Gap, Repair
    from pgseq.model.reports import DatabaseReport, Proof, Report, SequenceReport, Verification
    from pgseq.model.sequences import Feed, Position, Problem, Reading, Sequence, Stored
    from pgseq.model.server import Server
else:

    def __getattr__(name: str) -> object:
        # `pgseq --help` imports this package; the modules of these names are loaded on access.
        from importlib import import_module

        if name in __all__:
            for module_name in (
                "pgseq.api",
                "pgseq.model.reports",
                "pgseq.model.changes",
                "pgseq.model.obstacles",
                "pgseq.model.repair",
                "pgseq.model.sequences",
                "pgseq.model.server",
                "pgseq.model.diagnosis",
                "pgseq.core.follow_up",
                "pgseq.errors",
                "pgseq.commands.explain.model",
                "pgseq.commands.range.model",
                "pgseq.commands.sync.model",
            ):
                if name in vars(module := import_module(module_name)):
                    return vars(module)[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

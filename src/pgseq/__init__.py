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
    "Caller",
    "Comparison",
    "ConfigError",
    "ConnectionFailed",
    "Cutover",
    "DatabaseReport",
    "Diagnosis",
    "Explanation",
    "Feed",
    "Finding",
    "Gap",
    "Instance",
    "Interrupted",
    "NothingMatches",
    "Occurrences",
    "PgseqError",
    "Position",
    "Problem",
    "Proof",
    "QueryFailed",
    "Reading",
    "Repair",
    "Report",
    "Sequence",
    "SequenceName",
    "SequenceReport",
    "Server",
    "Source",
    "SourceSequence",
    "Statements",
    "Step",
    "Stored",
    "Unreachable",
    "UsageError",
    "Verification",
    "__version__",
    "check",
    "check_many",
    "explain",
    "explain_log",
    "fix",
    "sync",
    "verify",
]

if TYPE_CHECKING:
    from pgseq.api import check, explain, explain_log, fix, sync, verify
    from pgseq.commands.explain.model import Explanation, Occurrences, SequenceName
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
    from pgseq.fleet import check_many
    from pgseq.model.changes import Applied, Statements, Step
    from pgseq.model.repair import Ahead, Gap, Repair
    from pgseq.model.reports import DatabaseReport, Proof, Report, SequenceReport, Unreachable, Verification
    from pgseq.model.sequences import (
        Diagnosis,
        Feed,
        Finding,
        Position,
        Problem,
        Reading,
        Sequence,
        Server,
        Stored,
    )
else:

    def __getattr__(name: str) -> object:
        # `pgseq --help` imports this package; the modules of these names are loaded on access.
        from importlib import import_module

        if name in __all__:
            for module_name in (
                "pgseq.api",
                "pgseq.fleet",
                "pgseq.model.reports",
                "pgseq.model.changes",
                "pgseq.model.repair",
                "pgseq.model.sequences",
                "pgseq.core.follow_up",
                "pgseq.errors",
                "pgseq.commands.explain.model",
                "pgseq.commands.sync.model",
            ):
                if name in vars(module := import_module(module_name)):
                    return vars(module)[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

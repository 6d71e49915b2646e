"""pgseq finds, explains, fixes and verifies PostgreSQL sequences that are out of sync with the columns they feed.

    report = pgseq.check("postgresql://localhost/app")
    for one in report.sequences:
        print(one.sequence.sql, one.status, one.diagnosis.inserts_until_collision)

Everything returned is a frozen value; see `pgseq.reports`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgseq.version import __version__

__all__ = [
    "Applied",
    "Compared",
    "ConfigError",
    "ConnectionFailed",
    "Counterpart",
    "Cutover",
    "DatabaseReport",
    "Diagnosis",
    "Examined",
    "Explanation",
    "Feed",
    "Finding",
    "Instance",
    "Interrupted",
    "NothingMatches",
    "PgseqError",
    "Position",
    "Proof",
    "QueryFailed",
    "Reading",
    "Repair",
    "Report",
    "Sequence",
    "Server",
    "Source",
    "Statements",
    "Step",
    "Stored",
    "Unseen",
    "UsageError",
    "Verification",
    "__version__",
    "check",
    "explain",
    "fix",
    "sync",
    "verify",
]

if TYPE_CHECKING:
    from pgseq.api import check, explain, fix, sync, verify
    from pgseq.cutover.values import Compared, Counterpart, Cutover, Instance, Source
    from pgseq.errors import (
        ConfigError,
        ConnectionFailed,
        Interrupted,
        NothingMatches,
        PgseqError,
        QueryFailed,
        UsageError,
    )
    from pgseq.explanation.values import Explanation
    from pgseq.model import Diagnosis, Feed, Finding, Position, Reading, Repair, Sequence, Server, Stored, Unseen
    from pgseq.reports import DatabaseReport, Examined, Proof, Report, Verification
    from pgseq.steps import Applied, Statements, Step
else:

    def __getattr__(name: str) -> object:
        # `pgseq --help` imports this package; the rooms behind these names are loaded when somebody asks for them.
        from importlib import import_module

        if name in __all__:
            for room in (
                "pgseq.api",
                "pgseq.reports",
                "pgseq.steps",
                "pgseq.model",
                "pgseq.errors",
                "pgseq.explanation.values",
                "pgseq.cutover.values",
            ):
                if name in vars(module := import_module(room)):
                    return vars(module)[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

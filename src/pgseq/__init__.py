"""pgseq finds, explains, fixes and verifies PostgreSQL sequences that are out of sync with the columns they feed.

    report = pgseq.check("postgresql://localhost/app")
    for one in report.sequences:
        print(one.sequence.sql, one.status, one.diagnosis.inserts_until_collision)

Everything returned is a frozen value; see `pgseq.model`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgseq.version import __version__

__all__ = [
    "Applied",
    "ConfigError",
    "ConnectionFailed",
    "DatabaseReport",
    "Diagnosis",
    "Examined",
    "Explanation",
    "Feed",
    "Finding",
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
    "verify",
]

if TYPE_CHECKING:
    from pgseq.api import check, explain, fix, verify
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
    from pgseq.model import (
        Applied,
        DatabaseReport,
        Diagnosis,
        Examined,
        Feed,
        Finding,
        Position,
        Proof,
        Reading,
        Repair,
        Report,
        Sequence,
        Server,
        Statements,
        Step,
        Stored,
        Unseen,
        Verification,
    )
else:

    def __getattr__(name: str) -> object:
        # `pgseq --help` imports this package; the rooms behind these names are loaded when somebody asks for them.
        from importlib import import_module

        if name in __all__:
            for room in ("pgseq.api", "pgseq.model", "pgseq.errors", "pgseq.explanation.values"):
                if name in vars(module := import_module(room)):
                    return vars(module)[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

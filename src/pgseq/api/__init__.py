"""The library: every command as a function over a DSN, or over what a caller holds."""

from pgseq.api import guard
from pgseq.api.cutover import sync
from pgseq.api.errors import explain, explain_log
from pgseq.api.files import lint
from pgseq.api.left import range
from pgseq.api.many import check_many, range_many, verify_many
from pgseq.api.sequences import check, fix, undo, verify, why

__all__ = [
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

"""Prevention inside the database: identity columns, triggers that follow explicit ids, and owned, wide sequences.

`read` reads what there is; `identity`, `trigger`, `ownership` and `remove` plan a change for each feed; `apply` carries
one out; `workflow` runs them all: read → plan → show → apply → read again. `advise` says which guard fits a feed and
what it costs; `status` says whether an installed one is intact.
"""

from pgseq.commands.guard.advise import Advice, Advised, GuardWay
from pgseq.commands.guard.model import (
    GuardItem,
    GuardReport,
    GuardStatus,
    InstalledGuard,
    Inventory,
)

__all__ = [
    "Advice",
    "Advised",
    "GuardItem",
    "GuardReport",
    "GuardStatus",
    "GuardWay",
    "InstalledGuard",
    "Inventory",
]

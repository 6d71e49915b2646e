"""A fix of one sequence, with something happening between its plan and its step."""

from __future__ import annotations

from collections.abc import Callable

from pgseq import workflow
from pgseq.model.changes import Applied
from pgseq.model.diagnosis import Policy
from pgseq.model.limits import Limits
from pgseq.model.reports import DatabaseReport
from pgseq.pg.connect import open_pool
from tests.support.database import Database


def fixed(
    database: Database,
    limits: Limits | None = None,
    policy: Policy | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> Applied:
    """What becomes of the only step of a fix within these limits; `meanwhile` happens once it is planned."""

    def confirm(report: DatabaseReport) -> bool:
        if meanwhile is not None:
            meanwhile()
        return True

    options = workflow.Options(limits=limits or Limits(), policy=policy or Policy())
    with open_pool(database.dsn, 1) as pool:
        (applied,) = (one.applied for one in workflow.fix(pool, options, confirm).sequences if one.applied)
    return applied

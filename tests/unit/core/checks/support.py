"""Feeds, values and problems that several tests of checks share."""

from __future__ import annotations

from typing import Final

from pgseq.core.checks import codes, findings
from pgseq.model.diagnosis import Diagnosis, Finding, Policy
from pgseq.model.sequences import MissingPrivilege, NotSeen, Stored
from tests.unit.factory import feed

BIG: Final = 2**63 - 1
INT: Final = 2**31 - 1
USERS: Final = feed(table="Users", table_sql='public."Users"', column_sql='"ID"', type="integer", schema="public")
BIGINT: Final = feed(type="bigint", lowest=-BIG - 1, highest=BIG)
SMALLINT: Final = feed(type="smallint", lowest=-(2**15), highest=2**15 - 1)
LOOSE: Final = feed(via="default", owns=False)
ORDERS: Final = feed(table="orders", table_sql="public.orders", via="default", owns=False)
TEXT: Final = feed(type="text", kind="text", lowest=None, highest=None)
HIDDEN: Final = MissingPrivilege(
    reason="no privilege to read public.users.id", hint="GRANT SELECT ON public.users TO me"
)
ODD: Final = NotSeen(reason="the default of public.users.id is not plainly the sequence's value", hint="")
AT_BOUND: Final = Stored(nearest=INT, furthest=INT)


def finding(code: str, diagnosis: Diagnosis, policy: Policy | None = None) -> Finding | None:
    """The finding of that code."""
    all_of_them = findings(diagnosis, policy or Policy())
    assert codes(diagnosis, policy or Policy()) == tuple(one.code for one in all_of_them)
    of_code = [one for one in all_of_them if one.code == code]
    assert len(of_code) <= 1
    return of_code[0] if of_code else None

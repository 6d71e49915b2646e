"""What guards judge, made by hand: each is a plain, healthy case, and a test overrides what it is about."""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from pgseq.commands.guard.model import Inventory
from pgseq.commands.guard.rows import ColumnRow, OwnerPrivileges, Schema, SequenceExtras
from pgseq.model.reports import DatabaseReport, SequenceReport
from tests.unit.factory import healthy, server

_COLUMN: Final = ColumnRow(
    relid=16385,
    column="id",
    table_literal="'public.users'",
    column_literal="'id'",
    kind="r",
    owner="owner",
    owned_by_us=True,
    not_null=True,
    identity="",
    expression="nextval('public.users_id_seq'::regclass)",
    is_partition=False,
    inherits=False,
    inherited=False,
    extension=None,
    tree=["public.users"],
    defaults=["nextval('public.users_id_seq'::regclass)"],
    owners=["owner"],
    agree=[True],
    foreign_below=False,
    may_create_function=True,
)

_ATTACHED: Final = SequenceExtras(
    sequence=16384,
    sql="public.users_id_seq",
    owner="owner",
    owned_by_us=True,
    comment=None,
    revoke=None,
    grants=[],
    dependents=[],
)


SCHEMA: Final = Schema(may_create=True, hint="", owner=None, trusted=True, taking="", writers=[])


def column(**overrides: Any) -> ColumnRow:
    """public.users.id, a serial of role owner."""
    return replace(_COLUMN, **overrides)


def extras(**overrides: Any) -> SequenceExtras:
    """What belongs to public.users_id_seq: nothing but its owner."""
    return replace(_ATTACHED, **overrides)


def make_inventory(
    one: SequenceReport | None = None, *, of: ColumnRow = _COLUMN, beside: SequenceExtras = _ATTACHED, **overrides: Any
) -> Inventory:
    """A database with one sequence and one fed column."""
    plain = Inventory(
        report=DatabaseReport(server=server(), sequences=(one or healthy(),)),
        columns={(of.relid, of.column): of},
        extras={beside.sequence: beside},
        owner_privileges={
            (of.relid, beside.sequence): OwnerPrivileges(
                relid=of.relid, sequence=beside.sequence, missing_grants=[], may_call_nextval=True
            )
        },
        defaults={},
        triggers=(),
        schema=SCHEMA,
        subscribed={},
    )
    return replace(plain, **overrides)

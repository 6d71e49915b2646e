"""What came of running files on a throw-away database, and what is not run there. Pure."""

from __future__ import annotations

from collections.abc import Sequence as Items
from typing import Final, Self

from msgspec import Struct

from pgseq.commands.lint.notes import Note, NoteList
from pgseq.commands.lint.parse.others import SILENT
from pgseq.commands.lint.parse.pieces import Place
from pgseq.model.diagnosis import Diagnosis
from pgseq.model.sequences import Stored
from pgseq.sql.grammar import Node

#: Statements that are about the whole server, or another one.
_ELSEWHERE: Final = frozenset(
    {
        "AlterDatabaseRefreshCollStmt",
        "AlterDatabaseSetStmt",
        "AlterDatabaseStmt",
        "AlterRoleSetStmt",
        "AlterRoleStmt",
        "AlterSubscriptionStmt",
        "AlterSystemStmt",
        "AlterTableSpaceOptionsStmt",
        "CreateRoleStmt",
        "CreateSubscriptionStmt",
        "CreateTableSpaceStmt",
        "CreatedbStmt",
        "DropOwnedStmt",
        "DropRoleStmt",
        "DropSubscriptionStmt",
        "DropTableSpaceStmt",
        "DropdbStmt",
        "GrantRoleStmt",
        "LoadStmt",
        "ReassignOwnedStmt",
    }
)
_GLOBAL: Final = frozenset({"OBJECT_DATABASE", "OBJECT_ROLE", "OBJECT_TABLESPACE", "OBJECT_SUBSCRIPTION"})
_PREPARING: Final = frozenset({"TRANS_STMT_PREPARE", "TRANS_STMT_COMMIT_PREPARED", "TRANS_STMT_ROLLBACK_PREPARED"})


class UnresolvedSequence(Struct, frozen=True, kw_only=True, order=True):
    """A sequence that is out of sync, or of which that cannot be told."""

    schema: str
    name: str
    #: Why it cannot be told; empty: it is out of sync.
    unknown: str
    #: What is stored, and what the sequence hands out.
    what: str
    #: What to do where it cannot be told.
    hint: str = ""

    @classmethod
    def of(cls, diagnosis: Diagnosis) -> Self:
        """What `check` says of it."""
        sequence = diagnosis.sequence
        reason = diagnosis.reason if diagnosis.status == "unknown" else None
        pairs = zip(sequence.feeds, diagnosis.reading.stored, strict=False)
        holding = (
            feed for feed, stored in pairs if isinstance(stored, Stored) and stored.furthest == diagnosis.furthest
        )
        column = next((f"{feed.table_sql}.{feed.column_sql}" for feed in holding), "a column")
        what = f"{column} holds {diagnosis.furthest}, and {sequence.sql} hands out {diagnosis.next_value} next"
        return cls(
            schema=sequence.schema,
            name=sequence.name,
            unknown=reason.reason if reason else "",
            what=sequence.sql if reason else what,
            hint=reason.hint if reason else "",
        )


class FileRun(Struct, frozen=True, kw_only=True):
    """What came of running one file."""

    failures: NoteList[Note]
    #: What it has left behind, and no file before it.
    left_behind: tuple[UnresolvedSequence, ...]
    #: The end of the file.
    end: Place


def left_out(trees: Items[Node]) -> str:
    """Why a statement is not run; empty: it is."""
    for kind, body in (pair for tree in trees for pair in tree.items()):
        about = {body.get(name) for name in ("renameType", "objectType", "removeType")}
        if kind in _ELSEWHERE or about & _GLOBAL:
            return "it is about more than one database"
        if kind == "TransactionStmt" and body.get("kind") in _PREPARING:
            return "a prepared transaction outlives the run"
        if kind == "CopyStmt" and (body.get("filename") or body.get("is_program")):
            return "it reads or writes outside of the database"
        if kind == "CopyStmt" and not body.get("is_from"):
            return "it shows what is stored"
    return ""


def touches_none(text: str, trees: Items[Node]) -> bool:
    """Whether a statement touches no sequence, whatever becomes of it."""
    return SILENT.match(text) is not None or any(
        (kind == "AlterOwnerStmt")
        or (kind == "CopyStmt" and not body.get("is_from"))
        or (kind == "AlterTableStmt" and _owner_alone(body))
        for tree in trees
        for kind, body in tree.items()
    )


def _owner_alone(body: Node) -> bool:
    return all(one.get("AlterTableCmd", {}).get("subtype") == "AT_ChangeOwner" for one in body.get("cmds", ()))

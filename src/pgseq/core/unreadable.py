"""Why a column cannot be read or locked, as far as the catalog shows, and the hint. Pure."""

from __future__ import annotations

from pgseq.core.catalog_rows import AssemblyContext, Column
from pgseq.core.defaults import printable
from pgseq.model.hints import Hint, page
from pgseq.model.limits import lock_privilege
from pgseq.model.sequences import Kind, MissingPrivilege, NotSeen, Problem
from pgseq.names import excerpt, size

#: pg_class.relkind of relations that run code or ask another server when read: views and foreign tables.
OUTSIDE = ("v", "f")


def readable_outside(column: Column, context: AssemblyContext) -> bool:
    """Whether the column belongs to a view or foreign table that the user declared and whose owner is trusted."""
    return column.relkind in OUTSIDE and column.declared and (column.trusted or context.trust_owners)


def outside(table: str, relkind: str) -> Problem:
    """Why a view or foreign table is not read unless declared."""
    if relkind == "v":
        return NotSeen(
            reason=f"{table} is a view: reading it runs what its owner wrote, and may not show every row",
            hint=Hint(
                "compare the table behind it; or, if you trust the view, declare the feed (", page("PGS008"), ")"
            ),
        )
    return NotSeen(
        reason=f"{table} is a foreign table: reading it asks another server, in the way that its owner has set up",
        hint=Hint("if you trust that server and its owner, declare the feed (", page("PGS008"), ")"),
    )


def incomparable(column: Column, kind: Kind, *, plain: bool, certain: bool) -> Problem | None:
    """Why values of the column cannot be compared with the sequence's; where there are none, nothing is to be compared.

    `plain`: the default stores the sequence's own value. `certain`: it can only mean this sequence.
    """
    label = f"{column.table_sql}.{column.column_sql}"
    if not plain:
        default = excerpt(printable(column.expression or ""))
        return NotSeen(
            reason=f"the default of {label} is not plainly the sequence's value: {default}",
            hint="compare the stored values with the sequence by hand, or ignore it with a reason",
        )
    if not certain:
        return ambiguous(column)
    if kind == "other":
        return NotSeen(
            reason=f"values of type {column.type} in {label} cannot be compared exactly with a sequence's",
            hint="use bigint for the column, or ignore it with a reason",
        )
    return None


def unreadable(column: Column, context: AssemblyContext) -> Problem | None:
    """Why the table cannot be read, known before it is."""
    role = context.role
    if column.relkind in OUTSIDE and not column.declared:
        return outside(column.table_sql, column.relkind)
    if column.relkind in OUTSIDE and not readable_outside(column, context):
        return NotSeen(
            reason=f"{column.table_sql} is declared, but reading it runs what {column.owner_name} has set up",
            hint=f"connect as {column.owner_name}, or pass --trust-owners if you know what it does",
        )
    enter = f"GRANT USAGE ON SCHEMA {column.schema_sql} TO {role}"
    select = f"GRANT SELECT ON {column.table_sql} TO {role}"
    if not column.may_enter:
        hint = enter if column.may_select else f"{enter}; {select}"
        return MissingPrivilege(reason=f"no privilege to look into schema {column.schema}", hint=hint)
    if not column.may_select:
        reason = f"no privilege to read {column.table_sql}.{column.column_sql}"
        return MissingPrivilege(reason=reason, hint=select)
    code = context.code.get(column.relid)
    if isinstance(code, Problem) and not context.trust_owners:
        return code
    if column.row_security:
        return NotSeen(
            reason=f"row-level security hides rows of {column.table_sql} from {role}",
            hint=f"run as a role with BYPASSRLS: ALTER ROLE {role} BYPASSRLS",
        )
    return None


def ambiguous(column: Column) -> Problem:
    """The default names its sequence as text, which may mean another one."""
    label = f"{column.table_sql}.{column.column_sql}"
    return NotSeen(
        reason=f"the default of {label} names its sequence as text, and search_path decides which one is meant",
        hint="qualify the name, or let the default depend on it: SET DEFAULT nextval('schema.name'::regclass)",
    )


def too_large_to_scan(column: Column, scan_bytes: int, scan_limit: int) -> Problem | None:
    """Why a column without an index is not scanned."""
    if scan_bytes <= scan_limit:
        return None
    # A foreign table cannot have an index; a partitioned one cannot get it concurrently.
    way = {"r": "CREATE INDEX CONCURRENTLY", "p": "CREATE INDEX"}.get(column.relkind)
    index = f"{way} ON {column.table_sql} ({column.column_sql}), or " if way else ""
    return NotSeen(
        reason=f"no index on {column.table_sql}.{column.column_sql}, and {size(scan_bytes)} to scan instead",
        hint=f"{index}pass --scan-limit",
    )


def unlockable_because(column: Column, context: AssemblyContext) -> Problem | None:
    """Why the role cannot lock the table against writers."""
    if column.may_lock:
        return None
    return MissingPrivilege(
        reason=f"no privilege to lock {column.table_sql} against writers, which --lock none does without",
        hint=f"GRANT {lock_privilege(context.major)} ON {column.table_sql} TO {context.role}",
    )

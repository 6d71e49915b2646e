"""Why a column cannot be read or locked, as far as the catalog tells, with the remedy. Pure."""

from __future__ import annotations

from pgseq.core.catalog_rows import Column, Surroundings
from pgseq.core.defaults import printable
from pgseq.model.sequences import Kind, Unseen
from pgseq.names import excerpt

#: pg_class.relkind of what runs code when it is read, or reads elsewhere: views and foreign tables.
OUTSIDE = ("v", "f")


def readable_outside(column: Column, around: Surroundings) -> bool:
    """Whether the column is a view's or a foreign table's that the user declared, and whose owner is trusted."""
    return column.relkind in OUTSIDE and column.declared and (column.trusted or around.trust_owners)


def outside(table: str, relkind: str) -> Unseen:
    """Why a view or a foreign table is not read, unless it is declared."""
    if relkind == "v":
        return Unseen(
            reason=f"{table} is a view: reading it runs what its owner wrote, and may not show every row",
            remedy="compare the table behind it; or, if you trust the view, declare the feed (pgseq explain PGS008)",
        )
    return Unseen(
        reason=f"{table} is a foreign table: reading it asks another server, in the way that its owner has set up",
        remedy="if you trust that server and its owner, declare the feed (pgseq explain PGS008)",
    )


def barrier(column: Column, kind: Kind, around: Surroundings, *, plain: bool, certain: bool) -> Unseen | None:
    """Why the column cannot be judged, known before it is read: its default is `plain`, and it is `certain` which
    sequence it means."""
    role = around.role
    label = f"{column.table_sql}.{column.column_sql}"
    if column.relkind in OUTSIDE and not column.declared:
        return outside(column.table_sql, column.relkind)
    if column.relkind in OUTSIDE and not readable_outside(column, around):
        return Unseen(
            reason=f"{column.table_sql} is declared, but reading it runs what {column.owner_name} has set up",
            remedy=f"connect as {column.owner_name}, or pass --trust-owners if you know what it does",
        )
    if not plain:
        default = excerpt(printable(column.expression or ""))
        return Unseen(
            reason=f"the default of {label} is not plainly the sequence's value: {default}",
            remedy="compare the stored values with the sequence by hand, or ignore it with a reason",
        )
    if not certain:
        return ambiguous(column)
    if kind == "other":
        return Unseen(
            reason=f"values of type {column.type} in {label} cannot be compared exactly with a sequence's",
            remedy="use bigint for the column, or ignore it with a reason",
        )
    enter = f"GRANT USAGE ON SCHEMA {column.schema_sql} TO {role}"
    select = f"GRANT SELECT ON {column.table_sql} TO {role}"
    if not column.may_enter:
        remedy = enter if column.may_select else f"{enter}; {select}"
        return Unseen(reason=f"no right to look into schema {column.schema}", remedy=remedy)
    if not column.may_select:
        return Unseen(reason=f"no right to read {label}", remedy=select)
    code = around.code.get(column.relid)
    if isinstance(code, Unseen) and not around.trust_owners:
        return code
    if column.row_security:
        return Unseen(
            reason=f"row-level security hides rows of {column.table_sql} from {role}",
            remedy=f"run as a role with BYPASSRLS: ALTER ROLE {role} BYPASSRLS",
        )
    return None


def ambiguous(column: Column) -> Unseen:
    """That a text names the sequence, and that it may be another one."""
    label = f"{column.table_sql}.{column.column_sql}"
    return Unseen(
        reason=f"the default of {label} names its sequence as text, and search_path decides which one is meant",
        remedy="qualify the name, or let the default depend on it: SET DEFAULT nextval('schema.name'::regclass)",
    )


def scan_barrier(column: Column, scan_bytes: int, scan_limit: int) -> Unseen | None:
    """Why the column is not scanned, where no index serves it."""
    if scan_bytes <= scan_limit:
        return None
    # Neither a foreign table can have an index, nor a partitioned one get it concurrently.
    way = {"r": "CREATE INDEX CONCURRENTLY", "p": "CREATE INDEX"}.get(column.relkind)
    index = f"{way} ON {column.table_sql} ({column.column_sql}), or " if way else ""
    return Unseen(
        reason=f"no index on {column.table_sql}.{column.column_sql}, and {scan_bytes / 2**30:.1f} GB to scan instead",
        remedy=f"{index}pass --scan-limit",
    )


def lock_barrier(column: Column, role: str) -> Unseen | None:
    """Why the role cannot lock the table against writers."""
    if column.may_lock:
        return None
    return Unseen(
        reason=f"no right to lock {column.table_sql} against writers",
        remedy=f"GRANT UPDATE ON {column.table_sql} TO {role} (17 and later: or MAINTAIN), or use --lock none",
    )

"""The statements that make guard triggers with their function, drop them, and make them again. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from pgseq.commands.guard.blocks import block, dollar
from pgseq.commands.guard.function import body, comment, share
from pgseq.commands.guard.rows import ColumnRow, Trigger
from pgseq.model.sequences import Feed, Sequence

#: What ALTER TABLE says of pg_trigger.tgenabled, where it is not as CREATE TRIGGER leaves it.
_ENABLED = {"D": "DISABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}


def make_guards(
    function: str,
    trigger: str,
    tables: tuple[str, ...],
    sequence: Sequence,
    feed: Feed,
    column: ColumnRow,
    max_jump: float,
    major: int,
) -> tuple[str, ...]:
    """The statements that make a function and its trigger on `tables`."""
    arguments = f"{column.column_literal}, {sequence.literal}, '{share(max_jump)}'"
    explained = dollar(comment(sequence, feed))
    return (
        drop_function(function, major),
        f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql\n"
        f"  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS "
        + dollar(f"\n{body(sequence, feed, max_jump, major)}\n"),
        *hand_over(function, column.owner, major),
        f"COMMENT ON FUNCTION {function}() IS {explained}",
        *(
            f"CREATE TRIGGER {trigger} AFTER INSERT ON {table} REFERENCING NEW TABLE AS inserted\n"
            f"  FOR EACH STATEMENT EXECUTE FUNCTION {function}({arguments})"
            for table in tables
        ),
        *(f"COMMENT ON TRIGGER {trigger} ON {table} IS {explained}" for table in tables),
    )


def drop_guards(triggers: Iterable[Trigger], major: int) -> tuple[str, ...]:
    """The statements that drop triggers, and each function with its last trigger, if it is ours."""
    triggers = tuple(triggers)
    functions = dict.fromkeys(one.name for one in triggers if one.owned_by_us)
    return (
        *(f"DROP TRIGGER {one.trigger} ON {one.table_sql}" for one in triggers if one.trigger),
        *(drop_function(name, major) for name in functions),
    )


def hand_over(function: str, owner: str, major: int) -> tuple[str, str]:
    """The statements that give a function to `owner`, and to nobody else the privilege to tie it to a table."""
    return (
        block("guard.hand_over", major, function=function, owner=owner),
        block("guard.revoke_function", major, signature=dollar(f"{function}()")),
    )


def drop_function(function: str, major: int) -> str:
    """The statement that drops a function of this name that no trigger uses: CREATE OR REPLACE would keep what its
    owner has granted."""
    return block("guard.function_drop", major, function=function, signature=dollar(f"{function}()"))


def restore_guards(triggers: Iterable[Trigger], major: int) -> tuple[str, ...]:
    """The statements that make triggers of one function again as they were, and the function, if it is ours."""
    triggers = tuple(triggers)
    first = triggers[0]
    function = (
        drop_function(first.name, major),
        first.definition.rstrip(),
        *hand_over(first.name, first.owner, major),
        *((f"COMMENT ON FUNCTION {first.name}() IS {first.comment}",) if first.comment else ()),
    )
    return (
        *(function if first.owned_by_us else ()),
        *(one.trigger_definition for one in triggers if one.trigger_definition),
        *(
            f"ALTER TABLE {one.table_sql} {_ENABLED[one.enabled]} TRIGGER {one.trigger}"
            for one in triggers
            if one.enabled in _ENABLED
        ),
    )

"""The statement that migrations write into scripts: it moves sequences forward when it is run. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pgseq.model.hints import bare, command
from pgseq.model.limits import MAX_JUMP
from pgseq.names import literal
from pgseq.sql import load

#: An expression: the command that looks, for a shell; which database that is shows when the statement runs.
_LOOK: Final = f"""format('{bare(command("check"))} -d ''%s''', replace(current_database(), '''', '''"''"'''))"""


def fix_tables(tables: Iterable[str], look: str | None = None) -> str:
    """One statement that moves the sequences of these tables (quoted names) forward; `look` is the command that it
    names where one is left."""
    listed = ", ".join(f"{literal(table)}::pg_catalog.regclass" for table in tables)
    looking = _LOOK if look is None else literal(look)
    return load("fix_tables", tables=listed, max_jump=f"{MAX_JUMP:g}", look=looking)

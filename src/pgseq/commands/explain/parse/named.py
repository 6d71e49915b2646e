"""A name in place of an error: of a constraint, an index, a table, a column or a sequence. Pure."""

from __future__ import annotations

import re
from typing import Final

from pgseq.commands.explain.model import ParsedError
from pgseq.names import parse_qualified

_PART: Final = r'(?:"(?:[^"\n]|""){1,200}"|[^\W\d][\w$]{0,200})'
_NAME: Final = re.compile(rf"\s*{_PART}(?:\.{_PART}){{0,2}}\s*")


def by_name(text: str) -> ParsedError | None:
    """The name as it is asked about; None where the text is none.

    `schema.table.column` in full; of two parts the first may be a schema or a table.
    """
    parts = parse_qualified(text) if _NAME.fullmatch(text) else None
    if parts is None:
        return None
    schema, table, column = parts if len(parts) > 2 else (*("", *parts)[-2:], "")
    return ParsedError(kind="name", message=text.strip(), schema=schema, table=table, column=column)

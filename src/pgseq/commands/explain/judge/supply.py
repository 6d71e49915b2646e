"""Who gave the value of a fed column that was refused, as far as the error says: in words. Pure."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from pgseq.commands.explain.facts import Index
from pgseq.commands.explain.model import ParsedError
from pgseq.commands.explain.parse.origin import KeyColumn, Origin, Source, origin
from pgseq.commands.explain.parse.recognise import REPLICATED
from pgseq.commands.explain.parse.server_messages import normal
from pgseq.commands.explain.text import key
from pgseq.model.sequences import Feed

#: Feeds whose values somebody draws before the INSERT: that it lists the column says nothing.
_DRAWN_BEFORE: Final = ("owned", "declared")


class Supply(Struct, frozen=True, kw_only=True):
    """Who gave the value, and the evidence for it; empty where it is not said."""

    source: Source = "unsaid"
    evidence: str = ""
    #: Whether the value may have been drawn from the sequence beforehand, as far as the statement says.
    drawn: bool = True


def supply(error: ParsedError, feed: Feed, index: Index | None, said: str) -> Supply:
    """Who gave the value (`said`) of the column that `feed` is."""
    replicated = REPLICATED.search(normal(error.context))
    if replicated is not None:
        row = f"{replicated[2]} {key(error)}".strip()
        evidence = f"a subscription applies the publisher's {replicated[1]} to {row}: such a row is here already"
        return Supply(source="client", evidence=evidence, drawn=False)
    tables = {feed.table} | ({index.table} if index else set())
    place = None
    if index is not None and feed.column in index.table_columns:
        place = index.table_columns.index(feed.column)
    column = KeyColumn(
        tables=tables, name=feed.column, place=place, parameters="\n".join((error.parameters, error.context))
    )
    source = origin((error.context, error.statement, error.parameters), column, error.value_of(feed.column))
    if source.source == "client" and feed.via in _DRAWN_BEFORE and source.verb != "COPY":
        return Supply()
    drawn = source.source == "unsaid" or (source.source == "client" and source.verb in ("INSERT", "MERGE"))
    return Supply(source=source.source, evidence=_said(source, feed.column, said), drawn=drawn)


def _said(source: Origin, column: str, said: str) -> str:
    match source.source:
        case "default":
            return f"the {source.verb} leaves {column} to its default, which draws from the sequence"
        case "client" if source.verb == "COPY":
            return f"the COPY brings {column} itself: the rows are there already (restore into an empty table)"
        case "client" if source.untouched:
            return f"the UPDATE changes other columns of the key, and draws no {column}"
        case "client" if said and said in map(str, source.values):
            return f"the {source.verb} lists {column} and gives {said} itself: the client supplied that value"
        case "client" if not said and len(source.values) == 1:
            return (
                f"the {source.verb} lists {column} and gives {source.values[0]} itself: the client supplied that value"
            )
        case "client" if source.verb == "UPDATE":
            return f"the UPDATE sets {column} itself"
        case "client":
            return f"the {source.verb} lists {column}: the client supplied the value, or drew it beforehand"
        case "copied":
            return (
                f"a COPY that lists {column}, as those of a dump do, brings it itself: then the rows are there already"
            )
        case _:
            return ""

"""The line of the configuration that declares feeds, with the block that an application is likely to draw. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from pgseq.model.blocks import Block
from pgseq.model.hints import Hint, page
from pgseq.model.sequences import Sequence


def declaration(sequence: Sequence, labels: Iterable[str], block: Block | None = None) -> str:
    """The line that declares columns (`schema.table.column`, as SQL), drawn by blocks where `block` says so."""
    end = "" if block is None else f', block = {block.size}, ids = "{block.ids}"'
    feeds = (f"{{ sequence = {_quoted(sequence.sql)}, column = {_quoted(label)}{end} }}" for label in labels)
    return f"feeds = [{', '.join(feeds)}]"


def guess(sequence: Sequence) -> Block | None:
    """The block that an application is likely to store for one value; None where there is nothing between two values.

    Its size is the INCREMENT, as Hibernate, EclipseLink and EF Core want it. A name with `hilo` is EF Core's; else
    Hibernate's default is the more common, and the safe side: a fix goes beyond all ids, whichever way they are given.
    """
    size = abs(sequence.increment)
    if size == 1:
        return None
    return Block(size, "above" if "hilo" in sequence.name.lower() else "below")


def blocks_to_declare(sequence: Sequence, labels: Iterable[str]) -> Hint:
    """What to do where ids of columns lie between the sequence's values, if blocks are drawn."""
    line = declaration(sequence, labels, guess(sequence))
    return Hint(
        "if blocks are drawn, declare them in pgseq.toml (size and side are a guess: ", page("PGS019"), f"): {line}"
    )


def _quoted(name: str) -> str:
    """A name as a string of TOML."""
    if "'" not in name and name.isprintable():
        return f"'{name}'" if '"' in name or "\\" in name else f'"{name}"'
    escaped = "".join(_ESCAPES.get(c, c if c.isprintable() else f"\\U{ord(c):08x}") for c in name)
    return f'"{escaped}"'


_ESCAPES = {"\\": "\\\\", '"': '\\"'}

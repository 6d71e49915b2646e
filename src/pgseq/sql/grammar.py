"""PostgreSQL's own grammar (pgparse), and what its parse trees have in common for every reader. Pure.

Node and field names are those of src/include/nodes/parsenodes.h. pgparse is imported when it is needed: it comes with
the extra `lint`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from pgseq.names import parse_qualified

Node = dict[str, Any]
#: A text's statements, each as a node; raises NotUnderstood.
Parse = Callable[[str], list[Node]]
#: More than a bigint takes: what any larger number comes to.
BEYOND: Final = 2**64
#: A tree takes some 600 bytes for each token of its text.
TOKENS: Final = 200_000
_TOKEN: Final = re.compile(
    r"[eE]'[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+'|\w++|'[^']*+(?:''[^']*+)*+'|\$(\w*+)\$.*?(?:\$\1\$|\Z)|[^\w\s]", re.DOTALL
)
#: A run of so many operators, as comments begin and end, too: the lexer reads it again from each of them.
_OPERATOR: Final = 512
_OPERATORS: Final = re.compile(rf"[-+*/<>=~!@#%^&|`?]{{{_OPERATOR}}}")
_WHOLE: Final = re.compile(r"(?P<sign>[+-]?)0*+(?P<digits>[0-9]*+)(?<=[0-9])")


class NotUnderstood(Exception):
    """A text that the grammar does not know (another server version's, or cut off).

    `position` is the place of the error in characters, from 1; 0 where it is not known.
    """

    def __init__(self, message: str, position: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


class TooDeep(NotUnderstood):
    """A text that the grammar knows, and that is nested more deeply than its tree can be handed on."""

    def __init__(self) -> None:
        super().__init__("it is nested too deeply")


class TooLong(NotUnderstood):
    """A text whose tree would take too much memory, or too much time."""

    def __init__(self) -> None:
        super().__init__("it is too long to be read")


def parser() -> Parse | None:
    """The grammar, None where the extra `lint` is not installed."""
    try:
        import pgparse  # type: ignore[import-not-found]
    except ImportError:
        return None

    def parse(text: str) -> list[Node]:
        if len(text) > _OPERATOR and (_OPERATORS.search(text) or _tokens(text) > TOKENS):
            raise TooLong
        try:
            return [one["stmt"] for one in pgparse.parse(text)]
        except pgparse.PGQueryError as error:
            raise NotUnderstood(str(error.message), int(error.position)) from error
        except RecursionError:
            raise TooDeep from None

    return parse


def _tokens(text: str) -> int:
    return sum(1 for _ in _TOKEN.finditer(text)) if len(text) > TOKENS else 0


def nodes(tree: Any) -> Iterator[tuple[str, Node]]:
    """Every node of a tree with its type, outermost first; EXPLAIN without ANALYZE does nothing, so what is below it is
    left out."""
    todo = [tree]
    while todo:
        found = todo.pop()
        if isinstance(found, list):
            todo += reversed(found)
        elif isinstance(found, dict):
            for name, value in found.items():
                if name == "ExplainStmt" and not analyzes(value):
                    continue
                if name[0].isupper() and isinstance(value, dict):
                    yield name, value
                todo.append(value)


def analyzes(explain: Node) -> bool:
    """Whether an EXPLAIN runs its statement. Rules: defGetBoolean() in src/backend/commands/define.c."""
    given = [one["DefElem"].get("arg") for one in explain.get("options", ()) if one["DefElem"]["defname"] == "analyze"]
    if not given:
        return False
    match given[-1]:
        case {"Integer": value}:
            return bool(value.get("ival", 0))
        case {"String": value}:
            return str(value["sval"]).lower() in ("true", "on")
        case other:
            return other is None


def rows(source: Node) -> list[list[Any]]:
    """The rows of a VALUES, or the one target list of a SELECT, of a UNION's first branch."""
    while "larg" in source:
        source = source["larg"]
    if "valuesLists" in source:
        return [row["List"].get("items", []) for row in source["valuesLists"]]
    return [[target["ResTarget"].get("val", {}) for target in source.get("targetList", ())]]


def star(row: list[Any]) -> bool:
    """Whether a row holds a `*`, so that its width is not in the text."""
    return any(name == "A_Star" for item in row for name, _ in nodes(item))


def drawn(value: Any) -> bool:
    """Whether a value is left to the column's default, or drawn from a sequence."""
    return any(
        name == "SetToDefault" or (name == "FuncCall" and strings(body["funcname"])[-1] == "nextval")
        for name, body in nodes(value)
    )


def regclass(argument: Any) -> tuple[str | None, str | None]:
    """Schema and name of a relation given as a literal; None, None for a parameter or anything computed."""
    while "TypeCast" in argument:
        argument = argument["TypeCast"]["arg"]
    text = argument.get("A_Const", {}).get("sval", {}).get("sval")
    parts = parse_qualified(text) if text else None
    if not parts:
        return None, None
    return (parts[-2] if len(parts) > 1 else None), parts[-1]


def columns(targets: Any) -> tuple[str, ...] | None:
    """The names of a column list, None where there is none."""
    return tuple(target["ResTarget"]["name"] for target in targets) if targets else None


def strings(items: Any) -> tuple[str, ...]:
    """The texts of a list of String nodes."""
    return tuple(item["String"]["sval"] for item in items)


def whole(text: str) -> int | None:
    """The integer that a text of any length is, BEYOND or -BEYOND for one that fits no bigint; None for no integer."""
    found = _WHOLE.fullmatch(text)
    if found is None:
        return None
    size = BEYOND if len(found["digits"]) > 19 else int(found["digits"] or 0)
    return -size if found["sign"] == "-" else size


def number(option: Node) -> int | None:
    """The integer that an option of a sequence is given (a DefElem's arg), None where there is none.

    Raises NotUnderstood for what fits no bigint. Rules: defGetInt64() in src/backend/commands/define.c.
    """
    given = option.get("arg", {})
    if "Integer" in given:
        return int(given["Integer"].get("ival", 0))
    if "Float" not in given:
        return None
    value = whole(given["Float"]["fval"])
    if value is None or not -(2**63) <= value < 2**63:
        raise NotUnderstood(f'value "{given["Float"]["fval"]}" is out of range for type bigint')
    return value

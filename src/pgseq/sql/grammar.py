"""PostgreSQL's own grammar (postgast: libpg_query of 18), and functions that read its parse trees. Pure.

Node and field names are those of src/include/nodes/parsenodes.h. postgast comes with the extra `lint`
and is imported when it is needed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from pgseq.names import excerpt, parse_qualified

Node = dict[str, Any]
#: Parses a text into statements; raises NotUnderstood.
Parse = Callable[[str], list[Node]]
#: The PostgreSQL whose grammar it is.
MAJOR: Final = 18
#: More than a bigint holds; stands for any larger number.
BEYOND: Final = 2**64
#: A tree takes some 600 bytes for each token of its text.
TOKENS: Final = 200_000
_TOKEN: Final = re.compile(
    r"[eE]'[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+'|\w++|'[^']*+(?:''[^']*+)*+'|\$(\w*+)\$.*?(?:\$\1\$|\Z)|[^\w\s]", re.DOTALL
)
#: A longer run of operators is refused: the lexer reads it again from each of them.
_OPERATOR: Final = 512
_OPERATORS: Final = re.compile(rf"[-+*/<>=~!@#%^&|`?]{{{_OPERATOR}}}")
#: Errors of check_stack_depth() and of the parser's own stack.
_STACK: Final = ("stack depth limit exceeded", "memory exhausted")
_WHOLE: Final = re.compile(r"(?P<sign>[+-]?)0*+(?P<digits>[0-9]*+)(?<=[0-9])")


class NotUnderstood(Exception):
    """A text that the grammar does not accept (of another server version, or cut off).

    `position` is the place of the error in characters, from 1; 0 where it is not known.
    """

    def __init__(self, message: str, position: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


class TooDeep(NotUnderstood):
    """A text that is nested too deeply for its tree to be returned."""

    def __init__(self) -> None:
        super().__init__("it is nested too deeply")


class TooLong(NotUnderstood):
    """A text whose tree would take too much memory, or too much time."""

    def __init__(self) -> None:
        super().__init__("it is too long to be read")


def parser() -> Parse | None:
    """The grammar, None where the extra `lint` is not installed."""
    try:
        # Not postgast.parse(): protobuf refuses messages of more than 100 levels, such as a long UNION's.
        from postgast.errors import PgQueryError, check_error
        from postgast.native import lib
    except ImportError:
        return None

    def parse(text: str) -> list[Node]:
        if "\0" in text:
            raise NotUnderstood("it has a null byte", text.index("\0") + 1)
        if len(text) > _OPERATOR and (_OPERATORS.search(text) or _tokens(text) > TOKENS):
            raise TooLong
        result = lib.pg_query_parse(text.encode())
        try:
            check_error(result)
            tree = json.loads(result.parse_tree.decode(errors="replace"))
        except PgQueryError as error:
            raise _refusal(error.message, error.cursorpos) from error
        except RecursionError:
            raise TooDeep from None
        finally:
            lib.pg_query_free_parse_result(result)
        return [statement["stmt"] for statement in tree["stmts"]]

    return parse


def parse_plpgsql(text: str) -> list[Node]:
    """The trees of a CREATE FUNCTION or DO in PL/pgSQL, as libpg_query writes them. Raises NotUnderstood."""
    from postgast.errors import PgQueryError, check_error
    from postgast.native import lib

    result = lib.pg_query_parse_plpgsql(text.encode())
    try:
        check_error(result)
        head, action, tail = result.plpgsql_funcs.decode(errors="replace").partition('],"action":')
        # libpg_query closes the datums of a trigger (tg_op, …) twice, for which postgast.parse_plpgsql() has no cure.
        return list(json.loads(f"{head.replace('{}}', '{}')}{action}{tail}"))
    except PgQueryError as error:
        raise _refusal(error.message, error.cursorpos) from error
    except ValueError:
        raise NotUnderstood("its body cannot be read") from None
    except RecursionError:
        raise TooDeep from None
    finally:
        lib.pg_query_free_plpgsql_parse_result(result)


def _refusal(message: str, position: int) -> NotUnderstood:
    """An error of the grammar; it stops at the end of its stack without a word about the text."""
    if message.startswith(_STACK):
        return TooDeep()
    return NotUnderstood(message, position)


def _tokens(text: str) -> int:
    return sum(1 for _ in _TOKEN.finditer(text)) if len(text) > TOKENS else 0


def nodes(tree: Any) -> Iterator[tuple[str, Node]]:
    """Every node of a tree with its type, outermost first, without the nodes below an EXPLAIN that does not ANALYZE."""
    todo = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, list):
            todo += reversed(node)
        elif isinstance(node, dict):
            for name, value in node.items():
                if name == "ExplainStmt" and not analyzes(value):
                    continue
                if name[0].isupper() and isinstance(value, dict):
                    yield name, value
                todo.append(value)


def analyzes(explain: Node) -> bool:
    """Whether an EXPLAIN runs its statement. Rules: defGetBoolean() in src/backend/commands/define.c."""
    options = (one["DefElem"] for one in explain.get("options", ()))
    values = [option.get("arg") for option in options if option["defname"] == "analyze"]
    if not values:
        return False
    match values[-1]:
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
    """Whether a row holds a `*`, so that the text does not show its width."""
    return any(name == "A_Star" for item in row for name, _ in nodes(item))


def drawn(value: Any) -> bool:
    """Whether a value is left to the column's default, or drawn from a sequence."""
    return any(
        name == "SetToDefault" or (name == "FuncCall" and strings(body["funcname"])[-1] == "nextval")
        for name, body in nodes(value)
    )


def constant(value: Node) -> str | None:
    """The text of a literal, without casts; None for any other expression."""
    while "TypeCast" in value:
        value = value["TypeCast"]["arg"]
    literal = value.get("A_Const", {})
    for kind in ("ival", "fval", "sval"):
        if kind in literal:
            return str(literal[kind].get(kind, "" if kind == "sval" else 0))
    return None


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
    """The integer in a text of any length, BEYOND or -BEYOND if it does not fit a bigint; None: no integer."""
    match = _WHOLE.fullmatch(text)
    if match is None:
        return None
    size = BEYOND if len(match["digits"]) > 19 else int(match["digits"] or 0)
    return -size if match["sign"] == "-" else size


def number(option: Node) -> int | None:
    """The integer of an option of a sequence (a DefElem's arg); None: it has none.

    Raises NotUnderstood if it does not fit a bigint. Rules: defGetInt64() in src/backend/commands/define.c.
    """
    value = option.get("arg", {})
    if "Integer" in value:
        return int(value["Integer"].get("ival", 0))
    if "Float" not in value:
        return None
    text = value["Float"]["fval"]
    number = whole(text)
    if number is None or not -(2**63) <= number < 2**63:
        raise NotUnderstood(f'value "{excerpt(text)}" is out of range for type bigint')
    return number

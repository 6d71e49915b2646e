"""PostgreSQL's own grammar (postgast: libpg_query of 18). Pure.

postgast comes with the extra `lint` and is imported when it is needed. What is read of the trees: pgseq.sql.trees.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final

Node = dict[str, Any]
#: Parses a text into statements; raises NotUnderstood.
Parse = Callable[[str], list[Node]]
#: The PostgreSQL whose grammar it is.
MAJOR: Final = 18
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

"""Names in the messages of lint, as quote_ident() writes them."""

from __future__ import annotations

import pytest

from pgseq.commands.lint.simulator.naming import label, written
from pgseq.commands.lint.simulator.relations import UNNAMED


@pytest.mark.parametrize(
    ("parts", "sql"),
    [
        (("public", "users", "id"), "public.users.id"),
        ((UNNAMED, "users"), "users"),
        (("public", "order"), 'public."order"'),
        (("a$b", "Users"), '"a$b"."Users"'),
        (('a"b',), '"a""b"'),
    ],
)
def test_written(parts: tuple[str, ...], sql: str) -> None:
    assert written(*parts) == sql


def test_label() -> None:
    assert label(("public", "user")) == 'public."user"'

"""What `import pgseq` gives: the names in `__all__` and no others, with types, and quickly."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
import types
import typing
from importlib.metadata import version
from importlib.resources import files
from typing import Final

import msgspec
import pytest

import pgseq
from pgseq import api, errors
from tests.support.binaries import ROOT

#: What a program pays for only when it asks for it.
HEAVY: Final = ("psycopg", "rich", "rich_click", "click", "pgseq.api", "pgseq.workflow", "pgseq.cli", "asyncio")


def test_all_is_sorted_and_has_no_name_twice() -> None:
    assert pgseq.__all__ == sorted(set(pgseq.__all__))


@pytest.mark.parametrize("name", pgseq.__all__)
def test_every_name_can_be_imported(name: str) -> None:
    namespace: dict[str, object] = {}
    exec(f"from pgseq import {name}", namespace)
    assert namespace[name] is getattr(pgseq, name)


def test_names_for_type_checkers_are_those_at_run_time() -> None:
    """They are written twice, since at run time they are imported on demand."""
    tree = ast.parse(files(pgseq).joinpath("__init__.py").read_text("utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    imported = {
        alias.name: node.module for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert sorted([*imported, "__version__"]) == pgseq.__all__
    for name, module in imported.items():
        value = getattr(pgseq, name)
        assert (value.__package__ if isinstance(value, types.ModuleType) else value.__module__) == module


def test_every_error_and_every_function_is_exported() -> None:
    public = {
        name
        for module, kind in ((errors, type), (api, types.FunctionType))
        for name, value in vars(module).items()
        if isinstance(value, kind) and value.__module__ == module.__name__ and not name.startswith("_")
    }
    assert public <= set(pgseq.__all__)


def test_every_noun_that_is_returned_is_exported() -> None:
    found: set[type] = set()
    waiting: list[object] = [pgseq.Report, pgseq.Verification, pgseq.Cutover, pgseq.Explanation, pgseq.RangeReport]
    while waiting:
        one = waiting.pop()
        waiting += typing.get_args(one)
        if isinstance(one, type) and issubclass(one, msgspec.Struct) and one not in found:
            found.add(one)
            waiting += typing.get_type_hints(one).values()
    assert pgseq.SequenceReport in found
    assert {kind.__name__ for kind in found} <= set(pgseq.__all__)


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'chekc'"):
        getattr(pgseq, "chekc")  # noqa: B009
    assert not hasattr(pgseq, "Policy")


def test_star_and_version() -> None:
    namespace: dict[str, object] = {}
    exec("from pgseq import *", namespace)
    assert set(namespace) - {"__builtins__"} == set(pgseq.__all__)
    assert pgseq.__version__ == version("pgseq")


def test_types_and_data_are_shipped() -> None:
    package = files(pgseq)
    for path in ("py.typed", "pg/sequences.sql", "demo/shop.sql"):
        assert package.joinpath(path).is_file()
    built = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]
    assert built["targets"]["wheel"]["packages"] == ["src/pgseq"]
    assert set(built["targets"]["wheel"]) == {"packages", "hooks"}, "nothing is left out"


def test_import_loads_nothing_heavy() -> None:
    program = "import sys, pgseq; pgseq.__version__; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {name for name in loaded if name.startswith(HEAVY)}

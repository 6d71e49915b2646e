"""Options in groups, each handed to the command as one value."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def group(into: str, make: Callable[..., Any], *options: Decorator) -> Decorator:
    """A decorator that adds `options` and passes what `make` makes of their values as the argument `into`."""
    names = list(inspect.signature(make).parameters)

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapper(**values: Any) -> Any:
            part = {name: values.pop(name) for name in names}
            return function(**values, **{into: make(**part)})

        decorated: Callable[..., Any] = wrapper
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate

"""Classes of modules that the caller has imported."""

from __future__ import annotations

import sys
from typing import Any


def loaded(module: str, *names: str) -> tuple[type[Any], ...]:
    """These classes of a module; none where it has not been imported, so that nothing can be an instance of them."""
    content = vars(sys.modules[module]) if module in sys.modules else {}
    return tuple(content[name] for name in names if name in content)


def errors_of(driver: str) -> tuple[type[BaseException], ...]:
    """The base of a driver's errors, if the caller has imported the driver."""
    return loaded(driver, "Error")

"""Classes of modules that the caller has imported."""

from __future__ import annotations

import sys


def loaded(module: str, *names: str) -> tuple[type, ...]:
    """These classes of a module; none where it has not been imported, so that nothing can be an instance of them."""
    content = vars(sys.modules[module]) if module in sys.modules else {}
    return tuple(content[name] for name in names if name in content)

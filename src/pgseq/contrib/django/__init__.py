"""pgseq inside Django: put `"pgseq.contrib.django"` last in INSTALLED_APPS (docs/frameworks/django.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pgseq.contrib.django.operations import FixSequences as FixSequences
    from pgseq.contrib.django.operations import fix_sequences as fix_sequences
    from pgseq.contrib.django.testing import FixSequencesMixin as FixSequencesMixin

__all__ = ["FixSequences", "FixSequencesMixin", "fix_sequences"]


def __getattr__(name: str) -> Any:
    """What is exported, imported when it is asked for: every process of a project imports this package."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from pgseq.contrib.django import operations, testing

    return getattr(testing if name == "FixSequencesMixin" else operations, name)

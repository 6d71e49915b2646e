"""pgseq inside Django: put `"pgseq.contrib.django"` last in INSTALLED_APPS (docs/frameworks/django.md)."""

from pgseq.contrib.django.operations import FixSequences, fix_sequences
from pgseq.contrib.django.testing import FixSequencesMixin

__all__ = ["FixSequences", "FixSequencesMixin", "fix_sequences"]

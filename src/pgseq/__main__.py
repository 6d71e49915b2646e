"""`python -m pgseq`"""

from __future__ import annotations

from pgseq.cli import main

main()

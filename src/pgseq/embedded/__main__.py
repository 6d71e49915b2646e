"""The guardian of a temporary server's folder: started by `Guardian.start`, not by people."""

from __future__ import annotations

import sys
from pathlib import Path

from pgseq.embedded.guardian import stand_guard

stand_guard(Path(sys.argv[1]))

"""The guardian of a temporary server's folder: started by `pgseq.embedded.folder.guard`, not by people."""

from __future__ import annotations

import sys
from pathlib import Path

from pgseq.embedded.folder import stand_guard

stand_guard(Path(sys.argv[1]))

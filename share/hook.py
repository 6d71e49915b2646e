"""A hook of hatch: a wheel installs the files of files.py below share/."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Shared(BuildHookInterface[Any]):
    """Writes the files before a wheel is built, and removes them when it is."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write them; an editable installation has none."""
        if version == "editable":
            return
        # What is built, and not a version that is installed.
        sys.path[:0] = [self.root, str(Path(self.root) / "src")]
        from share.files import write

        self._folder = TemporaryDirectory()
        folder = Path(self._folder.name)
        for name in write(folder):
            build_data["shared_data"][str(folder / name)] = f"share/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove them."""
        if version != "editable":
            self._folder.cleanup()

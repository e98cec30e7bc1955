"""Find the system's Chromium, or install it where that is possible: `make chromium`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

HOW = """Chromium est introuvable : les essais dans un navigateur ne peuvent pas tourner.
  Debian, Ubuntu : sudo apt-get install chromium   (ou le paquet google-chrome-stable de Google)
  Fedora         : sudo dnf install chromium
  ailleurs       : donnez le chemin d’un Chromium ou d’un Chrome dans HYGIE_CHROMIUM.
"""


def find_chromium() -> str | None:
    """Path of the browser: HYGIE_CHROMIUM, else the first found on the PATH; None when there is none."""
    named = os.environ.get("HYGIE_CHROMIUM")
    if named:
        return named if Path(named).is_file() else shutil.which(named)
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def install_chromium() -> None:
    """Install the Debian package; only root can, elsewhere nothing happens."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", "--quiet", *command], check=False, env=environment)  # noqa: S603, S607  # fixed words, apt-get of the PATH


def main() -> int:
    """Say where the browser is; 1 when there is none."""
    if find_chromium() is None and "HYGIE_CHROMIUM" not in os.environ:
        install_chromium()
    found = find_chromium()
    if found is None:
        sys.stderr.write(HOW)
        return 1
    print(f"Chromium : {found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Run MiniStack: `python -m tools.emulator.server`, configured by its environment alone."""

from __future__ import annotations

import os
from pathlib import Path

# The functions inherit this environment, and are not to find this project's sources.
os.environ.pop("PYTHONPATH", None)

from tools.emulator.server.gateway import Server

Server(Path(os.environ["STATE_DIR"]), Path(os.environ.pop("PACKAGES_DIR"))).run()

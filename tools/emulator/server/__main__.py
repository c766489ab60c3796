"""Run MiniStack: `python -m tools.emulator.server`, configured by its environment alone."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

# The functions inherit this environment, and are not to find this project's sources.
os.environ.pop("PYTHONPATH", None)
# All workers end with this process. So a death in an earlier run is no sign against the report that was made.
os.environ["STACK_RUN"] = uuid4().hex

from tools.emulator.server.gateway import Server

Server(Path(os.environ["STATE_DIR"]), Path(os.environ.pop("PACKAGES_DIR"))).run()

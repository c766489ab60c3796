"""Run the command line: ``python -m pressrun_client``."""

from __future__ import annotations

from pressrun_client.start import main

if __name__ == "__main__":
    main()

"""Start the command line. Nothing else is imported here, so that Ctrl-C ends it quietly from the first moment."""

from __future__ import annotations

import signal


def main() -> None:
    """Be the console script."""
    # While modules are loaded, an interruption would be told by their stack trace.
    handler = signal.getsignal(signal.SIGINT)
    if handler is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from pressrun_client.cli.main import main as command

    signal.signal(signal.SIGINT, handler)
    command()

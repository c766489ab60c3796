"""Programs for people who develop, deploy and operate Pressrun: each runs as ``python -m tools.<name>``."""

import sys
from types import TracebackType


def _without_interruptions(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print no stack trace when a person ends a program by Ctrl-C, also while its modules are still loaded."""
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _without_interruptions

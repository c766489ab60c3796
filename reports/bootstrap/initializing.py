"""Make a function's use cases while Lambda initializes it, and prepare what it keeps for a snapshot (SnapStart).

Lambda starts functions from a snapshot of one that was initialized: its memory, its processes, the sockets between them
and its temporary files. So whatever has to differ between them, or may be old by then, is made anew when one starts.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING

from reports.render_contract import WarmUp

if TYPE_CHECKING:
    from reports.bootstrap.service import Service

_KIND = "AWS_LAMBDA_INITIALIZATION_TYPE"
_SNAPSHOT = "snap-start"


def at_init(service: Callable[[], Service], *use_cases: str) -> None:
    """Make use cases, or ports by dotted names, if this is Lambda; elsewhere nothing happens at import.

    Lambda gives its start all of a processor.
    """
    kind = os.environ.get(_KIND)
    if not kind:
        return
    made = service()
    for name in use_cases:
        attrgetter(name)(made)
    if kind == _SNAPSHOT:
        # Lambda's runtime has it, as it has boto3.
        from snapshot_restore_py import (  # type: ignore[import-not-found, unused-ignore]
            register_after_restore,
            register_before_snapshot,
        )

        register_before_snapshot(made.ports.before_snapshot)
        register_after_restore(made.ports.after_restore)


def warm_up() -> WarmUp:
    """Return when the rendering process of this function renders a page of its own."""
    kind = os.environ.get(_KIND)
    if not kind:
        return WarmUp.NOT
    return WarmUp.FIRST if kind == _SNAPSHOT else WarmUp.WHILE_IDLE

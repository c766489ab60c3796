"""Have X-Ray find the trace of a job: by annotations with its id, its tenant and its template.

Lambda records the functions' own segments. Annotations need a subsegment, which is one datagram to the daemon that
Lambda runs beside the function: https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
"""

from __future__ import annotations

import json
import os
import secrets
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

ANNOTATED = ("job_id", "tenant", "template")

_HEADER = {"format": "json", "version": 1}


def annotate(facts: Mapping[str, Any], *, at: float) -> None:
    """Annotate the trace that this function is part of; nothing without one, as on an emulator. ``at``: since 1970."""
    daemon = os.environ.get("AWS_XRAY_DAEMON_ADDRESS", "").split()
    trace = _fields(os.environ.get("_X_AMZN_TRACE_ID", ""))
    if not daemon or trace.get("Sampled") != "1" or "Root" not in trace or "Parent" not in trace:
        return
    subsegment = {
        "type": "subsegment",
        "name": "report",
        "id": secrets.token_hex(8),
        "trace_id": trace["Root"],
        "parent_id": trace["Parent"],
        "start_time": at,
        "end_time": at,
        "annotations": {name: str(facts[name]) for name in ANNOTATED if name in facts},
    }
    host, _, port = daemon[-1].removeprefix("udp:").rpartition(":")
    # No report depends on it.
    with suppress(OSError, ValueError, OverflowError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(f"{json.dumps(_HEADER)}\n{json.dumps(subsegment)}".encode(), (host, int(port)))


def _fields(header: str) -> Mapping[str, str]:
    pairs = (each.partition("=") for each in header.split(";"))
    return {name.strip(): value for name, _, value in pairs if value}

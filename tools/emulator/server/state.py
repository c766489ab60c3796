"""Gather MiniStack's state, and give it back.

MiniStack saves its state when it ends in good order, and not before: one file per service, next to the objects of S3,
which it writes at once. Here all services go into one snapshot of one moment. S3's objects may be newer than that.
"""

from __future__ import annotations

import contextvars
import copy
import hashlib
import json
import logging
import os
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from ministack import app
from ministack.core import persistence, responses
from ministack.services import cloudformation, lambda_svc, s3, sqs

from tools.emulator.server.replacing import replace
from tools.emulator.server.snapshots import Snapshot, Snapshots

log = logging.getLogger("state")

# S3 notes when an object was changed in whole seconds.
_MARGIN_SECONDS = 2.0


class State:
    """The state of all services, as snapshots in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._snapshots = Snapshots(folder / "snapshots")
        self._restored: dict[str, Any] | None = None
        self._taken_at = self._prepared_at = time.time()
        # A package of some ten megabytes is hashed and written once, not with every snapshot.
        self._packages: dict[int, tuple[bytes, str]] = {}
        self._needed_before: set[str] = set()
        self._write_package = lambda_svc._write_code_blob
        self._load_all = app._load_persisted_state

    def install(self) -> None:
        """Have MiniStack load its state from here, and save none by itself."""
        replace(app, "_load_persisted_state", self._restore)
        replace(app, "load_state", self._state_of)
        replace(app, "save_all", lambda _services: None)
        replace(lambda_svc, "_write_code_blob", self._package)
        replace(lambda_svc, "_prune_orphan_code_blobs", lambda _referenced: None)

    def prepare(self) -> None:
        """Write the functions' packages that are not on disk yet."""
        packages = {}
        for code in packages_of_functions():
            known = self._packages.get(id(code))
            packages[id(code)] = known or (code, self._write_durably(code))
        self._packages = packages
        # The child has the memory of the moment of its fork, which comes after this. By its own clock, what was
        # accepted while it was being started would pass for saved.
        self._prepared_at = time.time()

    def save(self) -> None:
        """Save a snapshot. For a forked child: it changes what it finds in memory."""
        # Nothing else runs here, so that nothing can change what is being written.
        replace(copy, "deepcopy", _not_copied)
        services = {}
        for name, get_state in app._build_persistence_save_dict().items():
            state = get_state()
            if state is not None:
                services[name] = [persistence._state_format_version(name), state]
        body = json.dumps(services, default=persistence._json_default).encode()
        self._snapshots.save(Snapshot(self._prepared_at, body))
        self._remove_what_ministack_saved()

    def tidy(self) -> None:
        """Remove the functions' packages that neither the last snapshot nor the one before it names."""
        needed = {digest for _, digest in self._packages.values()}
        for path in Path(lambda_svc.CODE_BLOB_DIR).glob("*.zip"):
            if path.stem not in needed | self._needed_before:
                path.unlink(missing_ok=True)
        self._needed_before = needed

    def _package(self, code: bytes) -> str:
        known = self._packages.get(id(code))
        return known[1] if known else str(self._write_package(code))

    def _write_durably(self, code: bytes) -> str:
        path = Path(lambda_svc.CODE_BLOB_DIR) / f"{hashlib.sha256(code).hexdigest()}.zip"
        is_new = not path.exists()
        digest = str(self._write_package(code))
        if is_new:
            with path.open("rb") as file:
                os.fsync(file.fileno())
        return digest

    def _remove_what_ministack_saved(self) -> None:
        """Remove the files of MiniStack's own, of a release that did not save snapshots: they are older than these."""
        for path in self._folder.glob("*.json"):
            path.unlink(missing_ok=True)

    def _restore(self) -> None:
        self._load_all()
        self._revive()

    def _state_of(self, service: str) -> Any:
        if self._restored is None:
            snapshot = self._snapshots.newest()
            if snapshot is None:
                return persistence.load_state(service)
            self._taken_at = snapshot.taken_at
            self._restored = json.loads(snapshot.body, object_hook=persistence._json_object_hook)
        version, state = self._restored.pop(service, (0, None))
        if version > persistence._state_format_version(service):
            log.error("The state of %s is of a later MiniStack, and is left out.", service)
            return None
        return state

    def _revive(self) -> None:
        """Take up what was under way when the last process ended, together with all functions."""
        now = time.time()
        for queue in list(sqs._queues._data.values()):
            for message in queue["messages"]:
                # The function that had received it is no more.
                if message.get("receipt_handle") and message["visible_at"] > now:
                    message["visible_at"] = now
        for stack in cloudformation._stacks._data.values():
            _give_up(stack)
        for (account, bucket), record in list(s3._buckets._data.items()):
            for key, stored in list(record["objects"].items()):
                if _seconds(stored.get("last_modified", "")) >= self._taken_at - _MARGIN_SECONDS:
                    contextvars.copy_context().run(_announce, account, bucket, key, stored)


def packages_of_functions() -> list[bytes]:
    """Return the packages of all functions and of their versions."""
    return [
        record["code_zip"]
        for function in list(lambda_svc._functions._data.values())
        for record in (function, *function.get("versions", {}).values())
        if isinstance(record.get("code_zip"), bytes)
    ]


def _not_copied(value: Any, _memo: Any = None) -> Any:
    return value


def _give_up(stack: dict[str, Any]) -> None:
    """End a deployment that was under way: the next one removes what is left of it, or brings it to its end."""
    status = str(stack.get("StackStatus", ""))
    if not status.endswith("_IN_PROGRESS"):
        return
    is_first = status.startswith(("CREATE_", "ROLLBACK_", "REVIEW_", "DELETE_"))
    stack["StackStatus"] = "ROLLBACK_COMPLETE" if is_first else "UPDATE_ROLLBACK_COMPLETE"


def _announce(account: str, bucket: str, key: str, stored: dict[str, Any]) -> None:
    """Send the notification of an object once more, for the first one may not be in the snapshot."""
    responses._request_account_id.set(account)
    s3._fire_s3_event_async(
        bucket,
        key,
        "s3:ObjectCreated:Put",
        size=stored.get("size", 0),
        etag=stored.get("etag", ""),
        version_id=stored.get("version_id"),
    )


def _seconds(moment: str) -> float:
    try:
        return datetime.fromisoformat(moment).timestamp()
    except ValueError:
        return 0.0

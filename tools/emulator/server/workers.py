"""Bound the processes that run functions, and have those of one package share its files.

MiniStack starts a process for each call that finds none idle, without a bound, and unpacks the package for each. It can
refuse calls beyond a limit, but not let them wait.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import uuid
import zipfile
from contextvars import ContextVar
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from tools.emulator.server.call_queue import CallQueue
from tools.emulator.server.packages import Packages
from tools.emulator.server.replacing import replace

log = logging.getLogger("workers")

_PROCESSORS = os.cpu_count() or 1
_PER_PROCESSOR, _MOST = 4, 16
WORKERS = min(_MOST, _PER_PROCESSOR * _PROCESSORS)
"""How many processes may run one function."""
# Of the request that a thread works on, by the monotonic clock. Behind many others it waits before it is read.
arrived: ContextVar[float | None] = ContextVar("arrived", default=None)

# Of a caller who waits for an answer: API Gateway itself gives up after 29 s. Others wait for as long as it takes.
_CALLERS_PATIENCE_SECONDS = 6.0
_PATIENCE_SECONDS = 3600.0
_RETRY_AFTER_SECONDS = 2
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
# What works off a queue leaves the processors to what answers.
_NICE = 10


class Workers:
    """The processes that run functions, and the calls that wait for them."""

    def __init__(self, packages: Packages) -> None:
        self._packages = packages
        self._queues: dict[str, CallQueue] = {}
        self._lock = threading.Lock()
        self._inside = threading.local()
        self._execute = lambda_svc._execute_function

    def install(self) -> None:
        """Have MiniStack run functions this way."""
        replace(lambda_svc, "_execute_function", self._wait_and_execute)
        replace(SharingWorker, "packages", self._packages)
        replace(lambda_runtime, "Worker", SharingWorker)
        archives = SimpleNamespace(
            ZipFile=_open_archive, BadZipFile=zipfile.BadZipFile, LargeFileError=zipfile.LargeZipFile
        )
        replace(lambda_runtime, "zipfile", archives)

    def _wait_and_execute(self, function: dict[str, Any], event: Any) -> dict[str, Any]:
        # It calls itself, once more, for the account of the function; and a function that calls another one holds a
        # worker, for which the other one must not wait.
        if getattr(self._inside, "is_so", False) or lambda_svc._invoke_depth.get() > 1:
            return dict(self._execute(function, event))
        queue = self._queue_of(function.get("config") or function)
        method = _method_of(event)
        patience = _PATIENCE_SECONDS if method is None else _CALLERS_PATIENCE_SECONDS
        if not queue.enter(is_read=method in _READS, patience_seconds=patience, since=arrived.get()):
            return {"body": _refusal()}
        self._inside.is_so = True
        try:
            return dict(self._execute(function, event))
        finally:
            self._inside.is_so = False
            queue.leave()

    def _queue_of(self, config: dict[str, Any]) -> CallQueue:
        key = lambda_runtime._worker_key(
            config.get("FunctionName", "unknown"), config, config.get("Version", "$LATEST")
        )
        with self._lock:
            if key not in self._queues:
                self._queues[key] = CallQueue(WORKERS, lambda: _count_ready(key), useful=_PROCESSORS)
            return self._queues[key]


def _count_ready(key: str) -> int:
    return sum(1 for worker in list(lambda_runtime._workers.get(key, ())) if worker._proc and worker._start_time)


def _method_of(event: Any) -> str | None:
    """Return the method of a request whose caller waits at API Gateway; None for all other events."""
    is_request = isinstance(event, dict) and "requestContext" in event and "methodArn" not in event
    return str(event.get("httpMethod")) if is_request else None


def _refusal() -> dict[str, Any]:
    """Return what resources/problems.yml has API Gateway answer when there are too many requests."""
    correlation_id = str(uuid.uuid4())
    problem = {
        "type": "urn:pressrun:problem:throttled",
        "title": "Too Many Requests",
        "status": 429,
        "code": "throttled",
        "detail": "Too many requests at once. Try again in a moment.",
        "correlation_id": correlation_id,
    }
    headers = {
        "Content-Type": "application/problem+json",
        "Retry-After": str(_RETRY_AFTER_SECONDS),
        "X-Correlation-Id": correlation_id,
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "Retry-After, WWW-Authenticate, X-Correlation-Id",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return {"statusCode": 429, "headers": headers, "body": json.dumps(problem)}


class SharingWorker(lambda_runtime.Worker):  # type: ignore[misc]
    """A worker whose code folder is a link to one that all workers of the same package use."""

    packages: Packages | None = None

    def __init__(self, func_name: str, config: dict[str, Any], code_zip: bytes) -> None:
        super().__init__(func_name, config, code_zip)
        self._package = code_zip

    def _spawn(self) -> None:
        # MiniStack writes this to a file, opens that as an archive, and unpacks it.
        assert self.packages is not None
        self.code_zip = str(self.packages.unpacked(self._package)).encode()
        super()._spawn()
        if any(mapping.get("FunctionName") == self.func_name for mapping in list(lambda_svc._esms._data.values())):
            os.setpriority(os.PRIO_PROCESS, self._proc.pid, _NICE)


class _LinkedArchive:
    """What looks like an archive and unpacks to a link to the folder that the file names."""

    def __init__(self, file: str) -> None:
        self._folder = Path(file).read_text("utf-8")

    def __enter__(self) -> _LinkedArchive:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def extractall(self, target: str) -> None:
        link = Path(target)
        link.rmdir()
        link.symlink_to(self._folder)


def _open_archive(file: str) -> _LinkedArchive | zipfile.ZipFile:
    return _LinkedArchive(file) if Path(file).name == "code.zip" else zipfile.ZipFile(file)

"""A renderer that does what a test tells it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from reports.datasets import RowsFile
from reports.render_contract import Output, Progress, ProgressListener, RenderedFile, RenderedReport, RenderRequest


class ScriptedRenderer:
    """A Renderer that makes a small file, or raises the next entry of ``faults``."""

    def __init__(self, *faults: BaseException) -> None:
        self.faults = list(faults)
        self.parts = [b"%PDF-1.7", b" fake"]
        self.fails_after_parts = 0
        self.progress: list[Callable[[Callable[[Progress], object]], None]] = []
        self.rendered: list[RenderRequest] = []
        self.seconds_left: list[float] = []
        self.before: Callable[[], None] = lambda: None
        self.layout: Mapping[str, Any] = {"path": "plain"}
        self.reading: Mapping[str, Any] = {}

    def render(
        self, request: RenderRequest, *, output: Output, progress: ProgressListener | None = None
    ) -> RenderedReport:
        self.before()
        # Rows are read while they are rendered, as by a renderer proper; afterwards their file is gone.
        read = {name: list(value) if isinstance(value, RowsFile) else value for name, value in request.data.items()}
        self.rendered.append(replace(request, data=read))
        for each in self.progress:
            if progress is not None:
                each(progress)
        self.seconds_left.append(request.deadline.seconds_left)
        if self.faults:
            for part in self.parts[: self.fails_after_parts]:
                output(part)
            raise self.faults.pop(0)
        thumbnail = RenderedFile("thumbnail.png", "image/png", b"\x89PNG", 4, 3)
        for part in self.parts:
            output(part)
        pdf = b"".join(self.parts)
        digest = hashlib.sha256(pdf).hexdigest()
        return RenderedReport(2, len(pdf), digest, (thumbnail,), layout=self.layout, reading=self.reading)

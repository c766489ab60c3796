"""Lend files to the rendering process, which may open none but those in a folder that is made for it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reports.render_contract import OnDisk


@contextmanager
def lent(data: Mapping[str, Any], folder: Path) -> Iterator[Mapping[str, Any]]:
    """Put the files that values of ``data`` are read from into a folder, and yield data that read them there."""
    places: list[Path] = []
    readable: dict[str, Any] = {}
    try:
        for name, value in data.items():
            if isinstance(value, OnDisk):
                places.append(folder / str(len(places)))
                _put(value.path, places[-1])
                readable[name] = value.at(places[-1])
            else:
                readable[name] = value
        yield readable
    finally:
        for place in places:
            place.unlink(missing_ok=True)


def _put(file: Path, place: Path) -> None:
    """Make a file appear at a second place; as a copy where it is on another disk, or a stranger's."""
    try:
        os.link(file.resolve(), place)
    except OSError:
        shutil.copyfile(file, place)

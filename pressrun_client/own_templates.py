"""Define what a service says about templates that a tenant has stored, and pack folders for it."""

from __future__ import annotations

import io
import zipfile
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pressrun_client.calls import Calls
from pressrun_client.documents import Document
from pressrun_client.errors import InputError, NotOverError
from pressrun_client.polling import pauses
from pressrun_client.timing import Deadline
from pressrun_client.transport import segment

MOST_BYTES = 2_500_000
"""Bytes that a packed template may have."""

_MARKS = ("schema.json", "template.html.j2")
_LEFT_OUT = ("__pycache__",)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a template; ``line`` is None for a whole file, ``file`` empty for the whole template."""

    message: str
    file: str
    line: int | None
    severity: str
    cure: str

    @classmethod
    def read(cls, document: Document) -> Finding:
        words = [document.optional_text(name) or "" for name in ("severity", "cure")]
        file = document.optional_text("file") or ""
        return cls(document.text("message"), file, document.optional_number("line"), words[0] or "error", words[1])

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part)
        return f"{f'{place}: ' if place else ''}{self.severity}: {self.message}{f'. {self.cure}' if self.cure else ''}"


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    """A version of a template of the tenant's own; ``status`` is checking, live or refused.

    ``share`` is of a hundred reports, while the version is tried beside the current one.
    """

    name: str
    version: int
    status: str
    current: bool
    findings: tuple[Finding, ...]
    share: int | None = None
    document: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, document: Document) -> TemplateVersion:
        return cls(
            document.text("name"),
            document.number("version"),
            document.text("status"),
            document.flag("current"),
            tuple(Finding.read(each) for each in document.parts("findings")),
            document.optional_number("share"),
            document.content,
        )


class OwnTemplateCalls(Calls):
    """Calls about templates of the tenant's own."""

    def put_template(self, name: str, archive: bytes, *, goes_live: bool = True) -> TemplateVersion:
        """Store a packed template as its next version, which is checked then. Raises RefusedError with its findings."""
        body = {"content": b64encode(archive).decode(), "goes_live": goes_live}
        # Sent twice, it is the same version.
        return TemplateVersion.read(self._call("PUT", f"/templates/{segment(name)}", body=body).document)

    def put_template_slots(self, name: str, slots: Mapping[str, Any], *, goes_live: bool = True) -> TemplateVersion:
        """Put colours, texts and data into the slots of a template of Pressrun's, as a new version."""
        body = {**slots, "goes_live": goes_live}
        return TemplateVersion.read(self._call("PUT", f"/templates/{segment(name)}/slots", body=body).document)

    def template_slots(self, name: str) -> Mapping[str, Any]:
        """Return what is in the slots of a template of Pressrun's, and what can be put there."""
        return self._call("GET", f"/templates/{segment(name)}/slots").document.content

    def template_version(self, name: str, version: int) -> TemplateVersion:
        """Return a version as it is now."""
        path = f"/templates/{segment(name)}/versions/{version}"
        return TemplateVersion.read(self._call("GET", path).document)

    def template_versions(self, name: str) -> Sequence[TemplateVersion]:
        """Return the versions of a template, the newest first."""
        document = self._call("GET", f"/templates/{segment(name)}/versions").document
        return [TemplateVersion.read(each) for each in document.parts("versions")]

    def template_difference(self, name: str, version: int) -> Mapping[str, Any]:
        """Return what a version changed since the one before."""
        path = f"/templates/{segment(name)}/versions/{version}/difference"
        return self._call("GET", path).document.content

    def replay_template(self, name: str, version: int, *, reports: int = 10) -> Document:
        """Have the newest reports of a template made once more, by the current version and by another one."""
        path = f"/templates/{segment(name)}/versions/{version}/replay"
        return self._call("POST", path, body={"reports": reports}, repeatable=False).document

    def use_template(self, name: str, version: int, *, share: int = 100) -> None:
        """Choose the version that reports are made of, or that ``share`` of a hundred are made of."""
        self._call("PUT", f"/templates/{segment(name)}/current", body={"version": version, "share": share})

    def remove_template(self, name: str, version: int | None = None) -> None:
        """Remove a version, or a template with all its versions."""
        below = "" if version is None else f"/versions/{version}"
        self._call("DELETE", f"/templates/{segment(name)}{below}")

    def checked_template(self, stored: TemplateVersion, deadline: Deadline) -> TemplateVersion:
        """Return a version when its check is over. Raises NotOverError."""
        for pause in pauses():
            if stored.status != "checking":
                return stored
            if not deadline.left:
                raise NotOverError(f"The check of {stored.name}@{stored.version} goes on; look again later.")
            self._waiting.sleep(min(pause, deadline.left))
            stored = self.template_version(stored.name, stored.version)
        raise AssertionError


def is_template(folder: Path) -> bool:
    """Tell whether a folder is a template."""
    return not folder.name.startswith(("_", ".")) and any((folder / name).is_file() for name in _MARKS)


def folders_of(place: Path) -> list[Path]:
    """Return a folder that is a template, or the templates in it. Raises InputError if there is none."""
    place = place.resolve()
    found = [place] if is_template(place) else sorted(each for each in place.glob("*") if is_template(each))
    if not found:
        raise InputError(f"There is no template in {place}: one is a folder with template.html.j2 and schema.json.")
    return found


def packed(folder: Path) -> bytes:
    """Pack a template's folder, always to the same bytes. Raises InputError."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            parts = path.relative_to(folder).parts
            if not any(part.startswith(".") or part in _LEFT_OUT for part in parts):
                entry = zipfile.ZipInfo("/".join(parts))
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())
    if body.tell() > MOST_BYTES:
        raise InputError(f"The template {folder.name!r} has {body.tell():,} bytes packed, and may have {MOST_BYTES:,}.")
    return body.getvalue()

"""Decide what a document may read: its template's own files, the shared ones, and ``data:`` URIs. Nothing else.

This is a list of what is allowed. Lists of what is forbidden have been passed by ``HTTP://``, ``\\\\host``, redirects,
links and encoded paths in more than one product.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import DataHandler, Request

from PIL import Image
from weasyprint.urls import URLFetcher, URLFetcherResponse

from reports.engine.document.images import decode_picture, open_picture
from reports.engine.document.picture_work import was_made
from reports.engine.document.plain_pictures import encoded, has_plain_colours
from reports.engine.templating.template_code import SHARED
from reports.engine.weasy.svg_size import check_size
from reports.engine.weasy.svg_work import check_work, parse_svg
from reports.errors import PressrunError, ResourceBlockedError, UnreadableFileError
from reports.picture_formats import HEAD_BYTES, picture_format

# What WeasyPrint puts into a PDF by itself; of all else it gets a copy.
_AS_THEY_ARE = ("JPEG", "MPO", "PNG", "WEBP")
_SVG = "image/svg+xml"
_COPY = "data:,"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A resource that a document did not get, with the reason; ``resource`` is shortened and holds no data."""

    resource: str
    error: PressrunError


class TemplateResources(URLFetcher):  # type: ignore[misc]
    """Serve files below the given folders, and ``data:`` URIs. Make one for each render.

    WeasyPrint swallows errors in some places (pictures inside SVG, fonts), so every refusal is also kept in
    ``refusals``, for the renderer to ask about at the end. Without ``takes_cmyk``, pictures for a press become sRGB.
    """

    def __init__(self, roots: Sequence[Path], *, takes_cmyk: bool = True) -> None:
        super().__init__(allowed_protocols=("file", "data"), allow_redirects=False, fail_on_errors=True)
        self._roots = [root.resolve() for root in roots]
        self._takes_cmyk = takes_cmyk
        self.refusals: list[Refusal] = []

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002
        """Return the resource, or raise a PressrunError, which ends the render."""
        try:
            scheme = url.partition(":")[0].lower()
            if scheme == "data":
                return self._data(url)
            if scheme == "file":
                return self._file(url)
            raise ResourceBlockedError(
                f"The document asked for {shortened(url)!r}. It may only use files of its template and data: URIs."
            )
        except PressrunError as error:
            self.refusals.append(Refusal(shortened(url), error))
            raise
        except MemoryError:
            raise  # a limit of the render, and no fault of the resource
        except Exception as error:
            refused = ResourceBlockedError(f"The document asked for {shortened(url)!r}, which cannot be read.")
            self.refusals.append(Refusal(shortened(url), refused))
            raise refused from error

    def open(self, url: object, data: object = None, timeout: object = None) -> URLFetcherResponse:  # noqa: ARG002
        """Refuse the way around ``fetch`` that an OpenerDirector has."""
        raise ResourceBlockedError("Resources of a document are only read by fetch().")

    def _file(self, url: str) -> URLFetcherResponse:
        parts = urlsplit(url)
        path = self._place_of(Path(unquote(parts.path, errors="strict")))
        if parts.netloc or not any(path.is_relative_to(root) for root in self._roots):
            raise ResourceBlockedError(
                f"The document asked for {shortened(url)!r}, outside of its template's folder. "
                "Put the file there, or pass it as a data: URI."
            )
        try:
            body = path.read_bytes()
        except OSError as error:
            raise ResourceBlockedError(
                f"The document asked for {path.name!r}, which its template does not have. Add it, or fix the name."
            ) from error
        content_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return self._printable(url, content_type, body)

    def _place_of(self, path: Path) -> Path:
        """Return where a file is. A template without a shared folder beside it has the product's."""
        folder, *others = self._roots
        beside = folder.parent / SHARED
        if others and path.is_relative_to(beside) and others[0] != beside:
            return (others[0] / path.relative_to(beside)).resolve()
        return path.resolve()

    def _data(self, url: str) -> URLFetcherResponse:
        try:
            response = DataHandler().data_open(Request("data:" + url[5:]))  # noqa: S310, it decodes, and opens nothing
            body, content_type = response.read(), response.headers.get_content_type()
        except (ValueError, OSError) as error:
            raise UnreadableFileError("A data: URI is malformed. Write it as data:<type>;base64,<data>.") from error
        # Pictures only. A font face would stay in the fonts of this process, for the next job to be printed with.
        if not content_type.startswith("image/"):
            raise ResourceBlockedError(f"The document asked for {shortened(url)!r}. A data: URI may only be a picture.")
        return self._printable(url, content_type, body)

    def _printable(self, url: str, content_type: str, body: bytes) -> URLFetcherResponse:
        """Return a resource as WeasyPrint may have it, pictures decoded once, and a copy of those it cannot print.

        WeasyPrint prints half of a damaged picture, and a bomb until memory ends. It has Pillow guess among all its
        formats, and passes over colour profiles.
        """
        if content_type == _SVG:
            root = parse_svg(body)
            check_work(root, len(body))
            check_size(root, self)
        elif was_made(body):
            pass  # by decoding a picture, and encoding it in plain colours
        elif content_type.startswith("image/") or picture_format(body[:HEAD_BYTES]) is not None:
            picture = open_picture(body)
            decode_picture(picture)
            is_foreign = picture.mode == "CMYK" and not self._takes_cmyk
            if picture.format not in _AS_THEY_ARE or is_foreign or not has_plain_colours(picture):
                body, content_type = encoded(picture)
                url = _COPY  # from a file's address, WeasyPrint would read it once more
            elif picture.format == "PNG":
                _check_as_it_will_be_read(body)
        return URLFetcherResponse(url, body, {"Content-Type": content_type})


def _check_as_it_will_be_read(body: bytes) -> None:
    """Decode a PNG file once more, as WeasyPrint does while it writes the PDF, where nothing catches what is raised.

    WeasyPrint has Pillow pass over what is broken. Behind the pixels that can fail where strictness just ends.
    """
    try:
        Image.open(BytesIO(body), formats=("PNG",)).load()
    except MemoryError:
        raise
    except Exception as error:
        raise UnreadableFileError("A PNG picture is damaged behind its pixels. Save it again.") from error


def shortened(url: str) -> str:
    """Return a URL fit for messages: of a ``data:`` URI its type, else 120 characters without query."""
    if url[:5].lower() == "data:":
        return url.partition(",")[0].partition(";")[0][:60] + ",…"
    plain = url.partition("?")[0].partition("#")[0]
    return plain if len(plain) <= 120 else plain[:119] + "…"

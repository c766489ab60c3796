"""Read the options of an uploaded file: those in its own metadata, and those in a file beside it."""

from __future__ import annotations

from collections.abc import Mapping
from email.errors import MessageError
from email.header import decode_header, make_header
from typing import Any

from pydantic import ValidationError

from reports import strict_json
from reports.catalog.violations import violations_of
from reports.errors import InputUnavailableError, InvalidOptionsError, TooLargeError, Violation
from reports.jobs import object_keys
from reports.jobs.ports import ObjectStore
from reports.jobs.protect_request import check_no_passwords
from reports.jobs.request import ReportOptions
from reports.jobs.values import InputRef
from reports.jobs.written_options import merged, options_of_texts

PREFIX = "pressrun-"
"""What the names of metadata for Pressrun begin with, behind S3's ``x-amz-meta-``."""

WHOLE = "options"
"""The name of the metadata that have options as JSON."""

MOST_BYTES_OF_SIDECAR = 64 * 1024

_METADATA = f"the metadata of the upload (x-amz-meta-{PREFIX}…)"


class UploadOptions:
    """The options of uploaded files. Of options for the same thing, the nearer to the file wins.

    That is ``x-amz-meta-pressrun-<name>`` before ``x-amz-meta-pressrun-options``, and both before
    ``<file>.pressrun.json``.
    """

    def __init__(self, uploads: ObjectStore) -> None:
        self._uploads = uploads

    def of(self, file: InputRef) -> ReportOptions:
        """Return the options of a file in a tenant's folder.

        Raises InvalidOptionsError for options that cannot be understood, InputUnavailableError when there is no such
        file, ServiceUnavailableError.
        """
        metadata = self._uploads.metadata(file.key, version_id=file.version_id)
        texts = {
            name.removeprefix(PREFIX): _decoded(text) for name, text in metadata.items() if name.startswith(PREFIX)
        }
        beside = self._beside(file.key)
        whole = _parsed(texts.pop(WHOLE, "{}"), _METADATA)
        try:
            single = options_of_texts(texts)
        except ValueError as error:
            raise InvalidOptionsError([Violation("", str(error))], _METADATA) from None
        own = merged(whole, single)
        _checked(own, _METADATA)
        options = _checked(merged(beside, own), _METADATA)
        check_no_passwords(options.protect)
        return options

    def _beside(self, key: str) -> Mapping[str, Any]:
        sidecar = object_keys.sidecar_of(key)
        name = sidecar.rsplit("/", 1)[-1]
        if len(sidecar.encode()) > object_keys.LONGEST_KEY:
            return {}
        try:
            body = self._uploads.get(sidecar, max_bytes=MOST_BYTES_OF_SIDECAR)
        except InputUnavailableError:
            return {}
        except TooLargeError:
            fault = Violation("", f"it has more than {MOST_BYTES_OF_SIDECAR:,} bytes")
            raise InvalidOptionsError([fault], name) from None
        options = _parsed(body, name)
        _checked(options, name)
        return options


def _parsed(text: str | bytes, place: str) -> dict[str, Any]:
    try:
        options = strict_json.parse(text)
    except ValueError as error:
        raise InvalidOptionsError([Violation("", f"this is not JSON: {error}")], place) from None
    if not isinstance(options, dict):
        raise InvalidOptionsError([Violation("", "this is no JSON object")], place)
    return options


def _checked(options: Mapping[str, Any], place: str) -> ReportOptions:
    try:
        return ReportOptions.model_validate(options)
    except ValidationError as error:
        raise InvalidOptionsError(violations_of(error), place) from None


def _decoded(text: str) -> str:
    """Decode what S3 makes of metadata that are not ASCII: encoded words (RFC 2047)."""
    if "=?" not in text:
        return text
    try:
        return str(make_header(decode_header(text)))
    except (MessageError, LookupError, UnicodeError, ValueError):
        return text

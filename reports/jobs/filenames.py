"""Define which names of files callers may give."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

PLAIN_NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$"
"""What callers name things of their tenant's by, such as an asset or a secret."""

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')
# What the validator below lets through, in words of JSON Schema.
_PATTERN = r'^[^\x00-\x1f\x7f/\\:*?"<>|]*[^\x00-\x1f\x7f/\\:*?"<>|. ][^\x00-\x1f\x7f/\\:*?"<>|]*$'
_UNPAIRED_SURROGATE = re.compile(r"[\ud800-\udfff]")


def encodable(text: str) -> str:
    """Return a text that has characters only. Raises ValueError."""
    if _UNPAIRED_SURROGATE.search(text):
        raise ValueError("contains an unpaired surrogate, which is not a character")
    return text


def _without_path(text: str) -> str:
    if _FORBIDDEN.search(text) or text.strip(". ") == "":
        raise ValueError('use a plain file name, without any of / \\ : * ? " < > | and control characters')
    return text


Filename = Annotated[
    str,
    StringConstraints(min_length=1, max_length=120),
    AfterValidator(_without_path),
    AfterValidator(encodable),
    Field(json_schema_extra={"pattern": _PATTERN}),
]

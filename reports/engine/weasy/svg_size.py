"""Measure an SVG picture before it is placed: layout does so without a net, and drawing has one."""

from __future__ import annotations

from math import isfinite
from xml.etree import ElementTree

from weasyprint.images import SVGImage
from weasyprint.urls import URLFetcher

from reports.errors import PressrunError, UnreadableFileError

_ANY_RESOLUTION = 1
_ANY_FONT_SIZE = 16
_LARGEST = 1e7
"""Pixels; a hundred times more than the largest sheet of paper has."""


def check_size(root: ElementTree.Element, fetcher: URLFetcher) -> None:
    """Raise UnreadableFileError for a picture whose size, or ``viewBox``, WeasyPrint cannot make anything of.

    ``fetcher`` decides on style sheets that it imports, and raises what it decides.
    """
    try:
        # By WeasyPrint itself, whose reading of attributes and styles is the one that counts.
        picture = SVGImage(root, "", fetcher, None)
    except (PressrunError, MemoryError):
        raise
    except Exception:  # noqa: BLE001, layout finds the same, and has a net for this step
        return
    try:
        found = picture.get_intrinsic_size(_ANY_RESOLUTION, _ANY_FONT_SIZE)
        is_size = all(each is None or (isfinite(each) and 0 <= each <= _LARGEST) for each in found)
    except MemoryError:
        raise
    except Exception as error:
        raise _not_a_size() from error
    if not is_size:
        raise _not_a_size()


def _not_a_size() -> UnreadableFileError:
    return UnreadableFileError(
        "An SVG picture has a width, a height or a viewBox that is no size, or cannot be read. Export it again."
    )

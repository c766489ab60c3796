"""Load WeasyPrint without what it loads in vain: see ``patches.imports``.

For another WeasyPrint than the C declarations were made of, only the search for libraries is spared: slower, but as
right.
"""

from __future__ import annotations

import importlib
import sys
import warnings

from reports.engine.weasy.patches.imports import OtherDeclarationsError, no_search_for_libraries, stand_ins


def import_weasyprint() -> None:
    """Import WeasyPrint, after the native libraries are loaded and fontconfig has been pointed to its fonts."""
    if "weasyprint" in sys.modules:
        return
    with no_search_for_libraries(), warnings.catch_warnings():
        # It deprecates systems that lack libharfbuzz-subset, such as Debian 12; the bundled libraries have it.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            with stand_ins():
                importlib.import_module("weasyprint")
        except OtherDeclarationsError:
            importlib.import_module("weasyprint")

"""Load WeasyPrint without what it loads in vain. A third of a cold start is spent on that otherwise.

- It asks ``ctypes.util.find_library`` for names that only other systems have, 24 times; each time that starts a
  compiler or a linker, or looks for them. The libraries are in the process already, under their sonames.
- cffi parses 16 KB of C declarations with a parser written in Python, and so each type that is first used by a render.
  ``pango_declarations`` holds the outcome; ``python -m tools.declarations`` makes it anew for another WeasyPrint.
- fontTools' subsetting and instancing are needed for variable fonts, and where libharfbuzz-subset is missing.

For another WeasyPrint than the declarations were made of, only the first is done: slower, but as right.
"""

from __future__ import annotations

import ctypes.util
import hashlib
import importlib
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

_FFI_MODULE = "weasyprint.text.ffi"


class OtherDeclarationsError(ImportError):
    """Say that WeasyPrint declares other functions than those that were compiled."""


def import_weasyprint() -> None:
    """Import WeasyPrint, after the native libraries are loaded and fontconfig has been pointed to its fonts."""
    if "weasyprint" in sys.modules:
        return
    with _no_search_for_libraries(), warnings.catch_warnings():
        # It deprecates systems that lack libharfbuzz-subset, such as Debian 12; the bundled libraries have it.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            with _stand_ins(_modules_to_spare()):
                importlib.import_module("weasyprint")
        except OtherDeclarationsError:
            importlib.import_module("weasyprint")


@contextmanager
def _no_search_for_libraries() -> Iterator[None]:
    search = ctypes.util.find_library
    ctypes.util.find_library = lambda name: None  # noqa: ARG005
    try:
        yield
    finally:
        ctypes.util.find_library = search


@contextmanager
def _stand_ins(modules: Mapping[str, ModuleType]) -> Iterator[None]:
    """Let imports find these modules instead of the real ones, which later imports find again."""
    absent = {name: module for name, module in modules.items() if name not in sys.modules}
    sys.modules.update(absent)
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


def _modules_to_spare() -> dict[str, ModuleType]:
    cffi = ModuleType("cffi")
    vars(cffi)["FFI"] = _compiled_ffi
    subset = ModuleType("fontTools.subset")
    vars(subset)["__getattr__"] = lambda name: getattr(importlib.import_module("fontTools.subset"), name)
    instancer = ModuleType("fontTools.varLib.instancer")
    vars(instancer)["instantiateVariableFont"] = _instantiate_variable_font
    return {module.__name__: module for module in (cffi, subset, instancer)}


def _instantiate_variable_font(*arguments: Any, **options: Any) -> Any:
    return importlib.import_module("fontTools.varLib.instancer").instantiateVariableFont(*arguments, **options)


def _compiled_ffi() -> Any:
    """Return what ``cffi.FFI()`` would be once WeasyPrint's declarations have been parsed."""
    import _cffi_backend  # type: ignore[import-untyped]

    from reports.engine.weasy import pango_declarations as declarations

    class CompiledFFI(_cffi_backend.FFI):  # type: ignore[misc]
        @staticmethod
        def cdef(source: str) -> None:
            if hashlib.sha256(source.encode()).hexdigest() != declarations.SOURCE_SHA256:
                raise OtherDeclarationsError("run `python -m tools.declarations`")

    return CompiledFFI("reports.engine.weasy.pango_declarations", **declarations.COMPILED)

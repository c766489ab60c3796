"""Replace what WeasyPrint loads in vain while it is imported. A third of a cold start is spent on that otherwise.

Nothing here imports WeasyPrint: ``import_weasyprint`` applies all of it before and while it does.
"""

from __future__ import annotations

import ctypes.util
import hashlib
import importlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from reports.engine.weasy.patches import replaces


class OtherDeclarationsError(ImportError):
    """WeasyPrint declares other functions than those that were compiled."""


@replaces("ctypes.util.find_library", release="70.0")
@contextmanager
def no_search_for_libraries() -> Iterator[None]:
    """Find no library by name meanwhile.

    WeasyPrint asks for names that only other systems have, 24 times; each time that starts a compiler or a linker, or
    looks for them. The libraries are in the process already, under their sonames.
    """
    search = ctypes.util.find_library
    ctypes.util.find_library = lambda name: None  # noqa: ARG005
    try:
        yield
    finally:
        ctypes.util.find_library = search


@contextmanager
def stand_ins() -> Iterator[None]:
    """Let imports find modules of ours instead of the real ones, which later imports find again."""
    with _stand_ins({module.__name__: module for module in (compiled_cffi(), lazy_subset(), lazy_instancer())}):
        yield


@replaces("cffi.FFI", release="70.0")
def compiled_cffi() -> ModuleType:
    """Return a module that stands in for cffi and knows WeasyPrint's C declarations already.

    cffi parses 16 KB of them with a parser written in Python, and so each type that is first used by a render.
    ``pango_declarations`` holds the outcome; ``python -m tools.declarations`` makes it anew for another WeasyPrint.
    """
    cffi = ModuleType("cffi")
    vars(cffi)["FFI"] = _compiled_ffi
    return cffi


@replaces("fontTools.subset", release="70.0")
def lazy_subset() -> ModuleType:
    """Return a module that stands in for fontTools.subset and loads it once it is used.

    WeasyPrint needs it only where libharfbuzz-subset is missing.
    """
    subset = ModuleType("fontTools.subset")
    vars(subset)["__getattr__"] = lambda name: getattr(importlib.import_module("fontTools.subset"), name)
    return subset


@replaces("fontTools.varLib.instancer.instantiateVariableFont", release="70.0")
def lazy_instancer() -> ModuleType:
    """Return a module that stands in for fontTools.varLib.instancer and loads it for the first variable font."""
    instancer = ModuleType("fontTools.varLib.instancer")
    vars(instancer)["instantiateVariableFont"] = _instantiate_variable_font
    return instancer


@contextmanager
def _stand_ins(modules: Mapping[str, ModuleType]) -> Iterator[None]:
    absent = {name: module for name, module in modules.items() if name not in sys.modules}
    sys.modules.update(absent)
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


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

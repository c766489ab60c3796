"""Compile templates to Python when a package is built, since each process would do so again: Lambda keeps nothing.

``template.html.j2`` becomes ``__pycache__/template.html.j2.py``, and that a ``.pyc``, like every module of a package. A
program that is not of exactly this template and this Jinja is passed over.
"""

from __future__ import annotations

import hashlib
from collections.abc import MutableMapping
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import Environment, FileSystemLoader, Template

_KEY = "COMPILED_FROM"
_FORM = "decimal literals"
"""What is in programs besides what Jinja writes."""


class CompiledLoader(FileSystemLoader):
    """Load templates from files, by their programs where there are any."""

    def load(self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None) -> Template:
        """Return a template. Raises jinja2.TemplateNotFound or TemplateSyntaxError."""
        source, filename, _ = self.get_source(environment, name)
        program = program_of(Path(filename))
        if program.is_file():
            # As errors are to name the line of the template.
            namespace: dict[str, Any] = {"__file__": filename}
            code = SourceFileLoader(name, str(program)).get_code(name)
            assert code is not None
            exec(code, namespace)  # noqa: S102, a module of the package like any other
            if namespace.get(_KEY) == _key(source):
                return environment.template_class.from_module_dict(environment, namespace, globals or {})
        return super().load(environment, name, globals)


def program_of(template: Path) -> Path:
    """Return where a template's program is, if it has one: not among the sources, of which jobs keep a digest."""
    return template.parent / "__pycache__" / f"{template.name}.py"


def write_program(environment: Environment, template: Path) -> Path:
    """Compile a template to a Python program, and return that."""
    source = template.read_text("utf-8")
    code = environment.compile(source, name=template.name, filename=str(template), raw=True, defer_init=True)
    program = program_of(template)
    program.parent.mkdir(exist_ok=True)
    # At the end, as Jinja knows which line of the template each line of its program is from.
    program.write_text(f"{code}\n\n{_KEY} = {_key(source)!r}\n", "utf-8")
    return program


def _key(source: str) -> str:
    return hashlib.sha256(f"{jinja2.__version__} {_FORM}\n{source}".encode()).hexdigest()

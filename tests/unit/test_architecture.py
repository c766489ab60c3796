"""Enforce who may import whom; the table in docs/architecture.md says why."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

OURS = ("handlers", "reports", "pressrun_client")

GROUND = {
    f"reports.{name}"
    for name in ("errors", "findings", "clock", "strict_json", "csv_rows", "render_contract", "picture_formats")
}


def packages(*names: str) -> set[str]:
    return {f"reports.{name}" for name in names}


# Module or package → what it may import of ours, and of third parties. The longest name that matches counts.
ALLOWED: dict[str, tuple[set[str], set[str]]] = {
    # The ground: no package of ours.
    "reports.errors": (set(), set()),
    "reports.findings": (set(), set()),
    "reports.picture_formats": (set(), set()),
    "reports.clock": (set(), set()),
    "reports.strict_json": (set(), set()),
    "reports.csv_rows": (set(), set()),
    "reports.backoff": (set(), set()),
    "reports.locales": ({"reports.errors"}, set()),
    "reports.locale_data": (set(), {"babel"}),
    "reports.render_contract": ({"reports.clock"}, set()),
    # Words, each on the ground and on those before it.
    "reports.access": (GROUND | packages("access"), set()),
    "reports.catalog": (GROUND | packages("catalog"), {"jsonschema", "pydantic", "referencing"}),
    "reports.jobs": (GROUND | packages("access", "jobs"), {"pydantic"}),
    "reports.shelf": (GROUND | packages("access", "catalog", "jobs", "shelf"), set()),
    "reports.datasets": (GROUND | packages("catalog", "datasets", "locale_data"), {"charset_normalizer"}),
    # Use cases. None knows another one's package.
    "reports.intake": (GROUND | packages("access", "catalog", "jobs", "shelf", "locales", "intake"), set()),
    "reports.intake.asset_check": (packages("errors", "render_contract"), {"pypdf"}),
    "reports.worker": (
        GROUND | packages("access", "catalog", "datasets", "jobs", "shelf", "backoff", "worker"),
        {"pydantic"},
    ),
    "reports.lifecycle": (GROUND | packages("access", "jobs", "lifecycle"), {"pydantic"}),
    "reports.delivery": (GROUND | packages("access", "jobs", "backoff", "delivery"), {"jinja2"}),
    # Technology.
    "reports.engine": (packages("errors", "render_contract", "engine"), {"jinja2"}),
    "reports.engine.sandbox": (
        packages("errors", "clock", "render_contract", "engine.kernel", "engine.renderer", "engine.sandbox")
        | packages("engine.warm_up"),
        set(),
    ),
    "reports.engine.document": (
        packages("errors", "render_contract", "picture_formats")
        | packages(*(f"engine.{name}" for name in ("document", "longtable", "notes", "templating", "weasy"))),
        {"PIL", "deflate", "pi_heif", "pypdfium2", "weasyprint"},
    ),
    "reports.engine.finish": (
        packages("errors", "csv_rows", "render_contract", "engine.finish"),
        {"PIL", "pikepdf", "pypdfium2", "xlsxwriter"},
    ),
    "reports.engine.einvoice": (
        packages("errors", "render_contract", "engine.einvoice"),
        {"elementpath", "facturx", "lxml"},
    ),
    "reports.engine.templating": (
        packages("findings", "render_contract", "locale_data", "engine.templating", "engine.weasy"),
        {"babel", "fontTools", "jinja2", "markupsafe", "segno", "zxingcpp"},
    ),
    # What is wrong with a template, found in the process that renders, or on an author's machine.
    "reports.engine.checks": (
        packages("catalog", "errors", "findings", "render_contract", *(f"engine.{n}" for n in ("checks", "templating")))
        | packages("engine.weasy"),
        {"fontTools", "jinja2", "jsonschema_specifications", "tinycss2", "weasyprint"},
    ),
    "reports.engine.longtable": (
        packages("errors", *(f"engine.{name}" for name in ("kernel", "longtable", "templating", "weasy"))),
        {"deflate"},
    ),
    # The door to WeasyPrint's inside.
    "reports.engine.weasy": (
        packages("errors", "engine.weasy"),
        {"_cffi_backend", "cssselect2", "deflate", "fontTools", "pydyf", "tinycss2", "weasyprint"},
    ),
    # These serve the adapters; no adapter knows another one.
    "reports.adapters": (
        GROUND
        | packages("access", "jobs", "shelf", "delivery")
        | packages(
            *(
                f"adapters.{name}"
                for name in (
                    "aws_errors",
                    "dynamodb.batch_writes",
                    "dynamodb.conditional_writes",
                    "dynamodb.job_items",
                    "dynamodb.job_queries",
                    "dynamodb.packing",
                    "dynamodb.queries",
                    "email_messages",
                    "kms_signing",
                    "s3.multipart_upload",
                    "sqs.visibility",
                    "ssm_signing_keys",
                    "signature_text",
                    "timestamp_authority",
                    "visible_signature",
                )
            )
        ),
        {"asn1crypto", "boto3", "botocore", "cryptography", "fontTools", "jwt", "pydantic", "pyhanko"}
        | {"pyhanko_certvalidator", "uharfbuzz"}
        | {f"mypy_boto3_{name}" for name in ("dynamodb", "kms", "lambda", "s3", "ses", "sns", "sqs", "ssm")},
    ),
    # What puts all together, and what stands before it.
    "reports.bootstrap": ({"reports"}, {"boto3", "botocore", "snapshot_restore_py", "uuid6"}),
    "handlers": (
        GROUND
        | {"handlers"}
        | packages("bootstrap", "access", "catalog", "jobs", "shelf", "intake", "worker", "lifecycle", "delivery"),
        {"aws_lambda_powertools", "pydantic", "typing_extensions"},
    ),
    "pressrun_client": ({"pressrun_client"}, {"requests", "urllib3"}),
    "pressrun_client.signatures": ({"pressrun_client"}, {"cryptography"}),
    "pressrun_client.cli": ({"pressrun_client"}, {"click", "rich"}),
}

# What WeasyPrint's documentation names. All else of it is behind the door.
DOCUMENTED = {
    "weasyprint.Attachment",
    "weasyprint.CSS",
    "weasyprint.HTML",
    "weasyprint.css.counters.CounterStyle",
    "weasyprint.document.Document",
    "weasyprint.text.fonts.FontConfiguration",
    "weasyprint.urls.FatalURLFetchingError",
    "weasyprint.urls.URLFetcher",
    "weasyprint.urls.URLFetcherResponse",
}

# C libraries that Python's own code calls: the door's, and the kernel's for the sandbox.
CALLS_C = ("reports.engine.weasy", "reports.engine.sandbox", "reports.engine.kernel")


def modules() -> Iterator[tuple[str, Path]]:
    for package in OURS:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield name.removesuffix(".__init__"), path


# As ruff has them: one statement a line. To parse every module would take seconds.
IMPORT = re.compile(r"^[ \t]*((?:from [\w.]+ )?import (?:\([^)]*\)|[^(\n]+))$", re.MULTILINE)


@cache
def imports(path: Path) -> frozenset[str]:
    """Return the full names of imported modules; `from reports import clock` counts as `reports.clock`."""
    text = re.sub(r"[ \t]*#[^\n]*", "", path.read_text("utf-8"))
    return frozenset(name for found in IMPORT.finditer(text) for name in imported(found[1], path))


def imported(statement: str, path: Path) -> Iterator[str]:
    [node] = ast.parse(statement).body
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, f"{path}: relative import"
        for alias in node.names:
            full = f"{node.module}.{alias.name}"
            yield full if is_module(full) else str(node.module)


@cache
def is_module(name: str) -> bool:
    path = ROOT / name.replace(".", "/")
    return path.with_name(f"{path.name}.py").exists() or path.is_dir()


def rule_for(module: str) -> tuple[set[str], set[str]]:
    names = [name for name in ALLOWED if module == name or module.startswith(f"{name}.")]
    assert names, f"{module} has no rule in {Path(__file__).name}: give it one"
    return ALLOWED[max(names, key=len)]


def test_a_module_imports_only_what_its_layer_may() -> None:
    wrong = [
        f"{module} {fault}"
        for module, path in modules()
        if module not in ("reports", "handlers")
        for fault in faults_of_imports(module, path)
    ]

    assert not wrong, "\n" + "\n".join(wrong)


def faults_of_imports(module: str, path: Path) -> Iterator[str]:
    ours, theirs = rule_for(module)
    for name in imports(path):
        top = name.partition(".")[0]
        if top in OURS:
            if not any(name == allowed or name.startswith(f"{allowed}.") for allowed in ours):
                yield f"imports {name}"
        elif top not in sys.stdlib_module_names:
            if top not in theirs:
                yield f"imports {name}"
        elif top == "ctypes" and not module.startswith(CALLS_C):
            yield "calls C libraries"


@pytest.mark.parametrize(
    "line",
    ["from reports.worker import heartbeat", "    import weasyprint", "from reports import (  # why\n    worker,\n)"],
)
def test_an_import_that_the_rule_forbids_is_found(line: str, tmp_path: Path) -> None:
    path = tmp_path / "quotas.py"
    path.write_text(f'"""Count."""\n\ndef f():\n{line}\n')

    assert list(faults_of_imports("reports.access.quotas", path))


@pytest.mark.gate
@pytest.mark.parametrize(("module", "path"), [m for m in modules() if m[0].startswith("reports.engine.document.")])
def test_documents_use_what_weasyprint_documents(module: str, path: Path) -> None:
    found = {
        f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] == "weasyprint"
        for alias in node.names
    }

    assert found <= DOCUMENTED, f"{module} imports what WeasyPrint does not document: move it into engine/weasy"
    assert not [name for name in imports(path) if name == "weasyprint" and not found]


def private_names(nodes: list[ast.AST]) -> set[str]:
    """Return the attributes with an underscore that a module asks of others than itself."""
    return {
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute)
        and re.match(r"_[a-z]", node.attr)
        and node.attr != "_replace"  # of named tuples
        and not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls", "os", "sys"))
    }


@pytest.mark.gate
@pytest.mark.parametrize(
    ("module", "path"),
    [m for m in modules() if m[0].startswith(("reports.engine.longtable.", "reports.engine.document."))],
)
def test_private_names_of_weasyprint_stay_behind_the_door(module: str, path: Path) -> None:
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    # Those of a class of the same module are its own.
    own = {
        target.attr
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self"
    }

    assert private_names(nodes) <= own, f"{module}: move it into engine/weasy"


@pytest.mark.gate
def test_importing_a_handler_reads_no_environment_and_opens_no_connection() -> None:
    program = (
        "import sys, handlers.api, handlers.render, handlers.redrive, handlers.sweep, handlers.notify;"
        "import handlers.authorizer;"
        "bad = {'boto3', 'jwt', 'weasyprint', 'jinja2', 'PIL', 'pypdfium2'} & set(sys.modules);"
        "sys.exit(f'imported too early: {bad}' if bad else 0)"
    )

    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env={}, capture_output=True, text=True, check=False
    )

    assert result.returncode == 0, result.stderr


def test_the_client_is_there_without_its_command_line() -> None:
    program = (
        "import sys, pressrun_client;"
        "bad = {'click', 'rich', 'pressrun_client.cli', 'reports'} & set(sys.modules);"
        "sys.exit(f'imported, too: {bad}' if bad else 0)"
    )

    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stderr

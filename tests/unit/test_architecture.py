"""Enforce who may import whom; the table in docs/architecture.md says why."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

MODEL = {"reports.model", "reports.render_model", "reports.errors"}
WORDS = MODEL | {
    f"reports.{name}"
    for name in (
        *("request", "messages", "events", "ports", "keys", "strictjson", "identity"),
        *("api_keys", "access_ports", "tenants", "recipients"),
        *("deliveries", "delivery_ports", "destinations", "notices", "standard_webhooks", "locales"),
    )
}
READERS = {"reports.catalog", "reports.datasets", "reports.row_schema"}

OURS = ("handlers", "reports", "pressrun_client")

# Module or package → what it may import of ours, and of third parties. The longest name that matches counts.
ALLOWED: dict[str, tuple[set[str], set[str]]] = {
    "handlers": (
        WORDS
        | {"handlers.routes", "handlers.metrics"}
        | {
            f"reports.{name}"
            for name in (
                "bootstrap",
                "logs",
                "problems",
                "answers",
                "representation",
                "redriving",
                "rendering",
                "retrying",
                "batches",
            )
        },
        {"aws_lambda_powertools", "pydantic"},
    ),
    "reports.bootstrap": ({"reports"}, {"boto3", "botocore", "uuid6"}),
    "reports.intake": (WORDS | READERS | {"reports.quotas", "reports.violations"}, set()),
    "reports.admitting": (WORDS, set()),
    "reports.batches": (WORDS | {"reports.catalog", "reports.intake"}, set()),
    "reports.quotas": (WORDS, set()),
    "reports.steering": (WORDS | {"reports.quotas"}, set()),
    "reports.waiting": (WORDS, set()),
    "reports.retrying": (WORDS | {"reports.quotas"}, {"pydantic"}),
    "reports.making": (WORDS | READERS | {"reports.violations"}, {"pydantic"}),
    "reports.rendering": (
        WORDS | {f"reports.{name}" for name in ("admitting", "announcing", "backoff", "quotas", "writing")},
        set(),
    ),
    "reports.writing": (WORDS | {f"reports.{name}" for name in ("making", "progress", "quotas")}, set()),
    "reports.backoff": (WORDS, set()),
    "reports.announcing": (WORDS, set()),
    "reports.sweeping": (WORDS | {"reports.announcing"}, set()),
    "reports.delivering": (WORDS | {"reports.backoff", "reports.quotas", "reports.telling"}, set()),
    "reports.telling": (WORDS, set()),
    "reports.emails": (WORDS | {"reports.telling"}, {"jinja2"}),
    "reports.progress": (WORDS, set()),
    "reports.redriving": (WORDS, {"pydantic"}),
    "reports.catalog": (
        MODEL | {"reports.json_schema", "reports.row_schema", "reports.template_folder", "reports.violations"},
        {"jsonschema"},
    ),
    "reports.template_folder": (
        MODEL | {"reports.json_places", "reports.row_schema", "reports.schema_faults"},
        set(),
    ),
    "reports.schema_faults": (MODEL | {"reports.violations"}, {"jsonschema", "referencing"}),
    "reports.json_places": ({"reports.strictjson"}, set()),
    "reports.json_schema": (set(), {"jsonschema", "referencing"}),
    "reports.datasets": (MODEL | {"reports.strictjson", "reports.row_schema", "reports.datasets"}, set()),
    "reports.row_schema": (MODEL | {"reports.json_schema", "reports.violations"}, {"jsonschema"}),
    "reports.violations": (MODEL, {"jsonschema", "pydantic"}),
    "reports.problems": (MODEL | {"reports.violations"}, {"pydantic"}),
    "reports.answers": (MODEL | {"reports.deliveries", "reports.identity"}, {"pydantic", "typing_extensions"}),
    "reports.representation": (MODEL | {"reports.answers", "reports.identity", "reports.quotas"}, set()),
    "reports.logs": (set(), {"aws_lambda_powertools"}),
    "reports.recipients": (set(), set()),
    "reports.settings": ({"reports.errors", "reports.recipients", "reports.render_model"}, set()),
    "reports.model": ({"reports.errors", "reports.request", "reports.render_model"}, set()),
    "reports.render_model": (set(), set()),
    "reports.request": (set(), {"pydantic"}),
    "reports.messages": (
        {"reports.errors", "reports.identity", "reports.keys", "reports.model", "reports.strictjson"},
        set(),
    ),
    "reports.ports": ({"reports.model", "reports.render_model", "reports.events", "reports.messages"}, set()),
    "reports.events": ({"reports.model"}, set()),
    "reports.deliveries": ({"reports.errors"}, set()),
    "reports.delivery_ports": ({"reports.deliveries", "reports.notices"}, set()),
    "reports.destinations": (set(), set()),
    "reports.notices": ({"reports.errors", "reports.strictjson"}, set()),
    "reports.standard_webhooks": (set(), set()),
    "reports.locales": ({"reports.errors"}, set()),
    "reports.keys": ({"reports.errors", "reports.identity"}, set()),
    "reports.identity": (set(), set()),
    "reports.api_keys": ({"reports.identity"}, set()),
    "reports.access_ports": ({"reports.api_keys", "reports.tenants"}, set()),
    "reports.tenants": (set(), set()),
    "reports.tokens": ({"reports.errors", "reports.identity"}, set()),
    "reports.authenticating": (WORDS | {"reports.tokens"}, set()),
    "reports.strictjson": (set(), set()),
    "reports.errors": (set(), set()),
    "reports.engine": (
        MODEL | {"reports.engine"},
        {
            "weasyprint",
            "jinja2",
            "markupsafe",
            "babel",
            "PIL",
            "pypdfium2",
            "pydyf",
            "tinycss2",
            "cssselect2",
            "fontTools",
            "_cffi_backend",
        },
    ),
    # Whoever uses a service installs the client, and nothing of the service.
    "pressrun_client": ({"pressrun_client"}, {"requests", "urllib3"}),
    "pressrun_client.cli": ({"pressrun_client"}, {"click", "rich"}),
    # These serve the adapters; no adapter knows another one.
    "reports.adapters": (
        WORDS
        | {
            f"reports.adapters.{name}"
            for name in (
                "aws_faults",
                "batch_writes",
                "email_messages",
                "job_items",
                "job_queries",
                "queries",
                "s3_uploads",
                "sqs_visibility",
            )
        },
        {"boto3", "botocore", "jwt", "pydantic"}
        | {f"mypy_boto3_{name}" for name in ("dynamodb", "s3", "ses", "sns", "sqs", "ssm")},
    ),
}


def modules() -> Iterator[tuple[str, Path]]:
    for package in OURS:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield name.removesuffix(".__init__"), path


def imports(path: Path) -> Iterator[str]:
    """Yield the full names of imported modules; `from reports import keys` counts as `reports.keys`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                is_module = (ROOT / f"{full.replace('.', '/')}.py").exists() or (ROOT / full.replace(".", "/")).is_dir()
                yield full if is_module else str(node.module)


def rule_for(module: str) -> tuple[set[str], set[str]]:
    names = [name for name in ALLOWED if module == name or module.startswith(f"{name}.")]
    assert names, f"{module} has no rule in {Path(__file__).name}: give it one"
    return ALLOWED[max(names, key=len)]


@pytest.mark.parametrize(("module", "path"), [m for m in modules() if m[0] not in ("reports", "handlers")])
def test_a_module_imports_only_what_its_layer_may(module: str, path: Path) -> None:
    ours, theirs = rule_for(module)

    for name in imports(path):
        top = name.partition(".")[0]
        if top in OURS:
            assert any(name == allowed or name.startswith(f"{allowed}.") for allowed in ours), (
                f"{module} imports {name}"
            )
        elif top not in sys.stdlib_module_names:
            assert top in theirs, f"{module} imports {name}"


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

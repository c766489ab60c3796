"""The deployed API does what its OpenAPI document says, for any caller and any request."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.functional.service import Service

HERE = Path(__file__).resolve().parent
SEED = "20261121"


def test_the_api_does_what_its_document_says(service: Service, tmp_path: Path, unique: str) -> None:
    document = service.get("/openapi.json").json()
    # On an emulator the direct door has no authorizer, and what it took is refused by the worker.
    del document["paths"]["/queue/reports"]
    # A key that was used for another body is refused; Schemathesis would use the same ones again and again.
    parameters = document["paths"]["/reports"]["post"]["parameters"]
    parameters[:] = [parameter for parameter in parameters if parameter["name"] != "Idempotency-Key"]
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document))
    # Of a tenant of its own, for it asks for hundreds of reports.
    key = service.new_key(f"fuzz-{unique}")

    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(HERE / "schemathesis.toml")),
        *("run", str(path), "--url", service.api_url, "--header", f"Authorization: Bearer {key}"),
        *("--checks", "all", "--max-examples", "4", "--seed", SEED, "--workers", "2", "--continue-on-failure"),
        # LocalStack's gateway answers TRACE and bodies of forms by itself, with 404 and 500.
        *(("--phases", "examples,fuzzing,stateful") if service.is_localstack else ()),
        *("--request-timeout", "60", "--max-response-time", "60", "--warnings", "off", "--no-color"),
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)

    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr

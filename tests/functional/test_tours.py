"""The tours of docs/tour.md and the README's one request, pasted into a shell as a new user does."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.functional.service import Service
from tests.functional.test_command_line import PROJECT, environment_of

# A stack that enforces IAM takes no file from a stranger, so the test signs what the tour sends as it is.
UPLOAD = re.compile(r"-T (\S+) \$uploads/(\S+)")
DIRECT_TO_A_STACK = re.compile(r'^(eval "\$\(make up|export PATH=).*$', re.MULTILINE)


def tour(heading: str) -> str:
    """Return the commands of a section, without those that start the stack."""
    text = (PROJECT / "docs" / "tour.md").read_text("utf-8")
    section = re.split(r"^## ", text.partition(f"## {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    blocks = re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert blocks
    return DIRECT_TO_A_STACK.sub("", "\n".join(blocks))


def pasted(service: Service, folder: Path, commands: str) -> subprocess.CompletedProcess[str]:
    (folder / "pressrun").write_text('#!/bin/sh\nexec "$PYTHON" -m pressrun_client "$@"\n')
    (folder / "pressrun").chmod(0o755)
    shell = f'make() {{ command make --no-print-directory -C "{PROJECT}" "$@"; }}\n'
    variables = environment_of(service, folder, service.new_key("demo"))
    aws = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    variables |= aws | {"PATH": f"{folder}:{variables['PATH']}", "PYTHON": str(PROJECT / ".venv" / "bin" / "python")}
    return subprocess.run(
        ["bash", "-c", shell + commands],
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def presigned_put(service: Service, name: str) -> str:
    key = f"uploads/demo/{name}"
    parameters = {"Bucket": service.uploads_bucket, "Key": key}
    return str(service.s3.generate_presigned_url("put_object", Params=parameters, ExpiresIn=300))


@pytest.fixture(autouse=True)
def local(service: Service) -> None:
    if service.stage != "local":
        pytest.skip("the tours are of the embedded stack")


def test_the_tour_with_curl_gives_what_it_says(service: Service, tmp_path: Path) -> None:
    signed = UPLOAD.sub(lambda match: f"-T {match[1]} '{presigned_put(service, match[2])}'", tour("A tour with curl"))

    done = pasted(service, tmp_path, signed)

    assert "Traceback" not in done.stderr
    pdfs = {path.name: path.read_bytes()[:5] for path in tmp_path.glob("*.pdf")}
    assert pdfs == dict.fromkeys(("rain.pdf", "now.pdf", "orders.pdf"), b"%PDF-"), done.stderr
    assert "201 application/pdf" in done.stdout
    assert '"unreadable_file"' in done.stdout
    # Each answer ends its line, or the next prompt would stand behind it.
    assert not re.search(r"\}[^\s,}\]]", re.sub(r'"(?:[^"\\]|\\.)*"', '""', done.stdout))
    # Only what is refused on purpose: two orders for a report that is over, wrong data, and another tenant.
    told = re.findall(r"returned error: (\d+)", done.stderr)
    assert sorted(code for code in told if code not in ("404", "409")) == ["422"], done.stderr


def test_the_request_of_the_readme_gives_a_pdf(service: Service, tmp_path: Path) -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```$", (PROJECT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (request,) = [block for block in blocks if block.startswith("curl")]

    done = pasted(service, tmp_path, request)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "rain.pdf").read_bytes().startswith(b"%PDF-")


def test_the_tour_with_the_command_line_gives_what_it_says(service: Service, tmp_path: Path) -> None:
    done = pasted(service, tmp_path, tour("A tour with the command line"))

    assert (tmp_path / "invoice.pdf").read_bytes().startswith(b"%PDF-"), done.stderr
    assert re.search(r"SUCCEEDED  table  cities\.csv", done.stdout)
    assert re.search(r"FAILED  table  broken\.csv", done.stdout)
    assert "Error" not in done.stderr
    assert "SUCCEEDED  table (sample)" in done.stdout

"""Run the main job once, on an embedded emulator that lives as long as the demonstration.

It posts an invoice, uploads a CSV file of 100,000 rows, a photo and a bad file, waits for the reports, downloads them
to build/demo/, and shows what became of each.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import shutil
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests
from PIL import Image, ImageDraw
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from tools.access import fresh_key
from tools.deploy.deployment import DeployError
from tools.emulator import Emulator, EmulatorError
from tools.emulator.clients import session
from tools.emulator.ministack import DEFAULT_PORT
from tools.functional import deploy_to
from tools.package.errors import PackageError

PROJECT = Path(__file__).resolve().parents[1]
OUT = PROJECT / "build" / "demo"
_FINAL = ("SUCCEEDED", "FAILED", "CANCELLED")
ROWS = 100_000
_DEADLINE_SECONDS = 180


@dataclass(frozen=True)
class Request:
    """Be one thing asked for: ``source`` is what it was made from, ``find`` how its report is found."""

    name: str
    source: str
    find: str


class Demo:
    """Be a client of one deployed stack."""

    def __init__(self, endpoint: str, outputs: Mapping[str, str]) -> None:
        self._api = outputs["ApiUrl"]
        self._bucket = outputs["UploadsBucket"]
        self._s3: Any = session().client("s3", endpoint_url=endpoint)
        self._http = requests.Session()
        self._http.trust_env = False
        # For what the API leads to elsewhere: a presigned URL is refused when it comes with another credential.
        self._files = requests.Session()
        self._files.trust_env = False
        self._http.headers["Authorization"] = f"Bearer {fresh_key(endpoint, name='demonstration')}"

    def ask(self) -> list[Request]:
        """Send everything."""
        # First what takes longest.
        table = self._upload("Table", "uploads/demo/table/orders.csv", orders(ROWS))
        invoice = json.loads((PROJECT / "templates" / "invoice" / "sample.json").read_text("utf-8"))
        body = {"template": "invoice", "data": invoice, "options": {"filename": "invoice"}}
        accepted = self._http.post(f"{self._api}/reports", json=body, timeout=30)
        accepted.raise_for_status()
        return [
            Request("Invoice", "POST /reports", f"/reports/{accepted.json()['id']}"),
            table,
            self._upload("Photo", "uploads/demo/photos/harbour.jpg", photo()),
            self._upload("Bad file", "uploads/demo/table/broken.csv", b"Item,Amount\nBread,2.50,surplus\n"),
        ]

    def _upload(self, name: str, key: str, body: bytes) -> Request:
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=body)
        return Request(name, key, f"/reports?source={quote(key, safe='')}")

    def look(self, request: Request) -> dict[str, Any] | None:
        """Return the report of a request as it is now; None while the queue has not been read."""
        answer = self.get(request.find)
        if "reports" in answer:
            if not answer["reports"]:
                return None
            answer = self.get(f"/reports/{answer['reports'][0]['id']}")
        return answer

    def get(self, path: str) -> dict[str, Any]:
        """Return a document of the API."""
        answer = self._http.get(f"{self._api}{path}", timeout=30)
        answer.raise_for_status()
        return dict(answer.json())

    def download(self, report: Mapping[str, Any]) -> list[Path]:
        """Save the files of a report."""
        stem = Path(report["filename"]).stem
        paths = []
        for artifact in report["artifacts"]:
            is_pdf = artifact["content_type"] == "application/pdf"
            path = OUT / (artifact["name"] if is_pdf else f"{stem}-{artifact['name']}")
            answer = self._files.get(artifact["url"], timeout=30)
            answer.raise_for_status()
            path.write_bytes(answer.content)
            paths.append(path)
        return paths


def orders(count: int) -> bytes:
    """Return CSV rows of a made-up shop, the same at every call."""
    choose = random.Random(2026)  # noqa: S311 - sample data
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Date", "Order", "Customer", "Article", "Quantity", "Amount"])
    customers = [
        "Café Morgenrot",
        "Alder & Finch Bakery",
        "Hôtel des Trois Ponts",
        "Jansen Kwekerij B.V.",
        "Elif Aydın",
    ]
    articles = ["Espresso Elbe, whole bean", "Filter Finkenwerder", "Oat drink", "Cane sugar sticks", "Rooibos"]
    for n in range(count):
        day = date(2026, 1, 1) + timedelta(days=n * 300 // count)
        quantity = choose.randint(-2, 40)
        row = [f"SO-{41000 + n}", choose.choice(customers), choose.choice(articles), quantity]
        writer.writerow([day.isoformat(), *row, f"{quantity * choose.choice([8.9, 14.8, 21.9, 24.5]):.2f}"])
    return text.getvalue().encode()


def photo() -> bytes:
    """Return a JPEG of a made-up evening, taken upright by a made-up camera."""
    width, height = 1600, 1067
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    for y in range(height):
        t = y / height
        draw.line([(0, y), (width, y)], fill=(int(250 - 190 * t), int(160 - 90 * t), int(90 + 60 * t)))
    draw.ellipse((1040, 480, 1240, 680), fill=(255, 226, 150))
    draw.rectangle((0, 700, width, height), fill=(24, 52, 84))
    for n, left in enumerate(range(60, 900, 140)):
        draw.rectangle((left, 520 - 30 * (n % 3), left + 90, 700), fill=(18, 30, 48))
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0132] = "Pressrun", "Demo 1", "2026:10:03 19:24:00"
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=88, exif=exif.tobytes())
    return buffer.getvalue()


def wait(demo: Demo, asked: list[Request], console: Console) -> dict[str, dict[str, Any]]:
    """Show the progress until all reports are over. Raises TimeoutError at the deadline."""
    deadline = time.monotonic() + _DEADLINE_SECONDS
    reports: dict[str, dict[str, Any]] = {}
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<10}"),
        BarColumn(24),
        TextColumn("{task.fields[status]}"),
    )
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        tasks = {request.name: progress.add_task(request.name, total=1, status="queued") for request in asked}
        while len(reports) < len(asked):
            for request in asked:
                if request.name in reports:
                    continue
                report = demo.look(request)
                progress.update(tasks[request.name], **_state(report))
                now = report["status"] if report else None
                if report and now in _FINAL:
                    reports[request.name] = report
                    progress.stop_task(tasks[request.name])
            if time.monotonic() > deadline:
                late = ", ".join(request.name for request in asked if request.name not in reports)
                raise TimeoutError(f"Not ready within {_DEADLINE_SECONDS} s: {late}.")
            time.sleep(0.15)
    return reports


def _state(report: Mapping[str, Any] | None) -> dict[str, Any]:
    """Describe a report for the progress bars; a long table says how many of its rows are done."""
    if report is None:
        return {"completed": 0, "status": "queued"}
    status = report["status"]
    rows = report.get("progress") or {}
    done, total = rows.get("rows_done", 0), rows.get("rows_total")
    if status == "RENDERING" and total:
        return {"completed": done / total, "status": f"rendering, {done:,} of {total:,} rows"}
    return {"completed": 1 if status in _FINAL else 0, "status": status.lower()}


def show(demo: Demo, asked: list[Request], reports: Mapping[str, Mapping[str, Any]], console: Console) -> None:
    """Download what was made, and print a table."""
    table = Table(title="What became of it", title_justify="left", expand=False)
    for heading in ("Report", "Source", "Template", "Pages", "Seconds", "File, or reason"):
        table.add_column(heading, justify="right" if heading in ("Pages", "Seconds") else "left", overflow="fold")
    for request in asked:
        report = reports[request.name]
        if report["status"] == "SUCCEEDED":
            outcome = "\n".join(str(path.relative_to(PROJECT)) for path in demo.download(report))
        else:
            outcome = f"[red]{report['error']['code']}[/red]: {report['error']['message']}"
        pages = str(report.get("pages", "–"))
        table.add_row(request.name, request.source, report["template"], pages, f"{_seconds(report):.1f}", outcome)
    console.print(table)
    failed = demo.get("/reports?status=FAILED")["reports"]
    console.print(f"\nGET /reports?status=FAILED lists {len(failed)} report:")
    for report in failed:
        console.print(f"  {report['id']}  {report['source']}  {report['error']['message']}", highlight=False)


def _seconds(report: Mapping[str, Any]) -> float:
    """Return the time that the last attempt took."""
    started, finished = (datetime.fromisoformat(report[name]) for name in ("started_at", "finished_at"))
    return (finished - started).total_seconds()


def main() -> int:
    """Run the demonstration. Returns 1 with the reason when it can't be, or when a report is not as expected."""
    console = Console(width=None if sys.stdout.isatty() else 140)
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    try:
        with Emulator(_port()) as emulator:
            console.print(f"The emulator is up at {emulator.endpoint_url}.")
            demo = Demo(emulator.endpoint_url, deploy_to(emulator.endpoint_url))
            asked = demo.ask()
            reports = wait(demo, asked, console)
            show(demo, asked, reports, console)
    except (EmulatorError, DeployError, PackageError, TimeoutError, requests.RequestException) as error:
        console.print(f"[red]{error}[/red]")
        return 1
    expected = ["SUCCEEDED", "SUCCEEDED", "SUCCEEDED", "FAILED"]
    if [reports[request.name]["status"] for request in asked] != expected:
        console.print("[red]That is not what should have become of it.[/red]")
        return 1
    console.print(f"\nOpen the files in {OUT.relative_to(PROJECT)}/. Keep a stack running with `make up`.")
    return 0


def _port() -> int:
    return int(os.environ.get("PRESSRUN_PORT") or DEFAULT_PORT)


if __name__ == "__main__":
    sys.exit(main())

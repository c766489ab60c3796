"""Run the main job once, on an embedded emulator that lives as long as the demonstration.

As a user of the Python client it asks for an invoice, uploads a CSV file of 100,000 rows, a photo and a bad file, waits
for the reports, downloads them to build/demo/, and shows what became of each.
"""

from __future__ import annotations

import csv
import io
import random
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from PIL import Image, ImageDraw
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pressrun_client import Accepted, Client, PressrunError, Report, Status, Uploaded
from pressrun_client.cli.output import clean
from pressrun_client.cli.progress import Board, follow
from tools.access import fresh_key
from tools.connection import UnreachableError
from tools.deploy import DeployError
from tools.emulator import Emulator, EmulatorError, processes
from tools.emulator.__main__ import default_port
from tools.functional import deploy_to
from tools.package.errors import PackageError

PROJECT = Path(__file__).resolve().parents[1]
OUT = PROJECT / "build" / "demo"
SENT = OUT / "sent"
ROWS = 100_000
_DEADLINE_SECONDS = 180


@dataclass(frozen=True)
class Asked:
    """One thing asked for: the name of its report, and the command that asks for it."""

    name: str
    command: str
    what: Accepted | Uploaded


def ask(client: Client) -> list[Asked]:
    """Send everything."""
    # First what takes longest.
    table = _upload(client, "Table", "table", "orders.csv", orders(ROWS))
    options = {"filename": "invoice", "sample": True}
    submitted = client.submit("invoice", client.template("invoice").sample, options=options)
    return [
        Asked("Invoice", "pressrun submit invoice --sample", submitted),
        table,
        _upload(client, "Photo", "photos", "harbour.jpg", photo()),
        _upload(client, "Bad file", "table", "broken.csv", b"Item,Amount\nBread,2.50,surplus\n"),
    ]


def _upload(client: Client, name: str, template: str, filename: str, body: bytes) -> Asked:
    path = SENT / filename
    path.write_bytes(body)
    uploaded = client.upload(path, template=template)
    return Asked(name, f"pressrun upload {template} {path.relative_to(PROJECT)}", uploaded)


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


def download(client: Client, report: Report) -> list[Path]:
    """Save the files of a report."""
    stem = Path(report.filename or report.id).stem
    return [
        client.download(report, OUT / (each.name if each.is_pdf else f"{stem}-{each.name}"), artifact=each.name)
        for each in report.artifacts
    ]


def show(client: Client, asked: list[Asked], reports: Mapping[str, Report], console: Console) -> None:
    """Download what was made, and print a table."""
    table = Table(title="What became of it", title_justify="left", expand=False)
    for heading in ("Report", "Made from", "Template", "Pages", "Seconds", "File, or reason"):
        table.add_column(heading, justify="right" if heading in ("Pages", "Seconds") else "left", overflow="fold")
    for each in asked:
        report = reports[each.name]
        if report.failure is None:
            outcome = Text("\n".join(str(path.relative_to(PROJECT)) for path in download(client, report)))
        else:
            outcome = Text.assemble((clean(report.failure.code), "red"), f": {clean(report.failure.message)}")
        pages = "–" if report.pages is None else str(report.pages)
        table.add_row(each.name, report.source, report.template, pages, f"{report.seconds or 0:.1f}", outcome)
    console.print(table)
    console.print("\nOn a stack that is kept, after `make up`, these commands do the same:")
    for each in asked:
        console.print(f"  .venv/bin/{each.command} --wait", markup=False, highlight=False)


@contextmanager
def a_client() -> Iterator[Client]:
    """Deploy to an emulator that ends with the demonstration, and be its client."""
    port = _port()
    print(f"Starting an emulator for the demonstration on {f'port {port}' if port else 'a free port'} …", flush=True)
    with Emulator(port) as emulator:
        outputs = deploy_to(emulator.endpoint_url)
        with Client(outputs["ApiUrl"], fresh_key(emulator.endpoint_url, name="demonstration")) as client:
            yield client


def main() -> int:
    """Run the demonstration. Returns 1 with the reason when it can't be, or when a report is not as expected."""
    console = Console(width=None if sys.stdout.isatty() else 140)
    shutil.rmtree(OUT, ignore_errors=True)
    SENT.mkdir(parents=True)
    try:
        with a_client() as client:
            asked = ask(client)
            console.print(f"Making an invoice, a table of {ROWS:,} rows, and pages of a photo and of a bad file …")
            with Board(console, is_kept=True) as board:
                reports = follow(client, {each.name: each.what for each in asked}, board, timeout=_DEADLINE_SECONDS)
            show(client, asked, reports, console)
    except (EmulatorError, DeployError, UnreachableError, PackageError, PressrunError) as error:
        console.print(Text(str(error), style="red"))
        return 1
    except KeyboardInterrupt:
        console.print(f"Interrupted. Nothing is left but {OUT.relative_to(PROJECT)}. To start again: make demo")
        return 130
    expected = [Status.SUCCEEDED, Status.SUCCEEDED, Status.SUCCEEDED, Status.FAILED]
    if [reports[each.name].status for each in asked] != expected:
        console.print(Text("That is not what should have become of it.", style="red"))
        return 1
    console.print(f"\nOpen the files in {OUT.relative_to(PROJECT)}/.")
    return 0


def _port() -> int:
    """Return the usual port; any free one when a stack runs there."""
    port = default_port()
    return port if processes.is_port_free(port) else 0


if __name__ == "__main__":
    sys.exit(main())

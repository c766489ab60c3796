"""Ask the running embedded stack for many reports, and measure how it answers, and what memory it takes.

The mix: 40 % invoices, 40 % small tables, 10 % pages of weather, 10 % tables of 3,000 rows. Meanwhile a reader asks for
the page, its list and the health of the API, as a person would who has the page open.

All at once, or at a steady rate; with a neighbour, another tenant asks for a small table every two seconds. Times from
request to end are those that the stack itself notes, and also told as multiples of what the same reports take alone.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlsplit

from tools.access import demo_key, fresh_key
from tools.connection import to_emulator
from tools.deploy.stack import Stack
from tools.emulator import Emulator, EmulatorError, processes
from tools.emulator.__main__ import STACK, default_port

PROJECT = Path(__file__).resolve().parents[1]
_ANSWER_SECONDS = 300
_SAMPLE_SECONDS = 0.5
_NEIGHBOUR_SECONDS = 2.0
_ALONE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to one request; the status is 0 when there was none."""

    status: int
    seconds: float
    content_type: str = ""
    retry_after: str | None = None
    body: bytes = b""


@dataclass(slots=True)
class Measured:
    """What a run has shown. Memory is in bytes, each page that processes share counted once."""

    answers: list[Answer] = field(default_factory=list)
    reads: list[Answer] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    processes: list[int] = field(default_factory=list)
    neighbours: list[Answer] = field(default_factory=list)


def bodies(count: int) -> list[bytes]:
    """Return the requests of the mix, in the same order each time."""
    samples = PROJECT / "templates"
    invoice = {"template": "invoice", "data": json.loads((samples / "invoice" / "sample.json").read_text("utf-8"))}
    weather = {"template": "weather", "data": json.loads((samples / "weather" / "sample.json").read_text("utf-8"))}
    small, large = _table(5), _table(3_000)
    kinds = [invoice, small, invoice, small, weather, invoice, small, invoice, small, large]
    return [json.dumps(kind).encode() for kind in islice(cycle(kinds), count)]


def _table(rows: int) -> dict[str, object]:
    data = {"rows": [{"city": f"Town {n}", "rain_mm": n % 97 + 0.5, "wind": n % 13} for n in range(rows)]}
    return {"template": "table", "data": data}


def send(url: str, key: str, body: bytes | None = None) -> Answer:
    """Send one request on a connection of its own."""
    where = urlsplit(url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=_ANSWER_SECONDS)
    headers = {"Authorization": f"Bearer {key}"} | ({"Content-Type": "application/json"} if body else {})
    started = time.monotonic()
    try:
        path = f"{where.path}?{where.query}" if where.query else where.path
        connection.request("POST" if body else "GET", path, body, headers)
        response = connection.getresponse()
        told = response.read()
        seconds = time.monotonic() - started
        kind, wait = response.getheader("Content-Type") or "", response.getheader("Retry-After")
        return Answer(response.status, seconds, kind, wait, told)
    except (OSError, http.client.HTTPException):
        return Answer(0, time.monotonic() - started)
    finally:
        connection.close()


def run(
    api: str,
    page: str,
    key: str,
    *,
    requests: int,
    connections: int,
    leader: int,
    rate: float | None = None,
    neighbour: str | None = None,
) -> Measured:
    """Send all requests, at once or so many in a second; read and measure until the last one is answered.

    ``neighbour`` is the key of another tenant, which asks for a report now and then.
    """
    measured, done = Measured(), threading.Event()
    reads = cycle([page, f"{api}/reports?limit=20", f"{api}/health"])

    def read() -> None:
        measured.reads.append(send(next(reads), key))

    def sample() -> None:
        family = processes.family_of(leader)
        measured.memory.append(sum(map(processes.memory_of, family)))
        measured.processes.append(len(family))

    def ask_beside() -> None:
        measured.neighbours.append(send(f"{api}/reports", neighbour or "", json.dumps(_table(5)).encode()))

    again = [(read, _SAMPLE_SECONDS), (sample, _SAMPLE_SECONDS)]
    if neighbour is not None:
        again.append((ask_beside, _NEIGHBOUR_SECONDS))
    others = [threading.Thread(target=_again_and_again, args=(what, done, every)) for what, every in again]
    for thread in others:
        thread.start()
    with ThreadPoolExecutor(connections) as pool:
        started = time.monotonic()

        def send_in_turn(turn: tuple[int, bytes]) -> Answer:
            if rate is not None:
                time.sleep(max(0.0, started + turn[0] / rate - time.monotonic()))
            return send(f"{api}/reports", key, turn[1])

        measured.answers.extend(pool.map(send_in_turn, enumerate(bodies(requests))))
    done.set()
    for thread in others:
        thread.join()
    return measured


def _again_and_again(what: Callable[[], None], done: threading.Event, every: float) -> None:
    while not done.wait(every):
        what()


def wait_for_ends(api: str, key: str, answers: list[Answer], seconds: float) -> tuple[Counter[str], list[float]]:
    """Wait until all accepted reports have ended; return how many ended how, and the seconds from request to end."""
    lives: list[float] = []
    open_ids = [json.loads(answer.body)["id"] for answer in answers if answer.status == 202]
    ends: Counter[str] = Counter()
    deadline = time.monotonic() + seconds
    while open_ids and time.monotonic() < deadline:
        answer = send(f"{api}/reports/{open_ids[-1]}", key)
        status = json.loads(answer.body).get("status", "?") if answer.status == 200 else f"HTTP {answer.status}"
        if status in ("PENDING", "RENDERING") or answer.status in (0, 429, 503):
            time.sleep(_SAMPLE_SECONDS)
            continue
        ends[status] += 1
        lives.extend(_life(answer))
        open_ids.pop()
    if open_ids:
        ends["not ended in time"] = len(open_ids)
    return ends, lives


def _life(answer: Answer) -> Iterator[float]:
    told = json.loads(answer.body)
    if "finished_at" in told:
        asked, ended = (datetime.fromisoformat(told[name]) for name in ("created_at", "finished_at"))
        yield (ended - asked).total_seconds()


def alone(api: str, key: str) -> list[float]:
    """Ask for one report of each kind after the other, and return the seconds from request to end."""
    kinds = list(dict.fromkeys(bodies(10)))
    return [
        life
        for body in kinds
        for life in wait_for_ends(api, key, [send(f"{api}/reports", key, body)], _ALONE_SECONDS)[1]
    ]


def lives_told(name: str, lives: list[float], quiet: list[float]) -> Iterator[str]:
    """Yield a line on times from request to end, and one that compares them with those of reports that are alone."""
    if lives and quiet:
        usual = statistics.median(quiet)
        yield f"{name:<10} {len(lives)} from request to end: {_spread(lives)}"
        yield f"           alone {usual:.2f} s; " + _spread([life / usual for life in lives]).replace(" s", " ×")


def report(measured: Measured) -> Iterator[str]:
    """Yield lines for a person."""
    statuses = Counter(answer.status for answer in measured.answers)
    told = ", ".join(f"{count} × {status or 'no answer'}" for status, count in sorted(statuses.items()))
    yield f"requests   {len(measured.answers)}: {told}"
    yield f"answered   {_spread([answer.seconds for answer in measured.answers])}"
    bad_reads = sum(1 for answer in measured.reads if answer.status != 200)
    yield f"reads      {len(measured.reads)}, {bad_reads} refused or failed: " + _spread(
        [answer.seconds for answer in measured.reads]
    )
    memory, processes_ = max(measured.memory, default=0), max(measured.processes, default=0)
    yield f"memory     {memory / 1e9:.2f} GB at the most, {processes_} processes"
    odd = [answer for answer in measured.answers if answer.status == 429 and not _is_whole_refusal(answer)]
    if odd:
        yield f"{len(odd)} refusals are no problem document, or have no Retry-After"


def _is_whole_refusal(answer: Answer) -> bool:
    return answer.content_type.startswith("application/problem+json") and (answer.retry_after or "").isdecimal()


def _spread(seconds: list[float]) -> str:
    if len(seconds) < 2:
        return f"{sum(seconds):.2f} s"
    cut = statistics.quantiles(seconds, n=100, method="inclusive")
    return f"p50 {cut[49]:.2f} s, p95 {cut[94]:.2f} s, p99 {cut[98]:.2f} s, max {max(seconds):.2f} s"


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line. Returns 1 when a request had another answer than 202 or a whole 429."""
    parser = argparse.ArgumentParser(prog="python -m tools.load", description=__doc__)
    parser.add_argument("--requests", type=int, default=300, help="how many (default 300)")
    parser.add_argument("--connections", type=int, help="how many at once (default: all)")
    parser.add_argument("--wait", type=float, default=0, metavar="SECONDS", help="wait until all reports have ended")
    parser.add_argument("--rate", type=float, metavar="N", help="so many in a second, and not all at once")
    parser.add_argument("--neighbour", action="store_true", help="another tenant asks for reports beside")
    options = parser.parse_args(arguments)
    try:
        emulator = Emulator(default_port(), persist=True)
        leader = emulator.pid
        if leader is None:
            raise EmulatorError(f"No embedded stack runs on port {emulator.port}. Start it with `make up`.")
        outputs = Stack(STACK, to_emulator(emulator.endpoint_url)).outputs()
        key = demo_key(emulator.endpoint_url)
        beside = fresh_key(emulator.endpoint_url, "neighbour", name="load") if options.neighbour else None
    except EmulatorError as error:
        print(error, file=sys.stderr)
        return 1
    api, page = outputs["ApiUrl"], outputs.get("WebUrl", outputs["ApiUrl"] + "/health")
    load = f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors"
    print(f"Sending {options.requests} requests to {api} ({load}) …", flush=True)
    connections = options.connections or options.requests
    quiet = alone(api, key) if options.wait else []
    measured = run(
        api,
        page,
        key,
        requests=options.requests,
        connections=connections,
        leader=leader,
        rate=options.rate,
        neighbour=beside,
    )
    print("\n".join(report(measured)), flush=True)
    if options.wait:
        started = time.monotonic()
        ends, lives = wait_for_ends(api, key, measured.answers, options.wait)
        print(f"ends       {dict(ends)} after {time.monotonic() - started:.0f} s more")
        print("\n".join(lives_told("reports", lives, quiet)))
        if beside is not None:
            _, lives = wait_for_ends(api, beside, measured.neighbours, options.wait)
            print("\n".join(lives_told("neighbour", lives, quiet)))
    return 0 if all(a.status == 202 or (a.status == 429 and _is_whole_refusal(a)) for a in measured.answers) else 1


if __name__ == "__main__":
    sys.exit(main())

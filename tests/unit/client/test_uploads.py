"""Upload files by presigned forms, and find what becomes of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from urllib3.exceptions import MaxRetryError, NewConnectionError

from pressrun_client import (
    Client,
    InputError,
    NotAllowedError,
    NotFoundError,
    RefusedError,
    TransferError,
    UnreachableError,
)
from pressrun_client.forms import FormBody
from pressrun_client.transfers import safe_name
from reports.access.identity import Scope
from tests.builders import App
from tests.examples import examples
from tests.unit.client.wire import URL, Sent, World, form_of

CSV = b"a,b\n1,2\n"
BROKEN = requests.ConnectionError("reset by peer")
REFUSED = requests.ConnectionError(MaxRetryError(None, "/", NewConnectionError(None, "refused")))  # type: ignore[arg-type]


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_bytes(CSV)
    return path


def test_a_file_is_uploaded_and_its_report_found(world: World, app: App, orders: Path) -> None:
    world.time.meanwhile = world.work

    uploaded = world.client.upload(orders, template="list")
    found_at_once = world.client.find(uploaded)
    report = world.client.wait(uploaded)

    assert (uploaded.key, uploaded.size) == ("uploads/demo/list/orders.csv", len(CSV))
    assert found_at_once is None
    assert (report.status, report.source, report.filename) == ("SUCCEEDED", uploaded.key, "orders.pdf")
    assert app.uploads.objects[uploaded.key].body == CSV


def test_a_file_uploaded_again_is_another_report(world: World, orders: Path) -> None:
    world.time.meanwhile = world.work

    reports = [world.client.wait(world.client.upload(orders, template="list")).id for _ in range(3)]

    assert len(set(reports)) == 3


def test_a_key_that_may_only_submit_can_upload(world: World, app: App, orders: Path) -> None:
    client = Client(URL, app.key_of("demo", Scope.SUBMIT), session=world.new_session())

    uploaded = client.upload(orders, template="list")

    assert uploaded.key in app.uploads.objects
    with pytest.raises(NotAllowedError):
        client.find(uploaded)


@pytest.mark.gate
def test_a_file_may_have_another_name_and_progress_is_told(world: World, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"a\n" * 400_000)
    heard: list[int] = []

    uploaded = world.client.upload(path, template="list", filename="Größe & so.csv", progress=heard.append)

    assert uploaded.key == "uploads/demo/list/Größe & so.csv"
    assert heard == sorted(heard)
    assert (len(heard), heard[-1]) == (4, 800_000)


def test_an_empty_file_is_uploaded(world: World, app: App, tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.touch()

    uploaded = world.client.upload(path, template="list")

    assert app.uploads.objects[uploaded.key].body == b""


@pytest.mark.parametrize("name", ["nothing.csv", "."])
def test_what_cannot_be_read_is_said_with_its_name(world: World, tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="can't be read: "):
        world.client.upload(tmp_path / name, template="list")

    assert world.api.sent == []


def test_a_file_that_is_too_large_is_not_sent(world: World, tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(201_000_000)

    with pytest.raises(InputError, match=r"201,000,000 bytes; the service takes at most 200,000,000"):
        world.client.upload(path, template="list")

    assert world.store.sent == []


def test_a_template_or_a_name_that_the_service_refuses(world: World, orders: Path) -> None:
    with pytest.raises(NotFoundError, match="no template"):
        world.client.upload(orders, template="none")
    with pytest.raises(RefusedError):
        world.client.upload(orders, template="list", filename="a/b.csv")


@pytest.mark.parametrize("fault", [REFUSED, (503, {}, b"<Error><Code>SlowDown</Code></Error>"), (500, {}, b"")])
def test_a_file_that_cannot_have_arrived_is_sent_again(world: World, orders: Path, fault: object) -> None:
    world.store.faults = [fault]  # type: ignore[list-item]

    world.client.upload(orders, template="list")

    first, second = world.store.sent
    assert first.body == second.body


def test_a_file_that_may_have_arrived_is_not(world: World, orders: Path) -> None:
    world.store.faults_afterwards = [BROKEN]

    with pytest.raises(TransferError, match="may have arrived. Look for its report"):
        world.client.upload(orders, template="list")

    assert len(world.store.sent) == 1


def test_a_form_that_the_store_refuses_says_by_which_code(world: World, orders: Path) -> None:
    world.store.faults = [(403, {}, b"<Error><Code>EntityTooLarge</Code><Message>secret</Message></Error>")]

    with pytest.raises(TransferError, match="did not take the file: EntityTooLarge, it is larger") as caught:
        world.client.upload(orders, template="list")

    assert "secret" not in str(caught.value)


def test_a_store_that_does_not_answer_is_named(world: World, orders: Path) -> None:
    world.store.faults = [REFUSED] * 9

    with pytest.raises(UnreachableError, match=r"No service answers at https://objects\.test"):
        world.client.upload(orders, template="list")


def test_a_file_that_shrinks_meanwhile_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"short")

    with path.open("rb") as file, pytest.raises(InputError, match="shorter"):
        list(FormBody({}, "a.csv", file, 100))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(50))
@given(
    name=st.text(st.characters(codec="utf-8"), min_size=1, max_size=40),
    body=st.binary(max_size=2000),
    value=st.text(st.characters(codec="utf-8", exclude_characters="\r\n")),
)
def test_a_form_is_as_long_as_it_says_and_reads_as_it_was_written(
    tmp_path: Path, name: str, body: bytes, value: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(body)
    with path.open("rb") as file:
        form = FormBody({"key": value}, name, file, len(body))
        once = b"".join(form)
        form.rewind()
        again = b"".join(form)

    parts = form_of(Sent("POST", "", {"Content-Type": form.content_type}, once))

    assert once == again
    assert len(form) == len(once)
    assert list(parts) == ["key", "file"]
    assert parts["key"].get_payload(decode=True) == value.encode()
    boundary = form.content_type.partition("boundary=")[2].encode()
    assert once.endswith(b"\r\n\r\n" + body + b"\r\n--" + boundary + b"--\r\n")


@given(st.text())
def test_a_name_of_a_service_never_leads_out_of_the_folder(name: str) -> None:
    safe = safe_name(name)

    path = Path("folder") / safe
    assert (path.parent, path.name) == (Path("folder"), safe)
    assert len(safe.encode()) <= 255
    assert not any(ord(character) < 32 for character in safe)


@contextmanager
def a_store() -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """Serve on a port of this machine; note which lengths were announced, and how much came."""
    came: list[tuple[str, int]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            left = length
            while left > 0:
                left -= len(self.rfile.read(min(left, 2**20)))
            came.append((self.headers.get("Transfer-Encoding", "whole"), length))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", came
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_over_a_real_connection_a_form_has_a_length_and_no_chunks(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(5_000_000)

    with a_store() as (url, came), path.open("rb") as file:
        form = FormBody({"key": "k"}, "large.csv", file, 5_000_000)
        answer = requests.post(url, data=form, headers={"Content-Type": form.content_type}, timeout=10)

    assert answer.status_code == 204
    assert came == [("whole", len(form))]

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.emulator import Emulator, EmulatorError, client_environment, installation, processes
from tools.emulator.__main__ import main as emulator_command
from tools.emulator.endpoint import CREDENTIALS, EndpointKind, kind_of

# A leader that leaves at once when asked, and a child that neither hears TERM nor notices that its parent has gone.
STUBBORN_FAMILY = """
import signal, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(600)"],
    stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(600)
"""

FAMILY_IN_TWO_FOLDERS = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], cwd=sys.argv[1])
print(child.pid, flush=True)
time.sleep(600)
"""


def _is_gone_within(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while processes.is_running(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_clients_of_an_emulator_see_no_credentials_and_no_proxy_of_the_machine() -> None:
    machine = {
        "PATH": "/bin",
        "AWS_PROFILE": "production",
        "AWS_SESSION_TOKEN": "of a person",
        "AWS_CA_BUNDLE": "/ca.pem",
        "HTTPS_PROXY": "http://proxy.example",
        "http_proxy": "http://proxy.example",
    }

    environment = client_environment("http://127.0.0.1:4566", machine)

    assert environment == CREDENTIALS | {
        "PATH": "/bin",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def test_a_taken_port_is_refused_with_the_name_of_who_has_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        with pytest.raises(EmulatorError) as refused:
            Emulator(port, home=tmp_path).start()

    assert f"Port {port} of 127.0.0.1 is taken by process {os.getpid()}" in str(refused.value)
    assert "PRESSRUN_PORT" in str(refused.value)


def test_a_process_id_that_now_belongs_to_a_stranger_is_not_the_emulators(tmp_path: Path) -> None:
    emulator = Emulator(4566, home=tmp_path)
    emulator.home.mkdir()
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)

    try:
        (emulator.home / "pid").write_text(str(stranger.pid))

        assert emulator.pid is None
        assert emulator.stop() is False
        assert stranger.poll() is None
    finally:
        stranger.communicate()


def test_a_passing_emulator_leaves_its_log_alone_and_a_kept_ones_state_untouched(tmp_path: Path) -> None:
    kept, passing = Emulator(4566, persist=True, home=tmp_path), Emulator(4566, home=tmp_path)
    (kept.home / "state").mkdir(parents=True)
    passing.home.mkdir()
    passing.log_file.write_text("what happened")

    passing.stop()

    assert (kept.home / "state").is_dir()
    assert not passing.home.exists()
    assert (tmp_path / "last.log").read_text() == "what happened"


def test_any_free_port_is_taken_when_none_is_named(tmp_path: Path) -> None:
    emulator = Emulator(0, home=tmp_path)

    assert processes.is_port_free(emulator.port)
    assert emulator.endpoint_url == f"http://127.0.0.1:{emulator.port}"


def test_ending_a_group_leaves_no_process_behind() -> None:
    leader = subprocess.Popen([sys.executable, "-c", STUBBORN_FAMILY], stdout=subprocess.PIPE, start_new_session=True)
    assert leader.stdout is not None
    child = int(leader.stdout.readline())

    processes.end_group(leader.pid, patience_seconds=5)
    leader.communicate()

    assert _is_gone_within(child, 5)


def test_orphans_are_found_by_their_group_and_their_folder(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    leader = subprocess.Popen(
        [sys.executable, "-c", FAMILY_IN_TWO_FOLDERS, str(inner)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    of_others = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, cwd=inner)
    assert leader.stdout is not None
    orphan = int(leader.stdout.readline())

    try:
        processes.end_orphans(leader.pid, inner)

        assert _is_gone_within(orphan, 5)
        assert leader.poll() is None
        assert of_others.poll() is None
    finally:
        leader.kill()
        leader.communicate()
        of_others.communicate()


def test_ending_a_group_that_has_gone_already_is_no_error() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""], start_new_session=True)
    gone.wait()

    processes.end_group(gone.pid, patience_seconds=0.1)

    assert not processes.is_running(gone.pid)


def test_there_is_no_answer_at_an_endpoint_where_nothing_listens() -> None:
    assert kind_of(f"http://127.0.0.1:{processes.free_port()}") is EndpointKind.UNKNOWN


@pytest.mark.parametrize("command", ["down", "status", "logs"])
def test_who_asks_for_an_emulator_that_is_not_there_is_told_where_there_is_one(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(installation, "PROJECT", tmp_path)
    like_an_emulator = [sys.executable, "-c", "input()", installation.ENVIRONMENT.name]
    running = subprocess.Popen(like_an_emulator, stdin=subprocess.PIPE)
    for port, pid in ((4605, running.pid), (4606, 2**22 - 1)):
        home = Emulator(port, persist=True).home
        home.mkdir(parents=True)
        (home / "pid").write_text(str(pid))

    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            emulator_command([command, "--port", str(port)])
    finally:
        running.communicate()

    told = "".join(capsys.readouterr()).splitlines()
    assert told[0] == f"MiniStack of this folder is not running on port {port}."
    assert told[1].startswith(f"The port is taken by process {os.getpid()} (")
    assert told[2:] == ["It runs on port 4605: set PRESSRUN_PORT=4605."]

"""The filter of system calls, for machines that this is not, too: it is run here by a reading of BPF."""

from __future__ import annotations

import errno
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from reports.engine.sandbox.seccomp import Instruction, program
from reports.engine.sandbox.system_calls import ALLOWED, ARCHITECTURES, CONDITIONAL, conditions

AUDIT = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
ALLOW, KILL = "allow", "kill"
OWN = 4711
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


def verdict(code: Sequence[Instruction], number: int, arguments: Sequence[int] = (), audit: int | None = None) -> str:
    """Run a filter, and return what it says: allow, kill, or the name of an error."""
    words = {0: number, 4: audit or 0} | {16 + 8 * n: value & 0xFFFF_FFFF for n, value in enumerate(arguments)}
    at = accumulator = 0
    while True:
        operation, when_true, when_false, operand = code[at]
        at += 1
        match operation:
            case 0x20:
                accumulator = words.get(operand, 0)
            case 0x15:
                at += when_true if accumulator == operand else when_false
            case 0x35:
                at += when_true if accumulator >= operand else when_false
            case 0x45:
                at += when_true if accumulator & operand else when_false
            case 0x06:
                if operand & 0xFFFF_0000 == 0x0005_0000:
                    return errno.errorcode[operand & 0xFFFF]
                return {0x7FFF_0000: ALLOW, 0x8000_0000: KILL}[operand]
            case _:
                raise AssertionError(f"no operation: {operation:#x}")


@pytest.fixture(params=ARCHITECTURES)
def machine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def code(machine: str) -> list[Instruction]:
    return program(machine, conditions(OWN))


def test_every_call_is_allowed_or_refused_just_as_the_list_says(machine: str, code: list[Instruction]) -> None:
    column = ARCHITECTURES.index(machine)
    listed = {numbers[column] for numbers in ALLOWED.values()}
    with_conditions = {numbers[column] for numbers in CONDITIONAL.values()}

    for number in set(range(2000)) - with_conditions:
        expected = ALLOW if number in listed else "ENOSYS" if number >= 424 else "EPERM"
        assert verdict(code, number, [1] * 6, AUDIT[machine]) == expected, number


def test_calls_of_other_kinds_of_programs_are_no_way_around(machine: str, code: list[Instruction]) -> None:
    others = [audit for name, audit in AUDIT.items() if name != machine] + [0x4000_0003, 0x4000_0028, 0]
    assert {verdict(code, number, audit=audit) for audit in others for number in (0, 4, 11, 59)} == {KILL}
    # x32
    assert verdict(code, 0x4000_0000 | 41, audit=AUDIT[machine]) == "ENOSYS"


@pytest.mark.parametrize(
    ("call", "arguments", "expected"),
    [
        ("clone", [0x1200011], ALLOW),  # fork()
        ("clone", [0x3D0F00], ALLOW),  # a thread
        ("clone", [0x4111], ALLOW),  # posix_spawn()
        *(("clone", [flag | 17], "EPERM") for flag in (0x80, 0x2000, 0x8000, 0x20000, 0x800000, 0x2000000)),
        *(("clone", [1 << bit | 17], "EPERM") for bit in range(26, 31)),
        ("kill", [0, 15], ALLOW),
        ("kill", [OWN, 9], ALLOW),
        *(("kill", [pid, 9], "EPERM") for pid in (1, OWN - 1, OWN + 1, -1, -OWN)),
        ("tgkill", [OWN, OWN, 6], ALLOW),
        ("tgkill", [1, 1, 6], "EPERM"),
        ("prlimit64", [0, 2], ALLOW),
        ("prlimit64", [1, 2], "EPERM"),
        *(("fcntl", [3, command], ALLOW) for command in (0, 1, 2, 3, 4, 5, 6, 7, 37, 1030, 1031, 1032)),
        *(("fcntl", [3, command], "EPERM") for command in (8, 10, 15, 1024, 1026)),
        ("ioctl", [0, 0x5401], ALLOW),
        ("ioctl", [0, 0x5412], "EPERM"),
        ("prctl", [1, 9], ALLOW),
        *(("prctl", [option], "EPERM") for option in (4, 22, 24, 28, 35, 38, 0x59616D61)),
    ],
)
def test_some_calls_depend_on_what_they_ask_for(
    machine: str, code: list[Instruction], call: str, arguments: list[int], expected: str
) -> None:
    number = CONDITIONAL[call][ARCHITECTURES.index(machine)]
    assert number is not None

    assert verdict(code, number, arguments, AUDIT[machine]) == expected


def test_the_numbers_are_those_of_the_kernels_headers(machine: str) -> None:
    header = HEADERS[machine]
    if not header.is_file():
        pytest.skip(f"there is no {header}: install linux-libc-dev")
    defined = re.findall(r"#define __NR(?:3264)?_(\w+) (\d+)", header.read_text("utf-8"))
    known = {"newfstatat" if name == "fstatat" else name: int(number) for name, number in reversed(defined)}
    column = ARCHITECTURES.index(machine)

    listed = {name: numbers[column] for name, numbers in (ALLOWED | CONDITIONAL).items()}

    assert listed == {name: known.get(name) for name in listed}

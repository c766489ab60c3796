"""Have the kernel refuse all system calls but those of a list (seccomp, with a filter in BPF).

https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

from __future__ import annotations

import ctypes
import errno
import struct
from collections.abc import Iterator, Mapping

from reports.engine.kernel import call, machine
from reports.engine.sandbox.system_calls import ALLOWED, ARCHITECTURES, CONDITIONAL, Condition, conditions

# Numbers of seccomp(), and what the kernel calls the machines (AUDIT_ARCH_*).
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_AUDIT = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}

_SET_MODE_FILTER = 1
_ALL_THREADS = 1
# Without it, kernels before 5.16 slow the process down as a whole, against a leak between programs within one process.
_SPECULATION_AS_EVER = 4

_ALLOW, _KILL_PROCESS, _ERROR = 0x7FFF_0000, 0x8000_0000, 0x0005_0000
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _IF_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
# Where in what the filter is given: the call's number, the machine, the first argument.
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16
# From here on both machines have the same numbers, and a C library does without calls that a kernel has not.
_FIRST_NEW_CALL = 424

Instruction = tuple[int, int, int, int]
"""Operation, instructions to pass over when true, and when false, and an operand."""


class UnknownMachineError(Exception):
    """A machine whose numbers of system calls are not known here."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def install(own_id: int) -> None:
    """Filter the calls of all threads of this process, whose id is given, and of its forks, for ever.

    Needs PR_SET_NO_NEW_PRIVS. Raises OSError, and UnknownMachineError.
    """
    name = machine()
    if name not in _AUDIT:
        raise UnknownMachineError(f"there is no list of system calls for {name or 'programs of 32 bits'}")
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in program(name, conditions(own_id)))
    wanted = _Program(len(code) // 8, code)
    for flags in (_ALL_THREADS | _SPECULATION_AS_EVER, _ALL_THREADS):
        try:
            thread = call(_SECCOMP[name], _SET_MODE_FILTER, flags, ctypes.byref(wanted))
        except OSError as error:
            if error.errno != errno.EINVAL or flags == _ALL_THREADS:
                raise
            continue  # a kernel before 4.17
        if thread:
            raise OSError(errno.ESRCH, f"the thread {thread} has a filter of its own")
        return


def program(name: str, when: Mapping[str, Condition]) -> list[Instruction]:
    """Return the filter for a machine."""
    column = ARCHITECTURES.index(name)
    code: list[Instruction] = [
        (_LOAD, 0, 0, _MACHINE),
        # Other numbers, such as those of programs of 32 bits, would mean other calls.
        (_IF_EQUAL, 1, 0, _AUDIT[name]),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER),
    ]
    for numbers in ALLOWED.values():
        if (number := numbers[column]) is not None:
            code += [(_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ALLOW)]
    for call_name, numbers in CONDITIONAL.items():
        if (number := numbers[column]) is not None:
            block = list(_block(when[call_name]))
            code += [(_IF_EQUAL, 0, len(block), number), *block]
    return [
        *code,
        (_IF_AT_LEAST, 0, 1, _FIRST_NEW_CALL),
        (_RETURN, 0, 0, _ERROR | errno.ENOSYS),
        (_RETURN, 0, 0, _ERROR | errno.EPERM),
    ]


def _block(condition: Condition) -> Iterator[Instruction]:
    """Yield what decides on a call. Of arguments that are no longer than an int, the kernel reads that half, too."""
    yield (_LOAD, 0, 0, _ARGUMENTS + 8 * condition.argument)
    if condition.without:
        yield (_IF_BITS, 0, 1, condition.without)
        yield (_RETURN, 0, 0, _ERROR | errno.EPERM)
        yield (_RETURN, 0, 0, _ALLOW)
        return
    for value in condition.one_of:
        yield (_IF_EQUAL, 0, 1, value)
        yield (_RETURN, 0, 0, _ALLOW)
    yield (_RETURN, 0, 0, _ERROR | errno.EPERM)

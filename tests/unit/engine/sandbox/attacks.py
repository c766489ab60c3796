"""Try, from within a rendering child, what none may do, as code could that got there by a flaw of a library."""

from __future__ import annotations

from pathlib import Path

from reports.engine.sandbox.confined_renderer import ConfinedRenderer
from tests.unit.engine.rendering import context, page_texts, printed
from tests.unit.engine.sandbox.confinement import lay_out

# What an attack may use. `call` makes a system call by its numbers on x86_64 and aarch64.
_VIEW = """
import ctypes, errno, fcntl, mmap, os, resource, signal, socket, subprocess, tempfile
from pathlib import Path
from reports.engine.kernel import call as raw, libc

PARENT = os.getppid()

def call(x86_64, aarch64, *arguments):
    return raw(x86_64 if os.uname().machine == "x86_64" else aarch64, *arguments)

def attack(given):
{code}

def view(data, context):
    try:
        done = attack(data.get("given"))
    except OSError as error:
        return {{"text": "refused " + errno.errorcode[error.errno]}}
    return {{"text": f"done {{done!r}}"}}
"""


def outcome(renderer: ConfinedRenderer, folder: Path, code: str, given: object = None) -> str:
    """Run lines of code in a child; return ``refused`` with the error's name, or ``done`` with what came of it."""
    body = "\n".join(f"    {line}" for line in code.strip().splitlines())
    attacker = lay_out(folder, view=_VIEW.format(code=body))
    return " ".join(page_texts(printed(renderer, attacker, {"given": given}, context()).pdf)).strip()


OF_THE_PARENT = {
    "its environment": "return open(f'/proc/{PARENT}/environ', 'rb').read()",
    "its memory": "return open(f'/proc/{PARENT}/mem', 'rb').read(1)",
    "its map of memory": "return open(f'/proc/{PARENT}/maps').read(1)",
    "its files": "return os.readlink(f'/proc/{PARENT}/fd/0')",
    "its memory by a call": "return call(310, 270, PARENT, None, 0, None, 0, 0)",
    "its memory, to write": "return call(311, 271, PARENT, None, 0, None, 0, 0)",
    "by ptrace": "return call(101, 117, 16, PARENT, None, None)",
    "its files by a call": "return call(438, 438, call(434, 434, PARENT, 0), 0, 0)",
    "its limits": "return resource.prlimit(PARENT, resource.RLIMIT_CPU)",
    "its priority": "return os.setpriority(os.PRIO_PROCESS, PARENT, 19)",
    "its cores": "return os.sched_setaffinity(PARENT, {0})",
}
SIGNALS = {
    "to the parent": "return os.kill(PARENT, 0)",
    "to its group": "return os.killpg(os.getpgid(PARENT), 0)",
    "to all": "return os.kill(-1, 0)",
    "to a thread": "return call(234, 131, PARENT, PARENT, 0)",
    "to any thread": "return call(200, 130, PARENT, 0)",
    "in a queue": "return call(129, 138, PARENT, 0, None)",
    "by a handle": "return signal.pidfd_send_signal(os.open(f'/proc/{PARENT}', os.O_RDONLY), 0)",
    "by another handle": "return os.pidfd_open(PARENT)",
    "by a pipe": "return fcntl.fcntl(os.pipe()[0], fcntl.F_SETOWN, PARENT)",
    "by a pipe's signal": "return fcntl.fcntl(os.pipe()[0], 10, signal.SIGKILL)",
}
NETWORK = {
    "TCP": "return socket.create_connection(('127.0.0.1', given)).fileno()",
    "UDP": "return socket.socket(socket.AF_INET, socket.SOCK_DGRAM).fileno()",
    "IPv6": "return socket.socket(socket.AF_INET6).fileno()",
    "of this machine": "return socket.socket(socket.AF_UNIX).fileno()",
    "netlink": "return socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).fileno()",
    "a pair": "return socket.socketpair()[0].fileno()",
    "by io_uring": "return call(425, 425, 8, ctypes.create_string_buffer(256))",
    "messages with files": "return call(47, 212, 3, None, 0)",
}
PROGRAMS = {
    "a shell": "return subprocess.run(['/bin/sh', '-c', 'exit 3']).returncode",
    "by spawn": "return os.posix_spawn('/bin/sh', ['sh', '-c', 'exit 3'], {})",
    "in place": "return os.execv('/bin/sh', ['sh', '-c', 'exit 3'])",
    "out of memory": (
        "made = os.memfd_create('x')\nos.write(made, b'#!/bin/sh\\nexit 3')\nreturn os.execve(made, ['x'], {})"
    ),
    "in a fork": (
        "pid = os.fork()\n"
        "if not pid:\n"
        "    try:\n        os.execv('/bin/sh', ['sh', '-c', 'exit 3'])\n"
        "    except PermissionError:\n        os._exit(4)\n"
        "if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 4:\n    raise PermissionError(1, '')"
    ),
}
ESCAPES = {
    "a session": "return os.setsid()",
    "a group": "return os.setpgid(0, 0)",
    "a namespace": "return call(272, 97, 0x10000000)",
    "a namespace by clone": "return call(56, 220, 0x10000000 | signal.SIGCHLD, 0, 0, 0, 0)",
    "a namespace by clone3": "return call(435, 435, ctypes.create_string_buffer(88), 88)",
    "a namespace of the parent's": "return call(308, 268, 3, 0)",
    "a sibling": "return call(56, 220, 0x8000 | signal.SIGCHLD, 0, 0, 0, 0)",
    "another root": "return os.chroot('/')",
    "a mount": "return call(165, 40, None, b'/tmp', None, 0, None)",
    "another user": "return os.setuid(os.getuid())",
    "rights": "return call(126, 91, None, None)",
    "bpf": "return call(321, 280, 0, None, 0)",
    "userfaultfd": "return call(323, 282, 1)",
    "perf": "return call(298, 241, None, 0, -1, -1, 0)",
    "keys": "return call(250, 219, 0, -1, 0, 0, 0)",
    "shared memory": "return call(29, 194, 0, 4096, 0o1777)",
    "another filter": "return call(317, 277, 2, 0, ctypes.create_string_buffer(b'\\0\\0\\xff\\x7f'))",
    "to be read again": "return call(157, 167, 4, 1, 0, 0, 0)",
    "a tracer": "return call(157, 167, 0x59616d61, PARENT, 0, 0, 0)",
    "keystrokes": "return fcntl.ioctl(2, 0x5412, b'x')",
    "more of memory": (
        "try:\n    return resource.setrlimit(resource.RLIMIT_DATA, (2**40, 2**40))\n"
        "except ValueError as error:\n    raise PermissionError(errno.EPERM, str(error))"
    ),
    "large files": "return os.truncate(os.open(tempfile.gettempdir() + '/large', os.O_RDWR | os.O_CREAT), 2**30)",
}
# `given` is a folder with a file `secret` in it.
FILES = {
    "a file": "return Path(given, 'secret').read_text()",
    "a file by /proc": "return Path('/proc/self/root' + given, 'secret').read_text()",
    "a folder": "return os.listdir(given)",
    "the root": "return os.listdir('/')",
    "other processes": "return Path('/proc/1/cmdline').read_text() + open('/proc/1/environ').read()",
    "a new file": "return Path(given, 'new').write_text('x')",
    "a new folder": "return Path(given, 'new').mkdir()",
    "to change a file": "return Path(given, 'secret').write_text('x')",
    "to cut a file": "return os.truncate(Path(given, 'secret'), 0)",
    "to remove a file": "return Path(given, 'secret').unlink()",
    "to move a file": "return Path(given, 'secret').rename(Path(given, 'moved'))",
    "to get a file": "return Path(given, 'secret').rename(Path(tempfile.gettempdir(), 'mine'))",
    "to link a file": "return os.link(Path(given, 'secret'), Path(tempfile.gettempdir(), 'mine'))",
    "to point at a file": "return os.symlink(Path(given, 'secret'), Path(tempfile.gettempdir(), 'mine'))",
    "to open a file to others": "return os.chmod(Path(given, 'secret'), 0o666)",
    "to give a file away": "return os.chown(Path(given, 'secret'), 1, 1)",
    "to touch a file": "return os.utime(Path(given, 'secret'))",
    "to change the code": "import reports.engine.sandbox.child as c\nreturn open(c.__file__, 'a').fileno()",
    "to change a template": "return open(__file__, 'a').fileno()",
    "a device": "return os.mknod(Path(tempfile.gettempdir(), 'device'), 0o20600, os.makedev(1, 3))",
}

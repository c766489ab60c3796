"""List the system calls that a render needs, with their numbers on x86_64 and aarch64.

None stands where a machine has no such call. Numbers are those of Linux's ``asm/unistd_64.h`` and
``asm-generic/unistd.h``. Other calls are refused: sockets and connections, programs, other processes, mounts,
namespaces, io_uring, bpf and all else. So are calls that change a file's mode, owner or times, which Landlock does not
look at.
"""

from __future__ import annotations

from typing import NamedTuple

ARCHITECTURES = ("x86_64", "aarch64")

Numbers = tuple[int | None, int | None]


class Condition(NamedTuple):
    """A condition on one argument's lower half: to be one of some values, or to have none of some bits."""

    argument: int
    one_of: tuple[int, ...] = ()
    without: int = 0


# The most frequent first, as a filter is read from its beginning.
ALLOWED: dict[str, Numbers] = {
    # Memory
    **{"mmap": (9, 222), "munmap": (11, 215), "mremap": (25, 216), "mprotect": (10, 226), "madvise": (28, 233)},
    **{"brk": (12, 214), "msync": (26, 227), "mincore": (27, 232), "mlock": (149, 228), "munlock": (150, 229)},
    **{"memfd_create": (319, 279), "membarrier": (324, 283)},
    # Files that are open
    **{"read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66), "pread64": (17, 67)},
    **{"pwrite64": (18, 68), "preadv": (295, 69), "pwritev": (296, 70), "preadv2": (327, 286), "pwritev2": (328, 287)},
    **{"lseek": (8, 62), "close": (3, 57), "close_range": (436, 436), "dup": (32, 23), "dup2": (33, None)},
    **{"dup3": (292, 24), "fstat": (5, 80), "ftruncate": (77, 46), "fallocate": (285, 47), "fsync": (74, 82)},
    **{"fdatasync": (75, 83), "fadvise64": (221, 223), "flock": (73, 32), "sendfile": (40, 71)},
    **{"copy_file_range": (326, 285), "pipe": (22, None), "pipe2": (293, 59), "getdents": (78, None)},
    **{"getdents64": (217, 61)},
    # Files by their names, which Landlock and the rights of the user bound
    **{"open": (2, None), "openat": (257, 56), "creat": (85, None), "stat": (4, None), "lstat": (6, None)},
    **{"newfstatat": (262, 79), "statx": (332, 291), "access": (21, None), "faccessat": (269, 48)},
    **{"faccessat2": (439, 439), "readlink": (89, None), "readlinkat": (267, 78), "statfs": (137, 43)},
    **{"fstatfs": (138, 44), "getcwd": (79, 17), "chdir": (80, 49), "fchdir": (81, 50), "mkdir": (83, None)},
    **{"mkdirat": (258, 34), "rmdir": (84, None), "unlink": (87, None), "unlinkat": (263, 35)},
    **{"rename": (82, None), "renameat": (264, 38), "renameat2": (316, 276), "link": (86, None), "linkat": (265, 37)},
    **{"umask": (95, 166)},
    # Waiting, and the one socket that is open
    **{"futex": (202, 98), "poll": (7, None), "ppoll": (271, 73), "select": (23, None), "pselect6": (270, 72)},
    **{"epoll_create1": (291, 20), "sendto": (44, 206), "recvfrom": (45, 207), "shutdown": (48, 210)},
    **{"getsockname": (51, 204), "getsockopt": (55, 209)},
    # This process, its threads and its forks
    **{"exit": (60, 93), "exit_group": (231, 94), "fork": (57, None), "wait4": (61, 260), "waitid": (247, 95)},
    **{"set_tid_address": (218, 96), "set_robust_list": (273, 99), "rseq": (334, 293), "gettid": (186, 178)},
    **{"getpid": (39, 172), "getppid": (110, 173), "getpgrp": (111, None), "getpgid": (121, 155)},
    **{"getuid": (102, 174), "geteuid": (107, 175), "getgid": (104, 176), "getegid": (108, 177)},
    **{"getresuid": (118, 148), "getresgid": (120, 150), "getgroups": (115, 158), "sched_yield": (24, 124)},
    **{"sched_getaffinity": (204, 123), "sched_getparam": (143, 121), "sched_getscheduler": (145, 120)},
    **{"getrlimit": (97, 163), "setrlimit": (160, 164), "getrusage": (98, 165), "times": (100, 153)},
    **{"uname": (63, 160), "sysinfo": (99, 179), "getcpu": (309, 168), "restart_syscall": (219, 128)},
    # Time, chance, and signals of its own
    **{"clock_gettime": (228, 113), "clock_getres": (229, 114), "clock_nanosleep": (230, 115), "nanosleep": (35, 101)},
    **{"gettimeofday": (96, 169), "time": (201, None), "alarm": (37, None), "setitimer": (38, 103)},
    **{"getitimer": (36, 102), "pause": (34, None), "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135)},
    **{"rt_sigreturn": (15, 139), "rt_sigpending": (127, 136), "rt_sigtimedwait": (128, 137)},
    **{"rt_sigsuspend": (130, 133), "sigaltstack": (131, 132), "getrandom": (318, 278)},
}
CONDITIONAL: dict[str, Numbers] = {
    **{"clone": (56, 220), "kill": (62, 129), "tgkill": (234, 131), "prlimit64": (302, 261), "fcntl": (72, 25)},
    **{"ioctl": (16, 29), "prctl": (157, 167)},
}

# CLONE_NEWTIME, _PTRACE, _PARENT, _UNTRACED, and those of namespaces. Of clone3, whose flags no filter can read, the C
# library does without.
_STRANGE_CLONES = 0x80 | 0x2000 | 0x8000 | 0x80_0000 | 0x2_0000 | 0x0200_0000 | 0x7C00_0000
_F_DUPFD_TO_SETLKW = range(8)  # F_SETOWN and F_SETSIG, which come next, would send signals to any process
_F_OWN_LOCKS = range(36, 39)
_F_DUPFD_CLOEXEC, _F_PIPE_SIZES, _F_SEALS = 1030, (1031, 1032), (1033, 1034)
_TCGETS, _TIOCGWINSZ, _FIONREAD, _FIONBIO, _FIONCLEX, _FIOCLEX = 0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451
# To end with the parent, to have a name, to name memory, and to be asked.
_PR_SET_PDEATHSIG, _PR_SET_NAME, _PR_SET_VMA = 1, 15, 0x53564D41
_PR_GET = (2, 3, 16, 21, 23, 39)  # PDEATHSIG, DUMPABLE, NAME, SECCOMP, CAPBSET_READ, NO_NEW_PRIVS


def conditions(own_id: int) -> dict[str, Condition]:
    """Return what conditional calls depend on, for the process of that id and its forks."""
    return {
        "clone": Condition(0, without=_STRANGE_CLONES),
        # The group of processes, which is this one and its forks.
        "kill": Condition(0, one_of=(0, own_id)),
        "tgkill": Condition(0, one_of=(own_id,)),
        "prlimit64": Condition(0, one_of=(0, own_id)),
        "fcntl": Condition(1, one_of=(*_F_DUPFD_TO_SETLKW, *_F_OWN_LOCKS, _F_DUPFD_CLOEXEC, *_F_PIPE_SIZES, *_F_SEALS)),
        "ioctl": Condition(1, one_of=(_TCGETS, _FIOCLEX, _FIONCLEX, _FIONBIO, _FIONREAD, _TIOCGWINSZ)),
        "prctl": Condition(0, one_of=(_PR_SET_PDEATHSIG, _PR_SET_NAME, _PR_SET_VMA, *_PR_GET)),
    }

"""Parse the options of commands that `make` calls, and speak of make's variables where they are wrong."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping
from typing import NoReturn

_OPTION = re.compile(r"--[a-z][a-z-]*")


class MakeParser(argparse.ArgumentParser):
    """A parser that answers in one line, by the names that people have typed: MAX for --max."""

    def __init__(self, *, prog: str, description: str | None, variables: Mapping[str, str] | None = None) -> None:
        """Take the variables of options that are not called alike, as in ``{"--error-code": "CODE"}``."""
        super().__init__(prog=prog, description=description, allow_abbrev=False)
        self._variables = variables or {}

    def error(self, message: str) -> NoReturn:
        """End with status 2 and the reason."""
        told = message.removeprefix("argument ")
        self.exit(2, f"error: {_OPTION.sub(lambda option: self._variable(option[0]), told)}\n")

    def _variable(self, option: str) -> str:
        return self._variables.get(option, option.removeprefix("--").replace("-", "_").upper())


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """Return a type of argparse's: a whole number within bounds."""

    def number(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) < 20 and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least:,} to {most:,}.")
        return int(text)

    return number


def days(text: str) -> float:
    """Return a number of days, which may be a part of one."""
    if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]+)?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days.")
    return float(text)

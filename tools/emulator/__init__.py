"""Run MiniStack, the embedded emulator of AWS: no Docker, no account, one process and its Lambda workers."""

from tools.emulator.endpoint import client_environment
from tools.emulator.errors import EmulatorError
from tools.emulator.ministack import Emulator

__all__ = ["Emulator", "EmulatorError", "client_environment"]

"""Define the one error of the emulator's tools."""


class EmulatorError(RuntimeError):
    """Say in one message what went wrong with the emulator, and what to do."""

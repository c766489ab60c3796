"""Define the one error of the emulator's tools."""


class EmulatorError(RuntimeError):
    """A fault of the emulator, with what to do about it."""

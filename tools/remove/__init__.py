"""Remove a stage from AWS or from an emulator."""

from tools.remove.removal import RemovalError, remove

__all__ = ["RemovalError", "remove"]

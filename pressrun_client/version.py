"""The number of this release; the service and its client are released together."""

__version__ = "0.1.0"

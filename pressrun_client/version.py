"""Say which release this is; the service and its client are released together."""

__version__ = "0.1.0"

"""Define what can go wrong while packaging."""


class PackageError(Exception):
    """Say in one sentence what is wrong, where, and what to do."""

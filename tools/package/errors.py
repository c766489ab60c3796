"""Define what can go wrong while packaging."""


class PackageError(Exception):
    """A fault of a package, in one sentence: what is wrong, where, and what to do."""

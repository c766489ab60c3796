"""Provide Pango and the libraries below it, which WeasyPrint loads: ``python -m tools.package.native --target x86_64``.

For AWS they come from pinned Debian packages, for this machine from the first of these that works: the same packages,
those of the machine's own release, Pango as the system has it, apt-get.
"""

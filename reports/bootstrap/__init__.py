"""Put everything together: settings, clients, adapters, use cases. The only place that knows them all.

A function of the stack asks the service for its own use cases: on Lambda while it is initialized, elsewhere at its
first call.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from reports.bootstrap.aws_clients import faults
from reports.bootstrap.aws_ports import AwsPorts, engine_versions
from reports.bootstrap.initializing import at_init
from reports.bootstrap.service import MOST_NOTIFY_RECEIVES, Service
from reports.bootstrap.settings import Settings
from reports.bootstrap.shipped_files import EMAILS, OPENAPI, TEMPLATES
from reports.catalog.catalog import Catalog
from reports.render_contract import RenderLimits
from reports.shelf.templates import ProductTemplates
from reports.worker.report_maker import ReportMaker

__all__ = [
    "EMAILS",
    "MOST_NOTIFY_RECEIVES",
    "OPENAPI",
    "TEMPLATES",
    "Service",
    "at_init",
    "engine_versions",
    "repairs",
    "report_maker",
    "service",
]


@cache
def service() -> Service:
    """Return the use cases over AWS. Raises SettingsError."""
    settings = Settings.from_environment()
    return Service(settings, AwsPorts(settings, faults()))


@cache
def repairs() -> Service:
    """Return the use cases for the sweep, in which no process dies on purpose. Raises SettingsError."""
    settings = Settings.from_environment()
    return Service(settings, AwsPorts(settings))


@contextmanager
def report_maker(catalog: Catalog, limits: RenderLimits | None = None) -> Iterator[ReportMaker]:
    """Provide what turns data into reports on an author's machine, with the real engine and AWS's limits, but no AWS.

    Errors of templates may quote the data.
    """
    from reports.engine.sandbox.confined_renderer import ConfinedRenderer

    with ConfinedRenderer(limits or RenderLimits(), quotes_data=True) as renderer:
        yield ReportMaker(ProductTemplates(catalog), renderer)

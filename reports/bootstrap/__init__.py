"""Put everything together: settings, clients, adapters, use cases. The only place that knows them all.

Each function of the stack asks for its own part: on Lambda while it is initialized, elsewhere at its first call.
"""

from reports.bootstrap.access_part import Authorizer, authenticate, authorizer
from reports.bootstrap.api_part import Api, Deliveries, api, deliveries
from reports.bootstrap.initializing import at_init
from reports.bootstrap.notify_part import MOST_NOTIFY_RECEIVES, Messenger, messenger
from reports.bootstrap.render_part import Worker, engine_versions, report_maker, worker
from reports.bootstrap.shipped_files import EMAILS, OPENAPI, TEMPLATES
from reports.bootstrap.upkeep_part import delivery_sweep, redrive, sweep

__all__ = [
    "EMAILS",
    "MOST_NOTIFY_RECEIVES",
    "OPENAPI",
    "TEMPLATES",
    "Api",
    "Authorizer",
    "Deliveries",
    "Messenger",
    "Worker",
    "api",
    "at_init",
    "authenticate",
    "authorizer",
    "deliveries",
    "delivery_sweep",
    "engine_versions",
    "messenger",
    "redrive",
    "report_maker",
    "sweep",
    "worker",
]

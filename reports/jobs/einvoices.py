"""Refuse electronic invoices of templates that have none."""

from __future__ import annotations

from reports.errors import InvalidOptionsError, Violation
from reports.render_contract import Template


def check_einvoice(template: Template, form: str | None) -> None:
    """Raise InvalidOptionsError if a template cannot make the electronic invoice that is asked for."""
    if form not in (None, "none") and not template.einvoices:
        fault = f"the template {template.name!r} makes no electronic invoices: leave this out"
        raise InvalidOptionsError([Violation("/options/einvoice", fault)])

"""Put options on how data are to be shown into a template's data, where the template knows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.catalog.json_schema import validator_of
from reports.catalog.violations import MAX_VIOLATIONS, violation_of
from reports.errors import InvalidOptionsError, Violation
from reports.render_contract import Template

PLACE = "/options/reading"


def shown_as(template: Template, data: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return a template's data with what is wanted of its properties; what the data say themselves wins.

    Raises InvalidOptionsError for a property that the template does not have, or a value that it does not take.
    """
    if not wanted:
        return dict(data)
    properties = template.schema.get("properties", {})
    faults = [
        Violation(f"{PLACE}/{name}", f"the template {template.name!r} has no property {name!r} in its data")
        for name in wanted
        if name not in properties
    ]
    known = {name: value for name, value in wanted.items() if name in properties}
    schema = {
        **{word: template.schema[word] for word in ("$schema", "$defs") if word in template.schema},
        "properties": {name: properties[name] for name in known},
    }
    faults += [violation_of(error, PLACE) for error in validator_of(schema).iter_errors(known)]
    if faults:
        raise InvalidOptionsError(faults[:MAX_VIOLATIONS])
    return {**known, **data}

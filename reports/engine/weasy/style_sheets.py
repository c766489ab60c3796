"""Read style sheets with WeasyPrint's own parser."""

from __future__ import annotations

from collections.abc import Iterator

import tinycss2


def imported_addresses(text: str) -> Iterator[str]:
    """Yield the addresses, as they are written, of the style sheets that one imports."""
    for rule in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
        if rule.type == "at-rule" and rule.lower_at_keyword == "import":
            for token in rule.prelude:
                if token.type in ("string", "url"):
                    yield token.value

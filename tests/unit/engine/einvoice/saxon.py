"""Check documents by Saxon, in a process of its own: what it leaves in a process can stop what runs there later.

It reads a style sheet's path and documents from its standard input as JSON, and writes what they break.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from lxml import etree

_SVRL = {"s": "http://purl.oclc.org/dsdl/svrl"}
_SECONDS = 120


def broken(sheet: Path, documents: list[bytes]) -> list[list[tuple[str, str]]]:
    """Return the numbers of the rules that each document breaks, with the places; not those that only warn."""
    asked = json.dumps({"sheet": str(sheet), "documents": [each.decode() for each in documents]})
    command = [sys.executable, "-m", "tests.unit.engine.einvoice.saxon"]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True, timeout=_SECONDS)
    return [[(rule, place) for rule, place in each] for each in json.loads(done.stdout)]


def _main() -> None:
    from saxonche import PySaxonProcessor

    asked = json.load(sys.stdin)
    with PySaxonProcessor(license=False) as processor:
        compiled = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=asked["sheet"])
        plain = (re.sub(r"<\?xml.*?\?>", "", each) for each in asked["documents"])
        reports = [compiled.transform_to_string(xdm_node=processor.parse_xml(xml_text=each)) for each in plain]
    json.dump([_read(each) for each in reports], sys.stdout)


def _read(report: str) -> list[tuple[str, str]]:
    root = etree.fromstring(report.encode())
    found = [*root.iterfind(".//s:failed-assert", _SVRL), *root.iterfind(".//s:successful-report", _SVRL)]
    return [
        (each.get("id", ""), re.sub(r"\*:|Q\{[^{}]*\}|\[namespace-uri\(\)='[^']*'\]", "", str(each.get("location"))))
        for each in found
        if each.get("flag") not in ("warning", "information")
    ]


if __name__ == "__main__":
    _main()

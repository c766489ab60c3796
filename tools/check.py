"""Check templates on this machine, and say what is wrong with each, where, and how to mend it."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from reports import bootstrap
from reports.catalog.template_folder import is_template
from reports.engine.checks.reading import read_findings
from reports.findings import Finding, Severity, did_you_mean
from tools.authoring.check import Checker


def main(arguments: list[str] | None = None) -> int:
    """Check. Returns 1 if there is an error, 2 when the command line is not right."""
    parser = argparse.ArgumentParser(prog="python -m tools.check", description=__doc__)
    parser.add_argument("templates", nargs="*", metavar="TEMPLATE", help="names of folders; all of them without any")
    parser.add_argument("--folder", type=Path, default=bootstrap.TEMPLATES, help="the folder that has the templates")
    parser.add_argument("--read-only", action="store_true", help="render nothing")
    parser.add_argument("--json", action="store_true", help="say it in JSON, for programs")
    options = parser.parse_args(arguments)
    known = sorted(each.name for each in options.folder.glob("*") if is_template(each))
    for name in options.templates:
        if name not in known:
            parser.error(f"there is no template {name!r} in {options.folder}. {did_you_mean(name, known)}")
    logging.getLogger("reports").addHandler(logging.NullHandler())
    checker = None if options.read_only else Checker(options.folder)
    found: dict[str, list[Finding]] = {}
    for name in options.templates or known:
        if checker is None:
            found[name] = read_findings(options.folder.resolve(), name)
        else:
            found[name] = checker.check(name, _progress(name) if sys.stderr.isatty() else lambda _: None)
        if not options.json:
            _tell(name, found[name])
    if options.json:
        print(json.dumps({name: [asdict(each) for each in findings] for name, findings in found.items()}))
    return int(any(each.severity is Severity.ERROR for findings in found.values() for each in findings))


def _progress(name: str) -> Callable[[str], object]:
    return lambda case: print(f"\r\x1b[K{name}: {case}", end="\r", file=sys.stderr)


def _tell(name: str, findings: Sequence[Finding]) -> None:
    for each in findings:
        print("\n".join(each.lines()))
    counts = {severity: sum(each.severity is severity for each in findings) for severity in Severity}
    named = ", ".join(f"{count} {severity}{'s' if count != 1 else ''}" for severity, count in counts.items() if count)
    print(f"{name}: {named or 'nothing is wrong'}")


if __name__ == "__main__":
    sys.exit(main())

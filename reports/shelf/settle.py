"""Tell from the report of its sample how the check of a version has ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from reports.jobs.job import Job
from reports.jobs.values import JobStatus
from reports.shelf.own_template import MOST_FINDINGS, TemplateVersion, VersionStatus

FINDING = "template_finding"
"""The code of a warning that is a finding about a template."""

_MEMBERS = ("file", "line", "column", "severity", "message", "cure")
_LONGEST = 300


def settled(version: TemplateVersion, check: Job | None) -> TemplateVersion | None:
    """Return the version as its check has left it; None while that goes on."""
    if check is None:
        gone = {"message": "The report by which it was checked is gone. Store the template again.", "severity": "error"}
        return replace(version, status=VersionStatus.REFUSED, findings=(gone,))
    if not check.status.is_final:
        return None
    if check.status is JobStatus.SUCCEEDED:
        return replace(version, status=VersionStatus.LIVE, findings=_findings_of(check.warnings))
    return replace(version, status=VersionStatus.REFUSED, findings=_faults_of(check))


def _findings_of(warnings: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, str | int | None], ...]:
    found = [each if each.get("code") == FINDING else {**each, "severity": "warning"} for each in warnings]
    return tuple(_kept(each) for each in found[:MOST_FINDINGS])


def _faults_of(check: Job) -> tuple[Mapping[str, str | int | None], ...]:
    failure = check.failure
    if failure is None:
        return ({"message": "Its check was cancelled. Store the template again.", "severity": "error"},)
    listed = failure.detail.get("findings")
    if isinstance(listed, list) and listed:
        return tuple(_kept(each) for each in listed[:MOST_FINDINGS] if isinstance(each, Mapping))
    return (_kept({"message": failure.message, "severity": "error", "code": failure.code}),)


def _kept(finding: Mapping[str, Any]) -> Mapping[str, str | int | None]:
    kept = {name: finding.get(name) for name in _MEMBERS}
    return {name: value[:_LONGEST] if isinstance(value, str) else value for name, value in kept.items() if value}

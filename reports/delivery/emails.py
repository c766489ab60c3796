"""Put into words what people are told by e-mail, from the templates in ``emails/``.

A template knows ``report`` (as in the event), ``name`` (what to call the report), ``url`` (where the API shows it),
``download`` (of an EmailContent), ``is_attached``, ``with_title`` (whether the name may be in the subject), ``facts``
(pairs of a label and a text), ``advice`` (of a failure), and ``labels`` in its language, with ``fill`` and ``moment``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from reports.delivery.ports import Email
from reports.delivery.webhook_and_email_content import EmailContent

DEFAULT_LANGUAGE = "en"
_FOLDERS = {"ReportSucceeded": "succeeded", "ReportFailed": "failed"}
_LONGEST_NAME = 120
# No part of a line, and nothing that a reader would show.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

# What to do about an error, by its code; of all others it is to wait.
ADVICE = {
    "malformed_message": "correct",
    "unknown_template": "correct",
    "template_not_live": "template",
    "template_refused": "template",
    "misplaced_upload": "correct",
    "unsupported_file": "correct",
    "unreadable_file": "correct",
    "wrong_kind_of_data": "correct",
    "invalid_data": "correct",
    "invalid_options": "correct",
    "asset_missing": "correct",
    "asset_unusable": "correct",
    "secret_missing": "correct",
    "secret_unusable": "correct",
    "signing_key_missing": "correct",
    "signing_key_unusable": "correct",
    "signature_misplaced": "correct",
    "timestamp_not_offered": "correct",
    "resource_blocked": "template",
    "template_broken": "template",
    "not_accessible": "template",
    "not_archivable": "correct",
    "einvoice_invalid": "correct",
    "template_out_of_order": "template",
    "too_large": "smaller",
    "render_timeout": "smaller",
    "render_memory": "smaller",
    "too_many_pages": "smaller",
    "too_much_work": "correct",
    "quota_exceeded": "later",
    "address_not_allowed": "correct",
    "unprintable_amounts": "correct",
}
OTHER_ADVICE = "later"


class EmailTemplates:
    """An EmailRenderer."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._labels: dict[str, Mapping[str, Any]] = {}

    def write(self, to: str, letter: EmailContent) -> Email:
        """Write an e-mail. See EmailRenderer.write."""
        folder = _FOLDERS[letter.event_name]
        lang, labels = self._labels_of(folder, letter.locale)
        report = letter.report
        words = {
            "lang": lang,
            "labels": labels,
            "report": report,
            "name": _name_of(letter),
            "url": letter.url,
            "download": letter.download,
            "is_attached": letter.is_attached,
            "with_title": letter.with_title,
            "facts": _facts(report, labels, lang),
            "advice": labels["advice"][ADVICE.get(report["error"]["code"], OTHER_ADVICE)] if "error" in report else "",
        }
        subject = " ".join(_CONTROL.sub(" ", self._render(f"{folder}/subject.txt.jinja", words)).split())
        words["subject"] = subject
        text = self._render(f"{folder}/message.txt.jinja", words)
        return Email(to, subject, text, self._render(f"{folder}/message.html.jinja", words))

    def _render(self, name: str, words: Mapping[str, Any]) -> str:
        return self._environment.get_template(name).render(words).strip() + "\n"

    @cached_property
    def _environment(self) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(self._folder),
            autoescape=select_autoescape(["html.jinja"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals |= {"fill": _fill, "moment": moment}
        return environment

    def _labels_of(self, folder: str, locale: str) -> tuple[str, Mapping[str, Any]]:
        if folder not in self._labels:
            self._labels[folder] = json.loads((self._folder / folder / "labels.json").read_text("utf-8"))
        known = self._labels[folder]
        lang = locale.replace("_", "-").partition("-")[0].lower()
        lang = lang if lang in known else DEFAULT_LANGUAGE
        return lang, known[lang]


def moment(value: datetime | str) -> str:
    """Write a time so that it is understood everywhere, in UTC."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _fill(text: str, **values: str) -> str:
    # Not by str.format, which would look into what it is given.
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _name_of(letter: EmailContent) -> str:
    name = letter.title or letter.report.get("filename") or letter.report["template"]
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _facts(report: Mapping[str, Any], labels: Mapping[str, Any], lang: str) -> list[tuple[str, str]]:
    values = {
        "file": report.get("filename", ""),
        "pages": str(report.get("pages") or ""),
        "size": _size(report["bytes"], lang) if "bytes" in report else "",
        "code": report["error"]["code"] if "error" in report else "",
        "template": report["template"],
        "asked": moment(report["created_at"]),
        "made": moment(report["finished_at"]),
        "id": report["id"],
    }
    return [(labels[name], value) for name, value in values.items() if name in labels and value]


def _size(count: int, lang: str) -> str:
    number, unit = (count / 1_000_000, "MB") if count >= 100_000 else (count / 1000, "kB")
    text = f"{number:.1f} {unit}"
    return text.replace(".", ",") if lang == "de" else text

"""Hold the languages of a template's labels to one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reports.catalog.json_places import line_of
from reports.engine.templating import words
from reports.engine.templating.formats import Formats
from reports.findings import Finding, Severity, did_you_mean

Labels = Mapping[str, Mapping[str, str]]


def places_of(text: str) -> set[str]:
    """Return the names of a label's ``{name}`` places; of one whose plural is out of order, none."""
    try:
        return words.places_of(text)
    except ValueError:
        return set()


def findings_of_labels(file: str, labels: Labels, text: str) -> Iterator[Finding]:
    """Yield keys that a language lacks or has alone, and places that are not the same in all languages."""
    english = labels.get("en", {})
    if labels and not english:
        yield Finding(file, 1, "there are no English labels, which stand in for those of other languages")
        return
    for language, texts in labels.items():
        lacking = sorted(english.keys() - texts.keys())
        if lacking and "-" not in language:
            named = ", ".join(repr(name) for name in lacking[:5])
            yield Finding(
                file,
                line_of(text, f"/{language}"),
                f"the language {language!r} lacks {named}{' and more' if len(lacking) > 5 else ''}; English is printed",
                severity=Severity.WARNING,
            )
        for name, label in texts.items():
            where = f"/{language}/{name}"
            for message in _faults_of_plurals(language, label):
                yield Finding(file, line_of(text, where), f"the label {name!r} in {language!r}: {message}")
            if name not in english:
                message, severity = f"the label {name!r} is not in English, so other languages lack it", Severity.ERROR
            elif unlike := places_of(label) ^ places_of(english[name]):
                odd = ", ".join(f"{{{each}}}" for each in sorted(unlike))
                message = f"the label {name!r} in {language!r} and in English do not both have {odd}"
                severity = Severity.WARNING
            else:
                continue
            cure = did_you_mean(name, english) if name not in english else ""
            yield Finding(file, line_of(text, where), message, cure=cure, severity=severity)


def _faults_of_plurals(language: str, label: str) -> Iterator[str]:
    """Yield what is wrong with the forms of a label's numbers."""
    try:
        plurals = words.plurals_of(label)
    except ValueError as error:
        yield str(error)
        return
    known = {*Formats.of(language).plural_forms}
    for plural in plurals:
        forms = {form for form in plural.forms if not form.startswith("=")}
        if odd := sorted(forms - known):
            yield f"numbers have no form {odd[0]!r} in this language; its forms are {', '.join(sorted(known))}"
        elif lacking := sorted(known - forms - {"many"} if "few" not in known else known - forms):
            yield f"{{{plural.name}}} lacks the form {lacking[0]!r}"

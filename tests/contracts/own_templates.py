"""The behaviour of OwnTemplates."""

from __future__ import annotations

from dataclasses import replace

from reports.render_contract import InputKind
from reports.shelf.own_template import OwnTemplate, TemplateVersion, VersionStatus
from reports.shelf.ports import OwnTemplates
from tests.contracts.moments import NOON


def a_version(number: int = 1, status: VersionStatus = VersionStatus.CHECKING) -> TemplateVersion:
    return TemplateVersion(
        number=number,
        sha256=f"{number:064x}",
        size=1234,
        put_at=NOON,
        put_by="key:abc",
        title="Receipt",
        description="A receipt – of ours.",
        kind=InputKind.ROWS,
        check=f"job-{number}",
        status=status,
        findings=({"file": "receipt/style.css", "line": 3, "message": "unknown property"},),
    )


class OwnTemplatesContract:
    """The behaviour of OwnTemplates. ``own`` and the name of a fresh ``tenant`` come from fixtures of the subclass."""

    def test_a_template_that_was_never_stored_is_none(self, own: OwnTemplates, tenant: str) -> None:
        assert own.get(tenant, "receipt") is None
        assert list(own.list(tenant)) == []

    def test_a_template_comes_back_as_it_was_written(self, own: OwnTemplates, tenant: str) -> None:
        first = OwnTemplate(tenant, "receipt").with_version(a_version())

        assert own.put(first)

        assert own.get(tenant, "receipt") == first

    def test_only_the_next_revision_is_written(self, own: OwnTemplates, tenant: str) -> None:
        first = OwnTemplate(tenant, "receipt").with_version(a_version())
        second = first.with_version(a_version(2))
        assert own.put(first)
        assert own.put(second)

        late = first.with_version(replace(a_version(2), put_by="key:late"))

        assert not own.put(late)
        assert own.get(tenant, "receipt") == second

    def test_the_same_write_may_be_sent_again(self, own: OwnTemplates, tenant: str) -> None:
        first = OwnTemplate(tenant, "receipt").with_version(a_version())

        assert own.put(first)
        assert own.put(first)

    def test_templates_are_listed_by_name_and_those_of_others_are_not(self, own: OwnTemplates, tenant: str) -> None:
        for name in ("b", "a"):
            own.put(OwnTemplate(tenant, name).with_version(a_version()))
        own.put(OwnTemplate(f"{tenant}-2", "c").with_version(a_version()))

        assert [each.name for each in own.list(tenant)] == ["a", "b"]
        assert own.get(tenant, "c") is None

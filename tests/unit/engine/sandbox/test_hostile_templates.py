"""Templates of strangers that try to escape, or to use up the worker: each ends in an error that says so.

Each is stored and checked as by PUT /templates: unpacked and read, then checked and rendered in the confined process.
Afterwards the same worker makes a report for another tenant.
"""

from __future__ import annotations

import io
import stat
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from reports.catalog.catalog import Catalog
from reports.engine.sandbox.confined_renderer import ConfinedRenderer
from reports.errors import PermanentError, PressrunError, TemplateRefusedError
from reports.render_contract import RenderContext, RenderRequest
from reports.shelf.archive import ArchiveError
from reports.shelf.templates import unpacked_catalog
from tests.archives import DOCUMENT, SCHEMA, files_of, zipped
from tests.unit.engine.rendering import CREATED, TEMPLATES
from tests.unit.engine.sandbox.confinement import LIMITS

pytestmark = pytest.mark.gate

SMALL = replace(LIMITS, seconds=60, cpu_seconds=6, pages=200)


@dataclass
class Worker:
    """A worker, and the folder that it unpacks templates into."""

    renderer: ConfinedRenderer
    folder: Path
    number: int = 0

    def check(self, archive: bytes) -> None:
        """Store and check a template of the tenant `evil`. Raises what that ends in."""
        # Each in a folder of its own, as each version has one: the process keeps what it has compiled by the folder.
        self.number += 1
        place = self.folder / "evil" / f"receipt-{self.number}"
        try:
            catalog = unpacked_catalog(place, "evil", "receipt", archive, Catalog(TEMPLATES))
        except ArchiveError as error:
            raise TemplateRefusedError(str(error)) from error
        if faults := catalog.faults():
            raise TemplateRefusedError(str(faults[0]))
        template = catalog.get("receipt")
        context = RenderContext("job-1", CREATED, tenant="evil")
        request = RenderRequest(template, catalog.sample("receipt"), context, checks_template=True)
        self.renderer.render(request, output=lambda _: None)

    def child(self) -> int:
        """Return the id of the process that renders."""
        assert self.renderer._child is not None
        return self.renderer._child._process.pid

    def still_works(self) -> bool:
        """Make a report for another tenant."""
        catalog = Catalog(TEMPLATES)
        context = RenderContext("job-2", CREATED, tenant="other")
        request = RenderRequest(catalog.get("table"), {"rows": [{"City": "Oslo"}]}, context)
        return self.renderer.render(request, output=lambda _: None).pages == 1


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    with ConfinedRenderer(SMALL, templates=[TEMPLATES]) as renderer:
        yield Worker(renderer, tmp_path_factory.mktemp("unpacked"))


def body(text: str) -> dict[str, Any]:
    """Return a template whose document has a text in its body."""
    return files_of(template__html__j2=DOCUMENT.replace("<h1>Receipt of {{ data.name }}</h1>", text))


def style(text: str) -> dict[str, Any]:
    return files_of(style__css=text)


def picture(svg: str) -> dict[str, Any]:
    return {**body('<img src="a.svg" alt="a">'), "a.svg": svg}


def font(content: bytes) -> dict[str, Any]:
    face = '@font-face { font-family: Own; src: url("own.ttf") } body { font-family: Own }'
    return {**style(face), "own.ttf": content}


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'
BROKEN = {"template_broken", "template_refused"}
BLOCKED = {"resource_blocked", "template_refused", "unreadable_file"}
TOO_MUCH = {"too_much_work", "render_memory", "render_timeout", "too_many_pages", *BROKEN}

ESCAPES: dict[str, dict[str, Any]] = {
    "the classes of an object": body("{{ ''.__class__.__mro__[1].__subclasses__() }}"),
    "an attribute by a filter": body("{{ data|attr('__class__') }}"),
    "an attribute by a name that is put together": body("{{ data|attr('__cl' ~ 'ass__') }}"),
    "an attribute by a subscript": body("{{ data['__class__'].mro() }}"),
    "an attribute by map": body("{{ ([data]|map(attribute='__class__')|first).mro() }}"),
    "an attribute by map of attr": body("{{ ([data]|map('attr', '__class__')|first).mro() }}"),
    "an attribute by a format": body("{{ '{0.__class__}'.format(data) }}"),
    "an attribute by a format that is put together": body("{{ ('{0.__cl' ~ 'ass__}').format(data) }}"),
    "an attribute by format_map": body("{{ '{a.__class__}'.format_map({'a': data}) }}"),
    "an attribute by a format of markup": body("{{ ('{0.__class__}'|safe).format(data) }}"),
    "the globals of a class": body("{{ cycler.__init__.__globals__.os.popen('id').read() }}"),
    "the globals of a function": body("{{ lipsum.__globals__['os'] }}"),
    "the globals of one of ours": body("{{ money.__func__.__globals__ }}"),
    "the code of one of ours": body("{{ fill.__code__.co_consts }}"),
    "the variables of a closure": body("{{ fill.__closure__ }}"),
    "the context of the template": body("{{ self._TemplateReference__context }}"),
    "the class of the context": body("{{ context.__class__.__init__.__globals__ }}"),
    "the frame of a generator": body("{{ (data|map('upper')).gi_frame.f_globals }}"),
    "what belongs to a list": body("{{ [].append(1) }}"),
    "an import of a module": body("{% import 'os' as os %}{{ os.environ }}"),
    "a file of the system": body("{% include '/etc/passwd' %}"),
    "a file beside the folder": body("{% include '../../../../etc/passwd' %}"),
    "another template": body("{% extends '../receipt-2/template.html.j2' %}"),
    "a template of the product": body("{% include '../invoice/template.html.j2' %}"),
}

WORK: dict[str, dict[str, Any]] = {
    "a wide range": body("{{ range(10 ** 9)|list }}"),
    "loops in loops": body("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"),
    "a text repeated": body("{{ 'x' * 10 ** 9 }}"),
    "a list repeated": body("{{ [1] * 10 ** 9 }}"),
    "a text made wide by a filter": body("{{ 'x'|center(10 ** 10) }}"),
    "a text made wide by %": body("{{ '%1000000000d' % 1 }}"),
    "a text made wide by format": body("{{ '{:>3000000000}'.format('x') }}"),
    "a text doubled": body(
        "{% set ns = namespace(s='xx') %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s }}"
    ),
    "a text replaced by itself": body(
        "{% set ns = namespace(s='xx') %}{% for i in range(40) %}"
        "{% set ns.s = ns.s|replace('x', 'xxxxxxxx') %}{% endfor %}{{ ns.s }}"
    ),
    "a high power": body("{{ 9 ** (9 ** 9) }}"),
    "a macro that calls itself": body("{% macro m(n) %}{{ m(n + 1) }}{% endmacro %}{{ m(1) }}"),
    "a macro that calls itself twice": body(
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}"
    ),
    "a document that includes itself": body("{% include 'template.html.j2' %}"),
    "a block that prints itself": body("{% block b %}{{ self.b() }}{% endblock %}"),
    "a long made-up text": body("{% for i in range(99999) %}{{ lipsum(99) }}{% endfor %}"),
    "brackets in brackets": body("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}"),
    "conditions in conditions": body("{% if data %}" * 3000 + "{% endif %}" * 3000),
    "elements in elements": body("{% for i in range(99999) %}<div>{% endfor %}"),
    "very many pages": body('{% for i in range(9999) %}<p style="page-break-after: always">.</p>{% endfor %}'),
    "a very long document": body("{% for i in range(999999) %}<p>{{ i }} abcdefghijklmnopqrstuvwxyz</p>{% endfor %}"),
    "a very large table": body(
        "<table><tr><th>a</th></tr>{% for i in range(99999) %}<tr>{% for j in range(9) %}<td>{{ j }}</td>{% endfor %}"
        "</tr>{% endfor %}</table>"
    ),
    "rules in rules": style("a{" * 20_000),
    "columns without number": style("body { display: grid; grid-template-columns: repeat(99999999, 1fr) }"),
}

READS: dict[str, dict[str, Any]] = {
    "a picture of the net": body('<img src="http://169.254.169.254/latest/meta-data/" alt="a">'),
    "a picture of the system": body('<img src="file:///etc/passwd" alt="a">'),
    "a picture beside the folder": body('<img src="../../../../../etc/passwd" alt="a">'),
    "a picture by an address that is put together": body("<img src=\"{{ 'fi' ~ 'le:///etc/passwd' }}\" alt=\"a\">"),
    "an attachment of the system": body('<a rel="attachment" href="file:///etc/passwd">a</a>'),
    "a linked attachment": body('<link rel="attachment" href="file:///proc/self/environ">'),
    "an object": body('<object data="file:///etc/passwd"></object>'),
    "a style sheet of the net": style('@import "http://evil.example/a.css";'),
    "a style sheet of the system": style('@import url("file:///etc/passwd");'),
    "a font of the net": style(
        '@font-face { font-family: A; src: url("http://evil.example/a.ttf") } p { font-family: A }'
    ),
    "a background beside the folder": style('body { background: url("../../../../../etc/passwd") }'),
    "the content of a file": style('h1::before { content: url("file:///proc/self/environ") }'),
    "a picture in a picture of the net": picture(
        SVG.format('<image href="http://evil.example/a.png" width="9" height="9"/>')
    ),
    "a picture in a picture of the system": picture(
        SVG.format('<image href="file:///etc/passwd" width="9" height="9"/>')
    ),
    "entities of entities": picture(
        '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        + SVG.format("<text>&b;</text>")
    ),
    "an entity of the system": picture(
        '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + SVG.format("<text>&a;</text>")
    ),
    "uses of uses": picture(
        SVG.format(
            '<g id="a0"><rect width="1" height="1"/></g>'
            + "".join(f'<g id="a{i + 1}">{f"""<use href="#a{i}"/>""" * 10}</g>' for i in range(9))
            + '<use href="#a9"/>'
        )
    ),
    "no font": font(b"no font at all"),
    "a damaged font": font(b"\x00\x01\x00\x00" + bytes(range(256)) * 8),
    "a font that unpacks to very much": font(b"wOF2" + bytes(12) + (2**31).to_bytes(4, "big") + bytes(64)),
}


def packed_as(path: str, content: bytes = b"x", **facts: Any) -> bytes:
    """Return an archive of a template with one file more, as its entry says."""
    archive = io.BytesIO(zipped(files_of()))
    with zipfile.ZipFile(archive, "a") as opened:
        entry = zipfile.ZipInfo(path)
        for name, value in facts.items():
            setattr(entry, name, value)
        opened.writestr(entry, content)
    return archive.getvalue()


def doubled(first: str, second: str) -> bytes:
    archive = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(archive, "w") as opened:
        for name in (first, second):
            opened.writestr(zipfile.ZipInfo(name), b"x")
    return archive.getvalue()


ARCHIVES: dict[str, Callable[[], bytes]] = {
    "a path to above": lambda: packed_as("../style.css"),
    "a path within to above": lambda: packed_as("a/../../style.css"),
    "an absolute path": lambda: packed_as("/etc/cron.d/a.css"),
    "a path of Windows": lambda: packed_as("..\\..\\a.css"),
    "a link": lambda: packed_as("a.css", b"/etc/passwd", external_attr=(stat.S_IFLNK | 0o777) << 16),
    "a device": lambda: packed_as("a.css", external_attr=(stat.S_IFBLK | 0o600) << 16),
    "an archive in the archive": lambda: packed_as("a.zip", zipped(files_of())),
    "a program": lambda: packed_as("view.py", b"import os"),
    "a compiled program": lambda: packed_as("__pycache__/template.html.j2.py", b"import os"),
    "a bomb": lambda: packed_as("a.css", bytes(50_000_000), compress_type=zipfile.ZIP_DEFLATED),
    "a bomb of many files": lambda: zipped({f"a{i}.png": bytes(400_000) for i in range(90)}),
    "very many files": lambda: zipped({f"a{i}.css": "" for i in range(2_000)}),
    "a file twice": lambda: doubled("style.css", "style.css"),
    "a file twice but for case": lambda: doubled("style.css", "STYLE.css"),
    "an unusual compression": lambda: packed_as("a.css", compress_type=zipfile.ZIP_BZIP2),
    "a name of control characters": lambda: packed_as("a\n.css"),
    "no archive": lambda: b"PK\x03\x04 and then nothing",
    "a cut archive": lambda: zipped(files_of())[:-30],
}

SCHEMAS: dict[str, dict[str, Any]] = {
    "a pattern that is tried for ever": files_of(
        schema__json={**SCHEMA, "properties": {"name": {"type": "string", "pattern": "^(a+)+$"}}},
        sample__json={"name": "a" * 40 + "!"},
    ),
    "alternatives of alternatives": files_of(
        schema__json={
            **SCHEMA,
            "properties": {"name": {"$ref": "#/$defs/a0"}},
            "$defs": {
                **{f"a{i}": {"anyOf": [{"$ref": f"#/$defs/a{i + 1}"}] * 3} for i in range(20)},
                "a20": {"type": "integer"},
            },
        }
    ),
    "a schema of the net": files_of(schema__json={**SCHEMA, "properties": {"name": {"$ref": "http://evil.example/a"}}}),
    "a schema that is itself": files_of(schema__json={**SCHEMA, "$ref": "#"}),
    "a very deep sample": files_of(sample__json='{"name": ' + "[" * 50_000 + "]" * 50_000 + "}"),
}


def ends_in(worker: Worker, archive: bytes) -> PressrunError:
    with pytest.raises(PressrunError) as caught:
        worker.check(archive)
    assert isinstance(caught.value, PermanentError), caught.value
    assert "root:" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("name", ESCAPES)
def test_no_template_escapes_from_the_sandbox(worker: Worker, name: str) -> None:
    assert ends_in(worker, zipped(ESCAPES[name])).code in BROKEN


@pytest.mark.parametrize("name", WORK)
def test_no_template_uses_up_the_worker(worker: Worker, name: str) -> None:
    assert ends_in(worker, zipped(WORK[name])).code in TOO_MUCH
    assert worker.still_works()


@pytest.mark.parametrize("name", READS)
def test_no_template_reads_what_is_not_its_own(worker: Worker, name: str) -> None:
    assert ends_in(worker, zipped(READS[name])).code in BLOCKED


@pytest.mark.parametrize("name", ARCHIVES)
def test_no_archive_reaches_beyond_its_folder(worker: Worker, name: str) -> None:
    assert ends_in(worker, ARCHIVES[name]()).code == "template_refused"
    assert not (worker.folder / "evil" / f"receipt-{worker.number}" / "receipt").exists()
    assert {path.name for path in worker.folder.iterdir()} <= {"evil"}


@pytest.mark.parametrize("name", SCHEMAS)
def test_no_schema_holds_the_function_up(worker: Worker, name: str) -> None:
    assert ends_in(worker, zipped(SCHEMAS[name])).code == "template_refused"


def test_a_strangers_template_shares_no_process_with_another_tenant(worker: Worker) -> None:
    assert worker.still_works()
    before = worker.child()
    worker.check(zipped(files_of()))
    strangers = worker.child()
    assert strangers != before
    assert worker.renderer._child is not None
    assert worker.renderer._child.can_read(worker.folder / "evil" / "receipt-1")
    assert not worker.renderer._child.can_read(worker.folder / "other" / "receipt-1")
    worker.check(zipped(files_of(style__css="h1 { color: red }")))
    assert worker.child() == strangers
    assert worker.still_works()
    assert worker.child() not in (before, strangers)


def test_the_worker_lives_after_all_of_that(worker: Worker) -> None:
    assert worker.still_works()

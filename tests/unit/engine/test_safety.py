"""What a document may read, and what becomes of templates and data that try for more."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from reports.errors import ResourceBlockedError, TemplateBrokenError, UnreadableFileError
from tests.unit.engine.rendering import PrintedReport, context, page_texts, printed, renderer, template

SECRET = "TOP-SECRET-CONTENT"


def _png(color: str = "red", size: int = 8) -> bytes:
    body = BytesIO()
    Image.new("RGB", (size, size), color).save(body, "PNG")
    return body.getvalue()


def _uri(body: bytes, content_type: str = "image/png") -> str:
    return f"data:{content_type};base64,{base64.b64encode(body).decode()}"


def _svg(inner: str) -> str:
    xmlns = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return _uri(f'<svg {xmlns} viewBox="0 0 9 9" width="9" height="9">{inner}</svg>'.encode(), "image/svg+xml")


def _img(source: str) -> str:
    return f'<img src="{source}" alt="x">'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Lay out a template with neighbours that it must not read."""
    inside = tmp_path / "templates" / "demo"
    inside.mkdir(parents=True)
    (inside.parent / "_shared").mkdir()
    (inside.parent / "_shared" / "shared.png").write_bytes(_png("blue"))
    (inside.parent / "other").mkdir()
    (inside.parent / "other" / "neighbour.png").write_bytes(_png())
    (tmp_path / "secret.png").write_bytes(_png())
    (tmp_path / "secret.css").write_text(f"p::after {{ content: '{SECRET}' }}", "utf-8")
    (tmp_path / "secret.txt").write_text(SECRET, "utf-8")
    (inside / "own.png").write_bytes(_png())
    (inside / "link.png").symlink_to(tmp_path / "secret.png")
    (inside / "way-out").symlink_to(tmp_path)
    (inside / "style.css").write_text("p { color: black }", "utf-8")
    return inside


def _render(folder: Path, body: str, data: dict[str, object] | None = None, *, head: str = "") -> PrintedReport:
    page = f'<!doctype html><html lang="en"><head><title>t</title>{head}</head><body><p>Hello</p>{body}</body></html>'
    (folder / "template.html.j2").write_text(page, "utf-8")
    return printed(renderer(), template(folder), data or {}, context())


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, list[str]]]:
    """Listen for requests that no document may make."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_response(302)
            self.send_header("Location", "file:///etc/passwd")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    listening = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    yield f"127.0.0.1:{listening.server_port}", seen
    listening.shutdown()
    thread.join()
    listening.server_close()


OUTSIDE = {
    "absolute": "file:///etc/passwd",
    "upper case": "FILE:///etc/passwd",
    "one slash": "file:/etc/passwd",
    "host": "file://localhost/etc/passwd",
    "parent": "../../secret.png",
    "neighbour": "../other/neighbour.png",
    "encoded parent": "%2e%2e/%2e%2e/secret.png",
    "encoded slash": "..%2f..%2fsecret.png",
    "twice encoded": "%252e%252e/secret.png",
    "dot segments": "own.png/../../../secret.png",
    "symlink": "link.png",
    "symlinked folder": "way-out/secret.png",
    "query": "../../secret.png?x=own.png",
    "fragment": "../../secret.png#own.png",
    "null byte": "own.png%00.svg",
    "backslashes": "\\\\localhost\\secret.png",
    "no host": "//localhost/etc/passwd",
    "folder": "./",
    "missing": "nowhere.png",
    "ftp": "ftp://localhost/x.png",
    "unknown scheme": "gopher://localhost/x.png",
    "text as data": "data:text/plain,hello",
    "style as data": "data:text/css,p{color:red}",
    "font as data": "data:font/ttf;base64,AAEAAAAA",
}


@pytest.mark.parametrize("url", OUTSIDE.values(), ids=OUTSIDE.keys())
def test_a_picture_from_outside_ends_the_job(folder: Path, url: str) -> None:
    with pytest.raises(ResourceBlockedError) as caught:
        _render(folder, f'<img src="{url}" alt="x">')

    assert SECRET not in caught.value.message


@pytest.mark.parametrize("url", OUTSIDE.values(), ids=OUTSIDE.keys())
def test_a_place_named_by_data_is_no_better(folder: Path, url: str) -> None:
    with pytest.raises(ResourceBlockedError):
        _render(folder, '<img src="{{ data.src }}" alt="x">', {"src": url})


PASSWD = "file:///etc/passwd"
CONTAINERS = {
    "style attribute": f'<p style="background: url({PASSWD})">x</p>',
    "list image": f'<ul style="list-style-image: url({PASSWD})"><li>x</li></ul>',
    "content": f"<style>p::after {{ content: url({PASSWD}) }}</style>",
    "border image": f'<p style="border: 9px solid; border-image: url({PASSWD}) 3">x</p>',
    "font face": f'<style>@font-face {{ font-family: x; src: url({PASSWD}) }}</style><p style="font-family: x">x</p>',
    "import": "<style>@import url(../../secret.css);</style>",
    "import string": '<style>@import "../../secret.css";</style>',
    "style sheet": '<link rel="stylesheet" href="../../secret.css">',
    "attachment": f'<link rel="attachment" href="{PASSWD}">',
    "attached link": f'<a rel="attachment" href="{PASSWD}">x</a>',
    "object": f'<object data="{PASSWD}" type="image/png">x</object>',
    "embed": f'<embed src="{PASSWD}" type="image/png">',
    "image in inline SVG": f'<svg width="9"><title>x</title><image href="{PASSWD}" width="9" height="9"/></svg>',
    "image in SVG": _img(_svg(f'<image href="{PASSWD}" width="9" height="9"/>')),
    "xlink in SVG": _img(_svg(f'<image xlink:href="{PASSWD}" width="9" height="9"/>')),
    "base in SVG": _img(_svg('<image xml:base="file:///etc/" href="passwd" width="9" height="9"/>')),
    "import in SVG": _img(_svg(f"<style>@import url({PASSWD});</style>")),
    "font in SVG": _img(_svg(f"<style>@font-face {{ font-family: x; src: url({PASSWD}) }}</style>")),
}


@pytest.mark.parametrize("body", CONTAINERS.values(), ids=CONTAINERS.keys())
def test_every_way_to_name_a_file_is_guarded(folder: Path, body: str) -> None:
    with pytest.raises(ResourceBlockedError):
        _render(folder, body)


def test_a_base_element_moves_no_limits(folder: Path) -> None:
    with pytest.raises(ResourceBlockedError):
        _render(folder, '<img src="passwd" alt="x">', head='<base href="file:///etc/">')


@pytest.mark.parametrize("scheme", ["http:", "HTTP:", "hTtP:", "https:", "", "http:/"])
def test_the_network_is_out_of_reach(folder: Path, server: tuple[str, list[str]], scheme: str) -> None:
    address, seen = server

    with pytest.raises(ResourceBlockedError):
        _render(folder, f'<img src="{scheme}//{address}/x.png" alt="x">')

    assert seen == []


def test_a_file_reached_by_use_in_svg_is_not_printed(folder: Path) -> None:
    report = _render(folder, _img(_svg('<use href="file:///etc/passwd#root"/>')))

    assert page_texts(report.pdf) == ["Hello"]


ALLOWED = {
    "own file": '<img src="own.png" alt="x">',
    "own file, encoded": '<img src="%6fwn.png" alt="x">',
    "shared file": '<img src="../_shared/shared.png" alt="x">',
    "PNG as data": _img(_uri(_png())),
    "upper case scheme": _img(_uri(_png()).replace("data:", "DATA:")),
    "SVG with a document type": _img(
        _uri(
            b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
            b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>x</title></svg>',
            "image/svg+xml",
        )
    ),
    "SVG as data": _img(_svg('<rect width="9" height="9"/>')),
    "picture in SVG": _img(_svg(f'<image href="{_uri(_png())}" width="9" height="9"/>')),
    "link": '<a href="https://example.com/?a=b">x</a>',
    "mail": '<a href="mailto:someone@example.com">x</a>',
    "link within": '<a href="#there">x</a><p id="there">y</p>',
}


@pytest.mark.parametrize("body", ALLOWED.values(), ids=ALLOWED.keys())
def test_what_a_template_needs_is_allowed(folder: Path, body: str) -> None:
    report = _render(folder, body)

    assert report.pages == 1
    assert report.warnings == ()


BROKEN = {
    "empty": "data:",
    "not base64": "data:image/png;base64,%%%",
    "garbage": _uri(b"this is no picture at all"),
    "truncated": _uri(_png("green", 400)[:200]),
    "of a format that is not read": _uri(b"\x00\x00\x01\x00" + bytes(60), "image/x-icon"),
    "not XML": _uri(b"<svg", "image/svg+xml"),
    "an entity": _uri(b'<!DOCTYPE svg [<!ENTITY a "9">]><svg width="&a;"/>', "image/svg+xml"),
    "entities of entities": _uri(
        b'<!DOCTYPE svg [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]><svg>&c;</svg>',
        "image/svg+xml",
    ),
    "an entity from a file": _uri(
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>', "image/svg+xml"
    ),
    "an entity of a DTD's own": _uri(b'<!DOCTYPE svg [<!ENTITY % a "x">%a;]><svg/>', "image/svg+xml"),
    "an encoding that none knows": _uri(b'<?xml version="1.0" encoding="utf-99"?><svg/>', "image/svg+xml"),
    "an encoding of several bytes": _uri(b'<?xml version="1.0" encoding="UTF-7"?><svg/>', "image/svg+xml"),
    "EPS posing as SVG": _uri(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "image/svg+xml"),
}


@pytest.mark.parametrize("uri", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_picture_is_an_error_and_not_a_hole(folder: Path, uri: str) -> None:
    with pytest.raises(UnreadableFileError):
        _render(folder, '<img src="{{ data.src }}" alt="x">', {"src": uri})


def test_a_render_after_a_refused_one_is_whole(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ResourceBlockedError):
        _render(folder, f'<img src="{PASSWD}" alt="x">')
    second = tmp_path / "templates" / "second"
    second.mkdir()
    (second / "style.css").write_text("", "utf-8")

    report = _render(second, "<p>whole</p>")

    assert page_texts(report.pdf) == ["Hello\nwhole"]


def test_data_are_text_and_never_markup_or_code(folder: Path) -> None:
    text = '<img src="file:///etc/passwd"><script>{{ 7 * 7 }}</script>{% raw %}'

    report = _render(folder, "<p>{{ data.text }}</p>", {"text": text})

    assert text in page_texts(report.pdf)[0]


def test_characters_that_no_document_may_hold_are_replaced(folder: Path) -> None:
    report = _render(folder, "<p>{{ data.text }}</p>", {"text": "a\x00b\ud800c\x1bd\uffffe"})

    assert "a\ufffdb\ufffdc\ufffdd\ufffde" in page_texts(report.pdf)[0]


TRICKS = {
    "class": "{{ ''.__class__.__mro__ }}",
    "globals": "{{ cycler.__init__.__globals__ }}",
    "change of data": "{{ data.items_.append(1) }}",
    "format": "{{ '{0.__class__}'.format(data) }}{{ data.nothing }}",
    "missing variable": "{{ nothing }}",
    "missing key": "{{ data.nothing }}",
    "foreign template": "{% include '../../secret.txt' %}",
    "absolute template": "{% include '/etc/passwd' %}",
    "neighbour": "{% include '../other/neighbour.png' %}",
}


@pytest.mark.parametrize("body", TRICKS.values(), ids=TRICKS.keys())
def test_a_template_that_reaches_too_far_is_broken(folder: Path, body: str) -> None:
    with pytest.raises(TemplateBrokenError) as caught:
        _render(folder, body, {"items_": [1], "secret": SECRET})

    assert "demo/template.html.j2, line 1" in caught.value.message
    assert not caught.value.retryable


FAULT = "{{ data.secret | int / 0 }}"
FAULT_IN_A_ROW = f"<table>{{% rows data.lines as line %}}\n<tr><td>{FAULT}</td></tr>{{% endrows %}}</table>"


@pytest.mark.parametrize("body", [f"\n\n{FAULT}", f"\n{FAULT_IN_A_ROW}"], ids=["whole", "row"])
def test_a_broken_template_is_named_with_its_line_but_without_data(folder: Path, body: str) -> None:
    with pytest.raises(TemplateBrokenError) as caught:
        _render(folder, body, {"secret": SECRET, "lines": [1]})

    assert "template.html.j2, line 3: " in caught.value.message
    assert SECRET not in caught.value.message
    assert SECRET not in str(caught.value.detail)


@pytest.mark.parametrize("body", ["{% if %}", "{{ 1 +* 2 }}", "{% for x in [] %}"])
def test_a_syntax_error_is_named_with_its_line(folder: Path, body: str) -> None:
    with pytest.raises(TemplateBrokenError, match=r"demo/template\.html\.j2, line \d"):
        _render(folder, body)


def test_a_fault_in_a_view_is_named_with_its_line(folder: Path) -> None:
    (folder / "view.py").write_text("def view(data, context):\n    return {'x': data['nothing']}\n", "utf-8")

    with pytest.raises(TemplateBrokenError, match=r"demo/view\.py, line 2: there is no key 'nothing'"):
        _render(folder, "")


def test_an_error_of_ours_goes_through_a_view_unchanged(folder: Path) -> None:
    imports = "from reports.errors import UnreadableFileError\n"
    source = f"{imports}def view(data, context):\n    raise UnreadableFileError('No.')\n"
    (folder / "view.py").write_text(source, "utf-8")

    with pytest.raises(UnreadableFileError, match=r"^No\.$"):
        _render(folder, "")


def test_a_document_with_a_link_to_nowhere_is_a_broken_template(folder: Path) -> None:
    with pytest.raises(TemplateBrokenError):
        _render(folder, '<a href="#nowhere">x</a>')


def test_a_link_is_kept_as_it_is(folder: Path) -> None:
    report = _render(folder, '<a href="{{ data.href }}">x</a>', {"href": "https://example.com/a?b=c"})

    with pikepdf.open(BytesIO(report.pdf)) as document:
        [link] = [each for page in document.pages for each in page.Annots]
        assert str(link.A.URI) == "https://example.com/a?b=c"

"""The behaviour of a Renderer."""

from __future__ import annotations

import hashlib

import pytest

from reports.render_contract import THUMBNAIL, Renderer, RenderRequest


class StoppedError(Exception):
    """What an output raises that takes no more."""


class RendererContract:
    """The behaviour of a Renderer.

    ``renderer``, and an ``order`` that it can fulfil, come from fixtures of the subclass.
    """

    def test_the_parts_make_up_the_pdf_that_the_report_describes(
        self, renderer: Renderer, order: RenderRequest
    ) -> None:
        parts: list[bytes] = []

        report = renderer.render(order, output=parts.append)

        pdf = b"".join(parts)
        assert pdf.startswith(b"%PDF-")
        assert report.size == len(pdf)
        assert report.sha256 == hashlib.sha256(pdf).hexdigest()
        assert report.pages >= 1
        assert report.layout["path"] in ("plain", "long_table")

    def test_a_thumbnail_comes_with_its_size(self, renderer: Renderer, order: RenderRequest) -> None:
        report = renderer.render(order, output=lambda part: None)

        [thumbnail] = report.files
        assert (thumbnail.name, thumbnail.content_type) == (THUMBNAIL, "image/png")
        assert thumbnail.body.startswith(b"\x89PNG")
        assert thumbnail.width
        assert thumbnail.height

    def test_the_same_data_make_the_same_pdf(self, renderer: Renderer, order: RenderRequest) -> None:
        first = renderer.render(order, output=lambda part: None)
        second = renderer.render(order, output=lambda part: None, progress=lambda progress: None)

        assert first.sha256 == second.sha256

    def test_what_the_output_raises_ends_the_render_and_the_next_one_is_whole(
        self, renderer: Renderer, order: RenderRequest
    ) -> None:
        def output(part: bytes) -> None:
            raise StoppedError

        with pytest.raises(StoppedError):
            renderer.render(order, output=output)

        parts: list[bytes] = []
        report = renderer.render(order, output=parts.append)
        assert report.size == len(b"".join(parts))

    def test_the_data_stay_as_they_are(self, renderer: Renderer, order: RenderRequest) -> None:
        before = repr(order.data)

        renderer.render(order, output=lambda part: None)

        assert repr(order.data) == before

"""Hold all renderers to the contract of their port: the one in memory, WeasyPrint's, and that in a sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reports.engine.renderer import WeasyPrintRenderer
from reports.engine.sandbox.confined_renderer import ConfinedRenderer
from reports.render_contract import RenderLimits, RenderRequest
from tests.contracts.renderer import RendererContract
from tests.fakes.rendering import ScriptedRenderer
from tests.unit.engine.rendering import TEMPLATES, context, sample, template
from tests.unit.engine.rendering import renderer as the_renderer


@pytest.fixture
def order() -> RenderRequest:
    return RenderRequest(template(TEMPLATES / "invoice"), sample("invoice"), context())


class TestScriptedRenderer(RendererContract):
    @pytest.fixture
    def renderer(self) -> ScriptedRenderer:
        return ScriptedRenderer()


@pytest.mark.gate
class TestWeasyPrintRenderer(RendererContract):
    @pytest.fixture
    def renderer(self) -> WeasyPrintRenderer:
        return the_renderer()


@pytest.fixture(scope="module")
def confined() -> Iterator[ConfinedRenderer]:
    with ConfinedRenderer(RenderLimits()) as renderer:
        yield renderer


@pytest.mark.gate
class TestConfinedRenderer(RendererContract):
    @pytest.fixture
    def renderer(self, confined: ConfinedRenderer) -> ConfinedRenderer:
        return confined

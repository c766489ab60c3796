"""What a rendering child and the function have of each other: no more than a render needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reports.engine.sandbox.confined_renderer import ConfinedRenderer
from reports.errors import InternalError
from tests.unit.engine.rendering import context, page_texts, printed
from tests.unit.engine.sandbox.confinement import LIMITS, LYING_VIEW, ROOT, frame, lay_out


def test_the_function_itself_never_loads_the_engine(folder: Path) -> None:
    lay_out(folder)
    program = (
        "import sys; from pathlib import Path; from datetime import UTC, datetime;"
        "from reports import bootstrap; from reports.engine.sandbox.confined_renderer import ConfinedRenderer;"
        "from reports.render_contract import RenderContext, RenderLimits, RenderRequest, Template;"
        "t = Template('demo', 'Demo', '', Path(sys.argv[1]) / 'demo', {});"
        "r = ConfinedRenderer(RenderLimits());"
        "assert r.render(RenderRequest(t, {}, RenderContext('j', datetime.now(UTC))), output=len).pages == 1;"
        "r.close();"
        "bad = {'weasyprint', 'jinja2', 'PIL', 'pypdfium2', 'fontTools', 'babel'} & set(sys.modules);"
        "sys.exit(f'loaded: {bad}' if bad else 0)"
    )

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_the_child_knows_nothing_of_the_functions_credentials(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "TOP-SECRET")
    monkeypatch.setenv("JOBS_TABLE", "jobs")
    tell = "import os\ndef view(data, context):\n    return {'text': ' '.join(os.environ)}"
    with ConfinedRenderer(LIMITS) as renderer:
        report = printed(renderer, lay_out(folder, view=tell), {}, context())

    names = set(" ".join(page_texts(report.pdf)).split())
    assert "PATH" in names
    assert not [name for name in names if name.startswith("AWS_") or name == "JOBS_TABLE"]


def test_the_child_holds_no_file_of_the_functions(folder: Path, tmp_path: Path) -> None:
    tell = (
        "import os\ndef view(data, context):\n"
        "    return {'text': ' '.join(sorted({os.readlink(f'/proc/self/fd/{n}').split(':')[0]"
        " for n in os.listdir('/proc/self/fd') if os.path.lexists(f'/proc/self/fd/{n}')}))}"
    )
    with (tmp_path / "secret.txt").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        with ConfinedRenderer(LIMITS) as renderer:
            report = printed(renderer, lay_out(folder, view=tell), {}, context())

    assert "secret.txt" not in page_texts(report.pdf)[0]


_LONG = b"x" * 65536


@pytest.mark.parametrize(
    "answer",
    [
        b"\xff" * 8,
        frame(b"no JSON"),
        frame(b"[]"),
        frame(b'{"surprise": 1}'),
        frame(b'{"report": {"pages": 1, "layout": {}, "reading": {}, "warnings": [], "files": []}}', b"surplus"),
        frame(b'{"report": {"pages": -1, "layout": {}, "reading": {}, "warnings": [], "files": []}}'),
        frame(b'{"report": {"pages": 1, "layout": {}, "reading": {}, "warnings": [{"code": {}}], "files": []}}'),
        frame(b'{"report": {"pages": 1, "layout": {"x": NaN}, "reading": {}, "warnings": [], "files": []}}'),
        frame(
            b'{"report": {"pages": 1, "layout": {"x": "%s"}, "reading": {}, "warnings": [], "files": []}}'
            % (b"x" * 65536)
        ),
        frame(b'{"progress": {"done": -1, "total": null}}'),
        frame(
            b'{"report": {"pages": 1, "layout": {}, "reading": {}, "warnings": [], "files": '
            b'[{"name": "../../x", "type": "image/png", "bytes": 0, "width": 1, "height": 1}]}}'
        ),
        frame(b'{"error": {"code": "job_conflict", "message": "", "detail": {}, "reading": {}}}'),
        frame(b'{"error": {"code": "invalid_data", "template": "x", "detail": {"violations": []}, "reading": {}}}'),
        frame(b'{"error": {"code": "too_large", "message": "x", "detail": {}, "reading": []}}'),
        frame(
            b'{"error": {"code": "too_large", "message": "x", "detail": {}, "reading": {"x": "%s"}}}' % (b"x" * 65536)
        ),
        frame(b'{"log": {"level": "loud"}}'),
    ],
)
def test_a_child_that_lies_is_not_believed_and_is_replaced(
    renderer: ConfinedRenderer, folder: Path, answer: bytes
) -> None:
    with pytest.raises(InternalError):
        printed(renderer, lay_out(folder, view=LYING_VIEW.format(answer)), {}, context())

    assert renderer._child is None

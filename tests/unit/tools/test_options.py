from __future__ import annotations

import pytest

from tools import api_key, tenant
from tools.deploy import __main__ as deploying


@pytest.mark.parametrize(
    ("main", "arguments", "told"),
    [
        (api_key.main, ["--tenant", "a", "--rotate", "x", "--grace-days", "soon"], "GRACE_DAYS: 'soon' is no number"),
        (api_key.main, ["--tenant", "a", "--rotate", "x", "--grace-days", "nan"], "GRACE_DAYS: 'nan'"),
        (api_key.main, ["--tenant", "a", "--rotate", "x", "--revoke", "y"], "REVOKE: not allowed with argument ROTATE"),
        (api_key.main, [], "required: TENANT"),
        (tenant.main, ["--tenant", "a", "--rows-per-report"], "ROWS: expected one argument"),
        (deploying.main, ["--architecture", "sparc"], "ARCH: invalid choice: 'sparc'"),
    ],
)
def test_a_wrong_option_is_told_in_one_line_by_makes_variable(
    main: object, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)  # type: ignore[operator]

    line = capsys.readouterr().err
    assert ended.value.code == 2
    assert told in line
    assert "--" not in line
    assert line.count("\n") == 1

"""Write docs/openapi.json."""

from __future__ import annotations

import sys

from reports.bootstrap import TEMPLATES
from tools.openapi.document import TARGET, text
from tools.package.errors import PackageError
from tools.package.templates import check_templates


def main() -> int:
    """Write the document. Returns 1 with the reasons when a template is out of order, which it would lack."""
    try:
        check_templates(TEMPLATES)
    except PackageError as error:
        print(error, file=sys.stderr)
        return 1
    TARGET.write_text(text(), "utf-8")
    print(f"{TARGET}: {TARGET.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())

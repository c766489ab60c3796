"""Write docs/openapi.json."""

from __future__ import annotations

import sys

from tools.openapi.document import TARGET, text


def main() -> int:
    """Write the document."""
    TARGET.write_text(text(), "utf-8")
    print(f"{TARGET}: {TARGET.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())

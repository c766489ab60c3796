"""See that each port has a contract, to which a fake and a real adapter are held."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

EXEMPT = {
    "Upload": "what ObjectStore.open_upload gives out; ObjectStoreContract holds it",
    "OnDisk": "tells the engine of data, which ObjectStore and the datasets make",
    "Read": "tells the engine of data, which the datasets make",
    "Jitter": "random.Random is one",
}


@cache
def classes(folder: Path) -> Sequence[ast.ClassDef]:
    """Return the ports and contracts at the top of the modules below a folder, which has to have some."""
    texts = (path.read_text("utf-8") for path in sorted(folder.rglob("*.py")))
    modules = [ast.parse(text) for text in texts if "Protocol)" in text or "Contract" in text]
    found = [each for module in modules for each in module.body if isinstance(each, ast.ClassDef)]
    assert found
    return found


def bases(of: ast.ClassDef) -> set[str]:
    return {base.id for base in of.bases if isinstance(base, ast.Name)}


def ports() -> list[str]:
    """Return the names of all protocols but those that the engine keeps to itself, and lists of ports."""
    others = {each.name for folder in ("engine", "bootstrap") for each in classes(ROOT / "reports" / folder)}
    return sorted(
        each.name for each in classes(ROOT / "reports") if "Protocol" in bases(each) and each.name not in others
    )


@pytest.mark.parametrize("port", [name for name in ports() if name not in EXEMPT])
def test_a_port_has_a_contract_that_a_fake_and_an_adapter_are_held_to(port: str) -> None:
    contract = f"{port}Contract"

    assert contract in {each.name for each in classes(ROOT / "tests" / "contracts")}
    tests = [*classes(ROOT / "tests" / "unit" / "contracts"), *classes(ROOT / "tests" / "functional")]
    held = [each.name for each in tests if contract in bases(each)]
    assert len(held) >= 2, f"{contract} is run on {held} alone"


def test_the_ports_are_found_and_what_is_exempt_is_one() -> None:
    assert {"RenderQueue", "Publisher", "Renderer", "Clock", "Tokens"} <= set(ports())
    assert set(EXEMPT) <= set(ports())

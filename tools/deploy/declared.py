"""Read the params that serverless.yml declares for a stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

_PROJECT = Path(__file__).resolve().parents[2]
# These follow from the stage, from ARCH and from what is deployed. No parameter may set them.
_OUR_OWN = frozenset({"target", "artifacts", "architecture", "webBucketIsPrivate"})
# Those that serverless.yml asks for without declaring them, because nothing stands in their place.
_OPTIONAL = frozenset({"apiBaseUrl", "apiConcurrency", "authorizerConcurrency"})


class _Loader(yaml.SafeLoader):  # type: ignore[misc] # PyYAML has no types
    """A loader that takes CloudFormation's tags, such as !Sub, for plain values."""


_Loader.add_multi_constructor("!", lambda _loader, _tag, node: node.value)


@dataclass(frozen=True, slots=True)
class DeclaredParams:
    """The params of a stage, and the values that they have by themselves."""

    values: Mapping[str, Any]

    @property
    def settable(self) -> frozenset[str]:
        """Return the names of those that may be given at a deployment."""
        return (frozenset(self.values) | _OPTIONAL) - _OUR_OWN


def declared_params(stage: str, file: Path = _PROJECT / "serverless.yml") -> DeclaredParams:
    """Return the params of a stage: its own, and the default ones."""
    params = yaml.load(file.read_text("utf-8"), _Loader)["params"]  # noqa: S506 - a SafeLoader it is
    return DeclaredParams({**params["default"], **(params.get(stage) or {})})

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from tools.connection import to_emulator
from tools.deploy import page

ROOT = Path(__file__).resolve().parents[3]

ON_AWS = {
    "ServiceEndpoint": "https://abc.execute-api.eu-central-1.amazonaws.com/dev",
    "UploadsBucket": "pressrun-uploads",
    "ArtifactsBucket": "pressrun-artifacts",
    "WebBucket": "pressrun-web",
    "WebUrl": "https://d111.cloudfront.net/",
}


class FakeBucket:
    """Keep what is put, in its order; ``old`` are names of files that were put long ago."""

    def __init__(self, old: dict[str, timedelta] | None = None) -> None:
        self.put: dict[str, dict[str, Any]] = {}
        self.deleted: list[str] = []
        self._old = old or {}

    def put_object(self, **fields: Any) -> None:
        self.put[fields["Key"]] = fields

    def delete_object(self, *, Bucket: str, Key: str) -> None:  # noqa: N803 - as boto3 calls them
        self.deleted.append(Key)

    def get_paginator(self, _: str) -> FakeBucket:
        return self

    def paginate(self, **_: str) -> list[dict[str, Any]]:
        now = datetime.now(UTC)
        ages = dict.fromkeys(self.put, timedelta()) | self._old
        return [{"Contents": [{"Key": key, "LastModified": now - age} for key, age in ages.items()]}]


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "index-1a2b.js").write_text("start()")
    (tmp_path / "assets" / "inter-3c4d.woff2").write_bytes(b"wOF2")
    (tmp_path / "icon.svg").write_text("<svg/>")
    (tmp_path / "index.html").write_text((ROOT / "web" / "index.html").read_text("utf-8"))
    return tmp_path


def uploaded(built: Path, bucket: FakeBucket, outputs: dict[str, str] | None = None) -> FakeBucket:
    page.upload(cast("Any", bucket), "pressrun-web", built, "dev", outputs or ON_AWS, "eu-central-1")
    return bucket


def policy(bucket: FakeBucket) -> dict[str, list[str]]:
    document = bucket.put["index.html"]["Body"].decode()
    content = document.partition('http-equiv="Content-Security-Policy" content="')[2].partition('"')[0]
    return {name: sources for name, *sources in (part.split() for part in content.split(";"))}


def test_assets_are_kept_for_ever_and_the_rest_is_asked_for_anew(built: Path) -> None:
    bucket = uploaded(built, FakeBucket())

    caching = {name: fields["CacheControl"] for name, fields in bucket.put.items()}
    assert caching == {
        "assets/index-1a2b.js": "public, max-age=31536000, immutable",
        "assets/inter-3c4d.woff2": "public, max-age=31536000, immutable",
        "icon.svg": "no-cache",
        "config.json": "no-cache",
        "index.html": "no-cache",
    }


def test_files_say_what_they_are(built: Path) -> None:
    bucket = uploaded(built, FakeBucket())

    assert bucket.put["index.html"]["ContentType"] == "text/html; charset=utf-8"
    assert bucket.put["assets/index-1a2b.js"]["ContentType"] == "text/javascript; charset=utf-8"
    assert bucket.put["assets/inter-3c4d.woff2"]["ContentType"] == "font/woff2"


def test_the_document_comes_last_so_that_it_names_only_what_is_there(built: Path) -> None:
    assert list(uploaded(built, FakeBucket()).put)[-1] == "index.html"


def test_the_policy_lets_the_page_talk_to_its_own_stage_alone(built: Path) -> None:
    rules = policy(uploaded(built, FakeBucket()))

    assert rules["default-src"] == ["'none'"]
    assert rules["script-src"] == rules["style-src"] == ["'self'"]
    assert rules["connect-src"] == [
        "'self'",
        "https://abc.execute-api.eu-central-1.amazonaws.com",
        "https://pressrun-uploads.s3.eu-central-1.amazonaws.com",
    ]
    assert rules["frame-src"] == ["https://pressrun-artifacts.s3.eu-central-1.amazonaws.com"]
    assert not [source for sources in rules.values() for source in sources if "unsafe" in source or "{" in source]


def test_a_user_pool_is_told_to_the_page_and_to_its_policy(built: Path) -> None:
    issuer = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Pool"
    signin = "https://pressrun-dev.auth.eu-central-1.amazoncognito.com"

    bucket = uploaded(
        built,
        FakeBucket(),
        ON_AWS | {"SignInClientId": "client", "SignInIssuer": issuer, "SignInDomain": signin},
    )

    cognito = json.loads(bucket.put["config.json"]["Body"])["cognito"]
    assert cognito["authority"] == issuer
    assert cognito["clientId"] == "client"
    assert cognito["redirectUri"] == ON_AWS["WebUrl"]
    assert cognito["logoutUrl"] == f"{signin}/logout"
    assert {"https://cognito-idp.eu-central-1.amazonaws.com", signin} <= set(policy(bucket)["connect-src"])


def test_without_a_user_pool_keys_are_the_only_way_in(built: Path) -> None:
    config = json.loads(uploaded(built, FakeBucket()).put["config.json"]["Body"])

    assert config == {"stage": "dev", "apiUrl": ON_AWS["ServiceEndpoint"], "cognito": None}


def test_what_no_open_tab_asks_for_any_more_is_removed(built: Path) -> None:
    ages = {"assets/index-old.js": timedelta(days=8), "assets/index-new.js": timedelta(days=6)}

    bucket = uploaded(built, FakeBucket(ages))

    assert bucket.deleted == ["assets/index-old.js"]


def test_a_page_without_a_place_for_its_origins_is_refused(built: Path) -> None:
    (built / "index.html").write_text("<!doctype html>")

    with pytest.raises(ValueError, match="no {api}"):
        uploaded(built, FakeBucket())


def test_what_is_not_built_is_not_published(tmp_path: Path) -> None:
    assert (
        page.publish("local", to_emulator("http://127.0.0.1:1"), {"WebBucket": "pressrun-web"}, built=tmp_path) is None
    )


@pytest.mark.parametrize("lock", ["package-lock.json", "web/package-lock.json"])
def test_locks_of_npm_name_no_address_to_download_from(lock: str) -> None:
    packages = json.loads((ROOT / lock).read_text("utf-8"))["packages"]

    assert not [name for name, package in packages.items() if "resolved" in package]

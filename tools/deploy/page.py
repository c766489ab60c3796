"""Put the built page into its bucket, with what a stage's page has to know."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tools.connection import Connection

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUILT = Path(__file__).resolve().parents[2] / "web" / "dist"

_ASSETS = "assets/"
# The names of assets have the hash of what is in them.
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_FIRST = "no-cache"
# A tab that was opened before a deployment may still ask for what its own page names.
_KEPT = timedelta(days=7)
_CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


def publish(stage: str, connection: Connection, outputs: Mapping[str, str], built: Path = BUILT) -> str | None:
    """Upload the page of a deployed stack. Returns its URL; None where it has not been built, or has no bucket."""
    bucket = outputs.get("WebBucket")
    if bucket is None or not (built / "index.html").is_file():
        return None
    client = connection.client("s3")
    upload(client, bucket, built, stage, outputs, connection.region, connection.endpoint_url)
    return outputs["WebUrl"]


def upload(
    client: S3Client,
    bucket: str,
    built: Path,
    stage: str,
    outputs: Mapping[str, str],
    region: str,
    endpoint_url: str | None = None,
) -> None:
    """Upload a built page, its document last, so that it never names what is not there yet. Removes what is old."""
    document = with_origins((built / "index.html").read_text("utf-8"), outputs, region, endpoint_url)
    config = json.dumps(configuration(stage, outputs), indent=2)
    last = {"config.json": config.encode(), "index.html": document.encode()}
    files = {name: (built / name).read_bytes() for name in _names(built) if name not in last} | last
    for name, body in files.items():
        client.put_object(
            Bucket=bucket,
            Key=name,
            Body=body,
            ContentType=_CONTENT_TYPES[Path(name).suffix],
            CacheControl=_FOR_EVER if name.startswith(_ASSETS) else _ASK_FIRST,
        )
    _remove_old(client, bucket, files)


def configuration(stage: str, outputs: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page reads as config.json; see web/src/config.ts."""
    client_id = outputs.get("SignInClientId")
    cognito = client_id and {
        "authority": outputs["SignInIssuer"],
        "clientId": client_id,
        "redirectUri": outputs["WebUrl"],
        "scope": "openid",  # and no other: see resources/sign-in.yml
        "logoutUrl": f"{outputs['SignInDomain'].rstrip('/')}/logout",
    }
    return {"stage": stage, "apiUrl": _api(outputs), "cognito": cognito or None}


def with_origins(document: str, outputs: Mapping[str, str], region: str, endpoint_url: str | None = None) -> str:
    """Put the addresses that a stage's page may talk to into the policy that its document states."""

    def of_bucket(name: str) -> str:
        if endpoint_url is not None:
            return _origin(endpoint_url)
        return f"https://{name}.s3.{region}.amazonaws.com"  # as in presigned URLs

    signin = [outputs[name] for name in ("SignInIssuer", "SignInDomain") if name in outputs]
    places = {
        "{api}": _origin(_api(outputs)),
        "{uploads}": of_bucket(outputs["UploadsBucket"]),
        "{artifacts}": of_bucket(outputs["ArtifactsBucket"]),
        "{signin}": " ".join(_origin(url) for url in signin),
    }
    for place, origins in places.items():
        if place not in document:
            raise ValueError(f"The page's policy has no {place}. See web/index.html.")
        document = document.replace(place, origins)
    return document


def _api(outputs: Mapping[str, str]) -> str:
    return outputs.get("ApiUrl") or outputs["ServiceEndpoint"]


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _names(folder: Path) -> Iterator[str]:
    yield from sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _remove_old(client: S3Client, bucket: str, current: Mapping[str, bytes]) -> None:
    oldest = datetime.now(UTC) - _KEPT
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for entry in page.get("Contents", []):
            if entry["Key"] not in current and entry["LastModified"] < oldest:
                client.delete_object(Bucket=bucket, Key=entry["Key"])

"""Hold our signatures to the reference library of Standard Webhooks."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from reports.delivery import standard_webhooks
from reports.delivery.standard_webhooks import new_secret
from tests.examples import examples

JSON = st.dictionaries(st.text(max_size=9), st.text() | st.integers() | st.none(), max_size=5)


@settings(max_examples=examples(30), deadline=None)
@given(content=JSON, message_id=st.uuids().map(lambda made: f"msg_{made}_1"))
def test_what_we_sign_is_verified_by_the_reference_library(content: dict[str, object], message_id: str) -> None:
    secret = new_secret()
    body = json.dumps(content, ensure_ascii=True).encode()

    headers = standard_webhooks.headers(message_id, datetime.now(UTC), body, [secret])

    assert Webhook(secret).verify(body, dict(headers)) == content


def test_it_is_signed_by_each_secret_so_that_they_can_be_changed() -> None:
    old, new = new_secret(), new_secret()

    headers = dict(standard_webhooks.headers("msg_1", datetime.now(UTC), b"{}", [new, old]))

    assert Webhook(new).verify(b"{}", headers) == {}
    assert Webhook(old).verify(b"{}", headers) == {}
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(b"{}", headers)


@pytest.mark.parametrize("changed", ["webhook-id", "webhook-timestamp", "body"])
def test_nothing_that_is_signed_can_be_changed(changed: str) -> None:
    secret = new_secret()
    headers = dict(standard_webhooks.headers("msg_1", datetime.now(UTC), b"{}", [secret]))
    if changed != "body":
        headers[changed] = str(int(datetime.now(UTC).timestamp()) - 1) if "time" in changed else "msg_2"

    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(b"[]" if changed == "body" else b"{}", headers)


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        "whsec_not base64!",
        f"whsec_{base64.b64encode(bytes(23)).decode()}",
        f"whsec_{base64.b64encode(bytes(65)).decode()}",
        base64.b64encode(bytes(32)).decode(),
    ],
)
def test_what_is_no_secret_is_refused_and_not_quoted(secret: str) -> None:
    with pytest.raises(ValueError, match="24 to 64 bytes") as caught:
        standard_webhooks.headers("msg_1", datetime.now(UTC), b"{}", [secret])

    assert len(secret) < 10 or secret not in str(caught.value)

"""Tokens of an issuer, on a deployed stack: `make functional` has it trust one on this machine."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.functional.service import Service
from tests.issuer import Issuer

ROWS = {"rows": [{"City": "Oslo", "Rain": 12}]}
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def issuer(service: Service) -> Iterator[Issuer]:
    function = service.functions.get_function_configuration(FunctionName=f"pressrun-{service.stage}-api")
    variables = function["Environment"]["Variables"]
    if service.stage != "local":
        pytest.skip("a stage on AWS trusts no issuer on this machine")
    with Issuer(variables["JWT_ISSUER"], variables["JWT_AUDIENCE"]) as issuer:
        yield issuer


def unsigned(issuer: Issuer, **header: Any) -> str:
    claims = {"iss": issuer.url, "aud": issuer.audience, "sub": "u", "exp": int(time.time()) + 60, "tenant": "demo"}
    parts = (json.dumps(part).encode() for part in (header, claims))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


@pytest.mark.guard
def test_a_token_is_its_tenants_and_may_do_what_its_scopes_say(service: Service, issuer: Issuer, unique: str) -> None:
    user = service.with_key(issuer.token(tenant=f"jwt-{unique}"))

    report = user.ended(user.submit("table", ROWS))

    assert report["status"] == "SUCCEEDED"
    assert service.get(f"/reports/{report['id']}").status_code == 404
    refused = user.post("/reports/retry", {"filter": {"template": "table"}})
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")


@pytest.mark.parametrize(
    "forged",
    [
        lambda issuer: issuer.token(tenant="demo", exp=int(time.time()) - 60),
        lambda issuer: issuer.token(tenant="demo", nbf=int(time.time()) + 600),
        lambda issuer: issuer.token(tenant="demo", aud="somebody-else"),
        lambda issuer: issuer.token(tenant="demo", iss="http://127.0.0.1:1"),
        lambda issuer: issuer.token(tenant="demo", sub=None),
        lambda issuer: issuer.token(tenant="demo", key=STRANGER),
        lambda issuer: issuer.token(tenant="demo", key=STRANGER, key_id="unknown"),
        lambda issuer: unsigned(issuer, alg="none"),
        lambda issuer: unsigned(issuer, alg="none", kid=issuer.key_id),
        lambda issuer: unsigned(issuer, alg="RS256", kid=issuer.key_id),
        lambda issuer: unsigned(issuer, alg=["RS256"], kid={"a": 1}),
        lambda issuer: unsigned(issuer, alg="RS256", kid="../../dev/null", jku="https://evil.example/keys") + "AA",
        lambda issuer: issuer.token(tenant="demo")[:-6],
    ],
)
def test_a_token_that_is_not_right_lets_no_caller_in(
    service: Service, issuer: Issuer, forged: Callable[[Issuer], str]
) -> None:
    answer = service.with_key(forged(issuer)).get("/reports")

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize("tenant", [None, "", "-", "../demo", "Demo"])
def test_a_token_of_no_tenant_is_told_so(service: Service, issuer: Issuer, tenant: str | None) -> None:
    answer = service.with_key(issuer.token(tenant=tenant)).get("/reports")

    assert (answer.status_code, answer.json()["code"]) == (403, "no_tenant")

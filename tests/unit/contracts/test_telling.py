"""Hold what tells people and programs, and what is told of callers, to the contracts of its ports."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from reports.access.buckets import BucketDestination
from reports.adapters.http_webhooks import HttpWebhookSender
from reports.adapters.oidc_tokens import OidcTokens
from reports.adapters.system_clock import SystemClock
from reports.bootstrap import EMAILS
from reports.delivery.delivery import AttemptResult, DeliveryStatus
from reports.delivery.emails import EmailTemplates
from reports.jobs.values import Artifact
from tests.contracts.buckets import BucketsContract, Found, Store
from tests.contracts.clock import ClockContract
from tests.contracts.passwords import PasswordsContract
from tests.contracts.telling import EmailRendererContract, MailerContract, WebhookSecretsContract, WebhookSenderContract
from tests.contracts.tokens import TokensContract
from tests.fakes.access import KnownTokens
from tests.fakes.clock import SettableClock
from tests.fakes.delivery import FixedSecrets, InMemoryBuckets, PlainEmails, RecordingMailer, RecordingWebhooks
from tests.fakes.objects import InMemoryObjectStore
from tests.fakes.passwords import InMemoryPasswords
from tests.receiver import Receiver, status

ROLE = "arn:aws:iam::123456789012:role/pressrun-delivery"


class TestRecordingMailer(MailerContract):
    @pytest.fixture
    def mailer(self) -> RecordingMailer:
        return RecordingMailer()

    @pytest.fixture
    def inbox(self, mailer: RecordingMailer) -> Callable[[str], Sequence[tuple[str, str]]]:
        return lambda to: [(each.subject, each.text) for each in mailer.sent if each.to == to]

    @pytest.fixture
    def to(self) -> str:
        return "a@example.org"


class RecordedHook:
    url = "https://example.com/hook"

    def __init__(self, webhooks: RecordingWebhooks) -> None:
        self._webhooks = webhooks

    def received(self) -> Sequence[tuple[bytes, str | None]]:
        return [(body, headers.get("webhook-id")) for _, body, headers in self._webhooks.sent]


class TestRecordingWebhooks(WebhookSenderContract):
    @pytest.fixture
    def sender(self) -> RecordingWebhooks:
        webhooks = RecordingWebhooks()
        webhooks.results = [AttemptResult(DeliveryStatus.DELIVERED, 204)]
        return webhooks

    @pytest.fixture
    def hook(self, sender: RecordingWebhooks) -> RecordedHook:
        return RecordedHook(sender)


class ReceivingHook:
    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self.url = f"http://127.0.0.1:{receiver.port}/hook"
        receiver.answers["/hook"] = [status(204)]

    def received(self) -> Sequence[tuple[bytes, str | None]]:
        return [(each.body, each.headers.get("webhook-id")) for each in self._receiver.received]


@pytest.fixture(scope="module")
def context() -> ssl.SSLContext:
    return ssl.create_default_context()


class TestHttpWebhookSender(WebhookSenderContract):
    @pytest.fixture
    def receiver(self) -> Iterator[Receiver]:
        with Receiver() as receiver:
            yield receiver

    @pytest.fixture
    def sender(self, receiver: Receiver, context: ssl.SSLContext) -> HttpWebhookSender:
        hosts = [f"127.0.0.1:{receiver.port}"]
        return HttpWebhookSender(agent="Pressrun/test", known_hosts=hosts, seconds=30, context=context)

    @pytest.fixture
    def hook(self, receiver: Receiver) -> ReceivingHook:
        return ReceivingHook(receiver)


class TestFixedSecrets(WebhookSecretsContract):
    @pytest.fixture
    def secrets_of(self) -> Callable[[Sequence[str]], FixedSecrets]:
        return lambda secrets: FixedSecrets(*secrets)

    @pytest.fixture
    def tenant(self) -> str:
        return "demo"


class TestInMemoryBuckets(BucketsContract):
    @pytest.fixture
    def artifacts(self) -> InMemoryObjectStore:
        return InMemoryObjectStore()

    @pytest.fixture
    def buckets(self, artifacts: InMemoryObjectStore) -> InMemoryBuckets:
        return InMemoryBuckets(artifacts)

    @pytest.fixture
    def destination(self) -> BucketDestination:
        return BucketDestination("archive", "acme-archive", "pressrun/", f"{ROLE}-acme", "secret")

    @pytest.fixture
    def closed(self, buckets: InMemoryBuckets) -> BucketDestination:
        buckets.refused = {f"{ROLE}-closed"}
        return BucketDestination("closed", "acme-archive", "", f"{ROLE}-closed", "secret")

    @pytest.fixture
    def store(self, artifacts: InMemoryObjectStore) -> Store:
        def store(name: str, body: bytes) -> Artifact:
            artifacts.put(f"reports/demo/j/1/{name}", body, content_type="application/pdf")
            return Artifact(name, f"reports/demo/j/1/{name}", "application/pdf", len(body))

        return store

    @pytest.fixture
    def found(self, buckets: InMemoryBuckets) -> Found:
        return lambda destination: {
            key: body for (of, key), body in buckets.objects.items() if of == destination.bucket
        }


class TestInMemoryPasswords(PasswordsContract):
    @pytest.fixture
    def passwords(self) -> InMemoryPasswords:
        return InMemoryPasswords()

    @pytest.fixture
    def keep(self, passwords: InMemoryPasswords) -> Callable[[str, str, str], object]:
        return lambda tenant, name, secret: passwords.secrets.update({(tenant, name): secret})

    @pytest.fixture
    def unique(self) -> str:
        return "1"


class TestSettableClock(ClockContract):
    @pytest.fixture
    def clock(self) -> SettableClock:
        return SettableClock()


class TestSystemClock(ClockContract):
    @pytest.fixture
    def clock(self) -> SystemClock:
        return SystemClock()


class TestKnownTokens(TokensContract):
    @pytest.fixture
    def token(self) -> str:
        return "a token that is known"

    @pytest.fixture
    def tokens(self, token: str) -> KnownTokens:
        return KnownTokens({token: {"sub": "user-1", "tenant": "acme"}})


class TestOidcTokens(TokensContract):
    ISSUER = "https://issuer.example/pool"
    KEY = ec.generate_private_key(ec.SECP256R1())

    @pytest.fixture
    def token(self) -> str:
        now = int(time.time())
        claims = {"iss": self.ISSUER, "sub": "user-1", "tenant": "acme", "iat": now, "exp": now + 600}
        return jwt.encode(claims, self.KEY, "ES256", {"kid": "ec"})

    @pytest.fixture
    def tokens(self) -> OidcTokens:
        key = jwt.algorithms.ECAlgorithm.to_jwk(self.KEY.public_key(), as_dict=True)
        documents: dict[str, Mapping[str, Any]] = {
            f"{self.ISSUER}/.well-known/openid-configuration": {"issuer": self.ISSUER, "jwks_uri": "https://keys"},
            "https://keys": {"keys": [{**key, "kid": "ec"}]},
        }
        return OidcTokens(self.ISSUER, documents.__getitem__)


class TestPlainLetters(EmailRendererContract):
    @pytest.fixture
    def writer(self) -> PlainEmails:
        return PlainEmails()


class TestEmailTemplates(EmailRendererContract):
    @pytest.fixture
    def writer(self) -> EmailTemplates:
        return EmailTemplates(EMAILS)

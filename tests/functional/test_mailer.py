"""Hold the mailer over SES to the contract of its port."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from reports.adapters.ses_mailer import SESMailer
from tests.contracts.telling import MailerContract
from tests.functional.inbox import inbox as inbox_of
from tests.functional.inbox import text_of
from tests.functional.service import Service


class TestSESMailer(MailerContract):
    @pytest.fixture
    def mailer(self, service: Service) -> SESMailer:
        function = service.functions.get_function_configuration(FunctionName=f"pressrun-{service.stage}-notify")
        return SESMailer(service.ses, function["Environment"]["Variables"]["EMAIL_SENDER"])

    @pytest.fixture
    def inbox(self, service: Service) -> Callable[[str], Sequence[tuple[str, str]]]:
        return lambda to: [(str(each["Subject"]), text_of(each)) for each in inbox_of(service) if each["To"] == to]

    @pytest.fixture
    def to(self, unique: str) -> str:
        return f"{unique}@example.org"

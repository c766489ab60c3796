"""Have the sign function sign PDFs: it alone may read the keys."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from reports.adapters.aws_errors import translated
from reports.errors import ServiceUnavailableError
from reports.jobs.signing import CHECK, SIGN, Signature, SigningOrder, error_of

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class LambdaSigner:
    """A Signer over a function of Lambda, which answers at once."""

    def __init__(self, client: LambdaClient, function: str) -> None:
        self._client = client
        self._function = function

    def check(self, order: SigningOrder) -> None:
        """Have an order looked at. See Signer.check."""
        self._ask({"do": CHECK, "order": order.as_dict()})

    def sign(self, order: SigningOrder) -> Signature:
        """Have a PDF signed. See Signer.sign."""
        return Signature.of(self._ask({"do": SIGN, "order": order.as_dict()}))

    def _ask(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        with translated("Lambda"):
            answer = self._client.invoke(FunctionName=self._function, Payload=json.dumps(question).encode())
        payload = answer["Payload"].read()
        if answer.get("FunctionError"):
            # What went wrong is in the log of that function, with its stack trace.
            raise ServiceUnavailableError("The sign function has failed. Its log says why.")
        content: Mapping[str, Any] = json.loads(payload)
        if "error" in content:
            raise error_of(content["error"])
        return content

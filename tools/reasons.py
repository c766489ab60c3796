"""Explain in one line why a call to AWS or to an emulator failed, and what to do about it."""

from __future__ import annotations

from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError

NO_REGION = (
    "No AWS region is named, and none is assumed, because your data stay where you deploy. "
    "Name one: AWS_REGION=eu-central-1, or `aws configure set region eu-central-1`."
)
_SIGN_IN = "Sign in with `aws sso login`, or name a profile that works with AWS_PROFILE."
_NO_CREDENTIALS = (
    "There are no AWS credentials here. Sign in with `aws sso login` or `aws configure`, "
    "or name a profile with AWS_PROFILE."
)
_UNKNOWN = "AWS does not know these credentials ({code}). Check the profile and the AWS_… variables of your shell."
_OVER = "Your AWS credentials have expired. Renew them, for example with `aws sso login`."
_CLOCK = "AWS refuses the time of this machine ({code}). Set its clock, then try again."
_BUSY = "AWS answers {code}: {message} Wait a moment, then try again."

# By AWS's code of an error, whatever the service.
_BY_CODE = {
    **dict.fromkeys(
        ("InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "AuthFailure", "InvalidToken"),
        _UNKNOWN,
    ),
    **dict.fromkeys(("SignatureDoesNotMatch", "IncompleteSignature", "InvalidSignatureException"), _UNKNOWN),
    **dict.fromkeys(("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"), _OVER),
    **dict.fromkeys(("RequestExpired", "RequestTimeTooSkewed", "RequestInTheFuture"), _CLOCK),
    **dict.fromkeys(("Throttling", "ThrottlingException", "TooManyRequestsException", "ServiceUnavailable"), _BUSY),
    "OptInRequired": "This account may not use {operation} yet ({message}) Complete its sign-up on AWS's console.",
}
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"})


def reason(error: BotoCoreError | ClientError) -> str:
    """Return the reason and the cure as one line."""
    text = _of_answer(error) if isinstance(error, ClientError) else _of_client(error)
    return " ".join(text.split())


def why(error: Exception) -> str:
    """Return what an error says, or where AWS was asked the reason that AWS gave."""
    asked = error if isinstance(error, (BotoCoreError, ClientError)) else error.__cause__
    return reason(asked) if isinstance(asked, (BotoCoreError, ClientError)) else str(error)


def is_denied(error: ClientError) -> bool:
    """Tell whether AWS refused because the caller lacks the right."""
    return error.response.get("Error", {}).get("Code") in _DENIED


def _of_answer(error: ClientError) -> str:
    told = error.response.get("Error", {})
    code, message = told.get("Code", "no code"), _sentence(told.get("Message", ""))
    if code == "SignatureDoesNotMatch" and "expired" in message.lower():
        code = "RequestExpired"
    if is_denied(error):
        return f"You may not do this: {message or code} Ask for the right, or name another profile with AWS_PROFILE."
    known = _BY_CODE.get(code)
    if known is not None:
        return known.format(code=code, message=message, operation=error.operation_name)
    return f"{error.operation_name} failed ({code}): {message or 'AWS says no more.'}"


def _of_client(error: BotoCoreError) -> str:
    told = _sentence(str(error))
    match error:
        case exceptions.NoCredentialsError():
            return _NO_CREDENTIALS
        case exceptions.CredentialRetrievalError():
            return f"{told} Check the profile, or name another one with AWS_PROFILE."
        case exceptions.PartialCredentialsError():
            return f"Your AWS credentials are not whole: {told} Give both the key's id and its secret."
        case exceptions.ProfileNotFound():
            return f"{told} `aws configure list-profiles` names those there are."
        case exceptions.SSOError() | exceptions.TokenRetrievalError() | exceptions.LoginError():
            return f"You are not signed in to AWS any more. {_SIGN_IN}"
        case exceptions.NoRegionError():
            return NO_REGION
        case exceptions.InvalidRegionError() | exceptions.UnknownRegionError():
            return f"{told} Check AWS_REGION."
        case exceptions.ConfigParseError() | exceptions.ConfigNotFound() | exceptions.InvalidConfigError():
            return f"The configuration of AWS's tools can't be read: {told}"
        case exceptions.ProxyConnectionError():
            return f"Your proxy does not answer: {told} Check HTTPS_PROXY."
        case exceptions.SSLError():
            return f"No safe connection: {told} Check AWS_CA_BUNDLE and your proxy."
        case exceptions.HTTPClientError() | exceptions.ConnectionError():
            return f"No answer: {told} Check the network, HTTPS_PROXY, and that the region exists."
    return told


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."

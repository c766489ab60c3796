from __future__ import annotations

import pytest

from tools.deploy.cli import reason_in

_HEAD = """
Deploying pressrun to stage dev (eu-west-1)
More information can be found at: https://a.co/c895JFp

× Stack pressrun-dev failed to deploy (1s)
Environment: linux, node 20.20.2, osls 4.3.1 (local)
Docs:        github.com/oss-serverless/osls

Error:
"""
_DOCS = "https://github.com/oss-serverless/osls/blob/4.x/docs/guides"


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (
            "AWS provider credentials not found. Learn how to set up AWS provider credentials in our docs here: "
            f"<{_DOCS}/credentials.md>.",
            "AWS provider credentials not found.",
        ),
        (
            "Invalid configuration: \n     at 'functions.api': unrecognized property 'x'\n\nLearn more about "
            f"configuration validation here: {_DOCS}/configuration-validation.md",
            "Invalid configuration:\n  at 'functions.api': unrecognized property 'x'",
        ),
        (
            "CREATE_FAILED: Topic (AWS::SNS::Topic)\nNo right\n\n"
            "View the full error: https://us-east-1.console.aws.amazon.com/cloudformation/home",
            "CREATE_FAILED: Topic (AWS::SNS::Topic)\n  No right",
        ),
        (
            "TypeError: x is not a function\n    at deploy (/p/node_modules/osls/lib/a.js:1:2)\n"
            "    at async main (file:///p/b.js:3:4)",
            "TypeError: x is not a function",
        ),
        ("Origin https://reports.example is refused.", "Origin https://reports.example is refused."),
        ("\x1b[31mIt is red\x1b[39m", "It is red"),
        ("", ""),
    ],
)
def test_the_clis_reason_leads_nowhere_but_to_the_fault(told: str, reason: str) -> None:
    assert reason_in(_HEAD + told) == reason


def test_what_ends_without_a_reason_is_shown_as_it_is() -> None:
    assert reason_in("Killed\n") == "Killed"

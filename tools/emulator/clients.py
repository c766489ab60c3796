"""Make boto3 clients that talk to an emulator, whatever credentials and profiles the machine has."""

from __future__ import annotations

import boto3

from tools.emulator.endpoint import CREDENTIALS, REGION


def session() -> boto3.Session:
    """Return a session with the credentials that every emulator takes. Clients of it need ``endpoint_url``."""
    return boto3.Session(
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        region_name=REGION,
    )

"""A removal on a real CloudFormation and a real S3, of a small stack beside the one that is tested."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.functional.service import Service
from tools.connection import Connection, to_emulator
from tools.remove import RemovalError, remove

KEYS = {"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}


@pytest.fixture
def there(service: Service) -> Connection:
    if service.endpoint_url is None:
        pytest.skip("removes no stacks of an account on AWS")
    return to_emulator(service.endpoint_url)


@pytest.fixture
def stage(there: Connection, unique: str) -> Iterator[str]:
    """Deploy a stage with a bucket that goes and has versions, and a bucket and a table that stay."""
    name = f"t-{unique[:8]}"
    retained = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    versioned = {"VersioningConfiguration": {"Status": "Enabled"}}
    table = {"TableName": f"table-{name}", "BillingMode": "PAY_PER_REQUEST", **KEYS}
    table |= {"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}
    resources = {
        "Going": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": f"going-{name}", **versioned}},
        "Staying": {"Type": "AWS::S3::Bucket", **retained, "Properties": {"BucketName": f"staying-{name}"}},
        "Table": {"Type": "AWS::DynamoDB::Table", **retained, "Properties": table},
    }
    client = there.client("cloudformation")
    client.create_stack(StackName=f"pressrun-{name}", TemplateBody=json.dumps({"Resources": resources}))
    client.get_waiter("stack_create_complete").wait(
        StackName=f"pressrun-{name}", WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    yield name
    s3 = there.client("s3")
    for entry in s3.list_objects_v2(Bucket=f"staying-{name}").get("Contents", []):
        s3.delete_object(Bucket=f"staying-{name}", Key=entry["Key"])
    s3.delete_bucket(Bucket=f"staying-{name}")
    there.client("dynamodb").delete_table(TableName=f"table-{name}")


def test_a_stage_goes_with_its_files_and_what_is_retained_stays(there: Connection, stage: str, tmp_path: Path) -> None:
    s3 = there.client("s3")
    for number in range(5):
        s3.put_object(Bucket=f"going-{stage}", Key="a/ä +%.csv", Body=b"%d" % number)
    s3.delete_object(Bucket=f"going-{stage}", Key="a/ä +%.csv")
    s3.put_object(Bucket=f"staying-{stage}", Key="kept", Body=b"kept")
    lines: list[str] = []

    with pytest.raises(RemovalError, match="CONFIRM="):
        remove(there, stage, say=lines.append, build=tmp_path)
    remove(there, stage, f"pressrun-{stage}", say=lines.append, build=tmp_path)

    buckets = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    assert f"going-{stage}" not in buckets
    assert s3.get_object(Bucket=f"staying-{stage}", Key="kept")["Body"].read() == b"kept"
    assert f"  6 objects, versions and marks deleted from going-{stage}" in lines
    assert f"  AWS::DynamoDB::Table table-{stage}" in lines
    with pytest.raises(RemovalError, match="no stack"):
        remove(there, stage, f"pressrun-{stage}", say=lines.append, build=tmp_path)


def test_what_has_stayed_can_be_imported(service: Service, there: Connection, stage: str, tmp_path: Path) -> None:
    if service.is_localstack:
        pytest.skip("LocalStack imports no resources")
    remove(there, stage, f"pressrun-{stage}", say=lambda _: None, build=tmp_path)

    assert _imported(there, stage, tmp_path / f"{stage}.kept") == {"Staying", "Table"}


def _imported(there: Connection, stage: str, folder: Path) -> set[str]:
    client: Any = there.client("cloudformation")
    change = {"StackName": f"pressrun-{stage}", "ChangeSetName": "import"}
    quickly = {"Delay": 1, "MaxAttempts": 60}
    client.create_change_set(
        **change,
        ChangeSetType="IMPORT",
        TemplateBody=(folder / "template.json").read_text(),
        ResourcesToImport=json.loads((folder / "resources.json").read_text()),
    )
    client.get_waiter("change_set_create_complete").wait(**change, WaiterConfig=quickly)
    client.execute_change_set(**change)
    client.get_waiter("stack_import_complete").wait(StackName=f"pressrun-{stage}", WaiterConfig=quickly)
    found = client.list_stack_resources(StackName=f"pressrun-{stage}")["StackResourceSummaries"]
    names = {resource["LogicalResourceId"] for resource in found}
    client.delete_stack(StackName=f"pressrun-{stage}")
    client.get_waiter("stack_delete_complete").wait(StackName=f"pressrun-{stage}", WaiterConfig=quickly)
    return names

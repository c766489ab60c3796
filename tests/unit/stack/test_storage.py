from __future__ import annotations

from typing import Any

import pytest

from reports.access.retention import CLASSES, TAG
from tests.unit.stack.compiled import Template

OURS = ("UploadsBucket", "ArtifactsBucket")


def test_every_bucket_blocks_public_access(template: Template) -> None:
    for name, bucket in template.of_type("AWS::S3::Bucket").items():
        if name == "WebBucket" and not template.is_for_aws:
            continue  # an emulator serves the page straight out of it: see test_web.py
        blocked = bucket["PublicAccessBlockConfiguration"]

        assert blocked == {
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        }, name


def test_every_bucket_is_encrypted(template: Template) -> None:
    for name, bucket in template.of_type("AWS::S3::Bucket").items():
        rule = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]

        assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256", name


def test_on_aws_every_bucket_refuses_plain_http(aws_template: Template) -> None:
    policies = aws_template.policies_on("AWS::S3::BucketPolicy", "Bucket")

    for name in aws_template.of_type("AWS::S3::Bucket"):
        denied = [s for s in policies[name] if s["Effect"] == "Deny" and s["Principal"] == "*"]
        assert any(str(s["Condition"]["Bool"]["aws:SecureTransport"]).lower() == "false" for s in denied), name


def test_pages_upload_from_the_origins_that_may_read_answers(template: Template) -> None:
    (rule,) = template.of_type("AWS::S3::Bucket")["UploadsBucket"]["CorsConfiguration"]["CorsRules"]
    variables = template.of_type("AWS::Lambda::Function")["ApiLambdaFunction"]["Environment"]["Variables"]

    assert rule["AllowedOrigins"] == {"Fn::Split": [",", variables["CORS_ORIGINS"]]}
    assert rule["AllowedMethods"] == ["POST"]
    if template.is_for_aws:
        assert variables["CORS_ORIGINS"] == {"Fn::Sub": "https://${WebDistribution.DomainName}"}


@pytest.mark.parametrize("name", OURS)
def test_only_we_own_what_is_in_our_buckets(template: Template, name: str) -> None:
    bucket = template.of_type("AWS::S3::Bucket")[name]

    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def rules_of(template: Template, bucket: str) -> list[Any]:
    rules: list[Any] = template.of_type("AWS::S3::Bucket")[bucket]["LifecycleConfiguration"]["Rules"]
    return rules


@pytest.mark.parametrize("name", OURS)
def test_files_expire_by_their_tag_and_by_nothing_else(template: Template, name: str) -> None:
    removing = [r for r in rules_of(template, name) if "ExpirationInDays" in r or "NoncurrentVersionExpiration" in r]

    # A rule without the tag would also be for what is under a legal hold.
    assert [(r["TagFilters"], r["ExpirationInDays"]) for r in removing] == [
        ([{"Key": TAG, "Value": str(days)}], days) for days in CLASSES
    ]
    assert all("Prefix" not in rule and rule["Status"] == "Enabled" for rule in removing)
    assert any("AbortIncompleteMultipartUpload" in r and r["Prefix"] == "" for r in rules_of(template, name))


def test_the_days_that_a_stage_asks_for_have_a_rule(template: Template) -> None:
    told = template.of_type("AWS::Lambda::Function")["ApiLambdaFunction"]["Environment"]["Variables"]

    assert {int(told[f"{each}_RETENTION_DAYS"]) for each in ("JOB", "LEAST", "MOST")} <= set(CLASSES)


def test_uploads_are_versioned_and_their_old_versions_expire(template: Template) -> None:
    bucket = template.of_type("AWS::S3::Bucket")["UploadsBucket"]

    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    expiring = [r for r in rules_of(template, "UploadsBucket") if "ExpirationInDays" in r]
    assert [r["NoncurrentVersionExpiration"]["NoncurrentDays"] for r in expiring] == [min(d, 7) for d in CLASSES]


def test_any_way_of_uploading_is_noticed_under_uploads_only(template: Template) -> None:
    bucket = template.resource("UploadsBucket")

    (notification,) = bucket["Properties"]["NotificationConfiguration"]["QueueConfigurations"]

    assert notification["Event"] == "s3:ObjectCreated:*"
    assert notification["Filter"]["S3Key"]["Rules"] == [{"Name": "prefix", "Value": "uploads/"}]
    assert notification["Queue"] == {"Fn::GetAtt": ["RenderQueue", "Arn"]}
    assert bucket["DependsOn"] == ["RenderQueuePolicy"]


def test_the_jobs_table_can_be_restored_expires_and_is_encrypted(template: Template) -> None:
    for name, table in template.of_type("AWS::DynamoDB::Table").items():
        assert table["BillingMode"] == "PAY_PER_REQUEST", name
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}, name
        assert table["SSESpecification"] == {"SSEEnabled": True}, name
        assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}, name


def test_jobs_are_found_by_what_is_asked_for_and_no_table_is_scanned(template: Template) -> None:
    table = template.of_type("AWS::DynamoDB::Table")["JobsTable"]

    indexes = {i["IndexName"]: [k["AttributeName"] for k in i["KeySchema"]] for i in table["GlobalSecondaryIndexes"]}

    assert [k["AttributeName"] for k in table["KeySchema"]] == ["job_id", "item"]
    assert indexes == {
        "by_tenant": ["tenant", "created"],
        "by_status": ["tenant_status", "created"],
        "by_source": ["tenant_source", "created"],
        "by_batch": ["tenant_batch", "created"],
        "by_due": ["due_shard", "due_at"],
    }


@pytest.mark.parametrize("name", ["JobsTable", "AccessTable", *OURS])
def test_production_keeps_its_data_when_the_stack_goes(template: Template, name: str) -> None:
    resource = template.resource(name)

    # What a first deployment has made that then fails goes all the same, or else its name was taken for the next one.
    expected = ("RetainExceptOnCreate", "Retain") if template.stage == "prod" else ("Delete", "Delete")

    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == expected


def test_no_resource_with_a_name_of_its_own_outlives_a_first_deployment_that_fails(template: Template) -> None:
    policies = {name: resource.get("DeletionPolicy") for name, resource in template.body["Resources"].items()}

    assert {"UploadsBucket", "JobsTable", "AccessTable"} <= policies.keys()
    assert set(policies.values()) <= {None, "Delete", "RetainExceptOnCreate"}


def test_production_keeps_tables_and_users_from_being_deleted_by_hand(template: Template) -> None:
    tables = template.of_type("AWS::DynamoDB::Table").values()

    assert {table["DeletionProtectionEnabled"] for table in tables} == {template.stage == "prod"}
    if template.is_for_aws:
        (users,) = template.of_type("AWS::Cognito::UserPool").values()
        assert users["DeletionProtection"] == ("ACTIVE" if template.stage == "prod" else "INACTIVE")

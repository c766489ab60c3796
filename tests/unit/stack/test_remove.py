from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.unit.stack.compiled import Template
from tools.remove.kept import resources_of, write_import


def test_what_stays_of_a_stage_can_be_imported(aws_template: Template, tmp_path: Path) -> None:
    summaries = [
        {"LogicalResourceId": name, "PhysicalResourceId": f"pressrun-{name.lower()}"}
        for name in aws_template.body["Resources"]
    ]
    stays = [
        resource
        for resource in resources_of(aws_template.body, summaries)
        if resource.stays or resource.kind == "AWS::DynamoDB::Table"
    ]

    write_import(stays, tmp_path)

    template = json.loads((tmp_path / "template.json").read_text())
    identifiers = json.loads((tmp_path / "resources.json").read_text())
    wanted = {"UploadsBucket", "ArtifactsBucket", "JobsTable", "AccessTable", "UserPool", "AuditLogGroup"}
    if aws_template.stage == "prod":
        assert set(template["Resources"]) == wanted
    assert {each["LogicalResourceId"] for each in identifiers} == set(template["Resources"])
    assert {resource["DeletionPolicy"] for resource in template["Resources"].values()} == {"Retain"}
    cfn_lint = Path(sys.executable).with_name("cfn-lint")
    command = [str(cfn_lint), "--", str(tmp_path / "template.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_page_goes_with_every_stage(template: Template) -> None:
    assert template.resource("WebBucket").get("DeletionPolicy", "Delete") == "Delete"


def test_a_stage_remembers_by_what_settings_it_was_deployed(template: Template) -> None:
    (parameter,) = template.of_type("AWS::SSM::Parameter").values()

    assert parameter == {"Name": f"/pressrun/{template.stage}/settings", "Type": "String", "Value": "{}"}

from __future__ import annotations

from collections.abc import Callable

from tests.unit.stack.compiled import Template


def test_on_aws_only_our_distribution_reads_the_page(aws_template: Template) -> None:
    statements = aws_template.policies_on("AWS::S3::BucketPolicy", "Bucket")["WebBucket"]

    (allowed,) = [s for s in statements if s["Effect"] == "Allow"]

    assert allowed["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert allowed["Action"] == "s3:GetObject"
    assert "distribution/${WebDistribution}" in str(allowed["Condition"]["StringEquals"]["aws:SourceArn"])


def test_on_aws_the_distribution_signs_its_requests_and_serves_by_https_alone(aws_template: Template) -> None:
    (distribution,) = aws_template.of_type("AWS::CloudFront::Distribution").values()
    (access,) = aws_template.of_type("AWS::CloudFront::OriginAccessControl").values()
    config = distribution["DistributionConfig"]

    (origin,) = config["Origins"]

    assert origin["OriginAccessControlId"] == {"Fn::GetAtt": ["WebAccess", "Id"]}
    assert access["OriginAccessControlConfig"]["SigningBehavior"] == "always"
    assert config["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"
    assert config["DefaultCacheBehavior"]["AllowedMethods"] == ["GET", "HEAD"]


def test_on_aws_no_other_page_may_frame_ours(aws_template: Template) -> None:
    (policy,) = aws_template.of_type("AWS::CloudFront::ResponseHeadersPolicy").values()

    headers = policy["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]

    assert headers["ContentSecurityPolicy"]["ContentSecurityPolicy"] == "frame-ancestors 'none'"
    assert headers["FrameOptions"]["FrameOption"] == "DENY"
    assert headers["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31536000


def test_on_an_emulator_all_may_read_the_page_and_no_other_bucket(
    template_of: Callable[[str], Template],
) -> None:
    policies = template_of("local").policies_on("AWS::S3::BucketPolicy", "Bucket")

    public = {name: s for name, statements in policies.items() for s in statements if s["Effect"] == "Allow"}

    assert list(public) == ["WebBucket"]
    assert public["WebBucket"]["Action"] == "s3:GetObject"

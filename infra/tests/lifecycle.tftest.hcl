# Applied, not only planned: what a rule leaves out is known only then.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  environment = "test"
  region      = "ca-central-1"
  account_id  = "111122223333"
  artifact    = "tests/fixtures/function.zip"
  config_file = "tests/fixtures/sluice.yaml"
  vpc = {
    vpc_id              = "vpc-1"
    subnet_ids          = ["subnet-1", "subnet-2"]
    source_cidrs        = ["10.20.0.0/24"]
    s3_route_table_ids  = ["rtb-1"]
    interface_endpoints = ["secretsmanager", "logs"]
  }
}

run "the_lifecycle_never_expires_a_live_key" {
  command = apply

  assert {
    condition = alltrue([
      for rule in aws_s3_bucket_lifecycle_configuration.lake.rule : alltrue([
        for e in rule.expiration : e.date == null && coalesce(e.days, 0) == 0
      ])
    ])
    error_message = "A rule expires live keys of the lake: it would delete the only copy of a slice that does not change."
  }
  assert {
    condition     = alltrue(flatten([for rule in aws_s3_bucket_lifecycle_configuration.artifacts.rule : [for e in rule.expiration : coalesce(e.days, 0) == 0]]))
    error_message = "The artifact would expire under the functions."
  }
  assert {
    condition = alltrue(flatten([
      for rule in aws_s3_bucket_lifecycle_configuration.lake.rule : [for t in rule.transition : contains(["STANDARD_IA", "INTELLIGENT_TIERING", "GLACIER_IR"], t.storage_class)]
    ]))
    error_message = "A rule moves keys to where they cannot be read at once."
  }
  assert {
    condition = toset([for rule in aws_s3_bucket_lifecycle_configuration.lake.rule : rule.filter[0].prefix if length(rule.transition) > 0]) == toset([
      "sluice/raw/", "sluice/lake/",
    ])
    error_message = "Storage classes change elsewhere than under raw/ and lake/."
  }
  assert {
    condition = anytrue([
      for rule in aws_s3_bucket_lifecycle_configuration.lake.rule :
      rule.status == "Enabled" && rule.filter[0].prefix == "" && one(rule.noncurrent_version_expiration).noncurrent_days == 30 && one(rule.abort_incomplete_multipart_upload).days_after_initiation == 3
      if length(rule.noncurrent_version_expiration) > 0
    ])
    error_message = "Noncurrent versions or incomplete uploads stay for ever somewhere in the lake."
  }
}

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
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

run "the_lake_is_safe" {
  command = plan

  # ---- a lake is safe at rest and on its way

  assert {
    condition     = aws_s3_bucket.this["lake"].bucket == "acme-lake-test"
    error_message = "The lake is not the bucket that sluice.yaml names."
  }
  assert {
    condition     = alltrue([for v in values(aws_s3_bucket_versioning.this) : v.versioning_configuration[0].status == "Enabled"]) && length(aws_s3_bucket_versioning.this) == 2
    error_message = "A bucket is not versioned."
  }
  assert {
    condition = alltrue([
      for name in ["lake", "artifacts"] :
      one(one(aws_s3_bucket_server_side_encryption_configuration.this[name].rule).apply_server_side_encryption_by_default).sse_algorithm == "aws:kms" &&
      one(one(aws_s3_bucket_server_side_encryption_configuration.this[name].rule).apply_server_side_encryption_by_default).kms_master_key_id == aws_kms_key.this.arn
    ])
    error_message = "A bucket is not encrypted with the key of the environment."
  }
  assert {
    condition     = alltrue([for e in values(aws_s3_bucket_server_side_encryption_configuration.this) : one(e.rule).bucket_key_enabled])
    error_message = "Without a bucket key every object costs a request to KMS."
  }
  assert {
    condition     = aws_kms_key.this.enable_key_rotation && aws_kms_key.this.deletion_window_in_days == 30
    error_message = "The key does not rotate, or can be gone in less than a month."
  }
  assert {
    condition = alltrue([
      for b in values(aws_s3_bucket_public_access_block.this) :
      b.block_public_acls && b.block_public_policy && b.ignore_public_acls && b.restrict_public_buckets
    ]) && length(aws_s3_bucket_public_access_block.this) == 2
    error_message = "A bucket can be made public."
  }
  assert {
    condition     = alltrue([for o in values(aws_s3_bucket_ownership_controls.this) : one(o.rule).object_ownership == "BucketOwnerEnforced"]) && length(aws_s3_bucket_ownership_controls.this) == 2
    error_message = "Objects may belong to somebody else than the bucket's owner."
  }
  assert {
    condition = alltrue([
      for name, bucket in local.buckets : anytrue([
        for s in jsondecode(aws_s3_bucket_policy.this[name].policy).Statement :
        s.Effect == "Deny" && s.Principal == "*" && s.Action == "s3:*" && try(s.Condition.Bool["aws:SecureTransport"], "") == "false" &&
        toset(s.Resource) == toset(["arn:aws:s3:::${bucket}", "arn:aws:s3:::${bucket}/*"])
      ])
    ])
    error_message = "A bucket answers without TLS."
  }
  assert {
    condition     = alltrue([for p in values(aws_s3_bucket_policy.this) : alltrue([for s in jsondecode(p.policy).Statement : s.Effect == "Deny"])])
    error_message = "A bucket's policy lets somebody in; roles do that."
  }
  assert {
    condition     = alltrue([for b in values(aws_s3_bucket.this) : b.force_destroy == false])
    error_message = "Without being asked, terraform destroy would delete the lake."
  }

  # ---- the artifact and the config go through s3

  assert {
    condition     = aws_s3_object.config.content == file("tests/fixtures/sluice.yaml") && aws_s3_object.config.bucket == aws_s3_bucket.this["artifacts"].bucket
    error_message = "The functions would read another sluice.yaml."
  }
  assert {
    condition     = aws_s3_object.artifact.source_hash == filesha256("tests/fixtures/function.zip")
    error_message = "A new artifact would not be noticed."
  }
  assert {
    condition = alltrue([
      for f in values(aws_lambda_function.stage) :
      f.s3_bucket == aws_s3_object.artifact.bucket && f.s3_key == "function.zip" && f.s3_object_version == "version-of-the-artifact" && f.source_code_hash == filebase64sha256("tests/fixtures/function.zip")
    ])
    error_message = "A function does not come from this version of the artifact."
  }
}

run "an_environment_that_can_be_thrown_away_says_so" {
  command = plan

  variables {
    force_destroy        = true
    secret_recovery_days = 0
  }
  assert {
    condition     = alltrue([for b in values(aws_s3_bucket.this) : b.force_destroy]) && alltrue([for s in values(aws_secretsmanager_secret.this) : s.recovery_window_in_days == 0])
    error_message = "force_destroy and secret_recovery_days are not followed."
  }
}

run "a_lake_at_the_root_of_its_bucket" {
  command = plan

  variables {
    config_file = "tests/fixtures/plain.yaml"
  }
  assert {
    condition     = local.lake_prefix == "" && contains([for r in aws_s3_bucket_lifecycle_configuration.lake.rule : try(r.filter[0].prefix, "")], "raw/")
    error_message = "An empty prefix is not followed."
  }
  assert {
    condition     = strcontains(aws_sfn_state_machine.sync.definition, "'runs/' & $run_id") && !strcontains(aws_sfn_state_machine.sync.definition, "sluice/runs")
    error_message = "The state machine does not follow an empty prefix."
  }
}

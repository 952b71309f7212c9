# What must not be applied is refused before anything is touched, with what to change. Each run breaks several
# variables at once, one rule of each.

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
}

run "names_that_would_not_fit_and_things_that_there_are_not" {
  command = plan
  variables {
    name             = "Sluice"
    environment      = "Test_1"
    region           = "Canada"
    account_id       = "1234"
    artifact         = "no-such-function.zip"
    runtime          = "java11"
    architecture     = "riscv"
    functions        = { unload = { memory_mb = 512 } }
    vpc              = { vpc_id = "vpc-1", subnet_ids = ["subnet-1"], source_cidrs = ["10.0.0.0/8"] }
    lake_transitions = { locks = [{ days = 30, storage_class = "STANDARD_IA" }] }
  }
  expect_failures = [var.name, var.environment, var.region, var.account_id, var.artifact, var.runtime, var.architecture, var.functions, var.vpc, var.lake_transitions]
}

run "too_little_of_everything" {
  command = plan
  variables {
    functions               = { land = { memory_mb = 128 } }
    vpc                     = { vpc_id = "vpc-1", subnet_ids = ["subnet-1", "subnet-2"], source_cidrs = [] }
    lake_transitions        = { raw = [{ days = 7, storage_class = "STANDARD_IA" }] }
    artifact                = "tests/fixtures/sluice.yaml"
    noncurrent_days         = 0
    secret_recovery_days    = 3
    log_retention_days      = 0
    late_after_hours        = 0
    flexible_window_minutes = -1
    monthly_budget_usd      = 0
    usd_per_gb_second       = 0
    alarm_emails            = ["nobody"]
    snowflake_principal     = { user_arn = "snowflake", external_id = "x" }
  }
  expect_failures = [var.functions, var.vpc, var.lake_transitions, var.artifact, var.noncurrent_days, var.secret_recovery_days, var.log_retention_days, var.late_after_hours, var.flexible_window_minutes, var.monthly_budget_usd, var.usd_per_gb_second, var.alarm_emails, var.snowflake_principal]
}

run "too_much_of_everything" {
  command = plan
  variables {
    functions               = { land = { tmp_mb = 20480 } }
    vpc                     = { vpc_id = "vpc-1", subnet_ids = ["subnet-1", "subnet-2"], source_cidrs = ["10.0.0.1"] }
    lake_transitions        = { raw = [{ days = 90, storage_class = "DEEP_ARCHIVE" }] }
    secret_recovery_days    = 31
    late_after_hours        = 169
    flexible_window_minutes = 1441
  }
  expect_failures = [var.functions, var.vpc, var.lake_transitions, var.secret_recovery_days, var.late_after_hours, var.flexible_window_minutes]
}

run "more_time_than_the_service_gives_and_no_sluice_yaml" {
  command = plan
  variables {
    functions   = { load = { timeout_seconds = 901 } }
    vpc         = { vpc_id = "vpc-1", subnet_ids = ["subnet-1", "subnet-2"], source_cidrs = ["10.0.0.0/8"], interface_endpoints = ["sagemaker"] }
    config_file = null
  }
  expect_failures = [var.functions, var.vpc, var.config_file]
}

run "a_function_that_may_not_run" {
  command = plan
  variables {
    functions = { load = { reserved_concurrency = 0 } }
  }
  expect_failures = [var.functions]
}

run "a_schedule_that_is_none" {
  command = plan
  variables {
    config_file = "tests/fixtures/bad-schedule.yaml"
  }
  expect_failures = [aws_scheduler_schedule.group]
}

run "a_zone_that_is_none" {
  command = plan
  variables {
    config_file = "tests/fixtures/bad-zone.yaml"
  }
  expect_failures = [aws_scheduler_schedule.group]
}

run "a_group_that_no_schedule_may_be_named" {
  command = plan
  variables {
    config_file = "tests/fixtures/bad-group.yaml"
  }
  expect_failures = [aws_scheduler_schedule.group]
}

run "the_lake_of_another_environment" {
  command = plan
  variables {
    config_file = "tests/fixtures/other-lake.yaml"
  }
  expect_failures = [aws_s3_bucket.this]
}

run "a_lake_on_a_disk" {
  command = plan
  variables {
    config_file = "tests/fixtures/file-lake.yaml"
  }
  expect_failures = [aws_s3_bucket.this]
}

run "a_bucket_that_s3_would_not_make" {
  command = plan
  variables {
    config_file = "tests/fixtures/bad-bucket.yaml"
  }
  expect_failures = [aws_s3_bucket.this]
}

run "a_prefix_that_breaks_the_definition" {
  command = plan
  variables {
    config_file = "tests/fixtures/bad-prefix.yaml"
  }
  expect_failures = [aws_sfn_state_machine.sync]
}

run "an_artifact_for_another_runtime" {
  command = plan
  variables {
    artifact = "tests/fixtures/native.zip"
  }
  expect_failures = [aws_lambda_function.stage]
}

run "an_artifact_for_another_processor" {
  command = plan
  variables {
    architecture = "arm64"
  }
  expect_failures = [aws_lambda_function.stage]
}

run "an_artifact_of_which_nothing_is_said" {
  command = plan
  variables {
    artifact = "tests/fixtures/unsaid.zip"
  }
  expect_failures = [aws_lambda_function.stage]
}

run "a_region_with_other_host_names" {
  command = plan
  variables {
    region = "cn-north-1"
  }
  expect_failures = [var.region]
}

# Run once per directory of environments/, with its terraform.tfvars and its name: see infra/check.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  artifact = "tests/fixtures/function.zip"
}

run "an_environment_is_a_world_of_its_own" {
  command = plan

  assert {
    condition = alltrue([
      for name in concat(
        values(aws_lambda_function.stage)[*].function_name, values(aws_iam_role.function)[*].name, values(aws_s3_bucket.this)[*].bucket,
        values(aws_cloudwatch_log_group.function)[*].name, values(aws_secretsmanager_secret.this)[*].name,
        [
          aws_sfn_state_machine.sync.name, aws_iam_role.state_machine.name, aws_iam_role.scheduler.name, aws_iam_role.snowflake.name, aws_kms_alias.this.name,
          aws_scheduler_schedule_group.this.name, aws_sqs_queue.schedules_dead.name, aws_sns_topic.alarms.name, aws_cloudwatch_dashboard.this.dashboard_name,
          aws_cloudwatch_event_rule.run_ended_badly.name, one(aws_budgets_budget.monthly).name, local.config.warehouse.url,
        ],
        keys(output.alarm_arns),
      ) : strcontains(lower(name), var.environment)
    ])
    error_message = "A name does not say its environment; two of them would meet."
  }
  assert {
    condition     = one(regexall("(?m)^key\\s*=\\s*\"([^\"]+)\"", file("environments/${var.environment}/backend.hcl")))[0] == "sluice/${var.environment}.tfstate"
    error_message = "The state lies where another environment has its own."
  }
  assert {
    condition     = can(regex("(?m)^use_lockfile\\s*=\\s*true", file("environments/${var.environment}/backend.hcl"))) && can(regex("(?m)^encrypt\\s*=\\s*true", file("environments/${var.environment}/backend.hcl"))) && length(var.environment) > 0
    error_message = "The state is not locked, or not encrypted."
  }
  assert {
    condition     = length(aws_scheduler_schedule.group) > 0 && length(var.alarm_emails) > 0
    error_message = "Nothing ever runs, or nobody hears of it."
  }
  assert {
    condition     = alltrue([for table in values(local.config.tables) : contains(keys(local.groups), try(table.group, local.config.defaults.group))])
    error_message = "A table is in a group that has no schedule."
  }
  assert {
    condition     = toset(keys(aws_secretsmanager_secret.this)) == toset(["sluice/${var.environment}/source", "sluice/${var.environment}/snowflake"])
    error_message = "Secrets are not those of the environment."
  }
  assert {
    condition     = var.environment != "prod" || (!var.force_destroy && var.secret_recovery_days >= 7)
    error_message = "Production could be deleted by one command."
  }
}

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

run "the_state_machine_and_its_schedules" {
  command = plan

  # ---- the definition is the file with its names filled in

  assert {
    condition     = toset(keys(local.definition_names)) == toset([for m in regexall("\\$\\{([a-z_]+)\\}", file("../statemachine/sync.asl.json")) : m[0]])
    error_message = "The names that are given and those that sync.asl.json has are not the same."
  }
  assert {
    condition     = !strcontains(aws_sfn_state_machine.sync.definition, "$${") && can(jsondecode(aws_sfn_state_machine.sync.definition))
    error_message = "A name is left over, or the definition is no JSON."
  }
  assert {
    condition     = keys(jsondecode(aws_sfn_state_machine.sync.definition).States) == keys(jsondecode(file("../statemachine/sync.asl.json")).States)
    error_message = "The definition is not that of sync.asl.json."
  }
  assert {
    condition = alltrue([
      for name, f in local.functions : strcontains(aws_sfn_state_machine.sync.definition, "\"FunctionName\": \"arn:aws:lambda:ca-central-1:111122223333:function:sluice-test-${name}\"")
    ]) && length(regexall("\"FunctionName\"", aws_sfn_state_machine.sync.definition)) == 7
    error_message = "A state does not call the function of its stage."
  }
  assert {
    condition     = jsondecode(aws_sfn_state_machine.sync.definition).States.Plan.Arguments.FunctionName == local.functions["plan"].arn && jsondecode(aws_sfn_state_machine.sync.definition).States.Report.Arguments.FunctionName == local.functions["report"].arn
    error_message = "Functions are mixed up."
  }
  assert {
    condition     = jsondecode(aws_sfn_state_machine.sync.definition).States.Tables.ResultWriter.Arguments.Prefix == "{% 'sluice/runs/' & $states.context.Execution.Name & '/maps' %}"
    error_message = "Results of maps would lie outside of the lake's prefix."
  }

  # ---- a function ends before its state gives it up

  assert {
    condition     = jsondecode(aws_sfn_state_machine.sync.definition).States.Plan.TimeoutSeconds == "{% 960 %}" && alltrue([for f in values(aws_lambda_function.stage) : f.timeout < local.stage_timeout_seconds])
    error_message = "A state may give up a function that still runs, or waits for ever."
  }

  # ---- the state machine is standard logged and traced

  assert {
    condition     = aws_sfn_state_machine.sync.type == "STANDARD" && aws_sfn_state_machine.sync.name == "sluice-test-sync"
    error_message = "Not a standard state machine with the name of its environment."
  }
  assert {
    condition     = aws_sfn_state_machine.sync.tracing_configuration[0].enabled && aws_sfn_state_machine.sync.logging_configuration[0].level == "ERROR" && aws_sfn_state_machine.sync.logging_configuration[0].include_execution_data == false
    error_message = "The state machine is not traced, not logged, or logs its data."
  }
  assert {
    condition     = startswith(aws_cloudwatch_log_group.state_machine.name, "/aws/vendedlogs/states/")
    error_message = "Every state machine would make the policy for log delivery longer."
  }

  # ---- every group has a schedule in its zone

  assert {
    condition     = toset(keys(aws_scheduler_schedule.group)) == toset(keys(yamldecode(file("tests/fixtures/sluice.yaml")).groups))
    error_message = "Schedules and groups of sluice.yaml are not the same."
  }
  assert {
    condition     = aws_scheduler_schedule.group["hourly"].schedule_expression == "rate(1 hour)" && aws_scheduler_schedule.group["nightly.stores"].schedule_expression == "cron(0 3 * * ? *)"
    error_message = "A schedule is not that of its group."
  }
  assert {
    condition     = aws_scheduler_schedule.group["hourly"].schedule_expression_timezone == "America/Toronto" && aws_scheduler_schedule.group["nightly.stores"].schedule_expression_timezone == "UTC"
    error_message = "A schedule is not in the zone of its group."
  }
  assert {
    condition     = alltrue([for s in values(aws_scheduler_schedule.group) : s.flexible_time_window[0].mode == "FLEXIBLE" && s.flexible_time_window[0].maximum_window_in_minutes == 5 && s.state == "ENABLED"])
    error_message = "Schedules have no flexible window, or are off."
  }
  assert {
    condition     = alltrue([for s in values(aws_scheduler_schedule.group) : s.target[0].dead_letter_config[0].arn == aws_sqs_queue.schedules_dead.arn && s.group_name == "sluice-test"])
    error_message = "A start that fails would be forgotten."
  }
  assert {
    condition     = alltrue([for s in values(aws_scheduler_schedule.group) : s.target[0].arn == "arn:aws:scheduler:::aws-sdk:sfn:startExecution" && s.target[0].role_arn == aws_iam_role.scheduler.arn])
    error_message = "A schedule does not start an execution."
  }
  assert {
    condition     = aws_sqs_queue.schedules_dead.sqs_managed_sse_enabled && aws_sqs_queue.schedules_dead.message_retention_seconds == 1209600
    error_message = "Starts that failed are not encrypted, or forgotten before two weeks."
  }

  # ---- a scheduled run has a legal name and asks for its group

  assert {
    condition     = alltrue([for s in values(aws_scheduler_schedule.group) : jsondecode(s.target[0].input).StateMachineArn == local.state_machine_arn])
    error_message = "A schedule starts another state machine."
  }
  assert {
    condition = alltrue([
      for s in values(aws_scheduler_schedule.group) :
      strcontains(s.target[0].input, "<aws.scheduler.execution-id>") && !strcontains(s.target[0].input, "scheduled-time")
    ])
    error_message = "Scheduler would not fill in its id, or a time with colons."
  }
  assert {
    condition = alltrue([
      for s in values(aws_scheduler_schedule.group) :
      can(regex("^[A-Za-z0-9_-]{1,80}$", replace(jsondecode(s.target[0].input).Name, "<aws.scheduler.execution-id>", "d32c5kddcf5bb8c3d32c5kddcf5bb8c31234")))
    ])
    error_message = "A run would have a name that no execution may have."
  }
  assert {
    condition     = alltrue([for name, s in aws_scheduler_schedule.group : jsondecode(jsondecode(s.target[0].input).Input) == { mode = "sync", group = name, trigger = "schedule" }])
    error_message = "A run would be asked for something else than its group."
  }
}

run "at_its_time_and_off" {
  command = plan

  variables {
    flexible_window_minutes = 0
    schedules_enabled       = false
  }
  assert {
    condition     = alltrue([for s in values(aws_scheduler_schedule.group) : s.flexible_time_window[0].mode == "OFF" && s.state == "DISABLED"])
    error_message = "flexible_window_minutes or schedules_enabled is not followed."
  }
}

run "without_groups_there_are_no_schedules" {
  command = plan

  variables {
    config_file = "tests/fixtures/plain.yaml"
  }
  assert {
    condition     = length(aws_scheduler_schedule.group) == 0 && length(aws_secretsmanager_secret.this) == 0
    error_message = "Schedules or secrets that sluice.yaml does not have."
  }
}

locals {
  # The names in ${braces} in sync.asl.json. templatefile() says nothing about names that are not there; the
  # tests compare both ways.
  definition_names = merge(
    { for name, function in local.functions : "${replace(name, "-", "_")}_function" => function.arn if !contains(local.drop_functions, name) },
    {
      lake_prefix           = local.lake_prefix
      stage_timeout_seconds = local.stage_timeout_seconds
    },
  )
  # The file names the services of the partition that most accounts are in.
  definition = replace(
    templatefile("${path.module}/../statemachine/sync.asl.json", local.definition_names),
    "\"arn:aws:states:::", "\"arn:${local.partition}:states:::",
  )
}

resource "aws_sfn_state_machine" "sync" {
  name       = local.state_machine
  role_arn   = aws_iam_role.state_machine.arn
  type       = "STANDARD"
  definition = local.definition

  logging_configuration {
    level = "ERROR"
    # Inputs and outputs are in the execution's history; no need for a second copy.
    include_execution_data = false
    log_destination        = "${aws_cloudwatch_log_group.state_machine.arn}:*"
  }

  tracing_configuration {
    enabled = true
  }

  lifecycle {
    precondition {
      condition     = can(jsondecode(local.definition))
      error_message = "statemachine/sync.asl.json is no JSON once its names are filled in."
    }
  }

  depends_on = [aws_iam_role_policy.state_machine, aws_lambda_function.stage]
}

resource "aws_cloudwatch_log_group" "state_machine" {
  # The prefix keeps the service's own policy for log delivery from growing with every state machine.
  name              = "/aws/vendedlogs/states/${local.state_machine}"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.this.arn
}

# ---- schedules: one per group of sluice.yaml

locals {
  # The name of an execution is the run's id: 1 to 80 letters, digits, - and _. The time that Scheduler knows has
  # colons in it, which no execution may be named; its execution id is letters and digits.
  schedule_inputs = {
    for name, group in local.groups : name => {
      StateMachineArn = local.state_machine_arn
      Name            = "${substr(replace(name, "/[^A-Za-z0-9_-]/", "-"), 0, 40)}-<aws.scheduler.execution-id>"
      Input = jsonencode({
        mode    = "sync"
        group   = name
        trigger = "schedule"
      })
    }
  }
}

resource "aws_scheduler_schedule_group" "this" {
  name = local.prefix
}

resource "aws_scheduler_schedule" "group" {
  for_each = local.groups

  name                         = each.key
  description                  = "Starts a run of the group ${each.key}"
  group_name                   = aws_scheduler_schedule_group.this.name
  state                        = var.schedules_enabled ? "ENABLED" : "DISABLED"
  schedule_expression          = each.value.schedule
  schedule_expression_timezone = each.value.timezone

  flexible_time_window {
    mode                      = var.flexible_window_minutes == 0 ? "OFF" : "FLEXIBLE"
    maximum_window_in_minutes = var.flexible_window_minutes == 0 ? null : var.flexible_window_minutes
  }

  target {
    arn      = "arn:${local.partition}:scheduler:::aws-sdk:sfn:startExecution"
    role_arn = aws_iam_role.scheduler.arn
    # jsonencode writes < and > as escapes, and Scheduler replaces only what it sees.
    input = replace(replace(jsonencode(local.schedule_inputs[each.key]), "\\u003c", "<"), "\\u003e", ">")

    retry_policy {
      # Later than this the next run is near.
      maximum_event_age_in_seconds = 1800
      maximum_retry_attempts       = 10
    }
    dead_letter_config {
      arn = aws_sqs_queue.schedules_dead.arn
    }
  }

  lifecycle {
    precondition {
      condition     = can(regex("^(rate\\([1-9][0-9]* (minutes?|hours?|days?)\\)|cron\\((\\S+ ){5}\\S+\\))$", each.value.schedule))
      error_message = "${local.config_file}: groups.${each.key}.schedule is '${each.value.schedule}'; expected rate(1 hour) or cron(0 6 * * ? *)."
    }
    precondition {
      condition     = can(regex("^(UTC|[A-Za-z]+(/[A-Za-z0-9_+-]+)+)$", each.value.timezone))
      error_message = "${local.config_file}: groups.${each.key}.timezone is '${each.value.timezone}'; expected a zone such as America/Toronto."
    }
    precondition {
      condition     = can(regex("^[A-Za-z0-9_.-]{1,64}$", each.key))
      error_message = "${local.config_file}: groups.${each.key}: expected 1 to 64 letters, digits, '-', '_' and '.' as a group's name."
    }
  }
}

# Starts that Scheduler gave up.
resource "aws_sqs_queue" "schedules_dead" {
  name                      = "${local.prefix}-schedules-dead"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_policy" "schedules_dead" {
  queue_url = aws_sqs_queue.schedules_dead.url
  policy    = local.schedules_dead_policy
}

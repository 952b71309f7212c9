mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  environment  = "test"
  region       = "ca-central-1"
  account_id   = "111122223333"
  artifact     = "tests/fixtures/function.zip"
  config_file  = "tests/fixtures/sluice.yaml"
  alarm_emails = ["data@example.com"]
}

run "somebody_hears_and_sees_everything" {
  command = plan

  # ---- every alarm reaches the topic

  assert {
    condition = alltrue([
      for a in concat(
        values(aws_cloudwatch_metric_alarm.runs), values(aws_cloudwatch_metric_alarm.functions_throttled),
        [aws_cloudwatch_metric_alarm.runs_partial, aws_cloudwatch_metric_alarm.schedules_dead, aws_cloudwatch_metric_alarm.tables_late, aws_cloudwatch_metric_alarm.runs_silent[0]]
      ) : a.alarm_actions == toset([aws_sns_topic.alarms.arn]) && a.ok_actions == toset([aws_sns_topic.alarms.arn]) && coalesce(a.actions_enabled, true)
    ])
    error_message = "An alarm goes off where nobody hears it."
  }
  assert {
    condition     = length(output.alarm_arns) == 4 + 7 + 4 && alltrue([for name in keys(output.alarm_arns) : startswith(name, "sluice-test-")])
    error_message = "Alarms are missing among the outputs, or their names do not say their environment."
  }
  assert {
    condition     = toset([for s in values(aws_sns_topic_subscription.email) : "${s.protocol} ${s.endpoint} ${s.topic_arn}"]) == toset(["email data@example.com ${aws_sns_topic.alarms.arn}"])
    error_message = "The topic does not reach those who asked for it."
  }
  assert {
    condition = alltrue([
      for service in ["cloudwatch.amazonaws.com", "events.amazonaws.com", "budgets.amazonaws.com"] :
      contains(flatten([for s in jsondecode(aws_sns_topic_policy.alarms.policy).Statement : s.Principal.Service if s.Effect == "Allow"]), service) &&
      contains(flatten([for s in jsondecode(aws_kms_key.this.policy).Statement : try(s.Principal.Service, []) if contains(flatten([s.Action]), "kms:GenerateDataKey*")]), service)
    ])
    error_message = "A service may not publish to the topic, or not with its key: its alarms would be lost in silence."
  }
  assert {
    condition     = aws_sns_topic.alarms.kms_master_key_id == aws_kms_key.this.arn && aws_sns_topic.alarms.name == "sluice-test-alarms"
    error_message = "The topic is not encrypted with the key of the environment."
  }

  # ---- alarms look at the right thing

  assert {
    condition = toset([for a in values(aws_cloudwatch_metric_alarm.runs) : "${a.namespace} ${a.metric_name} ${a.threshold}"]) == toset([
      "AWS/States ExecutionsFailed 1", "AWS/States ExecutionsTimedOut 1", "AWS/States ExecutionsAborted 1", "AWS/States ExecutionThrottled 1",
    ]) && alltrue([for a in values(aws_cloudwatch_metric_alarm.runs) : a.dimensions == tomap({ StateMachineArn = local.state_machine_arn })])
    error_message = "Runs that fail, time out, are stopped or are throttled raise no alarm."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.runs_partial.namespace == "Sluice" && aws_cloudwatch_metric_alarm.runs_partial.metric_name == "RunsPartial" && aws_cloudwatch_metric_alarm.runs_partial.dimensions == tomap({ Environment = "test" })
    error_message = "A partial run raises no alarm of its own."
  }
  assert {
    condition     = toset([for a in values(aws_cloudwatch_metric_alarm.functions_throttled) : a.dimensions.FunctionName]) == toset([for f in values(aws_lambda_function.stage) : f.function_name])
    error_message = "A function that is throttled raises no alarm."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.schedules_dead.metric_name == "ApproximateNumberOfMessagesVisible" && aws_cloudwatch_metric_alarm.schedules_dead.dimensions == tomap({ QueueName = aws_sqs_queue.schedules_dead.name })
    error_message = "A start that failed raises no alarm."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.tables_late.metric_name == "TablesLate" && aws_cloudwatch_metric_alarm.tables_late.statistic == "Minimum" && aws_cloudwatch_metric_alarm.tables_late.threshold == 1 && aws_cloudwatch_metric_alarm.tables_late.period * aws_cloudwatch_metric_alarm.tables_late.evaluation_periods == 3600
    error_message = "Late tables raise no alarm within the hour of the report that says so."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.tables_late.treat_missing_data == "ignore"
    error_message = "Between two runs a late table would be taken for fresh."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.runs_silent[0].treat_missing_data == "breaching" && aws_cloudwatch_metric_alarm.runs_silent[0].statistic == "SampleCount" && aws_cloudwatch_metric_alarm.runs_silent[0].comparison_operator == "LessThanThreshold"
    error_message = "When nothing runs, nobody would hear of it."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.runs_silent[0].metric_name == "TablesLate" && aws_cloudwatch_metric_alarm.runs_silent[0].period * aws_cloudwatch_metric_alarm.runs_silent[0].evaluation_periods == 26 * 3600 && aws_cloudwatch_metric_alarm.runs_silent[0].datapoints_to_alarm == 26
    error_message = "Silence raises no alarm in the time that was asked for."
  }

  # ---- a run that ends badly sends a message

  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.run_ended_badly.event_pattern) == {
      source        = ["aws.states"]
      "detail-type" = ["Step Functions Execution Status Change"]
      detail        = { stateMachineArn = ["arn:aws:states:ca-central-1:111122223333:stateMachine:sluice-test-sync"], status = ["FAILED", "TIMED_OUT", "ABORTED"] }
    }
    error_message = "Not every bad end of a run of this environment sends a message."
  }
  assert {
    condition     = aws_cloudwatch_event_target.run_ended_badly.arn == aws_sns_topic.alarms.arn && aws_cloudwatch_event_target.run_ended_badly.rule == aws_cloudwatch_event_rule.run_ended_badly.name
    error_message = "The message does not reach the topic."
  }
  assert {
    condition     = toset([for m in regexall("<([a-z]+)>", aws_cloudwatch_event_target.run_ended_badly.input_transformer[0].input_template) : m[0]]) == toset(keys(aws_cloudwatch_event_target.run_ended_badly.input_transformer[0].input_paths))
    error_message = "The message has holes that nothing fills."
  }

  # ---- the dashboard answers its four questions

  assert {
    condition     = [for w in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : w.properties.markdown if w.type == "text"] == ["## Is it fresh?", "## What moved?", "## What did it cost?", "## What is slow?"]
    error_message = "A question is missing."
  }
  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets) == length(distinct([for w in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : "${w.x} ${w.y}"])) && alltrue([for w in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : w.x + w.width <= 24])
    error_message = "Widgets lie on each other, or beside the dashboard."
  }
  assert {
    condition = toset(concat(
      flatten([for w in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : [for m in try(w.properties.metrics, []) : m[1] if try(m[0] == "Sluice", false)]]),
      ["FreshnessLagSeconds"],
    )) == toset(keys(local.metrics))
    error_message = "The dashboard shows metrics that nobody promised, or leaves out one that somebody pays for."
  }
  assert {
    condition     = strcontains(aws_cloudwatch_dashboard.this.dashboard_body, "{Sluice,Environment,Table} MetricName=")
    error_message = "The dashboard does not show how fresh each table is."
  }
  assert {
    condition     = contains([for w in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : w.properties.metrics[7][0].expression if try(w.properties.metrics[0][4].visible == false, false)], "d0 / 1000 * 3.4551 * 0.0000166667")
    error_message = "What functions cost is not their seconds times their memory times the price."
  }

  # ---- metrics are those that the readme promises

  assert {
    condition = alltrue([
      for name, m in merge(local.metrics, local.drop_metrics) : strcontains(file("README.md"), "| `${name}` | ${m.unit} | ${m.by == "" ? "–" : "`${m.by}`"} |")
    ])
    error_message = "A metric is missing in README.md, or has another unit or dimension there."
  }
  assert {
    condition     = length(regexall("(?m)^\\| `[A-Za-z]+` \\| (Count|Seconds|Bytes) \\|", file("README.md"))) == length(merge(local.metrics, local.drop_metrics))
    error_message = "README.md promises metrics that nobody looks at."
  }
  assert {
    condition     = alltrue([for m in [aws_cloudwatch_metric_alarm.runs_partial.metric_name, aws_cloudwatch_metric_alarm.tables_late.metric_name, aws_cloudwatch_metric_alarm.runs_silent[0].metric_name] : contains(keys(local.metrics), m)])
    error_message = "An alarm looks at a metric that nobody promised."
  }

  # ---- the budget counts this environment

  assert {
    condition     = one(one(aws_budgets_budget.monthly).cost_filter).values == tolist(["user:Stack$sluice-test"]) && one(aws_budgets_budget.monthly).limit_amount == "100"
    error_message = "The budget counts something else."
  }
  assert {
    condition     = alltrue([for n in one(aws_budgets_budget.monthly).notification : n.subscriber_sns_topic_arns == toset([aws_sns_topic.alarms.arn])]) && length(one(aws_budgets_budget.monthly).notification) == 2
    error_message = "Nobody hears of a budget that is used up."
  }
}

run "no_budget_and_other_limits" {
  command = plan

  variables {
    monthly_budget_usd = null
    late_after_hours   = 3
    log_retention_days = 7
  }
  assert {
    condition     = length(aws_budgets_budget.monthly) == 0
    error_message = "There is a budget that nobody asked for."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.runs_silent[0].evaluation_periods == 3 && aws_cloudwatch_log_group.state_machine.retention_in_days == 7
    error_message = "late_after_hours or log_retention_days is not followed."
  }
}

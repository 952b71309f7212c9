mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  environment = "test"
  region      = "ca-central-1"
  account_id  = "111122223333"
  artifact    = "tests/fixtures/function.zip"
  config_file = "tests/fixtures/drops.yaml"
}

run "a_file_that_lands_is_heard" {
  command = plan

  # ---- from the bucket to the queue

  assert {
    condition     = aws_s3_bucket_notification.lake[0].eventbridge && aws_s3_bucket_notification.lake[0].bucket == "acme-lake-test"
    error_message = "The lake's bucket tells EventBridge nothing."
  }
  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.dropped[0].event_pattern) == {
      source        = ["aws.s3"]
      "detail-type" = ["Object Created"]
      detail = {
        bucket = { name = ["acme-lake-test"] }
        object = { key = [{ prefix = "sluice/drops/deliveries/" }, { prefix = "sluice/drops/deliveries/prices.parquet" }, { prefix = "sluice/drops/pos/" }] }
      }
    }
    error_message = "The rule does not pass on the files of feeds, and those alone."
  }
  assert {
    condition     = aws_cloudwatch_event_target.dropped[0].rule == "sluice-test-dropped" && aws_cloudwatch_event_target.dropped[0].arn == aws_sqs_queue.dropped[0].arn
    error_message = "Notices do not reach the queue."
  }
  assert {
    condition     = aws_sqs_queue.dropped[0].name == "sluice-test-dropped" && aws_sqs_queue.dropped_dead[0].name == "sluice-test-dropped-dead"
    error_message = "The queues are not called what the policies call them."
  }
  assert {
    condition     = aws_sqs_queue.dropped[0].sqs_managed_sse_enabled && aws_sqs_queue.dropped_dead[0].sqs_managed_sse_enabled
    error_message = "Names of files lie in a queue that is not encrypted."
  }
  assert {
    condition = jsondecode(aws_sqs_queue_policy.dropped[0].policy).Statement == [
      {
        Sid       = "NoticesOfFiles", Effect = "Allow", Principal = { Service = "events.amazonaws.com" }, Action = "sqs:SendMessage"
        Resource  = ["arn:aws:sqs:ca-central-1:111122223333:sluice-test-dropped"]
        Condition = { ArnEquals = { "aws:SourceArn" = "arn:aws:events:ca-central-1:111122223333:rule/sluice-test-dropped" } }
      },
      {
        Sid      = "TlsOnly", Effect = "Deny", Principal = "*", Action = "sqs:*", Condition = { Bool = { "aws:SecureTransport" = "false" } }
        Resource = ["arn:aws:sqs:ca-central-1:111122223333:sluice-test-dropped"]
      },
    ]
    error_message = "Somebody else than the rule may ring, or without TLS."
  }
  assert {
    condition     = aws_cloudwatch_event_rule.dropped[0].name == "sluice-test-dropped"
    error_message = "The queue lets in a rule of another name."
  }

  # ---- from the queue to the doorbell

  assert {
    condition     = aws_sqs_queue.dropped[0].visibility_timeout_seconds == 6 * aws_lambda_function.stage["doorbell"].timeout + 60
    error_message = "A message would be given to a second doorbell while the first has it."
  }
  assert {
    condition     = jsondecode(aws_sqs_queue.dropped[0].redrive_policy) == { deadLetterTargetArn = "arn:aws:sqs:ca-central-1:111122223333:sluice-test-dropped-dead", maxReceiveCount = 5 }
    error_message = "A message that cannot be read stays in the queue for ever."
  }
  assert {
    condition     = jsondecode(aws_sqs_queue.dropped_dead[0].redrive_allow_policy) == { redrivePermission = "byQueue", sourceQueueArns = ["arn:aws:sqs:ca-central-1:111122223333:sluice-test-dropped"] }
    error_message = "Other queues may give up their messages here."
  }
  assert {
    condition     = aws_sqs_queue.dropped_dead[0].message_retention_seconds == 1209600 && aws_sqs_queue.dropped_dead[0].message_retention_seconds > aws_sqs_queue.dropped[0].message_retention_seconds
    error_message = "Given up messages are forgotten as soon as others."
  }
  assert {
    condition     = aws_lambda_event_source_mapping.doorbell[0].event_source_arn == "arn:aws:sqs:ca-central-1:111122223333:sluice-test-dropped" && aws_lambda_event_source_mapping.doorbell[0].function_name == aws_lambda_function.stage["doorbell"].arn && aws_lambda_event_source_mapping.doorbell[0].enabled
    error_message = "Nobody takes the messages."
  }
  assert {
    condition     = aws_lambda_event_source_mapping.doorbell[0].maximum_batching_window_in_seconds == 60 && aws_lambda_event_source_mapping.doorbell[0].batch_size == 10000
    error_message = "Every file would be a run of its own."
  }
  assert {
    condition     = aws_lambda_event_source_mapping.doorbell[0].function_response_types == toset(["ReportBatchItemFailures"])
    error_message = "One message that fails would bring back all of its batch."
  }
  assert {
    condition     = aws_lambda_function.stage["doorbell"].environment[0].variables.SLUICE_DROP_STATE_MACHINE == "arn:aws:states:ca-central-1:111122223333:stateMachine:sluice-test-drop" && !anytrue([for name, f in aws_lambda_function.stage : can(f.environment[0].variables.SLUICE_DROP_STATE_MACHINE) if name != "doorbell"])
    error_message = "The doorbell starts another state machine, or others know of it."
  }

  # ---- every handler has its function

  assert {
    condition = toset(keys(aws_lambda_function.stage)) == toset([
      for handler in fileset("../functions/lambda/src/main/java/dev/sluice/lambda", "*Handler.java") :
      try(regex("@Named\\(\"([a-z-]+)\"\\)", file("../functions/lambda/src/main/java/dev/sluice/lambda/${handler}"))[0], "doorbell")
      if strcontains(file("../functions/lambda/src/main/java/dev/sluice/lambda/${handler}"), "@Named(")
    ])
    error_message = "Functions and handlers in functions/lambda are not the same."
  }
  assert {
    condition     = toset(keys(local.permissions)) == toset(keys(local.functions)) && toset(keys(local.functions)) == toset(keys(local.function_defaults))
    error_message = "permissions.json and the functions are not the same."
  }
  assert {
    condition     = alltrue([for name, f in aws_lambda_function.stage : f.function_name == "sluice-test-${name}" && f.environment[0].variables.QUARKUS_LAMBDA_HANDLER == name && aws_cloudwatch_log_group.function[name].retention_in_days == 30]) && length(aws_cloudwatch_log_group.function) == 13
    error_message = "A function is called, answers or logs as another."
  }

  # ---- the state machine

  assert {
    condition     = toset(keys(local.drop_definition_names)) == toset([for m in regexall("\\$\\{([a-z_]+)\\}", file("../statemachine/drop.asl.json")) : m[0]])
    error_message = "The names that are given and those that drop.asl.json has are not the same."
  }
  assert {
    condition     = !strcontains(aws_sfn_state_machine.drop[0].definition, "$${") && keys(jsondecode(aws_sfn_state_machine.drop[0].definition).States) == keys(jsondecode(file("../statemachine/drop.asl.json")).States)
    error_message = "A name is left over, or the definition is not that of drop.asl.json."
  }
  assert {
    condition     = toset([for m in regexall("\"FunctionName\": \"([^\"]+)\"", aws_sfn_state_machine.drop[0].definition) : m[0]]) == toset([for name in ["receive", "convert-files", "load-files", "verify-files", "report-files"] : aws_lambda_function.stage[name].function_name == "" ? "" : "arn:aws:lambda:ca-central-1:111122223333:function:sluice-test-${name}"])
    error_message = "A state does not call the function of its stage."
  }
  assert {
    condition     = jsondecode(aws_sfn_state_machine.drop[0].definition).States.Files.MaxConcurrency == "{% 10 %}" && jsondecode(aws_sfn_state_machine.drop[0].definition).States.Receive.TimeoutSeconds == "{% 960 %}"
    error_message = "Not as many batches at once as the variable says, or a state gives up a function that still runs."
  }
  assert {
    condition     = jsondecode(aws_sfn_state_machine.drop[0].definition).States.Files.ResultWriter.Arguments.Prefix == "{% 'sluice/runs/' & $states.context.Execution.Name & '/maps' %}"
    error_message = "Results of maps would lie outside of the lake's prefix."
  }
  assert {
    condition     = aws_sfn_state_machine.drop[0].type == "STANDARD" && aws_sfn_state_machine.drop[0].name == "sluice-test-drop" && aws_sfn_state_machine.drop[0].tracing_configuration[0].enabled && aws_sfn_state_machine.drop[0].logging_configuration[0].level == "ERROR" && aws_sfn_state_machine.drop[0].logging_configuration[0].include_execution_data == false
    error_message = "Not a standard state machine with the name of its environment, traced and logged without its data."
  }
  assert {
    condition     = aws_cloudwatch_log_group.drop_machine[0].name == "/aws/vendedlogs/states/sluice-test-drop" && aws_cloudwatch_log_group.drop_machine[0].retention_in_days == 30 && aws_cloudwatch_log_group.drop_machine[0].kms_key_id == aws_kms_key.this.arn
    error_message = "Its logs are kept for ever, or not encrypted with the key of the environment."
  }
  assert {
    condition     = toset(keys(local.definition_names)) == toset([for m in regexall("\\$\\{([a-z_]+)\\}", file("../statemachine/sync.asl.json")) : m[0]])
    error_message = "The state machine of tables is given names of the other one."
  }

  # ---- the sweep

  assert {
    condition     = aws_scheduler_schedule.sweep[0].schedule_expression == "rate(1 hour)" && aws_scheduler_schedule.sweep[0].state == "ENABLED" && aws_scheduler_schedule.sweep[0].flexible_time_window[0].mode == "OFF"
    error_message = "Nobody looks once an hour for files that nobody rang for."
  }
  assert {
    condition     = jsondecode(aws_scheduler_schedule.sweep[0].target[0].input).StateMachineArn == "arn:aws:states:ca-central-1:111122223333:stateMachine:sluice-test-drop" && jsondecode(jsondecode(aws_scheduler_schedule.sweep[0].target[0].input).Input) == { feeds = [], trigger = "sweep" }
    error_message = "The sweep looks at something else than every feed."
  }
  assert {
    condition     = strcontains(aws_scheduler_schedule.sweep[0].target[0].input, "sweep-<aws.scheduler.execution-id>") && aws_scheduler_schedule.sweep[0].target[0].dead_letter_config[0].arn == aws_sqs_queue.schedules_dead.arn
    error_message = "The sweep has a name that no execution may have, or its failed start is forgotten."
  }

  # ---- everybody may do what they do and no more

  assert {
    condition = toset(flatten([
      for s in jsondecode(aws_iam_role_policy.function["doorbell"].policy).Statement : [for a in s.Action : [for r in s.Resource : "${s.Effect} ${a} ${r}"]]
      ])) == toset([
      "Allow s3:GetObject arn:aws:s3:::acme-lake-test/sluice/locks/*",
      "Allow s3:ListBucket arn:aws:s3:::acme-lake-test",
      "Allow s3:GetObject arn:aws:s3:::sluice-test-artifacts-111122223333/sluice.yaml",
      "Allow kms:Decrypt ${aws_kms_key.this.arn}",
      "Allow kms:GenerateDataKey ${aws_kms_key.this.arn}",
      "Allow logs:CreateLogStream arn:aws:logs:ca-central-1:111122223333:log-group:/aws/lambda/sluice-test-doorbell:*",
      "Allow logs:PutLogEvents arn:aws:logs:ca-central-1:111122223333:log-group:/aws/lambda/sluice-test-doorbell:*",
      "Allow xray:PutTraceSegments *",
      "Allow xray:PutTelemetryRecords *",
      "Allow states:StartExecution arn:aws:states:ca-central-1:111122223333:stateMachine:sluice-test-drop",
      "Allow sqs:ReceiveMessage arn:aws:sqs:ca-central-1:111122223333:sluice-test-dropped",
      "Allow sqs:DeleteMessage arn:aws:sqs:ca-central-1:111122223333:sluice-test-dropped",
      "Allow sqs:GetQueueAttributes arn:aws:sqs:ca-central-1:111122223333:sluice-test-dropped",
    ])
    error_message = "The doorbell may do something else than it does."
  }
  assert {
    condition = toset([
      for name, p in aws_iam_role_policy.function : name
      if anytrue([for s in jsondecode(p.policy).Statement : contains(s.Action, "states:StartExecution") || contains(s.Action, "sqs:ReceiveMessage")])
    ]) == toset(["doorbell"])
    error_message = "Others than the doorbell take messages or start runs."
  }
  assert {
    condition = toset(flatten([
      for name, p in aws_iam_role_policy.function : [for s in jsondecode(p.policy).Statement : [for r in s.Resource : "${name} ${s.Action[0]} ${r}" if strcontains(r, "/drops/")]]
      ])) == toset([
      "convert-files s3:GetObject arn:aws:s3:::acme-lake-test/sluice/drops/deliveries/*",
      "convert-files s3:GetObject arn:aws:s3:::acme-lake-test/sluice/drops/deliveries/prices.parquet*",
      "convert-files s3:GetObject arn:aws:s3:::acme-lake-test/sluice/drops/pos/*",
    ])
    error_message = "Files of feeds are read by others, or written, or others than those of feeds are read."
  }
  assert {
    condition = [
      for s in jsondecode(aws_iam_role_policy.function["receive"].policy).Statement : s.Condition.StringLikeIfExists["s3:prefix"] if contains(s.Action, "s3:ListBucket")
    ] == [["sluice/runs/*", "sluice/locks/*", "sluice/ledger/files/*", "sluice/drops/deliveries/*", "sluice/drops/deliveries/prices.parquet*", "sluice/drops/pos/*"]]
    error_message = "receive lists something else than its feeds."
  }
  assert {
    condition = toset(flatten([
      for s in jsondecode(aws_iam_role_policy.drop_machine[0].policy).Statement : [for a in s.Action : [for r in s.Resource : "${a} ${r}"]] if !contains(s.Resource, "*")
      ])) == toset(concat(
      [for name in ["receive", "convert-files", "load-files", "verify-files", "report-files"] : "lambda:InvokeFunction arn:aws:lambda:ca-central-1:111122223333:function:sluice-test-${name}"],
      [
        "states:StartExecution arn:aws:states:ca-central-1:111122223333:stateMachine:sluice-test-drop",
        "states:DescribeExecution arn:aws:states:ca-central-1:111122223333:execution:sluice-test-drop:*",
        "states:DescribeExecution arn:aws:states:ca-central-1:111122223333:execution:sluice-test-drop/*",
        "states:StopExecution arn:aws:states:ca-central-1:111122223333:execution:sluice-test-drop:*",
        "states:StopExecution arn:aws:states:ca-central-1:111122223333:execution:sluice-test-drop/*",
        "s3:GetObject arn:aws:s3:::acme-lake-test/sluice/runs/*/batches.json",
        "kms:Decrypt ${aws_kms_key.this.arn}",
        "kms:GenerateDataKey ${aws_kms_key.this.arn}",
      ],
      [for a in ["GetObject", "PutObject", "ListMultipartUploadParts", "AbortMultipartUpload"] : "s3:${a} arn:aws:s3:::acme-lake-test/sluice/runs/*/maps/*"],
    ))
    error_message = "The state machine of drops may do something else than it does."
  }
  assert {
    condition     = toset(flatten([for s in jsondecode(aws_iam_role_policy.state_machine.policy).Statement : s.Resource if contains(s.Action, "lambda:InvokeFunction")])) == toset([for name in ["plan", "plan-table", "land", "convert", "load", "verify", "report"] : "arn:aws:lambda:ca-central-1:111122223333:function:sluice-test-${name}"])
    error_message = "The state machine of tables calls functions of drops."
  }
  assert {
    condition     = toset([for s in jsondecode(aws_iam_role_policy.scheduler.policy).Statement : s.Resource if s.Sid == "StartRuns"]) == toset([["arn:aws:states:ca-central-1:111122223333:stateMachine:sluice-test-sync", "arn:aws:states:ca-central-1:111122223333:stateMachine:sluice-test-drop"]])
    error_message = "The sweep may not start what it is to start."
  }
  assert {
    condition     = aws_iam_role.drop_machine[0].name == "sluice-test-drop-machine" && aws_iam_role.drop_machine[0].assume_role_policy == aws_iam_role.state_machine.assume_role_policy
    error_message = "Somebody else than Step Functions takes the role, or its name does not say its environment."
  }

  # ---- alarms

  assert {
    condition = toset([for name, a in aws_cloudwatch_metric_alarm.drops : "${a.alarm_name} ${a.namespace} ${a.metric_name} ${jsonencode(a.dimensions)} ${a.threshold}"]) == toset([
      "sluice-test-drops-failed AWS/States ExecutionsFailed {\"StateMachineArn\":\"arn:aws:states:ca-central-1:111122223333:stateMachine:sluice-test-drop\"} 1",
      "sluice-test-drops-timed-out AWS/States ExecutionsTimedOut {\"StateMachineArn\":\"arn:aws:states:ca-central-1:111122223333:stateMachine:sluice-test-drop\"} 1",
      "sluice-test-drops-aborted AWS/States ExecutionsAborted {\"StateMachineArn\":\"arn:aws:states:ca-central-1:111122223333:stateMachine:sluice-test-drop\"} 1",
      "sluice-test-drops-unanswered AWS/SQS ApproximateAgeOfOldestMessage {\"QueueName\":\"sluice-test-dropped\"} 300",
      "sluice-test-drops-dead AWS/SQS ApproximateNumberOfMessagesVisible {\"QueueName\":\"sluice-test-dropped-dead\"} 1",
    ])
    error_message = "A run that fails, a notice that nobody answers or one that was given up raises no alarm."
  }
  assert {
    condition     = { for name, a in aws_cloudwatch_metric_alarm.feed_late : name => a.threshold } == { pos = 900, deliveries = 172800 }
    error_message = "Not every feed that is expected raises an alarm when it is late, and in time."
  }
  assert {
    condition     = alltrue([for name, a in aws_cloudwatch_metric_alarm.feed_late : a.treat_missing_data == "breaching" && a.period * a.evaluation_periods == 3600])
    error_message = "When nothing runs for an hour, nobody would hear that a feed is late."
  }
  assert {
    condition     = alltrue([for name, a in aws_cloudwatch_metric_alarm.feed_late : a.metric_name == "FeedLagSeconds" && a.statistic == "Maximum" && a.comparison_operator == "GreaterThanThreshold" && a.dimensions == tomap({ Environment = "test", Feed = name })])
    error_message = "The alarm of a feed looks at something else than the age of its newest file."
  }
  assert {
    condition     = alltrue([for a in concat(values(aws_cloudwatch_metric_alarm.drops), values(aws_cloudwatch_metric_alarm.feed_late)) : a.alarm_actions == toset([aws_sns_topic.alarms.arn]) && a.ok_actions == toset([aws_sns_topic.alarms.arn])])
    error_message = "An alarm goes off where nobody hears it."
  }
  assert {
    condition     = length(output.alarm_arns) == 4 + 13 + 4 + 5 + 2
    error_message = "Alarms are missing among the outputs."
  }
  assert {
    condition     = toset(jsondecode(aws_cloudwatch_event_rule.run_ended_badly.event_pattern).detail.stateMachineArn) == toset(["arn:aws:states:ca-central-1:111122223333:stateMachine:sluice-test-sync", "arn:aws:states:ca-central-1:111122223333:stateMachine:sluice-test-drop"])
    error_message = "A run over files that ends badly sends no message."
  }

  # ---- the dashboard

  assert {
    condition     = [for w in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : w.properties.markdown if w.type == "text"] == ["## What was dropped?", "## Is it fresh?", "## What moved?", "## What did it cost?", "## What is slow?"]
    error_message = "The dashboard does not tell of drops."
  }
  assert {
    condition     = toset(flatten([for w in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : [for m in try(w.properties.metrics, []) : m[1] if try(m[0] == "Sluice" && contains(keys(local.drop_metrics), m[1]), false)]])) == toset(keys(local.drop_metrics))
    error_message = "The dashboard leaves out a metric of drops that somebody pays for."
  }
  assert {
    condition     = length(setsubtract(keys(local.drop_metrics), keys(local.metrics))) == 0
    error_message = "A metric of drops is not among the metrics."
  }
}

run "other_windows" {
  command = plan

  variables {
    drop_window_seconds  = 300
    drop_batches_at_once = 40
    functions            = { doorbell = { timeout_seconds = 60 } }
    schedules_enabled    = false
  }
  assert {
    condition     = aws_sqs_queue.dropped[0].visibility_timeout_seconds == 660 && aws_lambda_event_source_mapping.doorbell[0].maximum_batching_window_in_seconds == 300
    error_message = "drop_window_seconds, or the time-out of the doorbell, is not followed."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.drops["drops-unanswered"].threshold == 720
    error_message = "A message that a doorbell holds would raise the alarm."
  }
  assert {
    condition     = jsondecode(aws_sfn_state_machine.drop[0].definition).States.Files.MaxConcurrency == "{% 40 %}"
    error_message = "drop_batches_at_once is not followed."
  }
  assert {
    condition     = aws_scheduler_schedule.sweep[0].state == "DISABLED" && !aws_lambda_event_source_mapping.doorbell[0].enabled
    error_message = "schedules_enabled is not followed."
  }
}

run "in_a_vpc" {
  command = plan

  variables {
    vpc = { vpc_id = "vpc-1", subnet_ids = ["subnet-1", "subnet-2"], source_cidrs = ["10.20.0.0/24"] }
  }
  assert {
    condition     = toset([for name, f in aws_lambda_function.stage : name if length(f.vpc_config) > 0]) == toset(["plan", "plan-table", "land", "verify"])
    error_message = "A function of drops is in the VPC, though it reads no source."
  }
}

run "without_drops_there_is_nothing_of_them" {
  command = plan

  variables {
    config_file = "tests/fixtures/sluice.yaml"
  }
  assert {
    condition = length(concat(
      aws_s3_bucket_notification.lake, aws_cloudwatch_event_rule.dropped, aws_cloudwatch_event_target.dropped, aws_sqs_queue.dropped, aws_sqs_queue.dropped_dead,
      aws_sqs_queue_policy.dropped, aws_sqs_queue_policy.dropped_dead, aws_lambda_event_source_mapping.doorbell, aws_sfn_state_machine.drop, aws_cloudwatch_log_group.drop_machine,
      aws_iam_role.drop_machine, aws_iam_role_policy.drop_machine, aws_scheduler_schedule.sweep, values(aws_cloudwatch_metric_alarm.drops), values(aws_cloudwatch_metric_alarm.feed_late),
    )) == 0
    error_message = "Something of drops is made that nobody asked for."
  }
  assert {
    condition     = length(aws_lambda_function.stage) == 7 && !strcontains(join("", values(aws_iam_role_policy.function)[*].policy), "sqs:") && !strcontains(aws_iam_role_policy.scheduler.policy, "sluice-test-drop")
    error_message = "Functions or rights of drops are made that nobody asked for."
  }
  assert {
    condition     = output.drop_state_machine_arn == null && output.dropped_arns.queue == null
    error_message = "An output tells of drops that there are not."
  }
}

run "what_cannot_be_heard_or_timed_is_refused" {
  command = plan

  variables {
    config_file = "tests/fixtures/bad-drops.yaml"
  }
  expect_failures = [aws_cloudwatch_event_rule.dropped, aws_cloudwatch_metric_alarm.feed_late]
}

run "windows_that_lambda_does_not_know" {
  command = plan

  variables {
    drop_window_seconds  = 301
    drop_batches_at_once = 0
  }
  expect_failures = [var.drop_window_seconds, var.drop_batches_at_once]
}

run "no_window" {
  command = plan

  variables {
    drop_window_seconds  = 0
    drop_batches_at_once = 1001
  }
  expect_failures = [var.drop_window_seconds, var.drop_batches_at_once]
}

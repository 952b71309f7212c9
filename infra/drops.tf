# Files that others drop (docs/drops.md): only where sluice.yaml has drops:. A file that lands under the prefix of a
# feed rings: S3 → EventBridge → queue → doorbell, which starts an execution of drop.asl.json. Once an hour the sweep
# looks at every feed, whether somebody rang or not.

locals {
  feeds     = try({ for name, feed in local.config.drops : name => feed }, {})
  has_drops = length(local.feeds) > 0

  drop_functions = ["receive", "convert-files", "load-files", "verify-files", "report-files", "doorbell"]

  drop_machine     = "${local.prefix}-drop"
  drop_machine_arn = "${local.states_arn}:stateMachine:${local.drop_machine}"

  # The constant beginning of what a feed matches: no file of it lies elsewhere.
  feed_prefixes = { for name, feed in local.feeds : name => try(regex("^[^*{]*", feed.match), "") }
  drop_prefixes = sort(distinct(values(local.feed_prefixes)))

  # expect_every as sluice.yaml spells it: 15 minutes, 1 hour, 2days.
  seconds_of = { minute = 60, hour = 3600, day = 86400 }
  expected_feeds = {
    for name, feed in local.feeds : name => {
      text    = tostring(feed.expect_every)
      seconds = try(tonumber(regex("^([0-9]+) ?(?:minute|hour|day)s?$", feed.expect_every)[0]) * local.seconds_of[regex("^[0-9]+ ?(minute|hour|day)s?$", feed.expect_every)[0]], 0)
    } if can(tostring(feed.expect_every))
  }
}

# ---- S3 tells EventBridge of every object; the rule passes on those of feeds

resource "aws_s3_bucket_notification" "lake" {
  count = local.has_drops ? 1 : 0

  bucket      = aws_s3_bucket.this["lake"].bucket
  eventbridge = true
}

locals {
  dropped_pattern = jsonencode({
    source        = ["aws.s3"]
    "detail-type" = ["Object Created"]
    detail = {
      bucket = { name = [local.lake_bucket] }
      object = { key = [for prefix in local.drop_prefixes : { prefix = "${local.lake_prefix}${prefix}" }] }
    }
  })
}

resource "aws_cloudwatch_event_rule" "dropped" {
  count = local.has_drops ? 1 : 0

  name          = "${local.prefix}-dropped"
  description   = "A file was written under the prefix of a feed"
  event_pattern = local.dropped_pattern

  lifecycle {
    precondition {
      condition     = alltrue([for prefix in values(local.feed_prefixes) : prefix != ""])
      error_message = "${local.config_file}: drops: a feed matches from the root of the lake on; on AWS match must begin with a constant prefix such as drops/."
    }
    precondition {
      condition     = length(local.dropped_pattern) <= 2048
      error_message = "${local.config_file}: drops: the prefixes of all feeds are longer than an event pattern may be (2048 characters); put them under one prefix."
    }
  }
}

resource "aws_cloudwatch_event_target" "dropped" {
  count = local.has_drops ? 1 : 0

  rule = aws_cloudwatch_event_rule.dropped[0].name
  arn  = aws_sqs_queue.dropped[0].arn

  depends_on = [aws_sqs_queue_policy.dropped]
}

# ---- the queue, and where messages go that were taken in vain

locals {
  dropped_arn      = "arn:${local.partition}:sqs:${var.region}:${var.account_id}:${local.prefix}-dropped"
  dropped_dead_arn = "${local.dropped_arn}-dead"
  dropped_rule_arn = "arn:${local.partition}:events:${var.region}:${var.account_id}:rule/${local.prefix}-dropped"

  # A message that a doorbell has must not be given to another; what AWS asks for: six time-outs and the window.
  dropped_visibility_seconds = local.has_drops ? 6 * local.functions["doorbell"].timeout_seconds + var.drop_window_seconds : 0

  tls_only = {
    Sid       = "TlsOnly"
    Effect    = "Deny"
    Principal = "*"
    Action    = "sqs:*"
    Condition = { Bool = { "aws:SecureTransport" = "false" } }
  }

  dropped_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "NoticesOfFiles"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = [local.dropped_arn]
        Condition = { ArnEquals = { "aws:SourceArn" = local.dropped_rule_arn } }
      },
      merge(local.tls_only, { Resource = [local.dropped_arn] }),
    ]
  })

  dropped_dead_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [merge(local.tls_only, { Resource = [local.dropped_dead_arn] })]
  })
}

resource "aws_sqs_queue" "dropped" {
  count = local.has_drops ? 1 : 0

  name                       = "${local.prefix}-dropped"
  message_retention_seconds  = 345600
  visibility_timeout_seconds = local.dropped_visibility_seconds
  sqs_managed_sse_enabled    = true
  redrive_policy             = jsonencode({ deadLetterTargetArn = local.dropped_dead_arn, maxReceiveCount = 5 })

  depends_on = [aws_sqs_queue.dropped_dead]
}

resource "aws_sqs_queue_policy" "dropped" {
  count = local.has_drops ? 1 : 0

  queue_url = aws_sqs_queue.dropped[0].url
  policy    = local.dropped_policy
}

resource "aws_sqs_queue" "dropped_dead" {
  count = local.has_drops ? 1 : 0

  name                      = "${local.prefix}-dropped-dead"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
  redrive_allow_policy      = jsonencode({ redrivePermission = "byQueue", sourceQueueArns = [local.dropped_arn] })
}

resource "aws_sqs_queue_policy" "dropped_dead" {
  count = local.has_drops ? 1 : 0

  queue_url = aws_sqs_queue.dropped_dead[0].url
  policy    = local.dropped_dead_policy
}

# Many small files are one run: a batch waits for the window, or for as much as one invocation takes.
resource "aws_lambda_event_source_mapping" "doorbell" {
  count = local.has_drops ? 1 : 0

  event_source_arn                   = local.dropped_arn
  function_name                      = aws_lambda_function.stage["doorbell"].arn
  enabled                            = var.schedules_enabled
  batch_size                         = 10000
  maximum_batching_window_in_seconds = var.drop_window_seconds
  function_response_types            = ["ReportBatchItemFailures"]

  # The least that there is: one would do.
  scaling_config {
    maximum_concurrency = 2
  }

  depends_on = [aws_sqs_queue.dropped, aws_iam_role_policy.function]
}

# ---- the state machine

locals {
  drop_definition_names = merge(
    { for name in local.drop_functions : "${replace(name, "-", "_")}_function" => "${local.lambda_arn}:${local.prefix}-${name}" if name != "doorbell" },
    {
      lake_prefix           = local.lake_prefix
      stage_timeout_seconds = local.stage_timeout_seconds
      file_batches_at_once  = var.drop_batches_at_once
    },
  )
  # The file names the services of the partition that most accounts are in.
  drop_definition = replace(
    templatefile("${path.module}/../statemachine/drop.asl.json", local.drop_definition_names),
    "\"arn:aws:states:::", "\"arn:${local.partition}:states:::",
  )

  drop_machine_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for statement in jsondecode(local.state_machine_policy).Statement : merge(statement, lookup({
      Functions      = { Resource = [for name in local.drop_functions : "${local.lambda_arn}:${local.prefix}-${name}" if name != "doorbell"] }
      StartChildren  = { Resource = [local.drop_machine_arn] }
      FollowChildren = { Resource = ["${local.states_arn}:execution:${local.drop_machine}:*", "${local.states_arn}:execution:${local.drop_machine}/*"] }
      ItemLists      = { Resource = ["${local.runs_arn}/*/batches.json"] }
    }, statement.Sid, {}))]
  })
}

resource "aws_sfn_state_machine" "drop" {
  count = local.has_drops ? 1 : 0

  name       = local.drop_machine
  role_arn   = aws_iam_role.drop_machine[0].arn
  type       = "STANDARD"
  definition = local.drop_definition

  logging_configuration {
    level                  = "ERROR"
    include_execution_data = false
    log_destination        = "${aws_cloudwatch_log_group.drop_machine[0].arn}:*"
  }

  tracing_configuration {
    enabled = true
  }

  lifecycle {
    precondition {
      condition     = can(jsondecode(local.drop_definition))
      error_message = "statemachine/drop.asl.json is no JSON once its names are filled in."
    }
  }

  depends_on = [aws_iam_role_policy.drop_machine, aws_lambda_function.stage]
}

resource "aws_cloudwatch_log_group" "drop_machine" {
  count = local.has_drops ? 1 : 0

  name              = "/aws/vendedlogs/states/${local.drop_machine}"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.this.arn
}

resource "aws_iam_role" "drop_machine" {
  count = local.has_drops ? 1 : 0

  name               = "${local.prefix}-drop-machine"
  description        = "Sluice ${var.environment}: the state machine of dropped files"
  assume_role_policy = local.state_machine_trust
}

resource "aws_iam_role_policy" "drop_machine" {
  count = local.has_drops ? 1 : 0

  name   = "run"
  role   = aws_iam_role.drop_machine[0].id
  policy = local.drop_machine_policy
}

# ---- what the doorbell may do beside reading locks

locals {
  doorbell_statements = [
    {
      Sid      = "StartRuns"
      Effect   = "Allow"
      Action   = ["states:StartExecution"]
      Resource = [local.drop_machine_arn]
    },
    {
      # Lambda takes messages with the function's own role.
      Sid      = "Messages"
      Effect   = "Allow"
      Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
      Resource = [local.dropped_arn]
    },
  ]
}

# ---- the sweep

resource "aws_scheduler_schedule" "sweep" {
  count = local.has_drops ? 1 : 0

  name                = "${local.prefix}-sweep"
  description         = "Looks at every feed, whether somebody rang or not"
  group_name          = aws_scheduler_schedule_group.this.name
  state               = var.schedules_enabled ? "ENABLED" : "DISABLED"
  schedule_expression = "rate(1 hour)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = "arn:${local.partition}:scheduler:::aws-sdk:sfn:startExecution"
    role_arn = aws_iam_role.scheduler.arn
    input = replace(replace(jsonencode({
      StateMachineArn = local.drop_machine_arn
      Name            = "sweep-<aws.scheduler.execution-id>"
      Input           = jsonencode({ feeds = [], trigger = "sweep" })
    }), "\\u003c", "<"), "\\u003e", ">")

    retry_policy {
      maximum_event_age_in_seconds = 1800
      maximum_retry_attempts       = 10
    }
    dead_letter_config {
      arn = aws_sqs_queue.schedules_dead.arn
    }
  }
}

# ---- alarms

locals {
  drop_metrics = {
    FilesLoaded     = { unit = "Count", by = "" }
    FilesRefused    = { unit = "Count", by = "" }
    RowsReceived    = { unit = "Count", by = "" }
    RowsQuarantined = { unit = "Count", by = "" }
    FeedsFailed     = { unit = "Count", by = "" }
    FeedsLate       = { unit = "Count", by = "" }
    FeedLagSeconds  = { unit = "Seconds", by = "Feed" }
  }

  drop_alarms = { for name, alarm in {
    drops-failed = {
      description = "A run over dropped files ended FAILED or PARTIAL; its report, runs/<run>/report.json in the lake, says which files and why. The sweep tries again what can be tried again."
      namespace   = "AWS/States", metric = "ExecutionsFailed", dimensions = { StateMachineArn = local.drop_machine_arn }
      statistic   = "Sum", threshold = 1
    }
    drops-timed-out = {
      description = "A run over dropped files was ended by its time limit; the sweep finds its files."
      namespace   = "AWS/States", metric = "ExecutionsTimedOut", dimensions = { StateMachineArn = local.drop_machine_arn }
      statistic   = "Sum", threshold = 1
    }
    drops-aborted = {
      description = "Somebody stopped a run over dropped files; the sweep finds its files."
      namespace   = "AWS/States", metric = "ExecutionsAborted", dimensions = { StateMachineArn = local.drop_machine_arn }
      statistic   = "Sum", threshold = 1
    }
    # The metric leaves out what was received three times: the second attempt must not be over.
    drops-unanswered = {
      description = "A notice of a file was not answered at the first attempt: the doorbell fails or is throttled, or the message cannot be read. The sweep loads the files meanwhile."
      namespace   = "AWS/SQS", metric = "ApproximateAgeOfOldestMessage", dimensions = { QueueName = "${local.prefix}-dropped" }
      statistic   = "Maximum", threshold = local.dropped_visibility_seconds + 60
    }
    drops-dead = {
      description = "Notices of files were given up after five attempts; the log of the doorbell says why. Once that is mended: aws sqs start-message-move-task (docs/deploy.md)."
      namespace   = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", dimensions = { QueueName = "${local.prefix}-dropped-dead" }
      statistic   = "Maximum", threshold = 1
    }
  } : name => alarm if local.has_drops }
}

resource "aws_cloudwatch_metric_alarm" "drops" {
  for_each = local.drop_alarms

  alarm_name          = "${local.prefix}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

# Every run tells how old the newest file of its feeds is, the sweep of every feed once an hour. Silence counts as
# late: no file ever came, or nothing ran.
resource "aws_cloudwatch_metric_alarm" "feed_late" {
  for_each = local.expected_feeds

  alarm_name          = "${local.prefix}-feed-late-${each.key}"
  alarm_description   = "The newest file of ${each.key} is older than ${each.value.text}, there is none, or nothing looked for an hour."
  namespace           = local.namespace
  metric_name         = "FeedLagSeconds"
  dimensions          = merge(local.of_environment, { Feed = each.key })
  statistic           = "Maximum"
  period              = 3600
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.seconds
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]

  lifecycle {
    precondition {
      condition     = each.value.seconds > 0
      error_message = "${local.config_file}: drops.${each.key}.expect_every is '${each.value.text}'; expected a whole number and minutes, hours or days."
    }
  }
}

# ---- a row of the dashboard

locals {
  drop_rows = [
    {
      title = "What was dropped?"
      widgets = [
        {
          title   = "Files loaded, refused; feeds failed, late"
          stat    = "Sum"
          metrics = [for m in ["FilesLoaded", "FilesRefused", "FeedsFailed", "FeedsLate"] : [local.namespace, m, "Environment", var.environment]]
        },
        {
          title   = "Rows received, quarantined"
          stat    = "Sum"
          metrics = [for m in ["RowsReceived", "RowsQuarantined"] : [local.namespace, m, "Environment", var.environment]]
        },
        {
          title = "Age of the newest file per feed (s), of the oldest notice (s)"
          stat  = "Maximum"
          metrics = concat(
            [for name in keys(local.feeds) : [local.namespace, "FeedLagSeconds", "Environment", var.environment, "Feed", name]],
            [["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", "${local.prefix}-dropped", { yAxis = "right" }]],
          )
        },
      ]
    },
  ]
}

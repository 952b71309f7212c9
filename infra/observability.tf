# ---- what the functions must tell: metrics in the Embedded Metric Format, namespace Sluice
# README.md has the same list with meanings; a test compares. Every metric has the dimension Environment; by says
# which one it has besides, in a second set.

locals {
  namespace = "Sluice"

  metrics = merge({ for name, metric in local.drop_metrics : name => metric if local.has_drops }, {
    RunsSucceeded       = { unit = "Count", by = "" }
    RunsPartial         = { unit = "Count", by = "" }
    RunsFailed          = { unit = "Count", by = "" }
    RunSeconds          = { unit = "Seconds", by = "" }
    TablesLate          = { unit = "Count", by = "" }
    TablesFailed        = { unit = "Count", by = "" }
    TablesDeferred      = { unit = "Count", by = "" }
    FreshnessLagSeconds = { unit = "Seconds", by = "Table" }
    SlicesDrifted       = { unit = "Count", by = "" }
    SlicesReplaced      = { unit = "Count", by = "" }
    SlicesRemoved       = { unit = "Count", by = "" }
    SlicesKept          = { unit = "Count", by = "" }
    SlicesFailed        = { unit = "Count", by = "" }
    RowsLanded          = { unit = "Count", by = "" }
    BytesLanded         = { unit = "Bytes", by = "" }
    ParquetBytes        = { unit = "Bytes", by = "" }
    WarehouseSeconds    = { unit = "Seconds", by = "" }
    StageSeconds        = { unit = "Seconds", by = "Stage" }
  })

  of_environment   = { Environment = var.environment }
  of_state_machine = { StateMachineArn = local.state_machine_arn }
}

# ---- the topic

locals {
  topic_arn = "arn:${local.partition}:sns:${var.region}:${var.account_id}:${local.prefix}-alarms"

  topic_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Alarms"
        Effect    = "Allow"
        Principal = { Service = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"] }
        Action    = ["sns:Publish"]
        Resource  = [local.topic_arn]
        Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
      },
      {
        Sid       = "Events"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = ["sns:Publish"]
        Resource  = [local.topic_arn]
      },
    ]
  })
}

resource "aws_sns_topic" "alarms" {
  name              = "${local.prefix}-alarms"
  kms_master_key_id = aws_kms_key.this.arn
}

resource "aws_sns_topic_policy" "alarms" {
  arn    = aws_sns_topic.alarms.arn
  policy = local.topic_policy
}

resource "aws_sns_topic_subscription" "email" {
  for_each = var.alarm_emails

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}

# ---- alarms

locals {
  # Metrics of children of distributed maps carry the label of their map in the ARN, so these count runs only.
  run_alarms = {
    runs-failed = {
      description = "A run ended FAILED or PARTIAL; its report says which tables and why (sluice runs)."
      metric      = "ExecutionsFailed"
    }
    runs-timed-out = {
      description = "A run was ended by its time limit."
      metric      = "ExecutionsTimedOut"
    }
    runs-aborted = {
      description = "Somebody stopped a run; what it had published stays, the next run does the rest."
      metric      = "ExecutionsAborted"
    }
    runs-throttled = {
      description = "Step Functions held back states of a run: the account's quota is used up."
      metric      = "ExecutionThrottled"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "runs" {
  for_each = local.run_alarms

  alarm_name          = "${local.prefix}-${each.key}"
  alarm_description   = each.value.description
  namespace           = "AWS/States"
  metric_name         = each.value.metric
  dimensions          = local.of_state_machine
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

# Beside runs-failed, because the next step is another one: tables are missing, not the run.
resource "aws_cloudwatch_metric_alarm" "runs_partial" {
  alarm_name          = "${local.prefix}-runs-partial"
  alarm_description   = "A run ended PARTIAL: some tables are in step, some are not; its report says which and why (sluice runs)."
  namespace           = local.namespace
  metric_name         = "RunsPartial"
  dimensions          = local.of_environment
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "functions_throttled" {
  for_each = local.functions

  alarm_name          = "${local.prefix}-${each.key}-throttled"
  alarm_description   = "Invocations of ${each.key} were refused: raise its reserved concurrency, the account's, or lower source.max_connections."
  namespace           = "AWS/Lambda"
  metric_name         = "Throttles"
  dimensions          = { FunctionName = each.value.function_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 3
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "schedules_dead" {
  alarm_name          = "${local.prefix}-schedules-dead"
  alarm_description   = "A schedule could not start its run; the message in the queue says why."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.schedules_dead.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

# Every report says how many tables of the configuration are late, 0 too, whether its run was about them or not.
# Between two reports the alarm stays as it is.
resource "aws_cloudwatch_metric_alarm" "tables_late" {
  alarm_name          = "${local.prefix}-tables-late"
  alarm_description   = "Tables are older than their fresh_within; sluice status says which, the report of the last run why."
  namespace           = local.namespace
  metric_name         = "TablesLate"
  dimensions          = local.of_environment
  statistic           = "Minimum"
  period              = 3600
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "ignore"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

# When nothing runs, nobody says how late tables are: a schedule that is off, a run that hangs and a function without
# rights look alike.
resource "aws_cloudwatch_metric_alarm" "runs_silent" {
  count = local.has_tables ? 1 : 0

  alarm_name          = "${local.prefix}-runs-silent"
  alarm_description   = "For ${var.late_after_hours} hours no run reported: nothing runs, or runs do not come to their report, so tables grow old."
  namespace           = local.namespace
  metric_name         = "TablesLate"
  dimensions          = local.of_environment
  statistic           = "SampleCount"
  period              = 3600
  evaluation_periods  = var.late_after_hours
  datapoints_to_alarm = var.late_after_hours
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

# ---- a message per run that did not end well, with its name and error

resource "aws_cloudwatch_event_rule" "run_ended_badly" {
  name        = "${local.prefix}-run-ended-badly"
  description = "A run ended FAILED, TIMED_OUT or ABORTED"
  event_pattern = jsonencode({
    source        = ["aws.states"]
    "detail-type" = ["Step Functions Execution Status Change"]
    detail = {
      stateMachineArn = concat([local.state_machine_arn], local.has_drops ? [local.drop_machine_arn] : [])
      status          = ["FAILED", "TIMED_OUT", "ABORTED"]
    }
  })
}

resource "aws_cloudwatch_event_target" "run_ended_badly" {
  rule = aws_cloudwatch_event_rule.run_ended_badly.name
  arn  = aws_sns_topic.alarms.arn

  # Sluice.PARTIAL or Sluice.FAILED as the error: the report tells more. The cause stays out, it may be long.
  input_transformer {
    input_paths = {
      run    = "$.detail.name"
      status = "$.detail.status"
      error  = "$.detail.error"
    }
    input_template = "\"Sluice ${var.environment}: run <run> ended <status> (<error>). What became of it: runs/<run>/report.json in the lake.\""
  }
}

# ---- the dashboard: is it fresh, what moved, what did it cost, what is slow

locals {
  dashboard_rows = concat([for row in local.drop_rows : row if local.has_drops], [
    {
      title = "Is it fresh?"
      widgets = [
        {
          title   = "Tables late, failed, deferred"
          stat    = "Maximum"
          metrics = [for m in ["TablesLate", "TablesFailed", "TablesDeferred"] : [local.namespace, m, "Environment", var.environment]]
        },
        {
          title   = "Lag per table (s)"
          stat    = "Maximum"
          metrics = [[{ expression = "SEARCH('{${local.namespace},Environment,Table} MetricName=\"FreshnessLagSeconds\" Environment=\"${var.environment}\"', 'Maximum', 300)", id = "lag" }]]
        },
        {
          title   = "Runs"
          stat    = "Sum"
          metrics = [for m in ["RunsSucceeded", "RunsPartial", "RunsFailed"] : [local.namespace, m, "Environment", var.environment]]
        },
      ]
    },
    {
      title = "What moved?"
      widgets = [
        {
          title   = "Slices"
          stat    = "Sum"
          metrics = [for m in ["SlicesDrifted", "SlicesReplaced", "SlicesRemoved", "SlicesKept", "SlicesFailed"] : [local.namespace, m, "Environment", var.environment]]
        },
        {
          title   = "Rows landed"
          stat    = "Sum"
          metrics = [[local.namespace, "RowsLanded", "Environment", var.environment]]
        },
        {
          title   = "Bytes: rows as CSV, Parquet"
          stat    = "Sum"
          metrics = [for m in ["BytesLanded", "ParquetBytes"] : [local.namespace, m, "Environment", var.environment]]
        },
      ]
    },
    {
      title = "What did it cost?"
      widgets = [
        {
          title = "Functions (USD, estimated from their seconds and memory)"
          stat  = "Sum"
          metrics = concat(
            [for i, name in keys(local.functions) : ["AWS/Lambda", "Duration", "FunctionName", local.functions[name].function_name, { id = "d${i}", visible = false }]],
            [for i, name in keys(local.functions) : [{ expression = format("d%d / 1000 * %.4f * %.10f", i, local.functions[name].memory_mb / 1024, var.usd_per_gb_second), id = "c${i}", label = name }]],
          )
        },
        {
          title   = "Warehouse awake (s)"
          stat    = "Sum"
          metrics = [[local.namespace, "WarehouseSeconds", "Environment", var.environment]]
        },
        {
          title = "Lake (bytes) and state transitions (of the whole account)"
          stat  = "Maximum"
          metrics = concat(
            [for class in ["StandardStorage", "StandardIAStorage", "GlacierIRStorage"] : ["AWS/S3", "BucketSizeBytes", "BucketName", local.lake_bucket, "StorageType", class, { period = 86400 }]],
            [["AWS/States", "ConsumedCapacity", "ServiceMetric", "StateTransition", { stat = "Sum", yAxis = "right" }]],
          )
        },
      ]
    },
    {
      title = "What is slow?"
      widgets = [
        {
          title   = "Seconds per stage (90 %)"
          stat    = "p90"
          metrics = [for name in keys(local.functions) : [local.namespace, "StageSeconds", "Environment", var.environment, "Stage", name]]
        },
        {
          title   = "Runs (s) and longest invocations (ms)"
          stat    = "Maximum"
          metrics = concat([[local.namespace, "RunSeconds", "Environment", var.environment]], [for f in values(local.functions) : ["AWS/Lambda", "Duration", "FunctionName", f.function_name, { yAxis = "right" }]])
        },
        {
          title = "Errors (retried or not) and throttles"
          stat  = "Sum"
          metrics = concat(
            [for f in values(local.functions) : ["AWS/Lambda", "Errors", "FunctionName", f.function_name]],
            [for f in values(local.functions) : ["AWS/Lambda", "Throttles", "FunctionName", f.function_name]],
          )
        },
      ]
    },
  ])

  dashboard = jsonencode({
    widgets = concat(
      [for row, content in local.dashboard_rows : {
        type       = "text", x = 0, y = row * 8, width = 24, height = 1
        properties = { markdown = "## ${content.title}", background = "transparent" }
      }],
      [for place in setproduct(range(length(local.dashboard_rows)), range(3)) : {
        type = "metric", x = place[1] * 8, y = place[0] * 8 + 1, width = 8, height = 7
        properties = merge(
          { region = var.region, view = "timeSeries", period = 300 },
          local.dashboard_rows[place[0]].widgets[place[1]],
        )
      }],
    )
  })
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = local.prefix
  dashboard_body = local.dashboard
}

# ---- the budget, of everything with the tag Stack (which must be activated as a cost allocation tag)

resource "aws_budgets_budget" "monthly" {
  count = var.monthly_budget_usd == null ? 0 : 1

  name         = "${local.prefix}-monthly"
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = tostring(var.monthly_budget_usd)
  limit_unit   = "USD"

  cost_filter {
    name   = "TagKeyValue"
    values = [format("user:Stack$%s", local.prefix)]
  }

  notification {
    comparison_operator       = "GREATER_THAN"
    threshold                 = 100
    threshold_type            = "PERCENTAGE"
    notification_type         = "FORECASTED"
    subscriber_sns_topic_arns = [aws_sns_topic.alarms.arn]
  }
  notification {
    comparison_operator       = "GREATER_THAN"
    threshold                 = 80
    threshold_type            = "PERCENTAGE"
    notification_type         = "ACTUAL"
    subscriber_sns_topic_arns = [aws_sns_topic.alarms.arn]
  }
}

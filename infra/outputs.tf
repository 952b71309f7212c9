output "environment" {
  description = "Name of the environment."
  value       = var.environment
}

output "region" {
  description = "Region of everything."
  value       = var.region
}

output "state_machine_arn" {
  description = "What a run is an execution of."
  value       = aws_sfn_state_machine.sync.arn
}

output "drop_state_machine_arn" {
  description = "What a run over dropped files is an execution of; null without drops."
  value       = one(aws_sfn_state_machine.drop[*].arn)
}

output "dropped_arns" {
  description = "The queue of notices of files, and dead, where those go that were given up; null without drops."
  value = {
    queue = one(aws_sqs_queue.dropped[*].arn)
    dead  = one(aws_sqs_queue.dropped_dead[*].arn)
  }
}

output "function_arns" {
  description = "Stage to function."
  value       = { for name, function in aws_lambda_function.stage : name => function.arn }
}

output "role_arns" {
  description = "Stage, state-machine, scheduler or snowflake to role."
  value = merge(
    { for name, role in aws_iam_role.function : name => role.arn },
    {
      "state-machine" = aws_iam_role.state_machine.arn
      "drop-machine"  = one(aws_iam_role.drop_machine[*].arn)
      "scheduler"     = aws_iam_role.scheduler.arn
      "snowflake"     = aws_iam_role.snowflake.arn
    },
  )
}

output "bucket_arns" {
  description = "lake and artifacts to bucket."
  value       = { for name, bucket in aws_s3_bucket.this : name => bucket.arn }
}

output "lake_url" {
  description = "Where the lake is, for the stage in Snowflake."
  value       = "s3://${aws_s3_bucket.this["lake"].bucket}/${local.lake_prefix}"
}

output "config_url" {
  description = "The sluice.yaml that the functions read."
  value       = "s3://${aws_s3_object.config.bucket}/${aws_s3_object.config.key}"
}

output "config_arn" {
  description = "The object with sluice.yaml."
  value       = aws_s3_object.config.arn
}

output "artifact_arn" {
  description = "The object with function.zip."
  value       = aws_s3_object.artifact.arn
}

output "key_arn" {
  description = "The key of everything that rests."
  value       = aws_kms_key.this.arn
}

output "secret_arns" {
  description = "Secrets that wait for their values, by name."
  value       = { for name, secret in aws_secretsmanager_secret.this : name => secret.arn }
}

output "schedule_arns" {
  description = "Group of sluice.yaml to schedule."
  value       = { for name, schedule in aws_scheduler_schedule.group : name => schedule.arn }
}

output "schedule_group_arn" {
  description = "All schedules of the environment."
  value       = aws_scheduler_schedule_group.this.arn
}

output "schedules_dead_arn" {
  description = "The queue of runs that could not be started."
  value       = aws_sqs_queue.schedules_dead.arn
}

output "topic_arn" {
  description = "Where alarms go."
  value       = aws_sns_topic.alarms.arn
}

output "alarm_arns" {
  description = "Alarm to ARN, by name."
  value = {
    for alarm in concat(
      values(aws_cloudwatch_metric_alarm.runs),
      values(aws_cloudwatch_metric_alarm.functions_throttled),
      values(aws_cloudwatch_metric_alarm.drops),
      values(aws_cloudwatch_metric_alarm.feed_late),
      [aws_cloudwatch_metric_alarm.runs_partial, aws_cloudwatch_metric_alarm.schedules_dead, aws_cloudwatch_metric_alarm.tables_late],
      aws_cloudwatch_metric_alarm.runs_silent,
    ) : alarm.alarm_name => alarm.arn
  }
}

output "event_rule_arn" {
  description = "The rule that tells of runs that did not end well."
  value       = aws_cloudwatch_event_rule.run_ended_badly.arn
}

output "dashboard_arn" {
  description = "The dashboard."
  value       = aws_cloudwatch_dashboard.this.dashboard_arn
}

output "budget_arn" {
  description = "The budget; null without one."
  value       = one(aws_budgets_budget.monthly[*].arn)
}

output "log_group_arns" {
  description = "Stage or state-machine to log group."
  value = merge(
    { for name, group in aws_cloudwatch_log_group.function : name => group.arn },
    { "state-machine" = aws_cloudwatch_log_group.state_machine.arn },
    { for group in aws_cloudwatch_log_group.drop_machine : "drop-machine" => group.arn },
  )
}

output "security_group_arn" {
  description = "Where the source must let connections in from; null without a VPC."
  value       = one(aws_security_group.functions[*].arn)
}

output "endpoint_arns" {
  description = "Service to VPC endpoint."
  value = merge(
    { for name, endpoint in aws_vpc_endpoint.interface : name => endpoint.arn },
    { for endpoint in aws_vpc_endpoint.s3 : "s3" => endpoint.arn },
  )
}

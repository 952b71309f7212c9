# ---- what is deployed, and where

variable "name" {
  description = "First part of every name."
  type        = string
  default     = "sluice"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,15}$", var.name))
    error_message = "name: expected 2 to 16 lower-case letters, digits and -, beginning with a letter."
  }
}

variable "environment" {
  description = "Second part of every name; also the directory under environments/ with sluice.yaml."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,15}$", var.environment))
    error_message = "environment: expected 1 to 16 lower-case letters, digits and -, beginning with a letter."
  }
}

variable "region" {
  description = "Region of everything."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-gov)?-[a-z]+-[0-9]$", var.region))
    error_message = "region: expected a region such as ca-central-1."
  }
  # Its services have other host names (amazonaws.com.cn), which conditions of policies and endpoints would need.
  validation {
    condition     = !startswith(var.region, "cn-")
    error_message = "region: the regions of China are not supported; expected another, such as ca-central-1 or us-gov-west-1."
  }
}

variable "account_id" {
  description = "The only account that this may be applied to."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id: expected 12 digits."
  }
}

variable "tags" {
  description = "Tags of every resource, beside Project, Environment and Stack."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "config_file" {
  description = "The sluice.yaml of the environment; null means environments/<environment>/sluice.yaml."
  type        = string
  default     = null

  validation {
    condition     = fileexists(coalesce(var.config_file, "${path.module}/environments/${var.environment}/sluice.yaml"))
    error_message = "config_file: there is no such file. Every environment has a sluice.yaml in environments/<environment>/."
  }
}

# ---- functions

variable "artifact" {
  description = "The function.zip that serves every function, relative to infra/; function.json, which the build writes beside it, says what it was built for."
  type        = string
  default     = "../functions/lambda/target/function.zip"
  nullable    = false

  validation {
    condition     = endswith(var.artifact, ".zip") && fileexists(var.artifact)
    error_message = "artifact: there is no such .zip file. Build it first: ./mvnw -pl functions/lambda -am package -DskipTests, or make native."
  }
}

variable "runtime" {
  description = "Runtime that the artifact was built for: java21, or provided.al2023 for the native one (make native)."
  type        = string
  default     = "java21"
  nullable    = false

  validation {
    condition     = contains(["java21", "provided.al2023"], var.runtime)
    error_message = "runtime: expected java21 or provided.al2023."
  }
}

variable "architecture" {
  description = "Processor that the artifact was built for."
  type        = string
  default     = "x86_64"
  nullable    = false

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "architecture: expected x86_64 or arm64."
  }
}

variable "functions" {
  description = "Sizes of single functions; what is left out stays as in locals.tf. reserved_concurrency: null shares the account's."
  type = map(object({
    memory_mb            = optional(number)
    tmp_mb               = optional(number)
    timeout_seconds      = optional(number)
    reserved_concurrency = optional(number)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = length(setsubtract(keys(var.functions), keys(local.function_defaults))) == 0
    error_message = "functions: expected only plan, plan-table, land, convert, load, verify, report, receive, convert-files, load-files, verify-files, report-files, doorbell."
  }
  validation {
    condition     = alltrue([for f in values(var.functions) : f.memory_mb == null ? true : f.memory_mb >= 256 && f.memory_mb <= 10240 && floor(f.memory_mb) == f.memory_mb])
    error_message = "functions: memory_mb is a whole number from 256 to 10240."
  }
  validation {
    condition     = alltrue([for f in values(var.functions) : f.tmp_mb == null ? true : f.tmp_mb >= 512 && f.tmp_mb <= 10240 && floor(f.tmp_mb) == f.tmp_mb])
    error_message = "functions: tmp_mb is a whole number from 512 to 10240."
  }
  validation {
    condition     = alltrue([for f in values(var.functions) : f.timeout_seconds == null ? true : f.timeout_seconds >= 30 && f.timeout_seconds <= 900 && floor(f.timeout_seconds) == f.timeout_seconds])
    error_message = "functions: timeout_seconds is a whole number from 30 to 900."
  }
  validation {
    condition     = alltrue([for f in values(var.functions) : f.reserved_concurrency == null ? true : f.reserved_concurrency >= 1 && floor(f.reserved_concurrency) == f.reserved_concurrency])
    error_message = "functions: reserved_concurrency is 1 or more; 0 would stop the function."
  }
}

variable "vpc" {
  description = <<-EOT
    Where plan, plan-table, land and verify reach the source; null leaves them outside of any VPC.
    source_cidrs: addresses of the source. https_cidrs: where else port 443 may be reached (Snowflake, AWS).
    s3_route_table_ids: route tables that get a gateway endpoint for S3, empty if there is one already.
    interface_endpoints: services that get an interface endpoint in the subnets, for a VPC without NAT.
  EOT
  type = object({
    vpc_id              = string
    subnet_ids          = set(string)
    source_cidrs        = set(string)
    https_cidrs         = optional(set(string), ["0.0.0.0/0"])
    s3_route_table_ids  = optional(set(string), [])
    interface_endpoints = optional(set(string), [])
  })
  default = null

  validation {
    condition     = var.vpc == null ? true : length(var.vpc.subnet_ids) >= 2
    error_message = "vpc: expected at least two subnets, in different zones."
  }
  validation {
    condition     = var.vpc == null ? true : length(var.vpc.source_cidrs) >= 1 && alltrue([for c in setunion(var.vpc.source_cidrs, var.vpc.https_cidrs) : can(cidrhost(c, 0))])
    error_message = "vpc: source_cidrs and https_cidrs are blocks such as 10.0.0.0/16, at least one for the source."
  }
  validation {
    condition     = var.vpc == null ? true : length(setsubtract(var.vpc.interface_endpoints, ["secretsmanager", "logs", "kms", "xray"])) == 0
    error_message = "vpc: interface_endpoints are secretsmanager, logs, kms, xray."
  }
}

# ---- lake

variable "lake_transitions" {
  description = "Storage class per part of the lake and days until then. Only classes that answer at once: replay, convert and Snowflake read without a restore."
  type = map(list(object({
    days          = number
    storage_class = string
  })))
  default = {
    raw  = [{ days = 30, storage_class = "STANDARD_IA" }, { days = 120, storage_class = "GLACIER_IR" }]
    lake = [{ days = 60, storage_class = "STANDARD_IA" }]
  }
  nullable = false

  validation {
    condition     = length(setsubtract(keys(var.lake_transitions), ["raw", "lake"])) == 0
    error_message = "lake_transitions: expected only raw and lake; the other parts are small documents that every run reads."
  }
  validation {
    condition     = alltrue([for t in flatten(values(var.lake_transitions)) : contains(["STANDARD_IA", "INTELLIGENT_TIERING", "GLACIER_IR"], t.storage_class)])
    error_message = "lake_transitions: expected STANDARD_IA, INTELLIGENT_TIERING or GLACIER_IR; objects in other classes cannot be read at once."
  }
  validation {
    condition     = alltrue([for t in flatten(values(var.lake_transitions)) : t.storage_class == "INTELLIGENT_TIERING" ? t.days >= 0 : t.days >= 30])
    error_message = "lake_transitions: S3 moves nothing to STANDARD_IA or GLACIER_IR before 30 days."
  }
}

variable "noncurrent_days" {
  description = "Days for which a deleted or overwritten object of the lake can be brought back."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.noncurrent_days >= 1 && floor(var.noncurrent_days) == var.noncurrent_days
    error_message = "noncurrent_days: expected a whole number, 1 or more."
  }
}

variable "force_destroy" {
  description = "Whether terraform destroy may delete buckets that hold objects. For environments that can be thrown away."
  type        = bool
  default     = false
  nullable    = false
}

# ---- schedules

variable "schedules_enabled" {
  description = "Whether the schedules of sluice.yaml start runs. false: runs are started by hand."
  type        = bool
  default     = true
  nullable    = false
}

variable "flexible_window_minutes" {
  description = "Within how many minutes after its time a schedule may start its run; 0 means at its time."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.flexible_window_minutes >= 0 && var.flexible_window_minutes <= 1440 && floor(var.flexible_window_minutes) == var.flexible_window_minutes
    error_message = "flexible_window_minutes: expected a whole number from 0 to 1440."
  }
}

# ---- dropped files

variable "drop_window_seconds" {
  description = "How long a notice of a file waits for others, so that many small files are one run."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.drop_window_seconds >= 1 && var.drop_window_seconds <= 300 && floor(var.drop_window_seconds) == var.drop_window_seconds
    error_message = "drop_window_seconds: expected a whole number from 1 to 300, the longest that Lambda waits."
  }
}

variable "drop_batches_at_once" {
  description = "How many batches of files (256 files or 64 MiB) of a run are read at once."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.drop_batches_at_once >= 1 && var.drop_batches_at_once <= 1000 && floor(var.drop_batches_at_once) == var.drop_batches_at_once
    error_message = "drop_batches_at_once: expected a whole number from 1 to 1000."
  }
}

# ---- access

variable "secret_recovery_days" {
  description = "Days for which a deleted secret can be brought back; 0 deletes at once."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.secret_recovery_days == 0 || (var.secret_recovery_days >= 7 && var.secret_recovery_days <= 30)
    error_message = "secret_recovery_days: expected 0, or 7 to 30."
  }
}

variable "snowflake_principal" {
  description = "Who reads the lake for Snowflake: STORAGE_AWS_IAM_USER_ARN and STORAGE_AWS_EXTERNAL_ID of DESC STORAGE INTEGRATION. null on the first apply, before there is one: nobody may take the role."
  type = object({
    user_arn    = string
    external_id = string
  })
  default = null

  validation {
    condition     = var.snowflake_principal == null ? true : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(user|role)/", var.snowflake_principal.user_arn)) && length(var.snowflake_principal.external_id) >= 2
    error_message = "snowflake_principal: expected the ARN of an IAM user or role, and its external id."
  }
}

# ---- observability

variable "log_retention_days" {
  description = "Days for which logs are kept."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days: expected a period that CloudWatch knows, such as 7, 14, 30, 90, 365. Logs are not kept for ever."
  }
}

variable "alarm_emails" {
  description = "Addresses that alarms are sent to. Each must confirm its subscription."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for a in var.alarm_emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", a))])
    error_message = "alarm_emails: expected addresses such as data@example.com."
  }
}

variable "late_after_hours" {
  description = "After how many hours without the report of a run the alarm on silence goes off: longer than the longest time between two scheduled runs."
  type        = number
  default     = 26
  nullable    = false

  validation {
    condition     = var.late_after_hours >= 1 && var.late_after_hours <= 168 && floor(var.late_after_hours) == var.late_after_hours
    error_message = "late_after_hours: expected a whole number from 1 to 168, CloudWatch looks back a week at most."
  }
}

variable "monthly_budget_usd" {
  description = "Monthly costs of this environment (tag Stack) above which the alarm topic is told; null for no budget."
  type        = number
  default     = 100

  validation {
    condition     = var.monthly_budget_usd == null ? true : var.monthly_budget_usd > 0
    error_message = "monthly_budget_usd: expected more than 0, or null."
  }
}

variable "usd_per_gb_second" {
  description = "Price of a function's GB-second in the region, for the estimate on the dashboard. us-east-1: 0.0000166667 on x86_64, 0.0000133334 on arm64."
  type        = number
  default     = 0.0000166667
  nullable    = false

  validation {
    condition     = var.usd_per_gb_second > 0
    error_message = "usd_per_gb_second: expected more than 0."
  }
}

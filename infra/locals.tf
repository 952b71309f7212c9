locals {
  prefix    = "${var.name}-${var.environment}"
  partition = startswith(var.region, "us-gov-") ? "aws-us-gov" : "aws"

  # ARNs that follow from names, so that policies can be read, and tested, before anything exists.
  states_arn        = "arn:${local.partition}:states:${var.region}:${var.account_id}"
  lambda_arn        = "arn:${local.partition}:lambda:${var.region}:${var.account_id}:function"
  logs_arn          = "arn:${local.partition}:logs:${var.region}:${var.account_id}:log-group"
  state_machine     = "${local.prefix}-sync"
  state_machine_arn = "${local.states_arn}:stateMachine:${local.state_machine}"
}

# ---- sluice.yaml
# Read here for what Terraform must know: bucket and prefix of the lake, port of the source, secrets, groups.
# Whether the file is right is for Sluice to say, on the first run and in `sluice doctor`; so everything that
# may be missing is read with try().
locals {
  config_file = coalesce(var.config_file, "${path.module}/environments/${var.environment}/sluice.yaml")
  config_text = file(local.config_file)
  config      = yamldecode(local.config_text)
  has_tables  = try(length(local.config.tables) > 0, false)

  lake_url    = try(tostring(local.config.lake.url), "")
  lake_bucket = try(regex("^s3://([^/]+)", local.lake_url)[0], "")
  lake_inner  = trim(try(regex("^s3://[^/]+/(.*)$", local.lake_url)[0], ""), "/")
  lake_prefix = local.lake_inner == "" ? "" : "${local.lake_inner}/"

  source_port = try(tonumber(regex("^jdbc:postgresql://[^/:]+:([0-9]+)/", local.config.source.url)[0]), 5432)

  # What ${secret:NAME#key} names, per side: only functions that talk to a side may read its secrets.
  secret_names = {
    for side in ["source", "warehouse"] : side => toset([
      for found in regexall("\\$\\{secret:([^}#]+)(?:#[^}]*)?\\}", jsonencode(try(local.config[side], {}))) : found[0]
    ])
  }
  secret_is_arn = { for name in setunion(local.secret_names.source, local.secret_names.warehouse) : name => startswith(name, "arn:") }

  groups = {
    for name, group in try(coalesce(local.config.groups, {}), {}) : name => {
      schedule = try(tostring(group.schedule), "")
      timezone = try(tostring(group.timezone), "UTC")
    }
  }
}

# ---- functions
locals {
  # memory: 1769 MB is one processor. /tmp: land spools a batch (chunk_bytes, 1 GiB of rows, compressed), convert
  # holds raw and Parquet of three slices at once. Time: 900 s is the service's limit.
  function_defaults = {
    "plan"       = { memory_mb = 1024, tmp_mb = 512, timeout_seconds = 300, reserved_concurrency = null }
    "plan-table" = { memory_mb = 1769, tmp_mb = 512, timeout_seconds = 900, reserved_concurrency = null }
    "land"       = { memory_mb = 3538, tmp_mb = 4096, timeout_seconds = 900, reserved_concurrency = null }
    "convert"    = { memory_mb = 3538, tmp_mb = 10240, timeout_seconds = 900, reserved_concurrency = null }
    "load"       = { memory_mb = 1024, tmp_mb = 512, timeout_seconds = 900, reserved_concurrency = null }
    "verify"     = { memory_mb = 1769, tmp_mb = 512, timeout_seconds = 900, reserved_concurrency = null }
    "report"     = { memory_mb = 1024, tmp_mb = 512, timeout_seconds = 300, reserved_concurrency = null }

    "receive"       = { memory_mb = 1769, tmp_mb = 512, timeout_seconds = 900, reserved_concurrency = null }
    "convert-files" = { memory_mb = 3538, tmp_mb = 10240, timeout_seconds = 900, reserved_concurrency = null }
    "load-files"    = { memory_mb = 1769, tmp_mb = 512, timeout_seconds = 900, reserved_concurrency = null }
    "verify-files"  = { memory_mb = 1769, tmp_mb = 512, timeout_seconds = 900, reserved_concurrency = null }
    "report-files"  = { memory_mb = 1024, tmp_mb = 512, timeout_seconds = 300, reserved_concurrency = null }
    "doorbell"      = { memory_mb = 1024, tmp_mb = 512, timeout_seconds = 30, reserved_concurrency = null }
  }

  # What the functions may do, see README.md. A file of its own, so that other tests than Terraform's can read it.
  permissions = jsondecode(file("${path.module}/permissions.json"))

  functions = {
    for name, default in local.function_defaults : name => {
      function_name        = "${local.prefix}-${name}"
      arn                  = "${local.lambda_arn}:${local.prefix}-${name}"
      log_group            = "/aws/lambda/${local.prefix}-${name}"
      memory_mb            = try(coalesce(var.functions[name].memory_mb), default.memory_mb)
      tmp_mb               = try(coalesce(var.functions[name].tmp_mb), default.tmp_mb)
      timeout_seconds      = try(coalesce(var.functions[name].timeout_seconds), default.timeout_seconds)
      reserved_concurrency = try(coalesce(var.functions[name].reserved_concurrency), default.reserved_concurrency)
      in_vpc               = var.vpc != null && contains(local.permissions[name].secrets, "source")
    } if local.has_drops || !contains(local.drop_functions, name)
  }

  # A function ends itself; the state machine waits a little longer before it gives it up.
  stage_timeout_seconds = max([for f in values(local.functions) : f.timeout_seconds]...) + 60
}

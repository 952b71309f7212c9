resource "snowflake_database" "this" {
  name                        = var.database
  data_retention_time_in_days = var.retention_days

  lifecycle {
    prevent_destroy = true
  }
}

resource "snowflake_resource_monitor" "this" {
  name                      = "SLUICE_MONITOR"
  credit_quota              = var.credits_per_month
  frequency                 = "MONTHLY"
  start_timestamp           = "IMMEDIATELY"
  notify_triggers           = [75]
  suspend_trigger           = 100
  suspend_immediate_trigger = 110
}

resource "snowflake_warehouse" "this" {
  name                = var.warehouse
  warehouse_size      = "XSMALL"
  auto_suspend        = 60
  auto_resume         = true
  initially_suspended = true
  resource_monitor    = snowflake_resource_monitor.this.fully_qualified_name
}

resource "snowflake_schema" "kept" {
  for_each = var.schemas

  database = snowflake_database.this.name
  name     = each.key
}

resource "snowflake_schema" "sluice" {
  database = snowflake_database.this.name
  name     = "SLUICE"
}

# ---- the lake

resource "snowflake_storage_integration" "lake" {
  name                      = "SLUICE_LAKE"
  type                      = "EXTERNAL_STAGE"
  enabled                   = true
  storage_provider          = "S3"
  storage_aws_role_arn      = var.lake_role_arn
  storage_aws_external_id   = var.external_id
  storage_allowed_locations = [var.lake_url]
}

resource "snowflake_file_format" "parquet" {
  database       = snowflake_database.this.name
  schema         = snowflake_schema.sluice.name
  name           = "PARQUET"
  format_type    = "PARQUET"
  binary_as_text = false
  null_if        = []
}

resource "snowflake_stage" "lake" {
  database            = snowflake_database.this.name
  schema              = snowflake_schema.sluice.name
  name                = "LAKE"
  url                 = var.lake_url
  storage_integration = snowflake_storage_integration.lake.name
}

# ---- the ledger: the very statements that `sluice ddl` writes. Taking them away from here drops nothing.

locals {
  ledger_file = "${path.module}/../../functions/pipeline/src/main/resources/dev/sluice/adapter/snowflake/ledger.sql"

  ledger_statements = [
    for statement in split(";", join("\n", [
      for line in split("\n", file(local.ledger_file)) : line if !startswith(trimspace(line), "--")
    ])) : trimspace(statement) if trimspace(statement) != ""
  ]

  # Its names have no database; the session of a provider has none either.
  ledger = {
    for statement in local.ledger_statements :
    regex("^CREATE (?:TABLE|VIEW) IF NOT EXISTS \"SLUICE\"\\.\"([A-Z_]+)\"", statement)[0] =>
    replace(statement, "\"SLUICE\".", "\"${var.database}\".\"SLUICE\".")
    if !startswith(statement, "CREATE SCHEMA")
  }
}

resource "snowflake_execute" "ledger_tables" {
  for_each = { for name, statement in local.ledger : name => statement if startswith(statement, "CREATE TABLE") }

  execute = each.value
  revert  = "SELECT 1"

  depends_on = [snowflake_schema.sluice]
}

resource "snowflake_execute" "ledger_views" {
  for_each = { for name, statement in local.ledger : name => statement if startswith(statement, "CREATE VIEW") }

  execute = each.value
  revert  = "SELECT 1"

  depends_on = [snowflake_execute.ledger_tables]
}

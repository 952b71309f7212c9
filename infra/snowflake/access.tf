resource "snowflake_account_role" "loader" {
  name = var.loader
}

resource "snowflake_account_role" "reader" {
  name = "SLUICE_READER"
}

resource "snowflake_grant_account_role" "administered" {
  for_each = toset([snowflake_account_role.loader.name, snowflake_account_role.reader.name])

  role_name        = each.key
  parent_role_name = "SYSADMIN"
}

resource "snowflake_service_user" "loader" {
  name              = var.user
  default_role      = snowflake_account_role.loader.name
  default_warehouse = snowflake_warehouse.this.name
  rsa_public_key    = var.rsa_public_key
}

resource "snowflake_grant_account_role" "loader" {
  role_name = snowflake_account_role.loader.name
  user_name = snowflake_service_user.loader.name
}

# ---- the role that loads makes and owns the tables that it keeps, and only inserts into the ledger

resource "snowflake_grant_privileges_to_account_role" "loader_objects" {
  for_each = {
    WAREHOUSE   = snowflake_warehouse.this.fully_qualified_name
    DATABASE    = snowflake_database.this.fully_qualified_name
    INTEGRATION = snowflake_storage_integration.lake.fully_qualified_name
  }

  account_role_name = snowflake_account_role.loader.name
  privileges        = ["USAGE"]

  on_account_object {
    object_type = each.key
    object_name = each.value
  }
}

resource "snowflake_grant_privileges_to_account_role" "loader_schemas" {
  for_each = merge(
    { for name, schema in snowflake_schema.kept : name => schema.fully_qualified_name },
    { SLUICE = snowflake_schema.sluice.fully_qualified_name },
  )

  account_role_name = snowflake_account_role.loader.name
  privileges        = ["USAGE", "CREATE TABLE"]

  on_schema {
    schema_name = each.value
  }
}

resource "snowflake_grant_privileges_to_account_role" "loader_stage" {
  account_role_name = snowflake_account_role.loader.name
  privileges        = ["USAGE"]

  on_schema_object {
    object_type = "STAGE"
    object_name = snowflake_stage.lake.fully_qualified_name
  }
}

resource "snowflake_grant_privileges_to_account_role" "loader_ledger" {
  for_each = {
    SLICE_LOG = { type = "TABLE", privileges = ["SELECT", "INSERT"] }
    RUNS      = { type = "TABLE", privileges = ["SELECT", "INSERT"] }
    SLICES    = { type = "VIEW", privileges = ["SELECT"] }
  }

  account_role_name = snowflake_account_role.loader.name
  privileges        = each.value.privileges

  on_schema_object {
    object_type = each.value.type
    object_name = "\"${var.database}\".\"SLUICE\".\"${each.key}\""
  }

  depends_on = [snowflake_execute.ledger_tables, snowflake_execute.ledger_views]
}

# ---- the role that reads: the tables, and how fresh they are

resource "snowflake_grant_privileges_to_account_role" "reader_database" {
  account_role_name = snowflake_account_role.reader.name
  privileges        = ["USAGE"]

  on_account_object {
    object_type = "DATABASE"
    object_name = snowflake_database.this.fully_qualified_name
  }
}

resource "snowflake_grant_privileges_to_account_role" "reader_schemas" {
  for_each = merge(
    { for name, schema in snowflake_schema.kept : name => schema.fully_qualified_name },
    { SLUICE = snowflake_schema.sluice.fully_qualified_name },
  )

  account_role_name = snowflake_account_role.reader.name
  privileges        = ["USAGE"]

  on_schema {
    schema_name = each.value
  }
}

resource "snowflake_grant_privileges_to_account_role" "reader_tables" {
  for_each = snowflake_schema.kept

  account_role_name = snowflake_account_role.reader.name
  privileges        = ["SELECT"]

  on_schema_object {
    all {
      object_type_plural = "TABLES"
      in_schema          = each.value.fully_qualified_name
    }
  }
}

resource "snowflake_grant_privileges_to_account_role" "reader_future_tables" {
  for_each = snowflake_schema.kept

  account_role_name = snowflake_account_role.reader.name
  privileges        = ["SELECT"]

  on_schema_object {
    future {
      object_type_plural = "TABLES"
      in_schema          = each.value.fully_qualified_name
    }
  }
}

resource "snowflake_grant_privileges_to_account_role" "reader_ledger" {
  for_each = {
    RUNS   = "TABLE"
    SLICES = "VIEW"
  }

  account_role_name = snowflake_account_role.reader.name
  privileges        = ["SELECT"]

  on_schema_object {
    object_type = each.value
    object_name = "\"${var.database}\".\"SLUICE\".\"${each.key}\""
  }

  depends_on = [snowflake_execute.ledger_tables, snowflake_execute.ledger_views]
}

# The Snowflake side of one environment: what `sluice ddl` writes as SQL, as resources. NOT VALIDATED: see README.md.

terraform {
  required_version = ">= 1.11"

  required_providers {
    snowflake = {
      source  = "snowflakedb/snowflake"
      version = ">= 2.11, < 3"
    }
  }

  # Where the state lies: -backend-config, with a key other than that of infra/.
  backend "s3" {}
}

# Account, user and key come from the environment: SNOWFLAKE_ORGANIZATION_NAME, SNOWFLAKE_ACCOUNT_NAME, SNOWFLAKE_USER,
# SNOWFLAKE_AUTHENTICATOR, SNOWFLAKE_PRIVATE_KEY.
provider "snowflake" {
  role = "ACCOUNTADMIN"

  preview_features_enabled = [
    "snowflake_file_format_resource",
    "snowflake_stage_resource",
    "snowflake_storage_integration_resource",
  ]
}

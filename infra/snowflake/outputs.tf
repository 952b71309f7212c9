output "snowflake_principal" {
  description = "The variable snowflake_principal of infra/, for its second apply."
  value = {
    user_arn    = snowflake_storage_integration.lake.storage_aws_iam_user_arn
    external_id = var.external_id
  }
}

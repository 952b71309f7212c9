region     = "ca-central-1"
account_id = "444455556666"
runtime    = "java21"

log_retention_days = 90
monthly_budget_usd = 400
late_after_hours   = 3
alarm_emails       = ["data-oncall@example.com"]

functions = {
  # As many as source.max_connections, so that nothing else in the account can crowd them out.
  land = { reserved_concurrency = 8 }
}

vpc = {
  vpc_id             = "vpc-9a1b2c3d4e5f60718"
  subnet_ids         = ["subnet-9a1b2c3d4e5f60718", "subnet-8a1b2c3d4e5f60718"]
  source_cidrs       = ["10.10.0.0/24"]
  s3_route_table_ids = ["rtb-9a1b2c3d4e5f60718"]
}

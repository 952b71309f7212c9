region     = "ca-central-1"
account_id = "111122223333"
runtime    = "java21"

force_destroy        = true
secret_recovery_days = 0
log_retention_days   = 14
noncurrent_days      = 7
monthly_budget_usd   = 50
late_after_hours     = 26
alarm_emails         = ["data-dev@example.com"]

vpc = {
  vpc_id       = "vpc-0a1b2c3d4e5f60718"
  subnet_ids   = ["subnet-0a1b2c3d4e5f60718", "subnet-1a1b2c3d4e5f60718"]
  source_cidrs = ["10.20.0.0/24"]
}

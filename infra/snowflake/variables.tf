variable "database" {
  description = "The database, as `db` in warehouse.url says it."
  type        = string
  nullable    = false
}

variable "warehouse" {
  description = "The warehouse that loads, as `warehouse` in warehouse.url says it."
  type        = string
  nullable    = false
}

variable "schemas" {
  description = "Schemas of the tables that are kept, folded to upper case as Snowflake has them."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.schemas) > 0
    error_message = "schemas: expected at least one."
  }
}

variable "lake_url" {
  description = "Output lake_url of infra/: s3://bucket/prefix/."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^s3://[^/]+/(.*/)?$", var.lake_url))
    error_message = "lake_url: expected s3://bucket/prefix/, with the slash at the end."
  }
}

variable "lake_role_arn" {
  description = "Output role_arns[\"snowflake\"] of infra/: the role that may read the lake."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/", var.lake_role_arn))
    error_message = "lake_role_arn: expected the ARN of a role."
  }
}

variable "external_id" {
  description = "Under which Snowflake takes that role; the one that `sluice ddl` writes."
  type        = string
  nullable    = false
}

variable "rsa_public_key" {
  description = "Public key of the user that loads: PEM without its first and last line."
  type        = string
  nullable    = false
}

variable "user" {
  description = "The user that loads, as warehouse.user says it."
  type        = string
  default     = "SLUICE"
  nullable    = false
}

variable "loader" {
  description = "The role that loads, as warehouse.role says it."
  type        = string
  default     = "SLUICE_LOADER"
  nullable    = false
}

variable "credits_per_month" {
  description = "Credits that the warehouse may spend in a month; `sluice ddl` says 20, too."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.credits_per_month >= 1
    error_message = "credits_per_month: expected 1 or more."
  }
}

variable "retention_days" {
  description = "Days of Time Travel."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.retention_days >= 0 && var.retention_days <= 90
    error_message = "retention_days: expected 0 to 90."
  }
}

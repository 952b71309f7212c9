# ---- the key of everything that rests: lake, artifacts, secrets, logs, alarms

locals {
  key_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # In a key's policy "*" is this key.
        Sid       = "AccountDecidesByRoles"
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${var.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "LogGroups"
        Effect    = "Allow"
        Principal = { Service = "logs.${var.region}.amazonaws.com" }
        Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
        Resource  = "*"
        Condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = [
          "${local.logs_arn}:/aws/lambda/${local.prefix}-*",
          "${local.logs_arn}:/aws/vendedlogs/states/${local.prefix}-*",
        ] } }
      },
      {
        Sid       = "AlarmsToTheTopic"
        Effect    = "Allow"
        Principal = { Service = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"] }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
      },
      {
        # EventBridge sends no source account when it publishes to a topic.
        Sid       = "EventsToTheTopic"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
      },
    ]
  })
}

resource "aws_kms_key" "this" {
  description             = "Sluice ${var.environment}: lake, artifacts, secrets, logs, alarms"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = local.key_policy
}

resource "aws_kms_alias" "this" {
  name          = "alias/${local.prefix}"
  target_key_id = aws_kms_key.this.key_id
}

# ---- buckets

locals {
  # lake: rows, receipts, locks, ledger mirrors (docs/formats.md). artifacts: function.zip and sluice.yaml.
  buckets = {
    lake      = local.lake_bucket
    artifacts = "${local.prefix}-artifacts-${var.account_id}"
  }
  bucket_arns = { for name, bucket in local.buckets : name => "arn:${local.partition}:s3:::${bucket}" }

  bucket_policies = {
    for name, arn in local.bucket_arns : name => jsonencode({
      Version = "2012-10-17"
      Statement = [
        {
          Sid       = "TlsOnly"
          Effect    = "Deny"
          Principal = "*"
          Action    = "s3:*"
          Resource  = [arn, "${arn}/*"]
          Condition = { Bool = { "aws:SecureTransport" = "false" } }
        },
        {
          Sid       = "Tls12OrLater"
          Effect    = "Deny"
          Principal = "*"
          Action    = "s3:*"
          Resource  = [arn, "${arn}/*"]
          Condition = { NumericLessThan = { "s3:TlsVersion" = "1.2" } }
        },
      ]
    })
  }
}

resource "aws_s3_bucket" "this" {
  for_each = local.buckets

  bucket        = each.value
  force_destroy = var.force_destroy

  lifecycle {
    precondition {
      condition     = each.key != "lake" || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", each.value))
      error_message = "${local.config_file}: lake.url is '${local.lake_url}'; expected s3://bucket/prefix. Terraform makes that bucket."
    }
    precondition {
      condition     = each.key != "lake" || strcontains(each.value, var.environment)
      error_message = "${local.config_file}: the lake's bucket '${each.value}' does not have '${var.environment}' in its name; two environments must not share a lake."
    }
  }
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.bucket
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.bucket
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.this.arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = aws_s3_bucket.this

  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.bucket
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_policy" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.bucket
  policy = local.bucket_policies[each.key]

  depends_on = [aws_s3_bucket_public_access_block.this]
}

# Live keys never expire: the only copy of a slice that does not change may be years old. What is superseded,
# Verify deletes by the ledger (lake.keep); the lifecycle only cleans up behind that.
resource "aws_s3_bucket_lifecycle_configuration" "lake" {
  bucket                                 = aws_s3_bucket.this["lake"].bucket
  transition_default_minimum_object_size = "all_storage_classes_128K"

  rule {
    id     = "clean-up"
    status = "Enabled"
    filter {
      prefix = ""
    }

    noncurrent_version_expiration {
      noncurrent_days = var.noncurrent_days
    }
    # Sluice aborts its own after a day; this is for when it does not run any more.
    abort_incomplete_multipart_upload {
      days_after_initiation = 3
    }
    # A marker that hides nothing any more.
    expiration {
      expired_object_delete_marker = true
    }
  }

  dynamic "rule" {
    for_each = { for part, transitions in var.lake_transitions : part => transitions if length(transitions) > 0 }

    content {
      id     = "move-${rule.key}"
      status = "Enabled"
      filter {
        prefix = "${local.lake_prefix}${rule.key}/"
      }
      dynamic "transition" {
        for_each = rule.value

        content {
          days          = transition.value.days
          storage_class = transition.value.storage_class
        }
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_lifecycle_configuration" "artifacts" {
  bucket = aws_s3_bucket.this["artifacts"].bucket

  rule {
    id     = "clean-up"
    status = "Enabled"
    filter {
      prefix = ""
    }

    # The zip of the version before, and of some before that.
    noncurrent_version_expiration {
      noncurrent_days           = 90
      newer_noncurrent_versions = 5
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

# ---- what the functions are made of

resource "aws_s3_object" "artifact" {
  bucket      = aws_s3_bucket.this["artifacts"].bucket
  key         = "function.zip"
  source      = var.artifact
  source_hash = filesha256(var.artifact)

  depends_on = [
    aws_s3_bucket_versioning.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
  ]
}

resource "aws_s3_object" "config" {
  bucket       = aws_s3_bucket.this["artifacts"].bucket
  key          = "sluice.yaml"
  content      = local.config_text
  content_type = "application/yaml"

  depends_on = [
    aws_s3_bucket_versioning.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
  ]
}

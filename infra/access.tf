# Who may do what. Policies are locals, so that tests read them as they are; permissions.json says which
# function touches which part of the lake, README.md why.

# ---- secrets: entries only; their values are put in by hand and never pass through Terraform

resource "aws_secretsmanager_secret" "this" {
  for_each = toset([for name, is_arn in local.secret_is_arn : name if !is_arn])

  name                    = each.key
  description             = "Sluice ${var.environment}; its keys are those that sluice.yaml names"
  kms_key_id              = aws_kms_key.this.arn
  recovery_window_in_days = var.secret_recovery_days
}

locals {
  # A secret that is named by its ARN belongs to somebody else; so does its key.
  secret_arns = {
    for name, is_arn in local.secret_is_arn : name => is_arn ? name : aws_secretsmanager_secret.this[name].arn
  }
}

# ---- functions

locals {
  function_trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })

  # Actions that work on the bucket, not on objects in it.
  bucket_actions = ["s3:ListBucket", "s3:ListBucketMultipartUploads"]

  # {drops} stands for where the files of feeds lie.
  spelled_parts = {
    for parts in distinct(flatten([for p in values(local.permissions) : [for parts in values(p.objects) : jsonencode(parts)]])) :
    parts => flatten([for part in jsondecode(parts) : part == "{drops}" ? local.drop_prefixes : [part]])
  }

  lake_statements = {
    for name, permission in local.permissions : name => concat(
      [
        for action, parts in permission.objects : {
          Sid      = replace(title(replace(action, "/[:]/", " ")), " ", "")
          Effect   = "Allow"
          Action   = [action]
          Resource = [for part in local.spelled_parts[jsonencode(parts)] : "${local.bucket_arns.lake}/${local.lake_prefix}${part}*"]
        } if !contains(local.bucket_actions, action)
      ],
      [
        # IfExists: S3 answers 404 rather than 403 for an object that is not there only to those who may list,
        # and such a request has no prefix to compare.
        for action, parts in permission.objects : {
          Sid      = "S3ListBucket"
          Effect   = "Allow"
          Action   = [action]
          Resource = [local.bucket_arns.lake]
          Condition = {
            StringLikeIfExists = { "s3:prefix" = [for part in local.spelled_parts[jsonencode(parts)] : "${local.lake_prefix}${part}*"] }
          }
        } if action == "s3:ListBucket"
      ],
      [
        for action, parts in permission.objects : {
          Sid      = "S3ListBucketMultipartUploads"
          Effect   = "Allow"
          Action   = [action]
          Resource = [local.bucket_arns.lake]
        } if action == "s3:ListBucketMultipartUploads"
      ],
    )
  }

  common_statements = {
    for name, function in local.functions : name => [
      {
        Sid      = "Config"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${local.bucket_arns.artifacts}/sluice.yaml"]
      },
      {
        Sid       = "KeyOfObjectsAndSecrets"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = [aws_kms_key.this.arn]
        Condition = { StringEquals = { "kms:ViaService" = concat(["s3.${var.region}.amazonaws.com"], length(local.permissions[name].secrets) > 0 ? ["secretsmanager.${var.region}.amazonaws.com"] : []) } }
      },
      {
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${local.logs_arn}:${function.log_group}:*"]
      },
      {
        # X-Ray knows no ARN for these.
        Sid      = "Traces"
        Effect   = "Allow"
        Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
        Resource = ["*"]
      },
    ]
  }

  secret_statements = {
    for name, permission in local.permissions : name => [
      for side in permission.secrets : {
        Sid      = "SecretsOf${title(side)}"
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = [for secret in local.secret_names[side] : local.secret_arns[secret]]
      } if length(local.secret_names[side]) > 0
    ]
  }

  # Lambda attaches a function to a VPC with the function's own role: the actions of AWSLambdaVPCAccessExecutionRole
  # (docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaVPCAccessExecutionRole.html). Describing knows no
  # ARNs; deleting must be allowed for interfaces that nobody can name beforehand. The code of the function may do none
  # of it (docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html).
  vpc_statements = {
    for name, function in local.functions : name => [for statement in [
      {
        Sid      = "DescribeNetwork"
        Effect   = "Allow"
        Action   = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"]
        Resource = ["*"]
      },
      {
        Sid      = "NetworkInterfaces"
        Effect   = "Allow"
        Action   = ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"]
        Resource = ["arn:${local.partition}:ec2:${var.region}:${var.account_id}:*/*"]
      },
      {
        Sid    = "NotByCode"
        Effect = "Deny"
        Action = [
          "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
          "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets",
        ]
        Resource  = ["*"]
        Condition = { ArnEquals = { "lambda:SourceFunctionArn" = [function.arn] } }
      },
    ] : statement if function.in_vpc]
  }

  function_policies = {
    for name in keys(local.functions) : name => jsonencode({
      Version = "2012-10-17"
      Statement = concat(
        local.lake_statements[name],
        local.common_statements[name],
        local.secret_statements[name],
        local.vpc_statements[name],
        [for statement in local.doorbell_statements : statement if name == "doorbell"],
      )
    })
  }
}

resource "aws_iam_role" "function" {
  for_each = local.functions

  name               = each.value.function_name
  description        = "Sluice ${var.environment}: the function ${each.key}"
  assume_role_policy = local.function_trust
}

resource "aws_iam_role_policy" "function" {
  for_each = local.functions

  name   = "stage"
  role   = aws_iam_role.function[each.key].id
  policy = local.function_policies[each.key]
}

# ---- state machine

locals {
  state_machine_trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "states.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = {
        StringEquals = { "aws:SourceAccount" = var.account_id }
        ArnLike      = { "aws:SourceArn" = "${local.states_arn}:*" }
      }
    }]
  })

  runs_arn = "${local.bucket_arns.lake}/${local.lake_prefix}runs"

  state_machine_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Functions"
        Effect   = "Allow"
        Action   = ["lambda:InvokeFunction"]
        Resource = [for name, function in local.functions : function.arn if !contains(local.drop_functions, name)]
      },
      {
        # Children of a distributed map are executions of the state machine itself.
        Sid      = "StartChildren"
        Effect   = "Allow"
        Action   = ["states:StartExecution"]
        Resource = [local.state_machine_arn]
      },
      {
        Sid      = "FollowChildren"
        Effect   = "Allow"
        Action   = ["states:DescribeExecution", "states:StopExecution"]
        Resource = ["${local.states_arn}:execution:${local.state_machine}:*", "${local.states_arn}:execution:${local.state_machine}/*"]
      },
      {
        Sid      = "ItemLists"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${local.runs_arn}/*/tables.json", "${local.runs_arn}/*/batches-*.json"]
      },
      {
        Sid      = "MapResults"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"]
        Resource = ["${local.runs_arn}/*/maps/*"]
      },
      {
        Sid       = "KeyOfObjects"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = [aws_kms_key.this.arn]
        Condition = { StringEquals = { "kms:ViaService" = "s3.${var.region}.amazonaws.com" } }
      },
      {
        # Log delivery knows no ARNs.
        Sid    = "LogDelivery"
        Effect = "Allow"
        Action = [
          "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:ListLogDeliveries",
          "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
        ]
        Resource = ["*"]
      },
      {
        Sid      = "Traces"
        Effect   = "Allow"
        Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"]
        Resource = ["*"]
      },
    ]
  })
}

resource "aws_iam_role" "state_machine" {
  name               = "${local.prefix}-state-machine"
  description        = "Sluice ${var.environment}: the state machine"
  assume_role_policy = local.state_machine_trust
}

resource "aws_iam_role_policy" "state_machine" {
  name   = "run"
  role   = aws_iam_role.state_machine.id
  policy = local.state_machine_policy
}

# ---- schedules

locals {
  scheduler_trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "scheduler.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = {
        StringEquals = {
          "aws:SourceAccount" = var.account_id
          "aws:SourceArn"     = "arn:${local.partition}:scheduler:${var.region}:${var.account_id}:schedule-group/${local.prefix}"
        }
      }
    }]
  })

  scheduler_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "StartRuns"
        Effect   = "Allow"
        Action   = ["states:StartExecution"]
        Resource = concat([local.state_machine_arn], local.has_drops ? [local.drop_machine_arn] : [])
      },
      {
        Sid      = "GiveUp"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = [local.schedules_dead_arn]
      },
    ]
  })

  schedules_dead_arn = "arn:${local.partition}:sqs:${var.region}:${var.account_id}:${local.prefix}-schedules-dead"

  schedules_dead_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = [local.schedules_dead_arn]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_iam_role" "scheduler" {
  name               = "${local.prefix}-scheduler"
  description        = "Sluice ${var.environment}: schedules that start runs"
  assume_role_policy = local.scheduler_trust
}

resource "aws_iam_role_policy" "scheduler" {
  name   = "start"
  role   = aws_iam_role.scheduler.id
  policy = local.scheduler_policy
}

# ---- Snowflake: the role behind its storage integration
# First apply: the role exists and nobody may take it; its ARN goes into the integration. Second apply: the
# integration's user and external id (var.snowflake_principal) may.

locals {
  snowflake_trust = jsonencode({
    Version = "2012-10-17"
    Statement = [for statement in [
      {
        Sid       = "NobodyYet"
        Effect    = "Deny"
        Principal = { AWS = "*" }
        Action    = "sts:AssumeRole"
      },
      {
        Sid       = "StorageIntegration"
        Effect    = "Allow"
        Principal = { AWS = try(var.snowflake_principal.user_arn, "") }
        Action    = "sts:AssumeRole"
        Condition = { StringEquals = { "sts:ExternalId" = try(var.snowflake_principal.external_id, "") } }
      },
    ] : statement if(statement.Effect == "Allow") == (var.snowflake_principal != null)]
  })

  # Parquet, and the manifests of waves, which lie beside the receipts. Snowflake writes nothing.
  snowflake_parts = ["lake/", "runs/"]
  snowflake_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ReadParquetAndManifests"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:GetObjectVersion"]
        Resource = [for part in local.snowflake_parts : "${local.bucket_arns.lake}/${local.lake_prefix}${part}*"]
      },
      {
        Sid       = "List"
        Effect    = "Allow"
        Action    = ["s3:ListBucket"]
        Resource  = [local.bucket_arns.lake]
        Condition = { StringLike = { "s3:prefix" = concat([local.lake_prefix], [for part in local.snowflake_parts : "${local.lake_prefix}${part}*"]) } }
      },
      {
        Sid      = "Place"
        Effect   = "Allow"
        Action   = ["s3:GetBucketLocation"]
        Resource = [local.bucket_arns.lake]
      },
      {
        Sid       = "KeyOfObjects"
        Effect    = "Allow"
        Action    = ["kms:Decrypt"]
        Resource  = [aws_kms_key.this.arn]
        Condition = { StringEquals = { "kms:ViaService" = "s3.${var.region}.amazonaws.com" } }
      },
    ]
  })
}

resource "aws_iam_role" "snowflake" {
  name               = "${local.prefix}-snowflake"
  description        = "Sluice ${var.environment}: Snowflake's storage integration reads the lake"
  assume_role_policy = local.snowflake_trust
}

resource "aws_iam_role_policy" "snowflake" {
  name   = "read"
  role   = aws_iam_role.snowflake.id
  policy = local.snowflake_policy
}

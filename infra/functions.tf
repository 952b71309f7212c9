locals {
  # What the build says of the artifact: runtime and architecture.
  artifact_file  = "${trimsuffix(var.artifact, ".zip")}.json"
  artifact_built = try(jsondecode(file(local.artifact_file)), { runtime = "", architecture = "" })
}

# One artifact for every function: QUARKUS_LAMBDA_HANDLER says which handler answers.
resource "aws_lambda_function" "stage" {
  for_each = local.functions

  function_name = each.value.function_name
  description   = "Sluice ${var.environment}: ${each.key}"
  role          = aws_iam_role.function[each.key].arn

  s3_bucket         = aws_s3_object.artifact.bucket
  s3_key            = aws_s3_object.artifact.key
  s3_object_version = aws_s3_object.artifact.version_id
  source_code_hash  = filebase64sha256(var.artifact)

  runtime       = var.runtime
  architectures = [var.architecture]
  # A native executable needs no name, but the field must not be empty.
  handler = var.runtime == "provided.al2023" ? "bootstrap" : "io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler::handleRequest"

  memory_size                    = each.value.memory_mb
  timeout                        = each.value.timeout_seconds
  reserved_concurrent_executions = coalesce(each.value.reserved_concurrency, -1)

  ephemeral_storage {
    size = each.value.tmp_mb
  }

  environment {
    variables = merge(
      {
        QUARKUS_LAMBDA_HANDLER = each.key
        SLUICE_CONFIG          = "s3://${local.buckets.artifacts}/${aws_s3_object.config.key}"
        # The dimension Environment of every metric.
        SLUICE_ENVIRONMENT = var.environment
        # The Snowflake driver looks for a native library otherwise; it reads this at its start only.
        SNOWFLAKE_DISABLE_MINICORE = "true"
      },
      each.key == "doorbell" ? { SLUICE_DROP_STATE_MACHINE = local.drop_machine_arn } : {},
      # Signals mean nothing in a native function, and waiting for them costs a thread.
      var.runtime == "provided.al2023" ? { DISABLE_SIGNAL_POLLERS = "true" } : {},
    )
  }

  dynamic "vpc_config" {
    for_each = each.value.in_vpc ? [var.vpc] : []

    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = [aws_security_group.functions[0].id]
    }
  }

  # Text: the functions write JSON lines themselves, and CloudWatch finds metrics only in lines that are not
  # wrapped once more.
  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.function[each.key].name
  }

  tracing_config {
    mode = "Active"
  }

  lifecycle {
    precondition {
      condition     = local.artifact_built.runtime == var.runtime && local.artifact_built.architecture == var.architecture
      error_message = local.artifact_built.runtime == "" ? "There is no ${local.artifact_file}, which the build writes beside the artifact: build it again." : "The artifact was built for ${local.artifact_built.runtime} on ${local.artifact_built.architecture}, and runtime and architecture say ${var.runtime} on ${var.architecture}. Change the variables, or build the other one: ./mvnw -pl functions/lambda -am package -DskipTests for java21, make native for provided.al2023."
    }
  }

  depends_on = [aws_iam_role_policy.function]
}

resource "aws_cloudwatch_log_group" "function" {
  for_each = local.functions

  name              = each.value.log_group
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.this.arn
}

# ---- the way to the source

resource "aws_security_group" "functions" {
  count = var.vpc == null ? 0 : 1

  name        = "${local.prefix}-functions"
  description = "Functions that read the source: nothing comes in, the source and HTTPS go out"
  vpc_id      = var.vpc.vpc_id

  tags = { Name = "${local.prefix}-functions" }
}

resource "aws_vpc_security_group_egress_rule" "source" {
  for_each = try(var.vpc.source_cidrs, toset([]))

  security_group_id = aws_security_group.functions[0].id
  description       = "The source"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = local.source_port
  to_port           = local.source_port
}

resource "aws_vpc_security_group_egress_rule" "https" {
  for_each = try(var.vpc.https_cidrs, toset([]))

  security_group_id = aws_security_group.functions[0].id
  description       = "Snowflake and the services of AWS"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

# No policy: the route tables are the VPC's, and what else reads S3 through them is not for us to limit.
resource "aws_vpc_endpoint" "s3" {
  count = length(try(var.vpc.s3_route_table_ids, [])) > 0 ? 1 : 0

  vpc_id            = var.vpc.vpc_id
  service_name      = "com.amazonaws.${var.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = var.vpc.s3_route_table_ids

  tags = { Name = "${local.prefix}-s3" }
}

resource "aws_vpc_endpoint" "interface" {
  for_each = try(var.vpc.interface_endpoints, toset([]))

  vpc_id              = var.vpc.vpc_id
  service_name        = "com.amazonaws.${var.region}.${each.value}"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = var.vpc.subnet_ids
  security_group_ids  = [aws_security_group.endpoints[0].id]
  private_dns_enabled = true

  tags = { Name = "${local.prefix}-${each.value}" }
}

resource "aws_security_group" "endpoints" {
  count = length(try(var.vpc.interface_endpoints, [])) > 0 ? 1 : 0

  name        = "${local.prefix}-endpoints"
  description = "Interface endpoints: HTTPS from the functions"
  vpc_id      = var.vpc.vpc_id

  tags = { Name = "${local.prefix}-endpoints" }
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  count = length(aws_security_group.endpoints)

  security_group_id            = aws_security_group.endpoints[0].id
  description                  = "From the functions"
  referenced_security_group_id = aws_security_group.functions[0].id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

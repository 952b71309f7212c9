mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  environment = "test"
  region      = "ca-central-1"
  account_id  = "111122223333"
  artifact    = "tests/fixtures/function.zip"
  config_file = "tests/fixtures/sluice.yaml"
  vpc = {
    vpc_id              = "vpc-1"
    subnet_ids          = ["subnet-1", "subnet-2"]
    source_cidrs        = ["10.20.0.0/24"]
    s3_route_table_ids  = ["rtb-1"]
    interface_endpoints = ["secretsmanager", "logs"]
  }
}

run "functions_are_what_their_stages_need" {
  command = plan

  # ---- a function answers for its stage; that every handler has one is in drops.tftest.hcl

  assert {
    condition     = toset(keys(aws_lambda_function.stage)) == toset(["plan", "plan-table", "land", "convert", "load", "verify", "report"])
    error_message = "Functions are not those that the state machine of tables calls."
  }
  assert {
    condition     = alltrue([for name, f in aws_lambda_function.stage : f.environment[0].variables.QUARKUS_LAMBDA_HANDLER == name])
    error_message = "A function answers with another handler."
  }
  assert {
    condition     = alltrue([for name, f in aws_lambda_function.stage : f.function_name == "sluice-test-${name}"])
    error_message = "The name of a function does not say its environment and stage."
  }

  # ---- a function is told where its config is and nothing secret

  assert {
    condition     = alltrue([for f in values(aws_lambda_function.stage) : f.environment[0].variables.SLUICE_CONFIG == "s3://sluice-test-artifacts-111122223333/sluice.yaml"])
    error_message = "SLUICE_CONFIG is not the object that is managed here."
  }
  assert {
    condition = alltrue([
      for f in values(aws_lambda_function.stage) :
      length(setsubtract(keys(f.environment[0].variables), ["QUARKUS_LAMBDA_HANDLER", "SLUICE_CONFIG", "SLUICE_ENVIRONMENT", "SNOWFLAKE_DISABLE_MINICORE", "DISABLE_SIGNAL_POLLERS"])) == 0
    ])
    error_message = "A function has a variable that nobody foresaw; secrets are not passed that way."
  }
  assert {
    condition     = alltrue([for f in values(aws_lambda_function.stage) : f.environment[0].variables.SLUICE_ENVIRONMENT == "test" && f.environment[0].variables.SNOWFLAKE_DISABLE_MINICORE == "true"])
    error_message = "Metrics would not say their environment, or the Snowflake driver would look for a native library."
  }

  # ---- functions that read the source are in the vpc and no others

  assert {
    condition     = toset([for name, f in aws_lambda_function.stage : name if length(f.vpc_config) > 0]) == toset(["plan", "plan-table", "land", "verify"])
    error_message = "Not exactly plan, plan-table, land and verify are in the VPC."
  }
  assert {
    condition     = toset([for r in values(aws_vpc_security_group_egress_rule.source) : "${r.cidr_ipv4}:${r.from_port}-${r.to_port}"]) == toset(["10.20.0.0/24:5433-5433"])
    error_message = "The way to the source is not its addresses and the port in its URL."
  }
  assert {
    condition     = alltrue([for r in values(aws_vpc_security_group_egress_rule.https) : r.from_port == 443 && r.to_port == 443]) && length(aws_vpc_security_group_egress_rule.https) == 1
    error_message = "More than HTTPS goes out elsewhere."
  }
  assert {
    condition     = aws_vpc_endpoint.s3[0].vpc_endpoint_type == "Gateway" && toset(aws_vpc_endpoint.s3[0].route_table_ids) == toset(["rtb-1"])
    error_message = "S3 is not reached through a gateway, which costs nothing."
  }
  assert {
    condition     = toset([for e in values(aws_vpc_endpoint.interface) : e.service_name]) == toset(["com.amazonaws.ca-central-1.secretsmanager", "com.amazonaws.ca-central-1.logs"]) && alltrue([for e in values(aws_vpc_endpoint.interface) : e.private_dns_enabled])
    error_message = "Interface endpoints are not those that were asked for."
  }

  # ---- sizes are those that the deploy guide reckons with

  assert {
    condition = { for name, f in aws_lambda_function.stage : name => f.memory_size } == {
      plan = 1024, "plan-table" = 1769, land = 3538, convert = 3538, load = 1024, verify = 1769, report = 1024
    }
    error_message = "A function has another memory than docs/deploy.md says."
  }

  # ---- what every build makes is the default

  assert {
    condition     = alltrue([for f in values(aws_lambda_function.stage) : f.runtime == "java21" && f.handler == "io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler::handleRequest" && f.architectures == tolist(["x86_64"])])
    error_message = "The default is not the artifact that every build makes."
  }

  # ---- functions are traced and their logs end

  assert {
    condition     = alltrue([for f in values(aws_lambda_function.stage) : f.tracing_config[0].mode == "Active"])
    error_message = "A function is not traced."
  }
  assert {
    condition     = alltrue([for name, f in aws_lambda_function.stage : f.logging_config[0].log_group == aws_cloudwatch_log_group.function[name].name && f.logging_config[0].log_format == "Text"])
    error_message = "A function logs to another group, or its metrics would be wrapped."
  }
  assert {
    condition     = alltrue([for g in concat(values(aws_cloudwatch_log_group.function), [aws_cloudwatch_log_group.state_machine]) : g.retention_in_days == 30 && g.kms_key_id == aws_kms_key.this.arn]) && length(aws_cloudwatch_log_group.function) == 7
    error_message = "Logs are kept for ever, or not encrypted with the key of the environment."
  }
}

run "without_a_vpc_there_is_nothing_of_one" {
  command = plan

  variables {
    vpc = null
  }
  assert {
    condition     = length(aws_security_group.functions) + length(aws_security_group.endpoints) + length(aws_vpc_endpoint.s3) + length(aws_vpc_endpoint.interface) == 0 && alltrue([for f in values(aws_lambda_function.stage) : length(f.vpc_config) == 0])
    error_message = "Something of a VPC is left."
  }
  assert {
    condition     = alltrue([for p in values(aws_iam_role_policy.function) : !strcontains(p.policy, "ec2:")])
    error_message = "Functions outside of a VPC may make network interfaces."
  }
}

run "sizes_are_per_function_and_the_rest_stays" {
  command = plan

  variables {
    functions = {
      land    = { memory_mb = 4096, reserved_concurrency = 4 }
      convert = { tmp_mb = 2048, timeout_seconds = 600 }
    }
  }
  assert {
    condition     = aws_lambda_function.stage["land"].memory_size == 4096 && aws_lambda_function.stage["land"].reserved_concurrent_executions == 4 && aws_lambda_function.stage["land"].timeout == 900
    error_message = "What was said of land is not followed, or changes more than it says."
  }
  assert {
    condition     = aws_lambda_function.stage["convert"].ephemeral_storage[0].size == 2048 && aws_lambda_function.stage["convert"].timeout == 600 && aws_lambda_function.stage["convert"].memory_size == 3538
    error_message = "What was said of convert is not followed, or changes more than it says."
  }
  assert {
    condition     = alltrue([for name, f in aws_lambda_function.stage : f.reserved_concurrent_executions == -1 if name != "land"])
    error_message = "A function reserves concurrency without being asked, or has none at all."
  }
}

run "native" {
  command = plan

  variables {
    artifact = "tests/fixtures/native.zip"
    runtime  = "provided.al2023"
  }
  assert {
    condition     = alltrue([for f in values(aws_lambda_function.stage) : f.runtime == "provided.al2023" && f.handler == "bootstrap" && f.environment[0].variables.DISABLE_SIGNAL_POLLERS == "true"])
    error_message = "The native executable is not what is called."
  }
}

run "on_arm64" {
  command = plan

  variables {
    artifact     = "tests/fixtures/arm.zip"
    architecture = "arm64"
  }
  assert {
    condition     = alltrue([for f in values(aws_lambda_function.stage) : f.runtime == "java21" && f.architectures == tolist(["arm64"])])
    error_message = "architecture is not followed."
  }
}

run "in_another_partition" {
  command = plan

  variables {
    region = "us-gov-west-1"
  }
  assert {
    condition = length([
      for text in concat(values(aws_iam_role_policy.function)[*].policy, [
        aws_iam_role_policy.state_machine.policy, aws_iam_role_policy.scheduler.policy, aws_iam_role_policy.snowflake.policy, aws_sfn_state_machine.sync.definition, aws_kms_key.this.policy,
      ]) : text if length(regexall("\"arn:aws:(?:s3|states|lambda|logs|sqs|sns|scheduler|ec2|iam):", text)) > 0
    ]) == 0 && length(regexall("\"arn:aws-us-gov:states:::(?:lambda:invoke|s3:getObject|s3:putObject)\"", aws_sfn_state_machine.sync.definition)) == length(regexall("\"arn:aws:states:::", file("../statemachine/sync.asl.json")))
    error_message = "An ARN is in another partition than the region."
  }
  assert {
    condition     = length(regexall("arn:aws:states:::", local.drop_definition)) == 0 && length(regexall("arn:aws-us-gov:states:::", local.drop_definition)) == length(regexall("arn:aws:states:::", file("../statemachine/drop.asl.json")))
    error_message = "The state machine of drops calls services of another partition than the region."
  }
}

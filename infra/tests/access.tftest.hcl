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

override_resource {
  target          = aws_secretsmanager_secret.this["sluice/test/source"]
  override_during = plan
  values          = { arn = "arn:aws:secretsmanager:ca-central-1:111122223333:secret:sluice/test/source-AbCdEf" }
}

override_resource {
  target          = aws_secretsmanager_secret.this["sluice/test/snowflake"]
  override_during = plan
  values          = { arn = "arn:aws:secretsmanager:ca-central-1:111122223333:secret:sluice/test/snowflake-AbCdEf" }
}

run "everybody_may_do_what_they_do_and_no_more" {
  command = plan

  # ---- least privilege

  # Word for word for two of them, so that what builds the policies is not its own judge.
  assert {
    condition = toset(flatten([
      for s in jsondecode(aws_iam_role_policy.function["land"].policy).Statement : [for a in s.Action : [for r in s.Resource : "${s.Effect} ${a} ${r}"]]
      ])) == toset(concat(
      [for part in ["runs", "locks", "raw"] : "Allow s3:GetObject arn:aws:s3:::acme-lake-test/sluice/${part}/*"],
      [for part in ["runs", "locks", "raw"] : "Allow s3:PutObject arn:aws:s3:::acme-lake-test/sluice/${part}/*"],
      [
        "Allow s3:DeleteObject arn:aws:s3:::acme-lake-test/sluice/raw/*",
        "Allow s3:AbortMultipartUpload arn:aws:s3:::acme-lake-test/sluice/raw/*",
        "Allow s3:ListBucket arn:aws:s3:::acme-lake-test",
        "Allow s3:GetObject arn:aws:s3:::sluice-test-artifacts-111122223333/sluice.yaml",
        "Allow kms:Decrypt ${aws_kms_key.this.arn}",
        "Allow kms:GenerateDataKey ${aws_kms_key.this.arn}",
        "Allow logs:CreateLogStream arn:aws:logs:ca-central-1:111122223333:log-group:/aws/lambda/sluice-test-land:*",
        "Allow logs:PutLogEvents arn:aws:logs:ca-central-1:111122223333:log-group:/aws/lambda/sluice-test-land:*",
        "Allow xray:PutTraceSegments *",
        "Allow xray:PutTelemetryRecords *",
        "Allow secretsmanager:GetSecretValue arn:aws:secretsmanager:ca-central-1:111122223333:secret:sluice/test/source-AbCdEf",
      ],
      [for a in ["DescribeNetworkInterfaces", "DescribeSubnets"] : "Allow ec2:${a} *"],
      [for a in ["CreateNetworkInterface", "DeleteNetworkInterface", "AssignPrivateIpAddresses", "UnassignPrivateIpAddresses"] : "Allow ec2:${a} arn:aws:ec2:ca-central-1:111122223333:*/*"],
      [for a in ["CreateNetworkInterface", "DeleteNetworkInterface", "AssignPrivateIpAddresses", "UnassignPrivateIpAddresses", "DescribeNetworkInterfaces", "DescribeSubnets"] : "Deny ec2:${a} *"],
    ))
    error_message = "land may do something else than it does."
  }
  assert {
    condition = toset(flatten([
      for s in jsondecode(aws_iam_role_policy.function["convert"].policy).Statement : [for a in s.Action : [for r in s.Resource : "${a} ${r}"]]
      ])) == toset([
      "s3:GetObject arn:aws:s3:::acme-lake-test/sluice/runs/*",
      "s3:GetObject arn:aws:s3:::acme-lake-test/sluice/locks/*",
      "s3:GetObject arn:aws:s3:::acme-lake-test/sluice/raw/*",
      "s3:PutObject arn:aws:s3:::acme-lake-test/sluice/runs/*",
      "s3:PutObject arn:aws:s3:::acme-lake-test/sluice/locks/*",
      "s3:PutObject arn:aws:s3:::acme-lake-test/sluice/lake/*",
      "s3:DeleteObject arn:aws:s3:::acme-lake-test/sluice/lake/*",
      "s3:AbortMultipartUpload arn:aws:s3:::acme-lake-test/sluice/lake/*",
      "s3:ListBucket arn:aws:s3:::acme-lake-test",
      "s3:GetObject arn:aws:s3:::sluice-test-artifacts-111122223333/sluice.yaml",
      "kms:Decrypt ${aws_kms_key.this.arn}",
      "kms:GenerateDataKey ${aws_kms_key.this.arn}",
      "logs:CreateLogStream arn:aws:logs:ca-central-1:111122223333:log-group:/aws/lambda/sluice-test-convert:*",
      "logs:PutLogEvents arn:aws:logs:ca-central-1:111122223333:log-group:/aws/lambda/sluice-test-convert:*",
      "xray:PutTraceSegments *",
      "xray:PutTelemetryRecords *",
    ])
    error_message = "convert may do something else than it does."
  }
  assert {
    condition = alltrue(flatten([
      for p in concat(values(aws_iam_role_policy.function)[*].policy, [aws_iam_role_policy.state_machine.policy, aws_iam_role_policy.scheduler.policy, aws_iam_role_policy.snowflake.policy]) : [
        for s in jsondecode(p).Statement : [
          for a in s.Action : contains([
            "xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets",
            "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets",
            "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:ListLogDeliveries",
            "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
          ], a)
        ] if s.Effect == "Allow" && contains(s.Resource, "*")
      ]
    ]))
    error_message = "Something is allowed on * that knows ARNs."
  }
  assert {
    condition = alltrue(flatten([
      for p in concat(values(aws_iam_role_policy.function)[*].policy, [aws_iam_role_policy.state_machine.policy, aws_iam_role_policy.scheduler.policy, aws_iam_role_policy.snowflake.policy]) : [
        for s in jsondecode(p).Statement : [for a in s.Action : !strcontains(a, "*")]
      ]
    ]))
    error_message = "A role may do a wildcard of actions."
  }
  assert {
    condition = alltrue(flatten([
      for p in concat(values(aws_iam_role_policy.function)[*].policy, [aws_iam_role_policy.state_machine.policy, aws_iam_role_policy.snowflake.policy]) : [
        for s in jsondecode(p).Statement : [
          for r in s.Resource : startswith(r, "arn:aws:s3:::acme-lake-test/sluice/") || r == "arn:aws:s3:::acme-lake-test" || r == "arn:aws:s3:::sluice-test-artifacts-111122223333/sluice.yaml"
        ] if anytrue([for a in s.Action : startswith(a, "s3:")])
      ]
    ]))
    error_message = "A role reaches out of the lake's prefix."
  }
  assert {
    condition = alltrue(flatten([
      for p in values(aws_iam_role_policy.function)[*].policy : [
        for s in jsondecode(p).Statement : [for prefix in s.Condition.StringLikeIfExists["s3:prefix"] : can(regex("^sluice/[a-z]+/", prefix))] if contains(s.Action, "s3:ListBucket")
      ]
    ]))
    error_message = "A function may list all of the bucket."
  }
  assert {
    condition = toset([
      for name, p in aws_iam_role_policy.function : name
      if anytrue([for s in jsondecode(p.policy).Statement : contains(s.Action, "s3:PutObject") && contains(s.Resource, "arn:aws:s3:::acme-lake-test/sluice/ledger/*")])
    ]) == toset(["load", "verify"])
    error_message = "Not only load and verify write the mirror of the ledger."
  }
  assert {
    condition = toset([
      for name, p in aws_iam_role_policy.function : name
      if anytrue([for s in jsondecode(p.policy).Statement : contains(s.Action, "s3:DeleteObject") && anytrue([for r in s.Resource : endswith(r, "sluice/raw/*") || endswith(r, "sluice/lake/*")])])
    ]) == toset(["land", "convert", "verify"])
    error_message = "Others than land, convert (what lost) and verify (what is superseded) delete rows."
  }
  assert {
    condition = alltrue([
      for name, p in aws_iam_role_policy.function : alltrue([
        for s in jsondecode(p.policy).Statement : length(setintersection(s.Action, ["s3:PutObject", "s3:DeleteObject"])) == 0 || !anytrue([for r in s.Resource : strcontains(r, "artifacts")])
      ])
    ])
    error_message = "A function may write its own code or configuration."
  }

  # ---- what Lambda and Step Functions do with our roles is what their documentation asks for, and no more
  # VPC, logs: the managed policies AWSLambdaVPCAccessExecutionRole and AWSLambdaBasicExecutionRole, whose
  # CreateLogGroup is not needed, because the groups are made here. X-Ray: lambda/latest/dg/services-xray.html and
  # step-functions/latest/dg/xray-iam.html. Log delivery: step-functions/latest/dg/cw-logs.html.

  assert {
    condition = alltrue([
      for name, p in aws_iam_role_policy.function : toset(flatten([
        for s in jsondecode(p.policy).Statement : [for a in s.Action : a if startswith(a, "ec2:") || startswith(a, "logs:") || startswith(a, "xray:")] if s.Effect == "Allow"
        ])) == toset(concat(
        ["logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTraceSegments", "xray:PutTelemetryRecords"],
        !contains(["plan", "plan-table", "land", "verify"], name) ? [] : [
          "ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
        ],
      ))
    ])
    error_message = "A function's role lets Lambda do more or less than network, logs and traces need."
  }
  assert {
    condition = alltrue([
      for name in ["plan", "plan-table", "land", "verify"] : [
        for s in jsondecode(aws_iam_role_policy.function[name].policy).Statement : "${s.Effect} ${one(s.Condition.ArnEquals["lambda:SourceFunctionArn"])}" if try(s.Condition.ArnEquals, null) != null
      ] == ["Deny arn:aws:lambda:ca-central-1:111122223333:function:sluice-test-${name}"]
    ])
    error_message = "The code of a function may change the network."
  }
  assert {
    condition = alltrue([
      for name, p in aws_iam_role_policy.function : [
        for s in jsondecode(p.policy).Statement : s.Condition.StringEquals["kms:ViaService"] if contains(s.Action, "kms:Decrypt")
      ] == [concat(["s3.ca-central-1.amazonaws.com"], name == "convert" ? [] : ["secretsmanager.ca-central-1.amazonaws.com"])]
    ])
    error_message = "A function may use the key for something else than its objects and secrets."
  }
  assert {
    condition = toset(flatten([
      for s in jsondecode(aws_iam_role_policy.state_machine.policy).Statement : [for a in s.Action : a if startswith(a, "logs:") || startswith(a, "xray:")]
      ])) == toset([
      "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:ListLogDeliveries",
      "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
      "xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets",
    ])
    error_message = "The state machine's role does more or less than log delivery and traces need."
  }

  # ---- secrets belong to those who talk to their side

  assert {
    condition = toset([
      for name, p in aws_iam_role_policy.function : name
      if anytrue([for s in jsondecode(p.policy).Statement : contains(s.Action, "secretsmanager:GetSecretValue") && contains(s.Resource, aws_secretsmanager_secret.this["sluice/test/source"].arn)])
    ]) == toset(["plan", "plan-table", "land", "verify"])
    error_message = "Not exactly those that read the source may read its password."
  }
  assert {
    condition = toset([
      for name, p in aws_iam_role_policy.function : name
      if anytrue([for s in jsondecode(p.policy).Statement : contains(s.Action, "secretsmanager:GetSecretValue") && contains(s.Resource, aws_secretsmanager_secret.this["sluice/test/snowflake"].arn)])
    ]) == toset(["plan", "plan-table", "load", "verify", "report"])
    error_message = "Not exactly those that talk to the warehouse may read its key."
  }
  assert {
    condition = anytrue([
      for s in jsondecode(aws_iam_role_policy.function["load"].policy).Statement :
      contains(s.Resource, "arn:aws:secretsmanager:ca-central-1:999988887777:secret:shared/passphrase-AbCdEf") if contains(s.Action, "secretsmanager:GetSecretValue")
    ])
    error_message = "A secret that is named by its ARN cannot be read."
  }
  assert {
    condition     = toset(keys(aws_secretsmanager_secret.this)) == toset(["sluice/test/source", "sluice/test/snowflake"])
    error_message = "Entries for secrets are not those that sluice.yaml names."
  }
  assert {
    condition     = alltrue([for s in values(aws_secretsmanager_secret.this) : s.kms_key_id == aws_kms_key.this.arn && s.recovery_window_in_days == 30])
    error_message = "A secret is not encrypted with the key of the environment, or gone at once."
  }
  assert {
    condition     = length(flatten([for f in fileset(".", "*.tf") : regexall("aws_secretsmanager_secret_version|secret_string", file(f))])) == 0 && length(local.secret_arns) == 3
    error_message = "The value of a secret would be in the state."
  }

  # ---- the state machine may run its children and no more

  assert {
    condition = toset(flatten([
      for s in jsondecode(aws_iam_role_policy.state_machine.policy).Statement : [for a in s.Action : [for r in s.Resource : "${a} ${r}"]] if !contains(s.Resource, "*") && !contains(s.Action, "lambda:InvokeFunction")
      ])) == toset(concat(
      [
        "states:StartExecution arn:aws:states:ca-central-1:111122223333:stateMachine:sluice-test-sync",
        "states:DescribeExecution arn:aws:states:ca-central-1:111122223333:execution:sluice-test-sync:*",
        "states:DescribeExecution arn:aws:states:ca-central-1:111122223333:execution:sluice-test-sync/*",
        "states:StopExecution arn:aws:states:ca-central-1:111122223333:execution:sluice-test-sync:*",
        "states:StopExecution arn:aws:states:ca-central-1:111122223333:execution:sluice-test-sync/*",
        "s3:GetObject arn:aws:s3:::acme-lake-test/sluice/runs/*/tables.json",
        "s3:GetObject arn:aws:s3:::acme-lake-test/sluice/runs/*/batches-*.json",
        "kms:Decrypt ${aws_kms_key.this.arn}",
        "kms:GenerateDataKey ${aws_kms_key.this.arn}",
      ],
      [for a in ["GetObject", "PutObject", "ListMultipartUploadParts", "AbortMultipartUpload"] : "s3:${a} arn:aws:s3:::acme-lake-test/sluice/runs/*/maps/*"],
    ))
    error_message = "The state machine may do something else than it does."
  }
  assert {
    condition     = toset(flatten([for s in jsondecode(aws_iam_role_policy.state_machine.policy).Statement : s.Resource if contains(s.Action, "lambda:InvokeFunction")])) == toset([for f in values(local.functions) : f.arn])
    error_message = "The state machine calls other functions than its seven."
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.scheduler.policy).Statement[*].Resource == [["arn:aws:states:ca-central-1:111122223333:stateMachine:sluice-test-sync"], ["arn:aws:sqs:ca-central-1:111122223333:sluice-test-schedules-dead"]]
    error_message = "Schedules may start something else, or write elsewhere."
  }

  # ---- roles are taken by their service only

  assert {
    condition     = alltrue([for r in values(aws_iam_role.function) : jsondecode(r.assume_role_policy).Statement[*].Principal == [{ Service = "lambda.amazonaws.com" }]])
    error_message = "Somebody else than Lambda takes a function's role."
  }
  assert {
    condition     = jsondecode(aws_iam_role.state_machine.assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "111122223333" && jsondecode(aws_iam_role.scheduler.assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceArn"] == "arn:aws:scheduler:ca-central-1:111122223333:schedule-group/sluice-test"
    error_message = "Another account could have Step Functions or Scheduler take our roles."
  }
  assert {
    condition     = alltrue([for name, r in aws_iam_role.function : r.name == "sluice-test-${name}"]) && aws_iam_role.state_machine.name == "sluice-test-state-machine"
    error_message = "The name of a role does not say its environment."
  }
  assert {
    condition     = alltrue([for s in jsondecode(aws_iam_role.snowflake.assume_role_policy).Statement : s.Effect == "Deny"])
    error_message = "Before there is a storage integration, somebody may take Snowflake's role."
  }
  assert {
    condition = alltrue([
      for s in jsondecode(aws_kms_key.this.policy).Statement : s.Effect == "Allow" && (can(s.Principal.Service) || s.Principal == { AWS = "arn:aws:iam::111122223333:root" })
    ])
    error_message = "The key's policy lets in somebody else than the account and its services."
  }

  # ---- the readme says what the policies say

  assert {
    condition = alltrue(flatten([
      for name, p in local.permissions : [
        for action, parts in p.objects : strcontains(file("README.md"), "| `${name}` | `${action}` | ${join(", ", [for part in parts : part == "" ? "the bucket" : "`${part}`"])} |")
      ]
    ]))
    error_message = "A permission is missing in README.md, or is another one there."
  }
  assert {
    condition     = length(regexall("(?m)^\\| `[a-z-]+` \\| `s3:", file("README.md"))) == sum([for p in values(local.permissions) : length(p.objects)])
    error_message = "README.md tells of permissions that there are not."
  }
}

run "snowflake_reads_once_its_integration_is_known" {
  command = plan

  variables {
    snowflake_principal = { user_arn = "arn:aws:iam::555566667777:user/abcd", external_id = "ACME_SFCRole=1_xyz" }
  }
  assert {
    condition = jsondecode(aws_iam_role.snowflake.assume_role_policy).Statement == [{
      Sid       = "StorageIntegration"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::555566667777:user/abcd" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:ExternalId" = "ACME_SFCRole=1_xyz" } }
    }]
    error_message = "Snowflake's role is not taken by its integration, and by that alone."
  }
  assert {
    condition = toset(flatten([
      for s in jsondecode(aws_iam_role_policy.snowflake.policy).Statement : s.Action
    ])) == toset(["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:GetBucketLocation", "kms:Decrypt"])
    error_message = "Snowflake may do more than read."
  }
}

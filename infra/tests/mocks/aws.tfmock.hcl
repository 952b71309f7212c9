# What the service would say: where the provider checks the form of a value, a random text will not do.
mock_resource "aws_kms_key" {
  defaults = {
    arn    = "arn:aws:kms:ca-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
    key_id = "11111111-2222-3333-4444-555555555555"
  }
}

mock_resource "aws_iam_role" {
  defaults = { arn = "arn:aws:iam::111122223333:role/mock" }
}

mock_resource "aws_sns_topic" {
  defaults = { arn = "arn:aws:sns:ca-central-1:111122223333:mock-topic" }
}

mock_resource "aws_sqs_queue" {
  defaults = {
    arn = "arn:aws:sqs:ca-central-1:111122223333:mock-queue"
    url = "https://sqs.ca-central-1.amazonaws.com/111122223333/mock-queue"
  }
}

mock_resource "aws_cloudwatch_log_group" {
  defaults = { arn = "arn:aws:logs:ca-central-1:111122223333:log-group:mock" }
}

mock_resource "aws_sfn_state_machine" {
  defaults = { arn = "arn:aws:states:ca-central-1:111122223333:stateMachine:mock" }
}

mock_resource "aws_secretsmanager_secret" {
  defaults = { arn = "arn:aws:secretsmanager:ca-central-1:111122223333:secret:mock-AbCdEf" }
}

mock_resource "aws_lambda_function" {
  defaults = { arn = "arn:aws:lambda:ca-central-1:111122223333:function:mock" }
}

mock_resource "aws_s3_object" {
  defaults = { version_id = "version-of-the-artifact" }
}

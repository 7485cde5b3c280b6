variable "updated" {
  default = false
}

locals {
  document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = var.updated ? ["s3:GetObject", "s3:PutObject"] : ["s3:GetObject"]
      Resource = "*"
    }]
  })
  trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_policy" "policy" {
  name        = "tf-policy"
  path        = "/team/"
  description = "A policy"
  policy      = local.document
  tags        = { env = var.updated ? "prod" : "dev" }
}

resource "aws_iam_policy" "everywhere" {
  name_prefix = "tf-policy-"
  policy      = local.document
}

resource "aws_iam_user" "policies_user" {
  name = "tf-policy-user"
}

resource "aws_iam_group" "policies_group" {
  name = "tf-policy-group"
}

resource "aws_iam_role" "policies_role" {
  name               = "tf-policy-role"
  assume_role_policy = local.trust
}

resource "aws_iam_user_policy" "policies_inline" {
  name   = "inline"
  user   = aws_iam_user.policies_user.name
  policy = local.document
}

resource "aws_iam_group_policy" "policies_inline" {
  name   = "inline"
  group  = aws_iam_group.policies_group.name
  policy = local.document
}

resource "aws_iam_role_policy" "policies_inline" {
  name   = "inline"
  role   = aws_iam_role.policies_role.id
  policy = local.document
}

resource "aws_iam_user_policy_attachment" "policies_attached" {
  user       = aws_iam_user.policies_user.name
  policy_arn = aws_iam_policy.policy.arn
}

resource "aws_iam_group_policy_attachment" "policies_attached" {
  group      = aws_iam_group.policies_group.name
  policy_arn = aws_iam_policy.policy.arn
}

resource "aws_iam_role_policy_attachment" "policies_attached" {
  role       = aws_iam_role.policies_role.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_iam_policy_attachment" "everywhere" {
  name       = "everywhere"
  users      = [aws_iam_user.policies_user.name]
  roles      = var.updated ? [] : [aws_iam_role.policies_role.name]
  groups     = [aws_iam_group.policies_group.name]
  policy_arn = aws_iam_policy.everywhere.arn
}

data "aws_iam_policy" "policy" {
  arn = aws_iam_policy.policy.arn
}

data "aws_iam_policy" "aws" {
  name = "AdministratorAccess"
}

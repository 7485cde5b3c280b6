locals {
  exclusive_document = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }]
  })
  exclusive_trust = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
  read_only = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
}

resource "aws_iam_user" "exclusive_policies_user" {
  name = "tf-exclusive-user"
}

resource "aws_iam_group" "group" {
  name = "tf-exclusive-group"
}

resource "aws_iam_role" "role" {
  name               = "tf-exclusive-role"
  assume_role_policy = local.exclusive_trust
}

resource "aws_iam_user_policy" "inline" {
  name   = "inline"
  user   = aws_iam_user.exclusive_policies_user.name
  policy = local.exclusive_document
}

resource "aws_iam_group_policy" "inline" {
  name   = "inline"
  group  = aws_iam_group.group.name
  policy = local.exclusive_document
}

resource "aws_iam_role_policy" "inline" {
  name   = "inline"
  role   = aws_iam_role.role.name
  policy = local.exclusive_document
}

resource "aws_iam_user_policy_attachment" "attached" {
  user       = aws_iam_user.exclusive_policies_user.name
  policy_arn = local.read_only
}

resource "aws_iam_group_policy_attachment" "attached" {
  group      = aws_iam_group.group.name
  policy_arn = local.read_only
}

resource "aws_iam_role_policy_attachment" "attached" {
  role       = aws_iam_role.role.name
  policy_arn = local.read_only
}

resource "aws_iam_user_policies_exclusive" "user" {
  user_name    = aws_iam_user.exclusive_policies_user.name
  policy_names = [aws_iam_user_policy.inline.name]
}

resource "aws_iam_group_policies_exclusive" "group" {
  group_name   = aws_iam_group.group.name
  policy_names = [aws_iam_group_policy.inline.name]
}

resource "aws_iam_role_policies_exclusive" "role" {
  role_name    = aws_iam_role.role.name
  policy_names = [aws_iam_role_policy.inline.name]
}

resource "aws_iam_user_policy_attachments_exclusive" "user" {
  user_name   = aws_iam_user.exclusive_policies_user.name
  policy_arns = [aws_iam_user_policy_attachment.attached.policy_arn]
}

resource "aws_iam_group_policy_attachments_exclusive" "group" {
  group_name  = aws_iam_group.group.name
  policy_arns = [aws_iam_group_policy_attachment.attached.policy_arn]
}

resource "aws_iam_role_policy_attachments_exclusive" "role" {
  role_name   = aws_iam_role.role.name
  policy_arns = [aws_iam_role_policy_attachment.attached.policy_arn]
}

# What the provider can look up in IAM and STS; each finds what is made here.

data "aws_caller_identity" "found_caller" {}

data "aws_iam_session_context" "found_session" {
  arn = "arn:aws:sts::${data.aws_caller_identity.found_caller.account_id}:assumed-role/${aws_iam_role.found.name}/session"
}

data "aws_iam_policy_document" "found_trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "found_reads" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::tf-found/*"]
  }
}

resource "aws_iam_role" "found" {
  name               = "tf-found"
  path               = "/found/"
  assume_role_policy = data.aws_iam_policy_document.found_trust.json
}

resource "aws_iam_user" "found" {
  name = "tf-found"
  path = "/found/"
}

resource "aws_iam_access_key" "found" {
  user = aws_iam_user.found.name
}

resource "aws_iam_policy" "found" {
  name   = "tf-found"
  path   = "/found/"
  policy = data.aws_iam_policy_document.found_reads.json
}

resource "aws_iam_user_policy_attachment" "found" {
  user       = aws_iam_user.found.name
  policy_arn = aws_iam_policy.found.arn
}

resource "aws_iam_instance_profile" "found" {
  name = "tf-found"
  role = aws_iam_role.found.name
}

resource "aws_iam_openid_connect_provider" "found" {
  url             = "https://found.example.test"
  client_id_list  = ["sts.amazonaws.com"]
  thumbprint_list = ["990f4193972f2becf12ddeda5237f9c952f20d9e"]
}

data "aws_iam_role" "found" {
  name = aws_iam_role.found.name
}

data "aws_iam_roles" "found" {
  path_prefix = aws_iam_role.found.path
}

data "aws_iam_user" "found" {
  user_name = aws_iam_user.found.name
}

data "aws_iam_users" "found" {
  path_prefix = aws_iam_user.found.path
}

data "aws_iam_access_keys" "found" {
  user = aws_iam_access_key.found.user
}

data "aws_iam_policy" "found" {
  name        = aws_iam_policy.found.name
  path_prefix = aws_iam_policy.found.path
}

data "aws_iam_policy" "of_aws" {
  name = "AdministratorAccess"
}

data "aws_iam_instance_profile" "found" {
  name = aws_iam_instance_profile.found.name
}

data "aws_iam_instance_profiles" "found" {
  role_name  = aws_iam_role.found.name
  depends_on = [aws_iam_instance_profile.found]
}

data "aws_iam_openid_connect_provider" "found" {
  url = "https://${aws_iam_openid_connect_provider.found.url}"
}

data "aws_iam_principal_policy_simulation" "reads" {
  action_names      = ["s3:GetObject"]
  policy_source_arn = aws_iam_user.found.arn
  resource_arns     = ["arn:aws:s3:::tf-found/k"]
  depends_on        = [aws_iam_user_policy_attachment.found]
}

data "aws_iam_principal_policy_simulation" "writes" {
  action_names      = ["s3:PutObject"]
  policy_source_arn = aws_iam_user.found.arn
  resource_arns     = ["arn:aws:s3:::tf-found/k"]
  depends_on        = [aws_iam_user_policy_attachment.found]
}

# Made only where everything above was found as it is.
resource "aws_iam_group" "found" {
  name = "tf-found"
  lifecycle {
    precondition {
      condition = alltrue([
        data.aws_iam_session_context.found_session.issuer_arn == aws_iam_role.found.arn,
        data.aws_iam_role.found.unique_id == aws_iam_role.found.unique_id,
        contains(data.aws_iam_roles.found.names, "tf-found"),
        data.aws_iam_user.found.user_id == aws_iam_user.found.unique_id,
        contains(data.aws_iam_users.found.names, "tf-found"),
        one(data.aws_iam_access_keys.found.access_keys).access_key_id == aws_iam_access_key.found.id,
        data.aws_iam_policy.found.arn == aws_iam_policy.found.arn,
        data.aws_iam_policy.of_aws.arn == "arn:aws:iam::aws:policy/AdministratorAccess",
        data.aws_iam_instance_profile.found.role_arn == aws_iam_role.found.arn,
        contains(data.aws_iam_instance_profiles.found.names, "tf-found"),
        data.aws_iam_openid_connect_provider.found.arn == aws_iam_openid_connect_provider.found.arn,
        data.aws_iam_principal_policy_simulation.reads.all_allowed,
        !data.aws_iam_principal_policy_simulation.writes.all_allowed,
      ])
      error_message = "something is found otherwise than it was made"
    }
  }
}

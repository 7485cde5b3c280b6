variable "updated" {
  default = false
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = var.updated ? ["ec2.amazonaws.com", "lambda.amazonaws.com"] : ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "roles_role" {
  name                  = "tf-role"
  path                  = "/service/"
  description           = var.updated ? "changed" : "first"
  assume_role_policy    = data.aws_iam_policy_document.trust.json
  max_session_duration  = var.updated ? 7200 : 3600
  permissions_boundary  = var.updated ? "arn:aws:iam::aws:policy/PowerUserAccess" : null
  force_detach_policies = true
  tags                  = { env = var.updated ? "prod" : "dev" }
}

resource "aws_iam_instance_profile" "profile" {
  name = "tf-profile"
  path = "/service/"
  role = aws_iam_role.roles_role.name
  tags = { env = var.updated ? "prod" : "dev" }
}

resource "aws_iam_service_linked_role" "service" {
  aws_service_name = "autoscaling.amazonaws.com"
  custom_suffix    = "tf"
  description      = var.updated ? "changed" : "first"
}

data "aws_iam_role" "role" {
  name = aws_iam_role.roles_role.name
}

data "aws_iam_roles" "roles" {
  path_prefix = "/service/"
  depends_on  = [aws_iam_role.roles_role]
}

data "aws_iam_instance_profile" "profile" {
  name = aws_iam_instance_profile.profile.name
}

variable "updated" {
  default = false
}

resource "aws_iam_account_alias" "alias" {
  account_alias = "tf-alias"
}

resource "aws_iam_account_password_policy" "policy" {
  minimum_password_length        = var.updated ? 16 : 12
  require_lowercase_characters   = true
  require_uppercase_characters   = true
  require_numbers                = true
  require_symbols                = var.updated
  allow_users_to_change_password = true
  max_password_age               = 90
  password_reuse_prevention      = 5
}

resource "aws_iam_security_token_service_preferences" "sts" {
  global_endpoint_token_version = var.updated ? "v1Token" : "v2Token"
}

data "aws_iam_account_alias" "alias" {
  depends_on = [aws_iam_account_alias.alias]
}

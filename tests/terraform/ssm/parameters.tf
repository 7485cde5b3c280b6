variable "updated" { default = false }

resource "aws_ssm_parameter" "text" {
  name            = "/terraform/text"
  type            = "String"
  value           = var.updated ? "after" : "before"
  description     = var.updated ? "changed" : "first"
  allowed_pattern = "^[a-z]+$"
  tags            = { Stage = var.updated ? "two" : "one" }
}

resource "aws_ssm_parameter" "list" {
  name           = "terraform-list"
  type           = "StringList"
  insecure_value = var.updated ? "a,b,c" : "a,b"
}

resource "aws_ssm_parameter" "secret" {
  name  = "/terraform/secret"
  type  = "SecureString"
  value = var.updated ? "hush-hush" : "hush"
}

resource "aws_ssm_parameter" "advanced" {
  name  = "/terraform/advanced"
  type  = "String"
  tier  = "Advanced"
  value = join("", [for i in range(1000) : var.updated ? "yyyyy" : "xxxxx"])
}

resource "aws_ssm_parameter" "clever" {
  name      = "/terraform/clever"
  type      = "String"
  tier      = "Intelligent-Tiering"
  value     = "small"
  data_type = "text"
}

data "aws_ssm_parameter" "image" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
}

data "aws_ssm_parameters_by_path" "all" {
  path       = "/terraform"
  recursive  = true
  depends_on = [aws_ssm_parameter.text, aws_ssm_parameter.secret]
}

resource "aws_ssm_service_setting" "throughput" {
  setting_id    = "arn:aws:ssm:us-east-1:000000000000:servicesetting/ssm/parameter-store/high-throughput-enabled"
  setting_value = var.updated ? "false" : "true"
}

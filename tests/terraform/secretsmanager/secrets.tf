variable "updated" {
  default = false
}

data "aws_caller_identity" "current" {}

resource "aws_kms_key" "secrets" {
  deletion_window_in_days = 7
}

resource "aws_secretsmanager_secret" "plain" {
  name                    = "terraform/plain"
  description             = var.updated ? "changed" : "plain"
  recovery_window_in_days = 0
  tags                    = { purpose = var.updated ? "more" : "test" }
}

resource "aws_secretsmanager_secret_version" "plain" {
  secret_id     = aws_secretsmanager_secret.plain.id
  secret_string = jsonencode({ user = "admin", password = var.updated ? "second" : "first" })
}

resource "aws_secretsmanager_secret" "encrypted" {
  name_prefix             = "terraform-"
  kms_key_id              = aws_kms_key.secrets.arn
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "binary" {
  secret_id      = aws_secretsmanager_secret.encrypted.id
  secret_binary  = base64encode(var.updated ? "other bytes" : "bytes")
  version_stages = ["AWSCURRENT", "mine"]
}

resource "aws_secretsmanager_secret_policy" "plain" {
  secret_arn = aws_secretsmanager_secret.plain.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = var.updated ? "Second" : "First"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
      Action    = "secretsmanager:GetSecretValue"
      Resource  = "*"
    }]
  })
}

resource "aws_secretsmanager_secret" "replicated" {
  name                    = "terraform/replicated"
  recovery_window_in_days = 0
  replica {
    region = "eu-west-1"
  }
  dynamic "replica" {
    for_each = var.updated ? ["us-west-2"] : []
    content {
      region = replica.value
    }
  }
}

data "aws_secretsmanager_random_password" "one" {
  password_length = 20
}

data "aws_secretsmanager_secret_version" "plain" {
  secret_id  = aws_secretsmanager_secret.plain.id
  depends_on = [aws_secretsmanager_secret_version.plain]
}

output "user" {
  value     = jsondecode(data.aws_secretsmanager_secret_version.plain.secret_string).user
  sensitive = true
}

data "aws_secretsmanager_secret" "plain" {
  arn = aws_secretsmanager_secret.plain.arn
}

data "aws_secretsmanager_secret_versions" "plain" {
  secret_id          = aws_secretsmanager_secret.plain.id
  include_deprecated = true
  depends_on         = [aws_secretsmanager_secret_version.plain]

  lifecycle {
    postcondition {
      condition     = length(self.versions) > 0
      error_message = "The secret has a version."
    }
  }
}

data "aws_secretsmanager_secrets" "named" {
  filter {
    name   = "name"
    values = ["terraform/"]
  }

  depends_on = [aws_secretsmanager_secret.plain, aws_secretsmanager_secret.replicated]

  lifecycle {
    postcondition {
      condition     = length(self.names) == 2
      error_message = "Two secrets have such names."
    }
  }
}

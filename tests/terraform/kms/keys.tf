variable "updated" {
  default = false
}

data "aws_caller_identity" "current" {}

resource "aws_kms_key" "symmetric" {
  description             = var.updated ? "encrypts more" : "encrypts"
  deletion_window_in_days = 7
  enable_key_rotation     = var.updated
  is_enabled              = true
  tags                    = { purpose = var.updated ? "more" : "test" }
}

resource "aws_kms_key" "with_policy" {
  deletion_window_in_days = 7
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "All"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}

resource "aws_kms_key" "specs" {
  for_each = {
    RSA_2048      = "SIGN_VERIFY"
    ECC_NIST_P256 = "KEY_AGREEMENT"
    HMAC_256      = "GENERATE_VERIFY_MAC"
  }
  customer_master_key_spec = each.key
  key_usage                = each.value
  deletion_window_in_days  = 7
}

resource "aws_kms_key" "rotating" {
  deletion_window_in_days = 7
  enable_key_rotation     = true
  rotation_period_in_days = var.updated ? 180 : 90
  is_enabled              = true
}

resource "aws_kms_key" "disabled" {
  deletion_window_in_days = 7
  is_enabled              = var.updated
}

resource "aws_kms_alias" "named" {
  name          = "alias/terraform-named"
  target_key_id = var.updated ? aws_kms_key.with_policy.key_id : aws_kms_key.symmetric.key_id
}

resource "aws_kms_alias" "prefixed" {
  name_prefix   = "alias/terraform-"
  target_key_id = aws_kms_key.symmetric.arn
}

resource "aws_kms_key_policy" "separate" {
  key_id = aws_kms_key.symmetric.id
  policy = jsonencode({
    Version = "2012-10-17"
    Id      = var.updated ? "second" : "first"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}

resource "aws_kms_grant" "all" {
  name              = "terraform"
  key_id            = aws_kms_key.symmetric.key_id
  grantee_principal = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"
  operations        = ["Encrypt", "Decrypt", "GenerateDataKey"]
  constraints {
    encryption_context_equals = { Department = "Finance" }
  }
}

resource "aws_kms_ciphertext" "sealed" {
  key_id    = aws_kms_key.symmetric.key_id
  plaintext = "hello"
  context   = { role = "admin" }
}

data "aws_kms_key" "by_alias" {
  key_id = aws_kms_alias.prefixed.name
}

data "aws_kms_alias" "s3" {
  name = "alias/aws/s3"
}

data "aws_kms_public_key" "rsa" {
  key_id = aws_kms_key.specs["RSA_2048"].arn
}

output "alias_target" {
  value = data.aws_kms_key.by_alias.arn == aws_kms_key.symmetric.arn
}

data "aws_kms_ciphertext" "word" {
  key_id    = aws_kms_key.symmetric.key_id
  plaintext = "hush"
  context   = { purpose = "test" }
}

data "aws_kms_secrets" "word" {
  secret {
    name    = "word"
    payload = data.aws_kms_ciphertext.word.ciphertext_blob
    context = { purpose = "test" }
  }

  lifecycle {
    postcondition {
      condition     = self.plaintext["word"] == "hush"
      error_message = "What was encrypted comes back."
    }
  }
}

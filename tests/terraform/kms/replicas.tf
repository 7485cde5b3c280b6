variable "updated" {
  default = false
}

provider "aws" {
  alias  = "other"
  region = "eu-west-1"
}

resource "aws_kms_key" "primary" {
  description             = "spans regions"
  deletion_window_in_days = 7
  multi_region            = true
}

resource "aws_kms_replica_key" "west" {
  provider                = aws.other
  description             = var.updated ? "a replica, changed" : "a replica"
  deletion_window_in_days = 7
  primary_key_arn         = aws_kms_key.primary.arn
}

resource "aws_kms_external_key" "primary" {
  deletion_window_in_days = 7
  multi_region            = true
  enabled                 = true
  key_material_base64     = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI="
}

resource "aws_kms_replica_external_key" "west" {
  provider                = aws.other
  description             = var.updated ? "imported twice, changed" : "imported twice"
  deletion_window_in_days = 7
  enabled                 = true
  primary_key_arn         = aws_kms_external_key.primary.arn
  key_material_base64     = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI="
}

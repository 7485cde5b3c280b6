variable "updated" { default = false }

resource "aws_s3_account_public_access_block" "main" {
  block_public_acls   = var.updated
  block_public_policy = true
}

resource "aws_s3_bucket" "control" {
  bucket        = "terraform-control"
  force_destroy = true
}

resource "aws_s3_access_point" "main" {
  bucket = aws_s3_bucket.control.id
  name   = "terraform"
}

resource "aws_s3control_access_point_policy" "main" {
  access_point_arn = aws_s3_access_point.main.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = var.updated ? "Two" : "One"
      Effect    = "Allow"
      Action    = "s3:GetObject"
      Principal = { AWS = "arn:aws:iam::000000000000:root" }
      Resource  = "${aws_s3_access_point.main.arn}/object/*"
    }]
  })
}

resource "aws_s3control_storage_lens_configuration" "main" {
  config_id = "terraform"
  storage_lens_configuration {
    enabled = !var.updated
    account_level {
      bucket_level {}
    }
  }
}

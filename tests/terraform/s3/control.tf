variable "updated" { default = false }

resource "aws_s3_account_public_access_block" "main" {
  block_public_acls   = var.updated
  block_public_policy = true
}

resource "aws_s3_bucket" "main" {
  bucket        = "terraform-control"
  force_destroy = true
}

resource "aws_s3_access_point" "main" {
  bucket = aws_s3_bucket.main.id
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

resource "aws_s3control_multi_region_access_point" "main" {
  details {
    name = "terraform-multi"
    region {
      bucket = aws_s3_bucket.main.id
    }
  }
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

resource "aws_s3control_access_grants_instance" "main" {}

resource "aws_s3control_access_grants_location" "main" {
  depends_on     = [aws_s3control_access_grants_instance.main]
  iam_role_arn   = var.updated ? "arn:aws:iam::000000000000:role/two" : "arn:aws:iam::000000000000:role/one"
  location_scope = "s3://${aws_s3_bucket.main.id}/*"
}

resource "aws_s3control_access_grant" "main" {
  access_grants_location_id = aws_s3control_access_grants_location.main.access_grants_location_id
  permission                = "READ"
  access_grants_location_configuration {
    s3_sub_prefix = "one/*"
  }
  grantee {
    grantee_type       = "IAM"
    grantee_identifier = "arn:aws:iam::000000000000:user/one"
  }
}

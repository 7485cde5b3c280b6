variable "updated" { default = false }

resource "aws_s3_bucket" "granted" {
  bucket        = "terraform-granted"
  force_destroy = true
}

resource "aws_s3control_access_grants_instance" "main" {}

resource "aws_s3control_access_grants_instance_resource_policy" "main" {
  depends_on = [aws_s3control_access_grants_instance.main]
  policy = jsonencode({
    Version = "2012-10-17"
    Id      = "S3AccessGrantsPolicy"
    Statement = [{
      Sid       = var.updated ? "Two" : "One"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::000000000000:root" }
      Action    = ["s3:ListAccessGrants", "s3:ListAccessGrantsLocations", "s3:GetDataAccess"]
      Resource  = aws_s3control_access_grants_instance.main.access_grants_instance_arn
    }]
  })
}

resource "aws_s3control_access_grants_location" "main" {
  depends_on     = [aws_s3control_access_grants_instance.main]
  iam_role_arn   = var.updated ? "arn:aws:iam::000000000000:role/two" : "arn:aws:iam::000000000000:role/one"
  location_scope = "s3://${aws_s3_bucket.granted.id}/*"
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

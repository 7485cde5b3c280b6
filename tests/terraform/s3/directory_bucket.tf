variable "updated" { default = false }

resource "aws_s3_directory_bucket" "main" {
  bucket        = "terraform--use1-az4--x-s3"
  force_destroy = true
  location {
    name = "use1-az4"
  }
}

resource "aws_s3_access_point" "directory_bucket" {
  bucket = aws_s3_directory_bucket.main.bucket
  name   = "terraform--use1-az4--xa-s3"
}

resource "aws_s3control_directory_bucket_access_point_scope" "main" {
  account_id = "000000000000"
  name       = aws_s3_access_point.directory_bucket.name
  scope {
    permissions = var.updated ? ["GetObject", "ListBucket"] : ["GetObject"]
    prefixes    = ["one/*"]
  }
}

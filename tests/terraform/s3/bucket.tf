variable "updated" { default = false }

resource "aws_s3_bucket" "main" {
  bucket        = "terraform-main"
  force_destroy = true
  tags          = { stage = var.updated ? "two" : "one" }
}

resource "aws_s3_bucket" "lock" {
  bucket              = "terraform-lock"
  object_lock_enabled = true
  force_destroy       = true
}

resource "aws_s3_bucket_versioning" "main" {
  bucket = aws_s3_bucket.main.id
  versioning_configuration {
    status = var.updated ? "Suspended" : "Enabled"
  }
}

resource "aws_s3_bucket_ownership_controls" "main" {
  bucket = aws_s3_bucket.main.id
  rule {
    object_ownership = var.updated ? "ObjectWriter" : "BucketOwnerPreferred"
  }
}

resource "aws_s3_bucket_public_access_block" "main" {
  bucket                  = aws_s3_bucket.main.id
  block_public_acls       = false
  block_public_policy     = false
  ignore_public_acls      = var.updated
  restrict_public_buckets = false
}

resource "aws_s3_bucket_acl" "main" {
  depends_on = [aws_s3_bucket_ownership_controls.main, aws_s3_bucket_public_access_block.main]
  bucket     = aws_s3_bucket.main.id
  acl        = var.updated ? "private" : "public-read"
}

resource "aws_s3_bucket_policy" "main" {
  depends_on = [aws_s3_bucket_public_access_block.main]
  bucket     = aws_s3_bucket.main.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = var.updated ? "Two" : "One"
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:GetObject"
      Resource  = "${aws_s3_bucket.main.arn}/*"
    }]
  })
}

resource "aws_s3_bucket_object_lock_configuration" "lock" {
  bucket = aws_s3_bucket.lock.id
  rule {
    default_retention {
      mode = "GOVERNANCE"
      days = var.updated ? 2 : 1
    }
  }
}

data "aws_s3_bucket" "main" {
  bucket = aws_s3_bucket.main.bucket
}

data "aws_canonical_user_id" "current" {}

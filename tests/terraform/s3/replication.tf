variable "updated" { default = false }

resource "aws_s3_bucket" "source" {
  bucket        = "terraform-source"
  force_destroy = true
}

resource "aws_s3_bucket" "target" {
  bucket        = "terraform-target"
  force_destroy = true
}

resource "aws_s3_bucket_versioning" "source" {
  bucket = aws_s3_bucket.source.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_versioning" "target" {
  bucket = aws_s3_bucket.target.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_replication_configuration" "main" {
  depends_on = [aws_s3_bucket_versioning.source, aws_s3_bucket_versioning.target]
  bucket     = aws_s3_bucket.source.id
  role       = "arn:aws:iam::000000000000:role/replication"
  rule {
    id     = "logs"
    status = "Enabled"
    filter {
      prefix = var.updated ? "two/" : "one/"
    }
    delete_marker_replication {
      status = "Disabled"
    }
    destination {
      bucket        = aws_s3_bucket.target.arn
      storage_class = "STANDARD"
    }
  }
}

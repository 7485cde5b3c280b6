variable "updated" { default = false }

resource "aws_s3_bucket" "configurations" {
  bucket        = "terraform-configurations"
  force_destroy = true
}

resource "aws_s3_bucket" "logs" {
  bucket        = "terraform-logs"
  force_destroy = true
}

resource "aws_s3_bucket_accelerate_configuration" "main" {
  bucket = aws_s3_bucket.configurations.id
  status = var.updated ? "Suspended" : "Enabled"
}

resource "aws_s3_bucket_analytics_configuration" "main" {
  bucket = aws_s3_bucket.configurations.id
  name   = "everything"
  filter {
    prefix = var.updated ? "two/" : "one/"
  }
}

resource "aws_s3_bucket_cors_configuration" "main" {
  bucket = aws_s3_bucket.configurations.id
  cors_rule {
    allowed_headers = ["*"]
    allowed_methods = ["PUT", "POST"]
    allowed_origins = ["https://one.example"]
    expose_headers  = ["ETag"]
    max_age_seconds = var.updated ? 60 : 3000
  }
}

resource "aws_s3_bucket_intelligent_tiering_configuration" "main" {
  bucket = aws_s3_bucket.configurations.id
  name   = "everything"
  tiering {
    access_tier = "DEEP_ARCHIVE_ACCESS"
    days        = var.updated ? 200 : 180
  }
}

resource "aws_s3_bucket_inventory" "main" {
  bucket                   = aws_s3_bucket.configurations.id
  name                     = "weekly"
  included_object_versions = var.updated ? "Current" : "All"
  schedule {
    frequency = "Weekly"
  }
  destination {
    bucket {
      format     = "ORC"
      bucket_arn = aws_s3_bucket.logs.arn
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "main" {
  bucket = aws_s3_bucket.configurations.id
  rule {
    id     = "logs"
    status = "Enabled"
    filter {
      prefix = "logs/"
    }
    expiration {
      days = var.updated ? 60 : 90
    }
    transition {
      days          = 30
      storage_class = "STANDARD_IA"
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

resource "aws_s3_bucket_logging" "main" {
  bucket        = aws_s3_bucket.configurations.id
  target_bucket = aws_s3_bucket.logs.id
  target_prefix = var.updated ? "two/" : "one/"
}

resource "aws_s3_bucket_metric" "main" {
  bucket = aws_s3_bucket.configurations.id
  name   = "everything"
  filter {
    prefix = var.updated ? "two/" : "one/"
  }
}

resource "aws_s3_bucket_request_payment_configuration" "main" {
  bucket = aws_s3_bucket.configurations.id
  payer  = var.updated ? "BucketOwner" : "Requester"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "main" {
  bucket = aws_s3_bucket.configurations.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = var.updated ? "AES256" : "aws:kms"
    }
    bucket_key_enabled = true
  }
}

resource "aws_s3_bucket_website_configuration" "main" {
  bucket = aws_s3_bucket.configurations.id
  index_document {
    suffix = "index.html"
  }
  error_document {
    key = var.updated ? "oops.html" : "error.html"
  }
  routing_rule {
    condition {
      key_prefix_equals = "docs/"
    }
    redirect {
      replace_key_prefix_with = "documents/"
    }
  }
}

resource "aws_sqs_queue" "events" {
  name = "terraform-s3-events"
}

resource "aws_s3_bucket_notification" "main" {
  bucket = aws_s3_bucket.configurations.id
  queue {
    queue_arn     = aws_sqs_queue.events.arn
    events        = var.updated ? ["s3:ObjectRemoved:*"] : ["s3:ObjectCreated:*"]
    filter_suffix = ".log"
  }
}

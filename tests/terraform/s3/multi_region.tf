variable "updated" { default = false }

resource "aws_s3_bucket" "anywhere" {
  bucket        = "terraform-anywhere"
  force_destroy = true
}

resource "aws_s3control_multi_region_access_point" "main" {
  details {
    name = "terraform-multi"
    region {
      bucket = aws_s3_bucket.anywhere.id
    }
  }
}

resource "aws_s3control_multi_region_access_point_policy" "main" {
  details {
    name = element(split(":", aws_s3control_multi_region_access_point.main.id), 1)
    policy = jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Sid       = var.updated ? "Two" : "One"
        Effect    = "Allow"
        Action    = ["s3:GetObject"]
        Principal = { AWS = "arn:aws:iam::000000000000:root" }
        Resource  = "arn:aws:s3::000000000000:accesspoint/${aws_s3control_multi_region_access_point.main.alias}/object/*"
      }]
    })
  }
}

variable "updated" { default = false }

resource "aws_s3_bucket" "transformed" {
  bucket        = "terraform-transformed"
  force_destroy = true
}

resource "aws_s3_access_point" "supporting" {
  bucket = aws_s3_bucket.transformed.id
  name   = "terraform-supporting"
}

resource "aws_s3control_object_lambda_access_point" "main" {
  name = "terraform-lambda"
  configuration {
    supporting_access_point     = aws_s3_access_point.supporting.arn
    cloud_watch_metrics_enabled = var.updated
    transformation_configuration {
      actions = ["GetObject"]
      content_transformation {
        aws_lambda {
          function_arn = "arn:aws:lambda:us-east-1:000000000000:function:transform"
        }
      }
    }
  }
}

resource "aws_s3control_object_lambda_access_point_policy" "main" {
  name = aws_s3control_object_lambda_access_point.main.name
  policy = jsonencode({
    Version = "2008-10-17"
    Statement = [{
      Sid       = var.updated ? "Two" : "One"
      Effect    = "Allow"
      Action    = "s3-object-lambda:GetObject"
      Principal = { AWS = "000000000000" }
      Resource  = aws_s3control_object_lambda_access_point.main.arn
    }]
  })
}

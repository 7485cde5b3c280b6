# Topics, standard and FIFO, with what can be set of them.
variable "updated" {
  default = false
}

resource "aws_sns_topic" "plain" {
  name = "tf-plain"
}

resource "aws_sns_topic" "full" {
  name                              = "tf-full"
  display_name                      = "revision ${var.updated ? 2 : 1}"
  kms_master_key_id                 = "alias/aws/sns"
  signature_version                 = var.updated ? 2 : 1
  tracing_config                    = var.updated ? "Active" : "PassThrough"
  http_success_feedback_role_arn    = "arn:aws:iam::000000000000:role/feedback"
  http_failure_feedback_role_arn    = "arn:aws:iam::000000000000:role/feedback"
  http_success_feedback_sample_rate = 40 + (var.updated ? 2 : 1)
  sqs_success_feedback_role_arn     = "arn:aws:iam::000000000000:role/feedback"
  sqs_success_feedback_sample_rate  = 10
  lambda_failure_feedback_role_arn  = "arn:aws:iam::000000000000:role/feedback"

  delivery_policy = jsonencode({
    http = {
      defaultHealthyRetryPolicy = {
        minDelayTarget     = 20
        maxDelayTarget     = 20 + (var.updated ? 2 : 1)
        numRetries         = 3
        numMaxDelayRetries = 0
        numNoDelayRetries  = 0
        numMinDelayRetries = 0
        backoffFunction    = "linear"
      }
      disableSubscriptionOverrides = false
      defaultRequestPolicy = {
        headerContentType = "application/json"
      }
    }
  })

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "revision${var.updated ? 2 : 1}"
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "SNS:Publish"
      Resource  = "arn:aws:sns:us-east-1:000000000000:tf-full"
    }]
  })

  tags = {
    revision = (var.updated ? 2 : 1)
  }
}

resource "aws_sns_topic" "prefixed" {
  name_prefix = "tf-prefixed-"
}

resource "aws_sns_topic" "fifo" {
  name                        = "tf-ordered.fifo"
  fifo_topic                  = true
  content_based_deduplication = !var.updated
  fifo_throughput_scope       = var.updated ? "MessageGroup" : "Topic"
  archive_policy              = var.updated ? "{}" : jsonencode({ MessageRetentionPeriod = "30" })
}

data "aws_sns_topic" "plain" {
  name       = "tf-plain"
  depends_on = [aws_sns_topic.plain]
}

output "sns_topic_found" {
  value = data.aws_sns_topic.plain.arn == aws_sns_topic.plain.arn
}

# Queues, standard and FIFO, with what can be set of them.
variable "updated" {
  default = false
}

resource "aws_sqs_queue" "plain" {
  name = "tf-queue"
}

resource "aws_sqs_queue" "prefixed" {
  name_prefix = "tf-queue-"
}

resource "aws_sqs_queue" "dead" {
  name = "tf-queue-dead"
}

resource "aws_sqs_queue" "full" {
  name                              = "tf-queue-full"
  delay_seconds                     = 10 + (var.updated ? 2 : 1)
  max_message_size                  = 2048
  message_retention_seconds         = 86400
  receive_wait_time_seconds         = 10
  visibility_timeout_seconds        = 60 + (var.updated ? 2 : 1)
  kms_master_key_id                 = "alias/aws/sqs"
  kms_data_key_reuse_period_seconds = 300
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 3 + (var.updated ? 2 : 1)
  })
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "revision${var.updated ? 2 : 1}"
      Effect    = "Allow"
      Principal = "*"
      Action    = "sqs:SendMessage"
      Resource  = "arn:aws:sqs:us-east-1:000000000000:tf-queue-full"
    }]
  })
  tags = {
    revision = (var.updated ? 2 : 1)
  }
}

resource "aws_sqs_queue" "encrypted" {
  name                    = "tf-queue-encrypted"
  sqs_managed_sse_enabled = !var.updated
}

resource "aws_sqs_queue" "fifo" {
  name                        = "tf-queue.fifo"
  fifo_queue                  = true
  content_based_deduplication = !var.updated
  deduplication_scope         = "messageGroup"
  fifo_throughput_limit       = "perMessageGroupId"
}

data "aws_sqs_queue" "plain" {
  name       = "tf-queue"
  depends_on = [aws_sqs_queue.plain]
}

data "aws_sqs_queues" "all" {
  queue_name_prefix = "tf-queue-full"
  depends_on        = [aws_sqs_queue.full]
}

output "sqs_queue_found" {
  value = data.aws_sqs_queue.plain.arn == aws_sqs_queue.plain.arn && length(data.aws_sqs_queues.all.queue_urls) == 1
}

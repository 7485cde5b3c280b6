# Subscriptions of queues, mailboxes, phones and URLs.
variable "updated" {
  default = false
}

resource "aws_sns_topic" "subscribed" {
  name = "tf-subscribed"
}

resource "aws_sns_topic" "subscribed_fifo" {
  name       = "tf-subscribed.fifo"
  fifo_topic = true
}

resource "aws_sqs_queue" "subscriber" {
  name = "tf-subscriber"
}

resource "aws_sqs_queue" "subscriber_fifo" {
  name       = "tf-subscriber.fifo"
  fifo_queue = true
}

resource "aws_sqs_queue" "undelivered" {
  name = "tf-undelivered"
}

resource "aws_sns_topic_subscription" "queue" {
  topic_arn            = aws_sns_topic.subscribed.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.subscriber.arn
  raw_message_delivery = !var.updated
  filter_policy_scope  = "MessageBody"
  filter_policy = jsonencode({
    detail = { kind = [{ prefix = "revision-${var.updated ? 2 : 1}" }] }
  })
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.undelivered.arn
  })
}

resource "aws_sns_topic_subscription" "ordered" {
  topic_arn = aws_sns_topic.subscribed_fifo.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.subscriber_fifo.arn
}

resource "aws_sns_topic_subscription" "phone" {
  topic_arn = aws_sns_topic.subscribed.arn
  protocol  = "sms"
  endpoint  = "+15551234567"
  filter_policy = jsonencode({
    store = ["example_corp", { anything-but = "revision ${var.updated ? 2 : 1}" }]
  })
}

resource "aws_sns_topic_subscription" "mail" {
  topic_arn = aws_sns_topic.subscribed.arn
  protocol  = "email"
  endpoint  = "somebody@example.com"
}

resource "aws_sns_topic_subscription" "function" {
  topic_arn = aws_sns_topic.subscribed.arn
  protocol  = "lambda"
  endpoint  = "arn:aws:lambda:us-east-1:000000000000:function:subscriber"
}

resource "aws_sns_topic_subscription" "url" {
  topic_arn = aws_sns_topic.subscribed.arn
  protocol  = "https"
  endpoint  = "https://localhost:9/hook"
  delivery_policy = jsonencode({
    healthyRetryPolicy = {
      minDelayTarget     = 5
      maxDelayTarget     = 10 + (var.updated ? 2 : 1)
      numRetries         = 1
      numNoDelayRetries  = 0
      numMinDelayRetries = 0
      numMaxDelayRetries = 0
      backoffFunction    = "linear"
    }
  })
}

resource "aws_sns_topic_subscription" "stream" {
  topic_arn             = aws_sns_topic.subscribed.arn
  protocol              = "firehose"
  endpoint              = "arn:aws:firehose:us-east-1:000000000000:deliverystream/subscriber"
  subscription_role_arn = "arn:aws:iam::000000000000:role/stream"
}

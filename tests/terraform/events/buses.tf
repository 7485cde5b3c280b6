# Event buses, rules and targets.
variable "updated" {
  default = false
}

resource "aws_cloudwatch_event_bus" "orders" {
  name        = "tf-orders"
  description = var.updated ? "Orders and returns" : "Orders"
  tags = {
    stage = var.updated ? "two" : "one"
  }
}

resource "aws_cloudwatch_event_bus_policy" "orders" {
  event_bus_name = aws_cloudwatch_event_bus.orders.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "partners"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::111111111111:root" }
      Action    = var.updated ? ["events:PutEvents", "events:PutRule"] : ["events:PutEvents"]
      Resource  = aws_cloudwatch_event_bus.orders.arn
    }]
  })
}

resource "aws_cloudwatch_event_permission" "default" {
  principal    = "111111111111"
  statement_id = "tf-partner"
}

resource "aws_sqs_queue" "events" {
  name = "tf-events"
}

resource "aws_sqs_queue" "events_fifo" {
  name                        = "tf-events.fifo"
  fifo_queue                  = true
  content_based_deduplication = true
}

resource "aws_cloudwatch_event_rule" "large" {
  name           = "tf-large"
  description    = var.updated ? "Larger orders" : "Large orders"
  event_bus_name = aws_cloudwatch_event_bus.orders.name
  state          = var.updated ? "DISABLED" : "ENABLED"
  event_pattern = jsonencode({
    detail = { total = [{ numeric = [">", var.updated ? 200 : 100] }] }
  })
  tags = {
    stage = "one"
  }
}

resource "aws_cloudwatch_event_target" "large" {
  rule           = aws_cloudwatch_event_rule.large.name
  event_bus_name = aws_cloudwatch_event_bus.orders.name
  target_id      = "queue"
  arn            = aws_sqs_queue.events.arn
  input_transformer {
    input_paths    = { total = "$.detail.total" }
    input_template = var.updated ? "{\"sum\": <total>}" : "{\"total\": <total>}"
  }
  retry_policy {
    maximum_event_age_in_seconds = 60
    maximum_retry_attempts       = var.updated ? 2 : 1
  }
  dead_letter_config {
    arn = aws_sqs_queue.events.arn
  }
}

resource "aws_cloudwatch_event_rule" "nightly" {
  name_prefix         = "tf-nightly-"
  schedule_expression = var.updated ? "rate(12 hours)" : "cron(0 2 * * ? *)"
}

resource "aws_cloudwatch_event_target" "nightly" {
  rule  = aws_cloudwatch_event_rule.nightly.name
  arn   = aws_sqs_queue.events_fifo.arn
  input = jsonencode({ run = true })
  sqs_target {
    message_group_id = "nightly"
  }
}

resource "aws_cloudwatch_event_archive" "orders" {
  name             = "tf-orders"
  event_source_arn = aws_cloudwatch_event_bus.orders.arn
  description      = var.updated ? "Kept longer" : "Kept"
  retention_days   = var.updated ? 14 : 7
  event_pattern    = jsonencode({ source = ["shop"] })
}

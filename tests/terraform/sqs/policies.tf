# The policies of queues, each as a resource of its own.
variable "updated" {
  default = false
}

resource "aws_sqs_queue" "source" {
  name = "tf-source"
}

resource "aws_sqs_queue" "target" {
  name = "tf-target"
}

resource "aws_sqs_queue_policy" "source" {
  queue_url = aws_sqs_queue.source.id
  policy = jsonencode({
    Version = "2012-10-17"
    Id      = "policy"
    Statement = [{
      Sid       = "revision${var.updated ? 2 : 1}"
      Effect    = "Allow"
      Principal = { Service = "sns.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.source.arn
    }]
  })
}

resource "aws_sqs_queue_redrive_policy" "source" {
  queue_url = aws_sqs_queue.source.id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.target.arn
    maxReceiveCount     = 3 + (var.updated ? 2 : 1)
  })
}

resource "aws_sqs_queue_redrive_allow_policy" "target" {
  queue_url = aws_sqs_queue.target.id
  redrive_allow_policy = (
    var.updated
    ? jsonencode({ redrivePermission = "allowAll" })
    : jsonencode({ redrivePermission = "byQueue", sourceQueueArns = [aws_sqs_queue.source.arn] })
  )
}

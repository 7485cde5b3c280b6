# The policies of a topic: who may use it, and what may not be in its messages.
variable "updated" {
  default = false
}

resource "aws_sns_topic" "governed" {
  name = "tf-governed"
}

resource "aws_sns_topic_policy" "governed" {
  arn = aws_sns_topic.governed.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Id      = "governed"
    Statement = [{
      Sid       = "revision${var.updated ? 2 : 1}"
      Effect    = "Allow"
      Principal = { AWS = "*" }
      Action    = ["SNS:Subscribe", "SNS:Publish", "SNS:Receive"]
      Resource  = aws_sns_topic.governed.arn
      Condition = { StringEquals = { "AWS:SourceOwner" = "000000000000" } }
    }]
  })
}

resource "aws_sns_topic_data_protection_policy" "governed" {
  arn = aws_sns_topic.governed.arn
  policy = jsonencode({
    Name        = "__example_data_protection_policy"
    Description = "revision ${var.updated ? 2 : 1}"
    Version     = "2021-06-01"
    Statement = [{
      Sid            = "deny-names"
      DataDirection  = "Inbound"
      DataIdentifier = ["arn:aws:dataprotection::aws:data-identifier/Name"]
      Operation      = { Deny = {} }
      Principal      = ["*"]
    }]
  })
}

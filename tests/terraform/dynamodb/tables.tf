variable "updated" {
  default = false
}

resource "aws_dynamodb_table" "tables_plain" {
  name         = "tf-plain"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "pk"

  attribute {
    name = "pk"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  tags = {
    Step = var.updated ? "2" : "1"
  }
}

resource "aws_dynamodb_table" "everything" {
  name                        = "tf-everything"
  billing_mode                = "PROVISIONED"
  read_capacity               = var.updated ? 10 : 5
  write_capacity              = 5
  hash_key                    = "pk"
  range_key                   = "sk"
  stream_enabled              = true
  stream_view_type            = "NEW_AND_OLD_IMAGES"
  deletion_protection_enabled = false
  table_class                 = "STANDARD_INFREQUENT_ACCESS"

  attribute {
    name = "pk"
    type = "S"
  }
  attribute {
    name = "sk"
    type = "N"
  }
  attribute {
    name = "other"
    type = "B"
  }

  local_secondary_index {
    name            = "local"
    range_key       = "other"
    projection_type = "KEYS_ONLY"
  }

  global_secondary_index {
    name               = "global"
    hash_key           = "sk"
    range_key          = "pk"
    projection_type    = "INCLUDE"
    non_key_attributes = ["title"]
    read_capacity      = 2
    write_capacity     = var.updated ? 4 : 2
  }

  ttl {
    attribute_name = "until"
    enabled        = true
  }

  server_side_encryption {
    enabled = true
  }

  # aws_dynamodb_tag adds one.
  lifecycle {
    ignore_changes = [tags, tags_all]
  }
}

resource "aws_dynamodb_table_item" "tables_item" {
  table_name = aws_dynamodb_table.tables_plain.name
  hash_key   = aws_dynamodb_table.tables_plain.hash_key
  item = jsonencode({
    pk   = { S = "a" }
    n    = { N = var.updated ? "2" : "1" }
    list = { L = [{ S = "x" }, { NULL = true }] }
  })
}

resource "aws_dynamodb_tag" "tag" {
  resource_arn = aws_dynamodb_table.everything.arn
  key          = "Owner"
  value        = var.updated ? "second" : "first"
}

resource "aws_dynamodb_contributor_insights" "insights" {
  table_name = aws_dynamodb_table.tables_plain.name
}

resource "aws_dynamodb_resource_policy" "policy" {
  resource_arn = aws_dynamodb_table.tables_plain.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = var.updated ? "Second" : "First"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::000000000000:root" }
      Action    = "dynamodb:GetItem"
      Resource  = aws_dynamodb_table.tables_plain.arn
    }]
  })
}

resource "aws_dynamodb_kinesis_streaming_destination" "kinesis" {
  table_name                               = aws_dynamodb_table.tables_plain.name
  stream_arn                               = "arn:aws:kinesis:us-east-1:000000000000:stream/changes"
  approximate_creation_date_time_precision = "MICROSECOND"
}

data "aws_dynamodb_table" "plain" {
  name       = aws_dynamodb_table.tables_plain.name
  depends_on = [aws_dynamodb_table_item.tables_item]
}

data "aws_dynamodb_table_item" "item" {
  table_name = aws_dynamodb_table.tables_plain.name
  key        = jsonencode({ pk = { S = "a" } })
  depends_on = [aws_dynamodb_table_item.tables_item]
}

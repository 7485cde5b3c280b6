variable "updated" {
  default = false
}

provider "aws" {
  alias  = "west"
  region = "us-west-2"
}

resource "aws_dynamodb_table" "replicated" {
  name             = "tf-replicated"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "pk"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "pk"
    type = "S"
  }

  replica {
    region_name    = "eu-west-1"
    propagate_tags = true
  }

  tags = {
    Step = var.updated ? "2" : "1"
  }
}

resource "aws_dynamodb_table" "source" {
  name             = "tf-source"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "pk"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "pk"
    type = "S"
  }

  lifecycle {
    ignore_changes = [replica]
  }
}

resource "aws_dynamodb_table_replica" "replica" {
  provider         = aws.west
  global_table_arn = aws_dynamodb_table.source.arn

  point_in_time_recovery = var.updated
}

resource "aws_dynamodb_table" "older" {
  name             = "tf-older"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "pk"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "pk"
    type = "S"
  }
}

resource "aws_dynamodb_global_table" "older" {
  name = aws_dynamodb_table.older.name

  replica {
    region_name = "us-east-1"
  }
}

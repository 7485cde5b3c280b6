resource "aws_dynamodb_table" "plain" {
  name         = "tf-exported"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "pk"

  attribute {
    name = "pk"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }
}

resource "aws_dynamodb_table_item" "item" {
  table_name = aws_dynamodb_table.plain.name
  hash_key   = aws_dynamodb_table.plain.hash_key
  item       = jsonencode({ pk = { S = "a" } })
}

resource "aws_s3_bucket" "exports" {
  bucket        = "tf-dynamodb-exports"
  force_destroy = true
}

resource "aws_dynamodb_table_export" "export" {
  table_arn = aws_dynamodb_table.plain.arn
  s3_bucket = aws_s3_bucket.exports.id
  s3_prefix = "plain"

  depends_on = [aws_dynamodb_table_item.item]
}

resource "aws_dynamodb_table" "imported" {
  name         = "tf-imported"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "pk"

  attribute {
    name = "pk"
    type = "S"
  }

  import_table {
    input_format           = "DYNAMODB_JSON"
    input_compression_type = "GZIP"
    s3_bucket_source {
      bucket     = aws_s3_bucket.exports.id
      key_prefix = "plain/AWSDynamoDB/${regex("[^/]*$", aws_dynamodb_table_export.export.arn)}/data/"
    }
  }
}

resource "aws_dynamodb_table" "restored" {
  name                   = "tf-restored"
  billing_mode           = "PAY_PER_REQUEST"
  hash_key               = "pk"
  restore_source_name    = aws_dynamodb_table.plain.name
  restore_to_latest_time = true

  attribute {
    name = "pk"
    type = "S"
  }

  depends_on = [aws_dynamodb_table_item.item]
}

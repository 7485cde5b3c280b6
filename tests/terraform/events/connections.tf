# Connections, API destinations and their targets.
variable "updated" {
  default = false
}

resource "aws_cloudwatch_event_connection" "key" {
  name               = "tf-key"
  description        = var.updated ? "By another key" : "By a key"
  authorization_type = "API_KEY"
  auth_parameters {
    api_key {
      key   = "x-api-key"
      value = var.updated ? "two" : "one"
    }
    invocation_http_parameters {
      header {
        key             = "x-own"
        value           = "1"
        is_value_secret = false
      }
      body {
        key             = "secret"
        value           = "2"
        is_value_secret = true
      }
    }
  }
}

resource "aws_cloudwatch_event_connection" "basic" {
  name               = "tf-basic"
  authorization_type = "BASIC"
  auth_parameters {
    basic {
      username = var.updated ? "other" : "user"
      password = "password"
    }
  }
}

resource "aws_cloudwatch_event_api_destination" "hook" {
  name                             = "tf-hook"
  description                      = var.updated ? "Another hook" : "A hook"
  invocation_endpoint              = "https://example.com/hooks/*"
  http_method                      = var.updated ? "PUT" : "POST"
  invocation_rate_limit_per_second = var.updated ? 20 : 10
  connection_arn                   = aws_cloudwatch_event_connection.key.arn
}

resource "aws_cloudwatch_event_rule" "hook" {
  name          = "tf-hook"
  event_pattern = jsonencode({ source = ["shop"] })
}

resource "aws_cloudwatch_event_target" "hook" {
  rule     = aws_cloudwatch_event_rule.hook.name
  arn      = aws_cloudwatch_event_api_destination.hook.arn
  role_arn = "arn:aws:iam::000000000000:role/hook"
  http_target {
    path_parameter_values   = ["orders"]
    header_parameters       = { x-target = var.updated ? "2" : "1" }
    query_string_parameters = { from = "events" }
  }
}

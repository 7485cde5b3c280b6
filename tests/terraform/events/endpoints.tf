# Global endpoints.
variable "updated" {
  default = false
}

provider "aws" {
  alias  = "elsewhere"
  region = "us-west-2"
}

resource "aws_cloudwatch_event_bus" "here" {
  name = "tf-global"
}

resource "aws_cloudwatch_event_bus" "elsewhere" {
  provider = aws.elsewhere
  name     = "tf-global"
}

resource "aws_cloudwatch_event_endpoint" "global" {
  name        = "tf-global"
  description = var.updated ? "Two regions" : "Regions"
  role_arn    = "arn:aws:iam::000000000000:role/replication"
  event_bus {
    event_bus_arn = aws_cloudwatch_event_bus.here.arn
  }
  event_bus {
    event_bus_arn = aws_cloudwatch_event_bus.elsewhere.arn
  }
  replication_config {
    state = "DISABLED"
  }
  routing_config {
    failover_config {
      primary {
        health_check = "arn:aws:route53:::healthcheck/00000000-0000-0000-0000-000000000000"
      }
      secondary {
        route = "us-west-2"
      }
    }
  }
}

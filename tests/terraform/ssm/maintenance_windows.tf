variable "updated" { default = false }

resource "aws_ssm_maintenance_window" "nightly" {
  name                       = "terraform-nightly"
  schedule                   = var.updated ? "cron(0 4 ? * SUN *)" : "cron(0 2 ? * SUN *)"
  schedule_timezone          = "Etc/UTC"
  duration                   = 3
  cutoff                     = 1
  allow_unassociated_targets = true
  description                = var.updated ? "changed" : "first"
  enabled                    = !var.updated
  tags                       = { Stage = "one" }
}

resource "aws_ssm_maintenance_window_target" "tagged" {
  window_id         = aws_ssm_maintenance_window.nightly.id
  name              = "tagged"
  description       = var.updated ? "changed" : "first"
  resource_type     = "INSTANCE"
  owner_information = "someone"

  targets {
    key    = "tag:Stage"
    values = ["one"]
  }
}

resource "aws_ssm_maintenance_window_task" "command" {
  window_id       = aws_ssm_maintenance_window.nightly.id
  name            = "command"
  task_arn        = "AWS-RunShellScript"
  task_type       = "RUN_COMMAND"
  priority        = var.updated ? 2 : 1
  max_concurrency = "2"
  max_errors      = "1"

  targets {
    key    = "WindowTargetIds"
    values = [aws_ssm_maintenance_window_target.tagged.id]
  }

  task_invocation_parameters {
    run_command_parameters {
      comment         = var.updated ? "changed" : "first"
      timeout_seconds = 600

      parameter {
        name   = "commands"
        values = ["date"]
      }
    }
  }
}

resource "aws_ssm_maintenance_window_task" "lambda" {
  window_id        = aws_ssm_maintenance_window.nightly.id
  task_arn         = "arn:aws:lambda:us-east-1:000000000000:function:nightly"
  task_type        = "LAMBDA"
  service_role_arn = "arn:aws:iam::000000000000:role/windows"

  task_invocation_parameters {
    lambda_parameters {
      qualifier = "1"
      payload   = jsonencode({ updated = var.updated })
    }
  }
}

data "aws_ssm_maintenance_windows" "named" {
  filter {
    name   = "Name"
    values = [aws_ssm_maintenance_window.nightly.name]
  }

  lifecycle {
    postcondition {
      condition     = length(self.ids) == 1
      error_message = "One window has the name."
    }
  }
}

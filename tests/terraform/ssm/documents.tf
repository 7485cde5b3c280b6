variable "updated" { default = false }

resource "aws_ssm_document" "command" {
  name          = "terraform-command"
  document_type = "Command"
  content = jsonencode({
    schemaVersion = "2.2"
    description   = "Says something"
    parameters = {
      Word = { type = "String", default = "hello", description = "What to say" }
    }
    mainSteps = [{
      name   = "say"
      action = "aws:runShellScript"
      inputs = { runCommand = [var.updated ? "echo again {{ Word }}" : "echo {{ Word }}"] }
    }]
  })
  tags = { Stage = var.updated ? "two" : "one" }
}

resource "aws_ssm_document" "runbook" {
  name            = "terraform-runbook"
  document_type   = "Automation"
  document_format = "YAML"
  content         = <<-EOT
    schemaVersion: '0.3'
    mainSteps:
      - name: wait
        action: aws:sleep
        inputs:
          Duration: ${var.updated ? "PT2S" : "PT1S"}
  EOT
  permissions = {
    type        = "Share"
    account_ids = var.updated ? "111111111111,222222222222" : "111111111111"
  }
}

resource "aws_ssm_document" "session" {
  name          = "terraform-session"
  document_type = "Session"
  content = jsonencode({
    schemaVersion = "1.0"
    description   = "A session"
    sessionType   = "Standard_Stream"
    inputs        = { idleSessionTimeout = "20" }
  })
}

resource "aws_ssm_association" "tagged" {
  name                = aws_ssm_document.command.name
  association_name    = "terraform-association"
  schedule_expression = var.updated ? "rate(1 hour)" : "rate(30 minutes)"
  compliance_severity = "HIGH"
  max_concurrency     = "50%"
  max_errors          = "5"
  parameters          = { Word = var.updated ? "after" : "before" }

  targets {
    key    = "tag:Stage"
    values = ["one"]
  }

  output_location {
    s3_bucket_name = "outputs"
    s3_key_prefix  = "terraform"
  }
}

data "aws_ssm_document" "shell" {
  name            = "AWS-RunShellScript"
  document_format = "YAML"
}

data "aws_ssm_document" "own" {
  name             = aws_ssm_document.command.name
  document_version = aws_ssm_document.command.latest_version
}

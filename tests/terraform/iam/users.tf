variable "updated" {
  default = false
}

resource "aws_iam_user" "users_user" {
  name                 = "tf-user"
  path                 = var.updated ? "/team/" : "/"
  permissions_boundary = "arn:aws:iam::aws:policy/PowerUserAccess"
  force_destroy        = true
  tags                 = { env = var.updated ? "prod" : "dev" }
}

resource "aws_iam_user" "renamed" {
  name = var.updated ? "tf-user-new-name" : "tf-user-old-name"
}

resource "aws_iam_access_key" "key" {
  user   = aws_iam_user.users_user.name
  status = var.updated ? "Inactive" : "Active"
}

resource "aws_iam_user_login_profile" "login" {
  user                    = aws_iam_user.users_user.name
  password_length         = 24
  password_reset_required = false
}

resource "aws_iam_user_ssh_key" "ssh" {
  username   = aws_iam_user.users_user.name
  encoding   = "SSH"
  public_key = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDlZTpgfTAxMhsxhm3Y3LwInCpk2JmlGDgb7w/Q0iuPt5tLcNiD6xEy3U3rNajSMKrV1Unx4Kf3RrV6vW/Bkvy56wMArxIe1z3XI0Pvkw5XiBfIkWfUwL5CjZim0gSJhdBVr1EF6cOdHQPnxPuC6Da/PlAh39aSze681YUWcVDfh0/6hVL5/TWpa3vUcmOB+xH6qK/Nx2sPimuH9981gezctQiTiSOc8DLM5Fu7buquGoKQI2Y6fzqpwpMulCqHzS1CMZ5Es1inXnYgdk6q+DrOsOq1KiQkCJBiVhaZpkSjrB7qriYf5S4lRWxwoFTXCsvSZ+eomMWe8SDaiQHK78mn alice"
  status     = var.updated ? "Inactive" : "Active"
}

resource "aws_iam_service_specific_credential" "git" {
  service_name = "codecommit.amazonaws.com"
  user_name    = aws_iam_user.users_user.name
  status       = var.updated ? "Inactive" : "Active"
}

data "aws_iam_user" "user" {
  user_name = aws_iam_user.users_user.name
}

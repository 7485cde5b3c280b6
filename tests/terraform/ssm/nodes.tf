variable "updated" { default = false }

resource "aws_ssm_activation" "hybrid" {
  name               = "terraform"
  description        = "hybrid nodes"
  iam_role           = "nodes"
  registration_limit = 5
  tags               = { Stage = "one" }
}

resource "aws_ssm_resource_data_sync" "inventory" {
  name = "terraform-${var.updated ? "two" : "one"}"

  s3_destination {
    bucket_name = "inventory"
    region      = "us-east-1"
    prefix      = "terraform"
  }
}

data "aws_ssm_instances" "linux" {
  filter {
    name   = "PlatformTypes"
    values = ["Linux"]
  }
}

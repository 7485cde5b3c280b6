variable "updated" { default = false }

resource "aws_ssm_patch_baseline" "linux" {
  name                              = "terraform-linux"
  description                       = var.updated ? "changed" : "first"
  operating_system                  = "AMAZON_LINUX_2023"
  approved_patches                  = ["kernel-6.1*"]
  rejected_patches                  = var.updated ? ["bash-5*", "zsh-5*"] : ["bash-5*"]
  approved_patches_compliance_level = "HIGH"
  tags                              = { Stage = "one" }

  global_filter {
    key    = "PRODUCT"
    values = ["AmazonLinux2023"]
  }

  approval_rule {
    approve_after_days  = var.updated ? 14 : 7
    compliance_level    = "CRITICAL"
    enable_non_security = true

    patch_filter {
      key    = "CLASSIFICATION"
      values = ["Security"]
    }
  }

  source {
    name          = "extra"
    products      = ["AmazonLinux2023"]
    configuration = "[extra]\nname=extra\nbaseurl=https://example.com/extra"
  }
}

resource "aws_ssm_patch_group" "web" {
  baseline_id = aws_ssm_patch_baseline.linux.id
  patch_group = "web"
}

resource "aws_ssm_default_patch_baseline" "linux" {
  baseline_id      = aws_ssm_patch_baseline.linux.id
  operating_system = "AMAZON_LINUX_2023"
}

data "aws_ssm_patch_baseline" "provided" {
  owner            = "AWS"
  name_prefix      = "AWS-"
  operating_system = "CENTOS"
}

data "aws_ssm_patch_baselines" "provided" {
  filter {
    key    = "OWNER"
    values = ["AWS"]
  }

  filter {
    key    = "OPERATING_SYSTEM"
    values = ["AMAZON_LINUX_2023"]
  }
}

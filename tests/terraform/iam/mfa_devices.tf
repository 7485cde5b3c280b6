variable "updated" {
  default = false
}

resource "aws_iam_virtual_mfa_device" "phone" {
  virtual_mfa_device_name = "tf-phone"
  tags                    = { env = var.updated ? "prod" : "dev" }
}

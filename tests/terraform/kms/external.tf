variable "updated" {
  default = false
}

resource "aws_kms_external_key" "imported" {
  description             = var.updated ? "imported again" : "imported"
  deletion_window_in_days = 7
  enabled                 = true
  key_material_base64     = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI="
}

resource "aws_kms_external_key" "waiting" {
  deletion_window_in_days = 7
  tags                    = { state = var.updated ? "still waiting" : "waiting" }
}

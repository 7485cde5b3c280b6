# Mobile push and SMS.
variable "updated" {
  default = false
}

resource "aws_sns_platform_application" "android" {
  name                         = "tf-android"
  platform                     = "GCM"
  platform_credential          = "server-key-${var.updated ? 2 : 1}"
  success_feedback_sample_rate = 50 + (var.updated ? 2 : 1)
}

resource "aws_sns_platform_application" "apple" {
  name                = "tf-apple"
  platform            = "APNS_SANDBOX"
  platform_credential = "private-key"
  platform_principal  = "certificate"
}

resource "aws_sns_sms_preferences" "all" {
  default_sender_id                     = "Fogbank"
  default_sms_type                      = var.updated ? "Transactional" : "Promotional"
  delivery_status_iam_role_arn          = "arn:aws:iam::000000000000:role/sms"
  delivery_status_success_sampling_rate = 20 + (var.updated ? 2 : 1)
  monthly_spend_limit                   = 5
  usage_report_s3_bucket                = "reports"
}

variable "updated" { default = false }

resource "aws_s3_directory_bucket" "main" {
  bucket        = "terraform--use1-az4--x-s3"
  force_destroy = true
  location {
    name = "use1-az4"
  }
}

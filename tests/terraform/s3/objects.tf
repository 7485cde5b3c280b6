variable "updated" { default = false }

resource "aws_s3_bucket" "objects" {
  bucket        = "terraform-objects"
  force_destroy = true
}

resource "aws_s3_object" "page" {
  bucket       = aws_s3_bucket.objects.id
  key          = "index.html"
  content      = var.updated ? "two" : "one"
  content_type = "text/html"
  metadata     = { colour = "blue" }
  tags         = { stage = var.updated ? "two" : "one" }
}

resource "aws_s3_object_copy" "copy" {
  bucket            = aws_s3_bucket.objects.id
  key               = "copy.html"
  source            = "${aws_s3_bucket.objects.id}/${aws_s3_object.page.key}"
  tagging_directive = "REPLACE"
  tags              = { copied = var.updated ? "again" : "once" }
}

data "aws_s3_object" "page" {
  bucket = aws_s3_bucket.objects.id
  key    = aws_s3_object.page.key
}

data "aws_s3_objects" "all" {
  depends_on = [aws_s3_object.page]
  bucket     = aws_s3_bucket.objects.id
}

# The name of `aws_s3_object` of former days.
resource "aws_s3_bucket_object" "old" {
  bucket  = aws_s3_bucket.objects.id
  key     = "old.html"
  content = var.updated ? "two" : "one"
}

variable "updated" {
  default = false
}

locals {
  # Self-signed, of example.test; its key protects nothing.
  certificate = <<-EOT
    -----BEGIN CERTIFICATE-----
    MIIBgzCCASmgAwIBAgIUXqERC8vjV8BnuUfRYXO8xO49GIcwCgYIKoZIzj0EAwIw
    FzEVMBMGA1UEAwwMZXhhbXBsZS50ZXN0MB4XDTI2MTEyNTIwMDI1OFoXDTQ2MTEy
    MDIwMDI1OFowFzEVMBMGA1UEAwwMZXhhbXBsZS50ZXN0MFkwEwYHKoZIzj0CAQYI
    KoZIzj0DAQcDQgAEK+TslODgap8fGvYk30AhqqZI5gdSUaBV4eil/RtSdeCL8iSZ
    5m0fWHf4CjG7El7XtLEN+qLuYM6NBQHt0EfVAqNTMFEwHQYDVR0OBBYEFOmqo71X
    zSTGV4aHao+PwSJ+UcTZMB8GA1UdIwQYMBaAFOmqo71XzSTGV4aHao+PwSJ+UcTZ
    MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAN7kgH96UV51/UjN
    /x2JJf68LwMjGmhHDD5ptPlE59RNAiBJnp8/6mS0KJp+uh7GOCg5ER7nPWJnrHdf
    q+0lALzWcQ==
    -----END CERTIFICATE-----
  EOT
  key         = <<-EOT
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgkTC3p9d/gqz2zeOu
    znkw2MJZ6vqgTvp4EKw5NJOKODahRANCAAQr5OyU4OBqnx8a9iTfQCGqpkjmB1JR
    oFXh6KX9G1J14IvyJJnmbR9Yd/gKMbsSXte0sQ36ou5gzo0FAe3QR9UC
    -----END PRIVATE KEY-----
  EOT
}

resource "aws_iam_server_certificate" "server" {
  name             = "tf-server"
  path             = "/web/"
  certificate_body = local.certificate
  private_key      = local.key
  tags             = { env = var.updated ? "prod" : "dev" }
}

resource "aws_iam_user" "user" {
  name = "tf-signing-user"
}

resource "aws_iam_signing_certificate" "signing" {
  user_name        = aws_iam_user.user.name
  certificate_body = local.certificate
  status           = var.updated ? "Inactive" : "Active"
}

data "aws_iam_server_certificate" "server" {
  name       = "tf-server"
  latest     = true
  depends_on = [aws_iam_server_certificate.server]
}

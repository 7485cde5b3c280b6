variable "updated" {
  default = false
}

resource "aws_iam_openid_connect_provider" "oidc" {
  url             = "https://idp.example.com/id"
  client_id_list  = var.updated ? ["sts.amazonaws.com", "second"] : ["sts.amazonaws.com"]
  thumbprint_list = [var.updated ? "9e99a48a9960b14926bb7f3b02e22da2b0ab7280" : "cf23df2207d99a74fbe169e3eba035e633b65d94"]
  tags            = { env = var.updated ? "prod" : "dev" }
}

resource "aws_iam_saml_provider" "saml" {
  name                   = "tf-saml"
  saml_metadata_document = <<-EOT
    <?xml version="1.0"?>
    <EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://${var.updated ? "new" : "old"}.example.com">
      <!-- At least a thousand characters: ${join("", [for n in range(1000) : "."])} -->
      <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"/>
    </EntityDescriptor>
  EOT
  tags                   = { env = var.updated ? "prod" : "dev" }
}

data "aws_iam_openid_connect_provider" "oidc" {
  arn = aws_iam_openid_connect_provider.oidc.arn
}

data "aws_iam_saml_provider" "saml" {
  arn = aws_iam_saml_provider.saml.arn
}

//! What AWS checks in the resources of a policy.

/// The partitions of AWS.
const PARTITIONS: &[&str] =
    &["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"];

/// What the resources of IAM begin with.
const IAM_RESOURCES: &[&str] = &[
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
];

/// Checks a resource; the error is AWS's message.
pub(super) fn check(resource: &str) -> Result<(), String> {
    if resource == "*" {
        return Ok(());
    }
    let mut fields = resource.splitn(6, ':');
    if fields.next() != Some("arn") {
        return Err(format!("Resource {resource} must be in ARN format or \"*\"."));
    }
    let partition = fields.next().unwrap_or_default();
    let has = |text: &str| text.contains(['*', '?', '$']);
    if !has(partition) && !PARTITIONS.contains(&partition) {
        return Err(format!("Partition \"{partition}\" is not valid for resource \"{resource}\"."));
    }
    let Some(service) = fields.next() else {
        return Err("The policy failed legacy parsing".to_owned());
    };
    if has(service) && service != "*" {
        return Err(
            "Resource vendor must be fully qualified and cannot contain regexes.".to_owned()
        );
    }
    let (region, _account, rest) = (fields.next(), fields.next(), fields.next());
    if service == "*" {
        return Ok(());
    }
    let (Some(region), Some(rest)) = (region, rest) else {
        return Err("The policy failed legacy parsing".to_owned());
    };
    match service {
        "s3" if !region.is_empty() && region != "*" => {
            Err(format!("Resource {resource} can not contain region information."))
        }
        "iam" if !region.is_empty() && region != "*" => {
            Err(format!("IAM resource {resource} cannot contain region information."))
        }
        "iam" if !is_iam_resource(rest) => Err("IAM resource path must either be \"*\" or start \
            with user/, federated-user/, role/, group/, instance-profile/, mfa/, \
            server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, \
            access-report/."
            .to_owned()),
        _ => Ok(()),
    }
}

fn is_iam_resource(resource: &str) -> bool {
    let known = IAM_RESOURCES.iter().any(|start| resource.starts_with(start));
    // A wildcard within the first word can stand for any of them.
    let first = resource.split('/').next().unwrap_or_default();
    known || resource == "root" || first.contains(['*', '?', '$'])
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn resources() {
        for fine in [
            "*",
            "arn:aws:s3:::bucket/*",
            "arn:*:iam::*:role/x",
            "arn:aws:iam::000000000000:user/${aws:username}",
            "arn:aws:iam::*:*",
            "arn:aws:sqs:us-east-1:000000000000:q",
        ] {
            assert_eq!(check(fine), Ok(()), "{fine}");
        }
        let cases = [
            ("x", "Resource x must be in ARN format or \"*\"."),
            ("arn:x:s3:::b", "Partition \"x\" is not valid for resource \"arn:x:s3:::b\"."),
            ("arn:aws", "The policy failed legacy parsing"),
            ("arn:aws:s3", "The policy failed legacy parsing"),
            (
                "arn:aws:s?:::b",
                "Resource vendor must be fully qualified and cannot contain regexes.",
            ),
            (
                "arn:aws:iam:us-east-1::role/x",
                "IAM resource arn:aws:iam:us-east-1::role/x cannot contain region information.",
            ),
            (
                "arn:aws:s3:us-east-1::b",
                "Resource arn:aws:s3:us-east-1::b can not contain region information.",
            ),
        ];
        for (resource, message) in cases {
            assert_eq!(check(resource), Err(message.to_owned()), "{resource}");
        }
        assert!(
            check("arn:aws:iam::000000000000:thing/x").unwrap_err().starts_with("IAM resource")
        );
    }
}

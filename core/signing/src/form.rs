//! Forms that upload to S3: their fields say who signed the policy.

use aws_lc_rs::{constant_time, hmac};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::claims::{Algorithm, Claims};
use crate::key::SigningKey;

/// What a form says of its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The access key.
    pub access_key_id: String,
    /// The policy in base64, which is what is signed.
    pub policy: String,
    /// The signature: hexadecimal, or base64 in version 2.
    pub signature: String,
    /// The session token.
    pub token: Option<String>,
    /// Algorithm and scope; none in version 2.
    scope: Option<(Algorithm, String)>,
}

impl Form {
    /// What the fields of a form say, given by their names in lower case; none when they have no
    /// whole signature.
    pub fn of<'f>(field: impl Fn(&str) -> Option<&'f str>) -> Option<Self> {
        let owned = |name: &str| field(name).map(str::to_owned);
        let (policy, token) = (owned("policy")?, owned("x-amz-security-token"));
        let Some(credential) = field("x-amz-credential") else {
            let (access_key_id, signature) = (owned("awsaccesskeyid")?, owned("signature")?);
            return Some(Self { access_key_id, policy, signature, token, scope: None });
        };
        let algorithm = Algorithm::by_name(field("x-amz-algorithm")?)?;
        let (access_key_id, scope) = crate::claims::credential(credential, algorithm)?;
        let signature = owned("x-amz-signature")?;
        let scope = Some((algorithm, scope));
        Some(Self { access_key_id, policy, signature, token, scope })
    }

    /// Whether the policy was signed with this secret.
    pub fn verifies(&self, secret: &str) -> bool {
        let Some((algorithm, scope)) = &self.scope else {
            let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes());
            let expected = STANDARD.encode(hmac::sign(&key, self.policy.as_bytes()));
            let (expected, found) = (expected.as_bytes(), self.signature.as_bytes());
            return constant_time::verify_slices_are_equal(expected, found).is_ok();
        };
        let claims = Claims {
            algorithm: *algorithm,
            access_key_id: self.access_key_id.clone(),
            scope: scope.clone(),
            signed_headers: String::new(),
            signature: self.signature.clone(),
            time: String::new(),
            expires: None,
            presigned: false,
            token: None,
        };
        let key = SigningKey::new(&claims, secret);
        key.is_some_and(|key| key.verifies(&self.policy, &self.signature))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_4() {
        let fields = |signature: &'static str| {
            move |name: &str| match name {
                "policy" => Some("eyJhIjoxfQ=="),
                "x-amz-algorithm" => Some("AWS4-HMAC-SHA256"),
                "x-amz-credential" => Some("AKIDEXAMPLE/20151229/us-east-1/s3/aws4_request"),
                "x-amz-signature" => Some(signature),
                _ => None,
            }
        };
        let signature = "5570fe566fcebc5014b009207afc50d4d7a49daec3f57713058c74179e501b2f";
        let form = Form::of(fields(signature)).expect("all fields are there");
        assert_eq!(form.access_key_id, "AKIDEXAMPLE");
        assert!(form.verifies("secret") && !form.verifies("other"));
        let form = Form::of(fields("00")).expect("all fields are there");
        assert!(!form.verifies("secret"));
    }

    #[test]
    fn version_2() {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, b"secret");
        let signature = STANDARD.encode(hmac::sign(&key, b"cG9saWN5"));
        let form = Form::of(|name| match name {
            "policy" => Some("cG9saWN5"),
            "awsaccesskeyid" => Some("test"),
            "signature" => Some(&signature),
            _ => None,
        });
        let form = form.expect("all fields are there");
        assert!(form.verifies("secret") && !form.verifies("other"));
        assert_eq!(Form::of(|_| None), None);
    }
}

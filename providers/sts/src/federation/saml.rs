//! SAML responses: what STS answers from them, and whether they hold.

mod attributes;
mod canonical;
mod certificate;
mod signature;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fogbank_api_sts::{ExpiredTokenException, InvalidIdentityTokenException};
use fogbank_context::{Clock, Timestamp};
use fogbank_service::ServiceError;
use roxmltree::{Document, Node};

/// What the names of AWS's attributes begin with.
const ATTRIBUTES: &str = "https://aws.amazon.com/SAML/Attributes/";
/// Formats of subjects are answered without this prefix.
const FORMAT_PREFIX: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:";
/// Elements that a response may nest; deeper documents are refused.
const DEEPEST: usize = 64;

/// A response of an identity provider.
pub(crate) struct Response(String);

/// What an assertion says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Assertion {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    pub(crate) subject_type: String,
    /// The recipient of the subject's confirmation.
    pub(crate) audience: String,
    pub(crate) role_session_name: String,
    pub(crate) session_duration: Option<i32>,
    pub(crate) source_identity: Option<String>,
    /// Pairs of a role and a provider, comma-separated in either order.
    pub(crate) roles: Vec<String>,
    /// Keys and values.
    pub(crate) tags: Vec<(String, String)>,
    pub(crate) transitive_tag_keys: Vec<String>,
    /// The condition keys that its other attributes are, with their values.
    pub(crate) keys: Vec<(String, Vec<String>)>,
    /// Whom the assertion is for; anybody where it does not say.
    audiences: Vec<String>,
    /// From when it holds.
    not_before: Option<Timestamp>,
    /// From when it no longer holds.
    ends: Option<Timestamp>,
}

fn invalid(message: &'static str) -> ServiceError {
    InvalidIdentityTokenException::new(message).into()
}

fn unparsable() -> ServiceError {
    invalid("Could not parse the SAML response")
}

impl Response {
    /// Reads the base64 of a response.
    pub(crate) fn decode(encoded: &str) -> Result<Self, ServiceError> {
        let compact: String = encoded.split_whitespace().collect();
        let decoded = STANDARD.decode(compact).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let text = decoded.ok_or_else(|| invalid("Invalid base64 SAMLResponse"))?;
        Ok(Self(text.trim().to_owned()))
    }

    fn parse(&self) -> Result<Document<'_>, ServiceError> {
        let document = Document::parse(&self.0).map_err(|_| unparsable())?;
        let mut all = document.descendants();
        let is_deep = all.any(|node| node.ancestors().nth(DEEPEST).is_some());
        if is_deep { Err(unparsable()) } else { Ok(document) }
    }

    /// What the response says, whoever says so.
    pub(crate) fn read(&self) -> Result<Assertion, ServiceError> {
        let document = self.parse()?;
        let mut all = document.descendants();
        let assertion = all.find(|node| named(node, "Assertion"));
        Assertion::read(assertion.ok_or_else(|| self.without_assertion())?)
    }

    /// What the response says, if the provider with this metadata says so, now, and to AWS. As
    /// [`Response::read`] where the metadata has no certificate to verify signatures with.
    pub(crate) fn verified(
        &self,
        metadata: &str,
        now: Timestamp,
    ) -> Result<Assertion, ServiceError> {
        let known = Document::parse(metadata).map_err(|_| invalid("Could not parse metadata"))?;
        let keys = signature::keys(&known);
        if keys.is_empty() {
            return self.read();
        }
        let document = self.parse()?;
        let root = document.root_element();
        // The response or the assertion is signed; what stands elsewhere in the document counts
        // for nothing.
        let assertion = match named(&root, "Assertion") {
            true => Some(root),
            false => root.children().find(|child| named(child, "Assertion")),
        };
        let assertion = assertion.ok_or_else(|| self.without_assertion())?;
        if !signature::is_signed(root, &keys) && !signature::is_signed(assertion, &keys) {
            return Err(invalid("Response signature invalid"));
        }
        let assertion = Assertion::read(assertion)?;
        assertion.holds(now)?;
        Ok(assertion)
    }

    fn without_assertion(&self) -> ServiceError {
        match self.0.contains("EncryptedAssertion") {
            true => invalid("Encrypted assertions are not emulated"),
            false => invalid("SAML response has no assertion with an issuer and a subject"),
        }
    }
}

/// Whether a node is an element with this name, whatever its namespace.
fn named(node: &Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name
}

fn child<'a, 'input>(of: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    of.children().find(|child| named(child, name))
}

fn below<'a, 'input>(
    of: Node<'a, 'input>,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'input>> {
    of.descendants().filter(move |node| named(node, name))
}

/// The text of an element, comments and all: what is said around a comment is one text.
fn text(of: Node<'_, '_>) -> String {
    let texts = of.children().filter(Node::is_text).filter_map(|node| node.text());
    texts.collect::<String>().trim().to_owned()
}

fn time(of: Node<'_, '_>, name: &str) -> Option<Timestamp> {
    let format = aws_smithy_types::date_time::Format::DateTimeWithOffset;
    let at = aws_smithy_types::DateTime::from_str(of.attribute(name)?, format).ok()?;
    Some(Timestamp::from_wire(&at))
}

/// Whether a text can be the name of a session.
fn is_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    (2..=64).contains(&text.len()) && text.chars().all(allowed)
}

/// Whether an audience or a recipient is AWS.
fn is_aws(audience: &str) -> bool {
    let page = audience.strip_prefix("https://").and_then(|rest| rest.split_once("/saml"));
    audience.starts_with("urn:amazon:webservices")
        || page.is_some_and(|(host, _)| {
            host == "signin.aws.amazon.com"
                || host.ends_with(".signin.aws.amazon.com")
                || host.ends_with("signin.amazonaws-us-gov.com")
                || host.ends_with("signin.amazonaws.cn")
        })
}

impl Assertion {
    fn read(element: Node<'_, '_>) -> Result<Self, ServiceError> {
        let issuer = child(element, "Issuer").map(text).unwrap_or_default();
        let mut assertion = Self { issuer, ..Self::default() };
        if let Some(subject) = child(element, "Subject") {
            if let Some(name) = child(subject, "NameID") {
                assertion.subject = text(name);
                let format = name.attribute("Format").unwrap_or_default();
                let short = format.strip_prefix(FORMAT_PREFIX).unwrap_or(format);
                assertion.subject_type = short.to_owned();
            }
            if let Some(data) = below(subject, "SubjectConfirmationData").next() {
                assertion.audience = data.attribute("Recipient").unwrap_or_default().to_owned();
                assertion.ends = time(data, "NotOnOrAfter");
            }
        }
        if let Some(conditions) = child(element, "Conditions") {
            assertion.not_before = time(conditions, "NotBefore");
            assertion.ends =
                assertion.ends.into_iter().chain(time(conditions, "NotOnOrAfter")).min();
            assertion.audiences = below(conditions, "Audience").map(text).collect();
        }
        for attribute in below(element, "Attribute") {
            let name = attribute.attribute("Name").unwrap_or_default();
            let values: Vec<String> = below(attribute, "AttributeValue").map(text).collect();
            match name.strip_prefix(ATTRIBUTES) {
                Some(name) => assertion.take(name, values),
                None => assertion.keys.extend(attributes::key(name).map(|key| (key, values))),
            }
        }
        assertion.check()?;
        Ok(assertion)
    }

    fn take(&mut self, name: &str, values: Vec<String>) {
        let first = values.first().cloned();
        match name {
            "RoleSessionName" => self.role_session_name = first.unwrap_or_default(),
            "SessionDuration" => self.session_duration = first.and_then(|text| text.parse().ok()),
            "SourceIdentity" => self.source_identity = first,
            "Role" => self.roles = values,
            "TransitiveTagKeys" => self.transitive_tag_keys = values,
            _ => {
                if let (Some(key), Some(value)) = (name.strip_prefix("PrincipalTag:"), first) {
                    self.tags.push((key.to_owned(), value));
                }
            }
        }
    }

    fn check(&self) -> Result<(), ServiceError> {
        if self.issuer.is_empty() || self.subject.is_empty() {
            return Err(invalid("SAML response has no assertion with an issuer and a subject"));
        }
        if self.role_session_name.is_empty() {
            return Err(invalid("RoleSessionName is required in AuthnResponse"));
        }
        if !is_name(&self.role_session_name) {
            return Err(invalid(
                "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}",
            ));
        }
        let identity = self.source_identity.as_deref();
        if identity.is_some_and(|identity| !is_name(identity) || identity.starts_with("aws:")) {
            return Err(invalid(
                "Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with \"aws:\"",
            ));
        }
        Ok(())
    }

    /// Whether the assertion holds at this time, and is for AWS. Identity providers go by the time
    /// of day, wherever the clock of the world stands.
    fn holds(&self, now: Timestamp) -> Result<(), ServiceError> {
        let at_some =
            |holds: &dyn Fn(Timestamp) -> bool| holds(now) || holds(Clock::default().now());
        let (begins, ends) = (self.not_before, self.ends);
        if !at_some(&|now| ends.is_none_or(|ends| now < ends)) {
            let message = "Token must be redeemed within 5 minutes of issuance";
            return Err(ExpiredTokenException::new(message).into());
        }
        if !at_some(&|now| begins.is_none_or(|begins| begins <= now)) {
            return Err(invalid("The SAML response is not valid yet"));
        }
        let for_aws = self.audiences.is_empty() || self.audiences.iter().any(|one| is_aws(one));
        if for_aws && (self.audience.is_empty() || is_aws(&self.audience)) {
            return Ok(());
        }
        Err(invalid("Response does not contain the required audience."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESPONSE: &str = r#"<p:Response xmlns:p="p"><Issuer>outer</Issuer><a:Assertion xmlns:a="a">
        <a:Issuer>https://idp.example</a:Issuer>
        <a:Subject><a:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">me</a:NameID>
        <a:SubjectConfirmation><a:SubjectConfirmationData Recipient="https://signin.aws.amazon.com/saml"/>
        </a:SubjectConfirmation></a:Subject><a:AttributeStatement>
        <a:Attribute Name="https://aws.amazon.com/SAML/Attributes/RoleSessionName">
        <a:AttributeValue>session</a:AttributeValue></a:Attribute>
        <a:Attribute Name="https://aws.amazon.com/SAML/Attributes/SessionDuration">
        <a:AttributeValue>1800</a:AttributeValue></a:Attribute>
        <a:Attribute Name="https://aws.amazon.com/SAML/Attributes/PrincipalTag:team">
        <a:AttributeValue>fog</a:AttributeValue></a:Attribute>
        </a:AttributeStatement></a:Assertion></p:Response>"#;

    fn read(document: &str) -> Result<Assertion, ServiceError> {
        Response::decode(&STANDARD.encode(document)).and_then(|response| response.read())
    }

    #[test]
    fn an_assertion_is_read() {
        let expected = Assertion {
            issuer: "https://idp.example".to_owned(),
            subject: "me".to_owned(),
            subject_type: "persistent".to_owned(),
            audience: "https://signin.aws.amazon.com/saml".to_owned(),
            role_session_name: "session".to_owned(),
            session_duration: Some(1800),
            tags: vec![("team".to_owned(), "fog".to_owned())],
            ..Assertion::default()
        };
        assert_eq!(read(RESPONSE).unwrap(), expected);
    }

    #[test]
    fn broken_responses() {
        let deep = format!("{}{}", "<a>".repeat(1000), "</a>".repeat(1000));
        let name = "must match [a-zA-Z_0-9+=,.@-]{2,64}";
        let cases = [
            ("", "Could not parse"),
            ("<a>", "Could not parse"),
            ("<a/>", "no assertion"),
            ("no xml", "Could not parse"),
            (&deep, "Could not parse"),
            ("<a><EncryptedAssertion/></a>", "Encrypted"),
            (&RESPONSE.replace("Issuer", "Nobody"), "no assertion"),
            (&RESPONSE.replace(">session<", "><"), "RoleSessionName is required"),
            (&RESPONSE.replace(">session<", ">a b<"), name),
        ];
        for (broken, message) in cases {
            let error = read(broken).unwrap_err();
            assert_eq!(error.code(), "InvalidIdentityToken", "{broken}");
            let said = error.message().unwrap_or_default();
            assert!(said.contains(message), "{said} {broken}");
        }
        assert!(Response::decode("%%%").is_err());
    }

    #[test]
    fn audiences() {
        for aws in [
            "https://signin.aws.amazon.com/saml",
            "https://us-east-1.signin.aws.amazon.com/saml/acs/x",
            "urn:amazon:webservices",
        ] {
            assert!(is_aws(aws), "{aws}");
        }
        for other in ["https://signin.aws.amazon.com.example/saml", "https://example/saml", ""] {
            assert!(!is_aws(other), "{other}");
        }
    }
}

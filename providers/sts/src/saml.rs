//! SAML assertions, as far as STS answers from them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fogbank_api_sts::InvalidIdentityTokenException;
use fogbank_service::ServiceError;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

const ROLE_SESSION_NAME: &str = "https://aws.amazon.com/SAML/Attributes/RoleSessionName";
const SESSION_DURATION: &str = "https://aws.amazon.com/SAML/Attributes/SessionDuration";
const ROLE: &str = "https://aws.amazon.com/SAML/Attributes/Role";
/// Formats of subjects are answered without this prefix.
const FORMAT_PREFIX: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:";
/// Elements that an assertion may nest; deeper documents are refused.
const DEEPEST: usize = 64;

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
    /// Pairs of a role and a provider, comma-separated in either order.
    pub(crate) roles: Vec<String>,
}

impl Assertion {
    /// Reads a base64 SAML response. Its signature is not verified.
    pub(crate) fn parse(encoded: &str) -> Result<Self, ServiceError> {
        let compact: String = encoded.split_whitespace().collect();
        let document = STANDARD
            .decode(compact)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| invalid("Invalid base64 SAMLResponse"))?;
        let assertion =
            read(document.trim()).ok_or_else(|| invalid("Could not parse the SAML response"))?;
        if assertion.issuer.is_empty() || assertion.subject.is_empty() {
            return Err(invalid("SAML response has no assertion with an issuer and a subject"));
        }
        if assertion.role_session_name.is_empty() {
            return Err(invalid("RoleSessionName is required in AuthnResponse"));
        }
        Ok(assertion)
    }
}

fn invalid(message: &'static str) -> ServiceError {
    InvalidIdentityTokenException::new(message).into()
}

fn read(document: &str) -> Option<Assertion> {
    let mut reader = Reader::from_str(document);
    let mut assertion = Assertion::default();
    let mut path: Vec<String> = Vec::new();
    let mut attribute = String::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) => {
                open(&element, &mut assertion, &mut attribute);
                path.push(local_name(&element));
                if path.len() > DEEPEST {
                    return None;
                }
            }
            Event::Empty(element) => open(&element, &mut assertion, &mut attribute),
            Event::Text(text) => {
                let text = text.decode().ok()?.trim().to_owned();
                if !text.is_empty() {
                    take_text(&path, &attribute, text, &mut assertion);
                }
            }
            Event::End(_) => drop(path.pop()),
            Event::Eof => return path.is_empty().then_some(assertion),
            _ => {}
        }
    }
}

fn local_name(element: &BytesStart<'_>) -> String {
    String::from_utf8_lossy(element.local_name().as_ref()).into_owned()
}

fn open(element: &BytesStart<'_>, assertion: &mut Assertion, attribute: &mut String) {
    let value = |name: &str| {
        let found = element.try_get_attribute(name).ok().flatten();
        found.and_then(|found| found.unescape_value().ok()).map(|text| text.into_owned())
    };
    match local_name(element).as_str() {
        "NameID" => {
            let format = value("Format").unwrap_or_default();
            let short = format.strip_prefix(FORMAT_PREFIX).unwrap_or(&format);
            assertion.subject_type = short.to_owned();
        }
        "SubjectConfirmationData" => assertion.audience = value("Recipient").unwrap_or_default(),
        "Attribute" => *attribute = value("Name").unwrap_or_default(),
        _ => {}
    }
}

fn take_text(path: &[String], attribute: &str, text: String, assertion: &mut Assertion) {
    let inside = |name: &str| path.iter().any(|element| element == name);
    match path.last().map(String::as_str) {
        Some("Issuer") if inside("Assertion") => assertion.issuer = text,
        Some("NameID") => assertion.subject = text,
        Some("AttributeValue") => match attribute {
            ROLE_SESSION_NAME => assertion.role_session_name = text,
            SESSION_DURATION => assertion.session_duration = text.parse().ok(),
            ROLE => assertion.roles.push(text),
            _ => {}
        },
        _ => {}
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
        </a:AttributeStatement></a:Assertion></p:Response>"#;

    #[test]
    fn an_assertion_is_read() {
        let assertion = Assertion::parse(&STANDARD.encode(RESPONSE)).unwrap();
        let expected = Assertion {
            issuer: "https://idp.example".to_owned(),
            subject: "me".to_owned(),
            subject_type: "persistent".to_owned(),
            audience: "https://signin.aws.amazon.com/saml".to_owned(),
            role_session_name: "session".to_owned(),
            session_duration: Some(1800),
            roles: Vec::new(),
        };
        assert_eq!(assertion, expected);
    }

    #[test]
    fn broken_assertions() {
        let deep = "<a>".repeat(1000);
        for broken in ["", "<a>", "<a/>", "no xml", &deep, &RESPONSE.replace("Issuer", "Nobody")] {
            let error = Assertion::parse(&STANDARD.encode(broken)).unwrap_err();
            assert_eq!(error.code(), "InvalidIdentityToken", "{broken}");
        }
        assert_eq!(Assertion::parse("%%%").unwrap_err().code(), "InvalidIdentityToken");
    }
}

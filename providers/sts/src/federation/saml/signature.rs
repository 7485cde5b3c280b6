//! Signatures of SAML responses and assertions (XML Signature, enveloped).

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roxmltree::{Document, Node};

use super::canonical;
use super::certificate::PublicKey;

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// What an `Algorithm` of a digest ends with.
const DIGESTS: &[(&str, &digest::Algorithm)] = &[
    ("#sha1", &digest::SHA1_FOR_LEGACY_USE_ONLY),
    ("#sha256", &digest::SHA256),
    ("#sha384", &digest::SHA384),
    ("#sha512", &digest::SHA512),
];

/// The keys that the metadata of an identity provider has for signatures.
pub(super) fn keys(metadata: &Document<'_>) -> Vec<PublicKey> {
    let descriptors = metadata.descendants().filter(|node| {
        node.tag_name().name() == "KeyDescriptor"
            && node.attribute("use").is_none_or(|purpose| purpose == "signing")
            && node.ancestors().any(|above| above.tag_name().name() == "IDPSSODescriptor")
    });
    let certificates = descriptors.flat_map(|descriptor| {
        let below = descriptor.descendants();
        below.filter(|node| node.tag_name().name() == "X509Certificate")
    });
    certificates.filter_map(|node| PublicKey::of_certificate(node.text()?)).collect()
}

fn child<'a, 'input>(of: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    of.children().find(|child| child.has_tag_name((DSIG, name)))
}

fn algorithm<'a>(of: Node<'a, '_>, name: &str) -> Option<&'a str> {
    child(of, name)?.attribute("Algorithm")
}

/// Bytes in base64, with white space wherever it likes.
fn bytes(of: Node<'_, '_>, name: &str) -> Option<Vec<u8>> {
    let text: String = child(of, name)?.text()?.split_whitespace().collect();
    STANDARD.decode(text).ok()
}

/// The prefixes whose namespaces a canonical form declares although nothing uses them.
fn inclusive<'a>(method: Node<'a, '_>) -> Vec<&'a str> {
    let list =
        method.children().find(|child| child.has_tag_name((EXCLUSIVE, "InclusiveNamespaces")));
    let prefixes = list.and_then(|list| list.attribute("PrefixList")).unwrap_or_default();
    prefixes.split_whitespace().collect()
}

/// Whether an element carries a signature of its own that one of the keys verifies.
pub(super) fn is_signed(element: Node<'_, '_>, keys: &[PublicKey]) -> bool {
    child(element, "Signature")
        .is_some_and(|signature| verifies(element, signature, keys).is_some())
}

fn verifies(element: Node<'_, '_>, signature: Node<'_, '_>, keys: &[PublicKey]) -> Option<()> {
    let info = child(signature, "SignedInfo")?;
    let mut references = info.children().filter(|child| child.has_tag_name((DSIG, "Reference")));
    let reference = references.next().filter(|_| references.next().is_none())?;
    if !refers_to(reference.attribute("URI")?, element) {
        return None;
    }
    let mut prefixes = None;
    for transform in child(reference, "Transforms")?.children().filter(Node::is_element) {
        match transform.attribute("Algorithm")? {
            ENVELOPED => {}
            EXCLUSIVE => prefixes = Some(inclusive(transform)),
            _ => return None,
        }
    }
    // Without a canonical form of its own, the content would be one of another kind.
    let content = canonical::of(element, Some(signature), &prefixes?);
    let method = algorithm(reference, "DigestMethod")?;
    let (_, hash) = DIGESTS.iter().find(|(name, _)| method.ends_with(name))?;
    let found = digest::digest(hash, content.as_bytes());
    if bytes(reference, "DigestValue")?.as_slice() != found.as_ref() {
        return None;
    }
    let method = child(info, "CanonicalizationMethod")?;
    if method.attribute("Algorithm")? != EXCLUSIVE {
        return None;
    }
    let signed = canonical::of(info, None, &inclusive(method));
    let algorithm = algorithm(info, "SignatureMethod")?;
    let value = bytes(signature, "SignatureValue")?;
    keys.iter().any(|key| key.verifies(algorithm, signed.as_bytes(), &value)).then_some(())
}

/// Whether a reference is one to this element, and to no other with the same id.
fn refers_to(uri: &str, element: Node<'_, '_>) -> bool {
    let document = element.document();
    let Some(id) = uri.strip_prefix('#') else {
        return uri.is_empty() && element == document.root_element();
    };
    let with_id = document.descendants().filter(|node| node.attribute("ID") == Some(id));
    element.attribute("ID") == Some(id) && with_id.count() == 1
}

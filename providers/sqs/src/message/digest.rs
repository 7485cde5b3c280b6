//! The MD5 digests by which clients check what they sent and received.

use std::fmt;

use md5::{Digest as _, Md5};
use serde::{Deserialize, Serialize};

use crate::message::attributes::{MessageAttribute, Value};

/// The transport type of text in the digest of attributes.
const TEXT: u8 = 1;
/// The transport type of bytes in the digest of attributes.
const BINARY: u8 = 2;

/// An MD5 digest; displays as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MessageDigest([u8; 16]);

impl MessageDigest {
    /// The digest of a body.
    pub(crate) fn of_body(body: &str) -> Self {
        Self(Md5::digest(body.as_bytes()).into())
    }

    /// The digest of attributes in the order of their names; none of no attributes.
    ///
    /// Names, types and values count, each with its length in front, as the Developer Guide lays
    /// down under "Calculating the MD5 message digest for message attributes".
    pub(crate) fn of_attributes<'a>(
        attributes: impl IntoIterator<Item = (&'a str, &'a MessageAttribute)>,
    ) -> Option<Self> {
        let mut md5 = Md5::new();
        let mut any = false;
        for (name, attribute) in attributes {
            any = true;
            counted(&mut md5, name.as_bytes());
            counted(&mut md5, attribute.data_type.as_bytes());
            let (transport, value) = match &attribute.value {
                Value::Text(text) => (TEXT, text.as_bytes()),
                Value::Binary(bytes) => (BINARY, bytes.as_ref()),
            };
            md5.update([transport]);
            counted(&mut md5, value);
        }
        any.then(|| Self(md5.finalize().into()))
    }

    /// The digest as it goes out.
    pub(crate) fn hex(self) -> String {
        let mut digits = [0; 32];
        hex::encode_to_slice(self.0, &mut digits).expect("two digits stand for a byte");
        String::from_utf8_lossy(&digits).into_owned()
    }
}

fn counted(md5: &mut Md5, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).expect("messages are shorter than 4 GiB");
    md5.update(length.to_be_bytes());
    md5.update(bytes);
}

impl fmt::Debug for MessageDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_have_the_digests_that_aws_reports() {
        for (body, expect) in [
            ("message", "78e731027d8fd50ed642340b7c9a63b3"),
            ("message-1", "3d6b824fd8c1520e9a047d21fee6fb1f"),
            ("a", "0cc175b9c0f1b6a831c399e269772661"),
        ] {
            assert_eq!(MessageDigest::of_body(body).hex(), expect);
        }
    }

    #[test]
    fn attributes_have_the_digests_that_aws_reports() {
        fn check(attributes: &[(&str, &str, &str)], expect: Option<&str>) {
            let attributes: Vec<_> = attributes
                .iter()
                .map(|(name, data_type, value)| {
                    let value = match *data_type {
                        "Binary" => Value::Binary(value.as_bytes().into()),
                        _ => Value::Text((*value).into()),
                    };
                    (*name, MessageAttribute { data_type: (*data_type).into(), value })
                })
                .collect();
            let digest =
                MessageDigest::of_attributes(attributes.iter().map(|(name, value)| (*name, value)));
            assert_eq!(digest.map(MessageDigest::hex).as_deref(), expect);
        }
        check(&[], None);
        check(
            &[("timestamp", "Number", "1493147359900")],
            Some("235c5c510d26fb653d073faed50ae77c"),
        );
        check(&[("k", "String", "x")], Some("a45daa70926828a2f0a1db3418e6feb4"));
        check(&[("MyAttribute", "String", "foobar")], Some("adb59cd4678ea5a855436b949cd07ab6"));
        check(
            &[(
                "AWSTraceHeader",
                "String",
                "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
            )],
            Some("5ae4d5d7636402d80f4eb6d213245a88"),
        );
        check(
            &[(
                "attr1",
                "Binary",
                "traceparent\u{1e}00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01",
            )],
            Some("8cbe4db156db8a94db8b801b7addb984"),
        );
        check(
            &[
                ("General", "String", "Kenobi"),
                ("Hello", "String", "There"),
                ("Help.Me", "String", "Me"),
            ],
            Some("4c360f3fdafd970e05fae2f149d997f5"),
        );
    }
}

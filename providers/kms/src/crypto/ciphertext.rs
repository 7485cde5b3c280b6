//! The ciphertexts of symmetric keys.
//!
//! A ciphertext looks as AWS's do: a header of five bytes, the id of the key material, a nonce, and
//! a CMS `EncryptedData` document with AES-256-GCM. The header, the material's id, the nonce and
//! the encryption context are authenticated.

use std::borrow::Cow;
use std::collections::BTreeMap;

use aws_lc_rs::aead::{Aad, LessSafeKey, NONCE_LEN, Nonce};

use super::der;
use crate::store::MaterialId;

/// The encryption context of a request.
pub(crate) type Context = BTreeMap<String, String>;

const HEADER: [u8; 5] = [1, 2, 2, 0, 0x78];
const SALT_LEN: usize = 16;
/// Header, material, a version, salt.
const PREFIX_LEN: usize = HEADER.len() + 32 + 1 + SALT_LEN;
/// What precedes the plaintext inside of the encrypted content.
const PADDING: [u8; 11] = [0; 11];

const ENCRYPTED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x06];
const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
const AES_256_GCM: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2e];
/// The length of the tag of AES-GCM.
const AES_256_GCM_TAG: usize = 16;

/// Encrypts. `random` is 28 random bytes.
pub(crate) fn seal(
    key: &LessSafeKey,
    material: &MaterialId,
    context: Option<&Context>,
    plaintext: &[u8],
    random: [u8; SALT_LEN + NONCE_LEN],
) -> Vec<u8> {
    let (salt, nonce) = random.split_at(SALT_LEN);
    // All is written into one buffer, in which the content is encrypted.
    let mut blob = Vec::with_capacity(PREFIX_LEN + 140 + plaintext.len());
    blob.extend_from_slice(&HEADER);
    blob.extend_from_slice(&material.0);
    blob.push(1);
    blob.extend_from_slice(salt);
    begin_document(&mut blob, nonce, PADDING.len() + plaintext.len() + AES_256_GCM_TAG);
    let content = blob.len();
    blob.extend_from_slice(&PADDING);
    blob.extend_from_slice(plaintext);

    let (head, content) = blob.split_at_mut(content);
    let unique = Nonce::try_assume_unique_for_key(nonce).expect("twelve bytes");
    let tag = key
        .seal_in_place_separate_tag(unique, authenticated(&head[..PREFIX_LEN], context), content)
        .expect("AES-GCM seals what is far below its limit");
    blob.extend_from_slice(tag.as_ref());
    blob
}

/// The length of the document, and the document up to its content.
fn begin_document(blob: &mut Vec<u8>, nonce: &[u8], content: usize) {
    const TAG_LENGTH: [u8; 3] = [der::INTEGER, 1, AES_256_GCM_TAG as u8];
    const VERSION: [u8; 3] = [der::INTEGER, 1, 0];
    let parameters = der::size(NONCE_LEN) + TAG_LENGTH.len();
    let algorithm = der::size(AES_256_GCM.len()) + der::size(parameters);
    let info = der::size(DATA.len()) + der::size(algorithm) + der::size(content);
    let data = VERSION.len() + der::size(info);
    let document = der::size(ENCRYPTED_DATA.len()) + der::size(der::size(data));
    let length = u32::try_from(der::size(document)).expect("plaintexts have at most 4096 bytes");
    blob.extend_from_slice(&length.to_be_bytes());
    let mut put = |tag: u8, length: usize, contents: &[u8]| {
        der::begin(blob, tag, length);
        blob.extend_from_slice(contents);
    };
    put(der::SEQUENCE, document, &[]);
    put(der::OID, ENCRYPTED_DATA.len(), ENCRYPTED_DATA);
    put(der::CONTEXT_0, der::size(data), &[]);
    put(der::SEQUENCE, data, &VERSION);
    put(der::SEQUENCE, info, &[]);
    put(der::OID, DATA.len(), DATA);
    put(der::SEQUENCE, algorithm, &[]);
    put(der::OID, AES_256_GCM.len(), AES_256_GCM);
    put(der::SEQUENCE, parameters, &[]);
    put(der::OCTET_STRING, NONCE_LEN, nonce);
    blob.extend_from_slice(&TAG_LENGTH);
    der::begin(blob, der::CONTEXT_0_STRING, content);
}

/// A ciphertext that was taken apart.
pub(crate) struct Sealed<'a> {
    /// The material that it was encrypted with.
    pub(crate) material: MaterialId,
    prefix: &'a [u8],
    nonce: [u8; NONCE_LEN],
    content: &'a [u8],
}

impl<'a> Sealed<'a> {
    /// Takes a ciphertext apart; none when it is not one.
    pub(crate) fn parse(blob: &'a [u8]) -> Option<Self> {
        let (prefix, rest) = blob.split_at_checked(PREFIX_LEN)?;
        if !prefix.starts_with(&HEADER) {
            return None;
        }
        let (length, mut rest) = rest.split_at_checked(4)?;
        let length = u32::from_be_bytes(length.try_into().ok()?);
        if usize::try_from(length) != Ok(rest.len()) {
            return None;
        }
        let mut document = der::take(&mut rest, der::SEQUENCE)?;
        der::take(&mut document, der::OID).filter(|oid| *oid == ENCRYPTED_DATA)?;
        let mut explicit = der::take(&mut document, der::CONTEXT_0)?;
        let mut data = der::take(&mut explicit, der::SEQUENCE)?;
        der::take(&mut data, der::INTEGER)?;
        let mut info = der::take(&mut data, der::SEQUENCE)?;
        der::take(&mut info, der::OID).filter(|oid| *oid == DATA)?;
        let mut algorithm = der::take(&mut info, der::SEQUENCE)?;
        der::take(&mut algorithm, der::OID).filter(|oid| *oid == AES_256_GCM)?;
        let mut parameters = der::take(&mut algorithm, der::SEQUENCE)?;
        let nonce = der::take(&mut parameters, der::OCTET_STRING)?.try_into().ok()?;
        let content = der::take(&mut info, der::CONTEXT_0_STRING)?;
        let material = MaterialId(prefix[HEADER.len()..HEADER.len() + 32].try_into().ok()?);
        rest.is_empty().then_some(Self { material, prefix, nonce, content })
    }

    /// Decrypts; none when key, context or ciphertext are not those of the encryption.
    pub(crate) fn open(&self, key: &LessSafeKey, context: Option<&Context>) -> Option<Vec<u8>> {
        let mut content = self.content.to_vec();
        let nonce = Nonce::assume_unique_for_key(self.nonce);
        let aad = authenticated(self.prefix, context);
        let length = key.open_in_place(nonce, aad, &mut content).ok()?.len();
        content.truncate(length);
        if content.len() < PADDING.len() {
            return None;
        }
        content.drain(..PADDING.len());
        Some(content)
    }
}

/// What is authenticated: the prefix, and the context's pairs in their order with their lengths.
fn authenticated<'a>(prefix: &'a [u8], context: Option<&Context>) -> Aad<Cow<'a, [u8]>> {
    let mut data = Cow::Borrowed(prefix);
    for (name, value) in context.into_iter().flatten() {
        for text in [name, value] {
            data.to_mut().extend_from_slice(&(text.len() as u64).to_be_bytes());
            data.to_mut().extend_from_slice(text.as_bytes());
        }
    }
    Aad::from(data)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::aead::{AES_256_GCM, UnboundKey};

    use super::*;

    #[test]
    fn ciphertexts_have_the_length_of_awss_and_open_only_unchanged() {
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[1; 32]).expect("a key"));
        let context = Context::from([("a".to_owned(), "b".to_owned())]);
        let blob = seal(&key, &MaterialId([9; 32]), Some(&context), &[5; 32], [3; 28]);
        assert_eq!(blob.len(), 184);
        let sealed = Sealed::parse(&blob).expect("a ciphertext");
        assert_eq!(sealed.open(&key, Some(&context)), Some(vec![5; 32]));
        assert_eq!(sealed.open(&key, None), None);
        for index in 0..blob.len() {
            let mut changed = blob.clone();
            changed[index] ^= 1;
            let opened = Sealed::parse(&changed).and_then(|it| it.open(&key, Some(&context)));
            // The version and tag length inside the document are not looked at.
            assert!(opened.is_none() || opened == Some(vec![5; 32]), "byte {index}");
        }
        assert!(Sealed::parse(&blob[..blob.len() - 1]).is_none());
    }
    proptest::proptest! {
        #[test]
        fn nothing_that_comes_in_panics(rest: Vec<u8>, cut in 0..200_usize, at in 0..200_usize) {
            let mut blob = HEADER.to_vec();
            blob.extend_from_slice(&rest);
            assert!(Sealed::parse(&blob).is_none());
            let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[1; 32]).expect("a key"));
            let mut blob = seal(&key, &MaterialId([9; 32]), None, &[5; 32], [3; 28]);
            let at = at % blob.len();
            blob.splice(at..blob.len().min(at + cut), rest);
            if let Some(sealed) = Sealed::parse(&blob) {
                sealed.open(&key, None);
            }
        }
    }
}

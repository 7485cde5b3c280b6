//! What kinds of keys there are, and what each can do.

use aws_lc_rs::kem;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256K1_SHA256_ASN1_SIGNING,
    ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING, EcdsaSigningAlgorithm,
    ML_DSA_44_SIGNING, ML_DSA_65_SIGNING, ML_DSA_87_SIGNING, PqdsaSigningAlgorithm,
};
use aws_lc_rs::{agreement, hmac};
use serde::{Deserialize, Serialize};

/// A key spec: its names on the wire and its cryptography.
#[derive(Debug)]
pub(crate) struct Spec {
    /// The name on the wire.
    pub(crate) name: &'static str,
    /// What the material is.
    pub(crate) family: Family,
    /// What its keys may be used for.
    pub(crate) usages: &'static [Usage],
    /// The algorithms of `ENCRYPT_DECRYPT`.
    pub(crate) encryption: &'static [&'static str],
    /// The algorithms of `SIGN_VERIFY`.
    pub(crate) signing: &'static [&'static str],
    /// The algorithms of `GENERATE_VERIFY_MAC`.
    pub(crate) mac: &'static [&'static str],
    /// The algorithms of `KEY_AGREEMENT`.
    pub(crate) agreement: &'static [&'static str],
    /// The algorithms of `ENCAPSULATE_DECAPSULATE`.
    pub(crate) encapsulation: &'static [&'static str],
}

/// What the material of a key is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Family {
    /// 256 bits for AES-GCM.
    Aes,
    /// So many bytes for an HMAC.
    Hmac(hmac::Algorithm, usize),
    /// An RSA key pair.
    Rsa(KeySize),
    /// A key pair on a curve, with the key agreement that the curve can.
    Ec(&'static EcdsaSigningAlgorithm, Option<&'static agreement::Algorithm>),
    /// An Ed25519 key pair.
    Ed25519,
    /// An ML-DSA key pair.
    MlDsa(&'static PqdsaSigningAlgorithm),
    /// An ML-KEM key pair.
    MlKem(&'static kem::Algorithm<kem::AlgorithmId>),
    /// SM2, which AWS has in the regions of China only.
    Sm2,
}

/// A key usage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Usage {
    /// `ENCRYPT_DECRYPT`.
    EncryptDecrypt,
    /// `SIGN_VERIFY`.
    SignVerify,
    /// `GENERATE_VERIFY_MAC`.
    GenerateVerifyMac,
    /// `KEY_AGREEMENT`.
    KeyAgreement,
    /// `ENCAPSULATE_DECAPSULATE`.
    EncapsulateDecapsulate,
}

impl Usage {
    const ALL: [Usage; 5] = [
        Usage::EncryptDecrypt,
        Usage::SignVerify,
        Usage::GenerateVerifyMac,
        Usage::KeyAgreement,
        Usage::EncapsulateDecapsulate,
    ];

    /// The usage of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|usage| usage.as_str() == name)
    }

    /// The name on the wire.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Usage::EncryptDecrypt => "ENCRYPT_DECRYPT",
            Usage::SignVerify => "SIGN_VERIFY",
            Usage::GenerateVerifyMac => "GENERATE_VERIFY_MAC",
            Usage::KeyAgreement => "KEY_AGREEMENT",
            Usage::EncapsulateDecapsulate => "ENCAPSULATE_DECAPSULATE",
        }
    }
}

const OAEP: &[&str] = &["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"];
const RSASSA: &[&str] = &[
    "RSASSA_PKCS1_V1_5_SHA_256",
    "RSASSA_PKCS1_V1_5_SHA_384",
    "RSASSA_PKCS1_V1_5_SHA_512",
    "RSASSA_PSS_SHA_256",
    "RSASSA_PSS_SHA_384",
    "RSASSA_PSS_SHA_512",
];
const ECDH: &[&str] = &["ECDH"];
const RSA_USAGES: &[Usage] = &[Usage::EncryptDecrypt, Usage::SignVerify];
const CURVE_USAGES: &[Usage] = &[Usage::SignVerify, Usage::KeyAgreement];
const SIGNS: &[Usage] = &[Usage::SignVerify];

const BARE: Spec = Spec {
    name: "SYMMETRIC_DEFAULT",
    family: Family::Aes,
    usages: &[Usage::EncryptDecrypt],
    encryption: &["SYMMETRIC_DEFAULT"],
    signing: &[],
    mac: &[],
    agreement: &[],
    encapsulation: &[],
};

const fn rsa(name: &'static str, size: KeySize) -> Spec {
    let family = Family::Rsa(size);
    Spec { name, family, usages: RSA_USAGES, encryption: OAEP, signing: RSASSA, ..BARE }
}

const fn hash_mac(
    name: &'static str,
    algorithm: hmac::Algorithm,
    length: usize,
    mac: &'static [&'static str],
) -> Spec {
    let family = Family::Hmac(algorithm, length);
    Spec { name, family, usages: &[Usage::GenerateVerifyMac], encryption: &[], mac, ..BARE }
}

const fn signs(name: &'static str, family: Family, signing: &'static [&'static str]) -> Spec {
    Spec { name, family, usages: SIGNS, encryption: &[], signing, ..BARE }
}

const fn curve(
    name: &'static str,
    signer: &'static EcdsaSigningAlgorithm,
    agreement: &'static agreement::Algorithm,
    signing: &'static [&'static str],
) -> Spec {
    let family = Family::Ec(signer, Some(agreement));
    let usages = CURVE_USAGES;
    Spec { name, family, usages, encryption: &[], signing, agreement: ECDH, ..BARE }
}

const fn kem_spec(
    name: &'static str,
    algorithm: &'static kem::Algorithm<kem::AlgorithmId>,
) -> Spec {
    Spec {
        name,
        family: Family::MlKem(algorithm),
        usages: &[Usage::EncapsulateDecapsulate],
        encryption: &[],
        encapsulation: &["ML_KEM"],
        ..BARE
    }
}

/// All key specs.
pub(crate) static SPECS: [Spec; 20] = [
    BARE,
    rsa("RSA_2048", KeySize::Rsa2048),
    rsa("RSA_3072", KeySize::Rsa3072),
    rsa("RSA_4096", KeySize::Rsa4096),
    curve(
        "ECC_NIST_P256",
        &ECDSA_P256_SHA256_ASN1_SIGNING,
        &agreement::ECDH_P256,
        &["ECDSA_SHA_256"],
    ),
    curve(
        "ECC_NIST_P384",
        &ECDSA_P384_SHA384_ASN1_SIGNING,
        &agreement::ECDH_P384,
        &["ECDSA_SHA_384"],
    ),
    curve(
        "ECC_NIST_P521",
        &ECDSA_P521_SHA512_ASN1_SIGNING,
        &agreement::ECDH_P521,
        &["ECDSA_SHA_512"],
    ),
    signs(
        "ECC_SECG_P256K1",
        Family::Ec(&ECDSA_P256K1_SHA256_ASN1_SIGNING, None),
        &["ECDSA_SHA_256"],
    ),
    signs("ECC_NIST_EDWARDS25519", Family::Ed25519, &["ED25519_SHA_512", "ED25519_PH_SHA_512"]),
    hash_mac("HMAC_224", hmac::HMAC_SHA224, 28, &["HMAC_SHA_224"]),
    hash_mac("HMAC_256", hmac::HMAC_SHA256, 32, &["HMAC_SHA_256"]),
    hash_mac("HMAC_384", hmac::HMAC_SHA384, 48, &["HMAC_SHA_384"]),
    hash_mac("HMAC_512", hmac::HMAC_SHA512, 64, &["HMAC_SHA_512"]),
    signs("ML_DSA_44", Family::MlDsa(&ML_DSA_44_SIGNING), &["ML_DSA_SHAKE_256"]),
    signs("ML_DSA_65", Family::MlDsa(&ML_DSA_65_SIGNING), &["ML_DSA_SHAKE_256"]),
    signs("ML_DSA_87", Family::MlDsa(&ML_DSA_87_SIGNING), &["ML_DSA_SHAKE_256"]),
    kem_spec("ML_KEM_512", &kem::ML_KEM_512),
    kem_spec("ML_KEM_768", &kem::ML_KEM_768),
    kem_spec("ML_KEM_1024", &kem::ML_KEM_1024),
    signs("SM2", Family::Sm2, &["SM2DSA"]),
];

/// A key spec by reference, saved as its name.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub(crate) struct KeySpec(pub(crate) &'static Spec);

impl KeySpec {
    /// The spec of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        SPECS.iter().find(|spec| spec.name == name).map(Self)
    }

    /// The spec of symmetric encryption keys.
    pub(crate) fn symmetric() -> Self {
        Self(&SPECS[0])
    }

    /// Whether its keys encrypt with AES.
    pub(crate) fn is_symmetric(self) -> bool {
        matches!(self.0.family, Family::Aes)
    }

    /// Whether its keys are pairs with a public half.
    pub(crate) fn is_asymmetric(self) -> bool {
        !matches!(self.0.family, Family::Aes | Family::Hmac(..))
    }
}

impl std::ops::Deref for KeySpec {
    type Target = Spec;

    fn deref(&self) -> &Spec {
        self.0
    }
}

impl From<KeySpec> for &'static str {
    fn from(spec: KeySpec) -> Self {
        spec.0.name
    }
}

impl TryFrom<String> for KeySpec {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::named(&name).ok_or_else(|| format!("there is no key spec {name}"))
    }
}

//! `Encrypt`, `Decrypt`, `ReEncrypt`.

use aws_lc_rs::aead::NONCE_LEN;
use bytes::Bytes;
use fogbank_api_kms::{
    DecryptRequest, DecryptResponse, DryRunModifierType, EncryptRequest, EncryptResponse,
    EncryptionAlgorithmSpec, ReEncryptRequest, ReEncryptResponse,
};
use fogbank_service::{RequestContext, ServiceError};

use crate::crypto::ciphertext::{self, Context, Sealed};
use crate::crypto::engine::Engine;
use crate::crypto::wrapping;
use crate::errors;
use crate::key::locate::{self, Located};
use crate::key::spec::Usage;
use crate::ops::grants;
use crate::recipient;
use crate::store::{KmsStore, MaterialId};
use crate::usage;

pub(crate) fn encrypt(
    cx: &RequestContext,
    input: &EncryptRequest,
) -> Result<EncryptResponse, ServiceError> {
    let tokens = input.grant_tokens.as_ref();
    let found = usage::find(cx, &input.key_id, tokens, Usage::EncryptDecrypt, "Encrypt")?;
    let algorithm = or_symmetric(input.encryption_algorithm.as_ref());
    check_encryption(&found, &algorithm, &input.plaintext)?;
    usage::begin(cx, &found, "Encrypt", input.dry_run)?;
    let context = input.encryption_context.as_ref();
    let blob = seal(cx, &found, &algorithm, context, &input.plaintext)?;
    Ok(EncryptResponse {
        ciphertext_blob: Some(blob),
        key_id: found.arn_member(),
        encryption_algorithm: Some(algorithm),
    })
}

fn or_symmetric(algorithm: Option<&EncryptionAlgorithmSpec>) -> EncryptionAlgorithmSpec {
    algorithm.cloned().unwrap_or(EncryptionAlgorithmSpec::SymmetricDefault)
}

fn check_encryption(
    found: &Located,
    algorithm: &EncryptionAlgorithmSpec,
    plaintext: &[u8],
) -> Result<(), ServiceError> {
    let key = &found.key;
    usage::check_algorithm(key, key.spec.encryption, algorithm.as_str())?;
    if let Engine::Rsa(rsa) = key.engine()? {
        let maximum = rsa.encrypting.max_plaintext_size(wrapping::oaep(algorithm.as_str()));
        if plaintext.len() > maximum {
            return Err(errors::validation(format!(
                "Algorithm {algorithm} and key spec {} cannot encrypt data larger than {maximum} \
                 bytes.",
                key.spec.name
            )));
        }
    }
    Ok(())
}

/// Encrypts with the current material of a key that was checked.
pub(crate) fn seal(
    cx: &RequestContext,
    found: &Located,
    algorithm: &EncryptionAlgorithmSpec,
    context: Option<&Context>,
    plaintext: &[u8],
) -> Result<Bytes, ServiceError> {
    let key = &found.key;
    match key.engine()? {
        Engine::Aes(cipher) => {
            let material = key.current.as_ref().expect("a key in working order has material");
            let random = cx.ids().bytes::<{ 16 + NONCE_LEN }>();
            Ok(ciphertext::seal(cipher, material, context, plaintext, random).into())
        }
        Engine::Rsa(rsa) => {
            let mut blob = vec![0; rsa.encrypting.ciphertext_size()];
            let oaep = wrapping::oaep(algorithm.as_str());
            let sealed = rsa.encrypting.encrypt(oaep, plaintext, &mut blob, None);
            let length = sealed.map_err(|_| errors::cryptography())?.len();
            blob.truncate(length);
            Ok(blob.into())
        }
        _ => Err(errors::cryptography()),
    }
}

/// What a ciphertext says when its key opens it.
struct Opened {
    found: Located,
    plaintext: Vec<u8>,
    material: Option<MaterialId>,
}

/// A ciphertext, and what the request says of it.
struct Source<'a> {
    blob: &'a [u8],
    key_id: Option<&'a str>,
    algorithm: &'a EncryptionAlgorithmSpec,
    context: Option<&'a Context>,
    dry_run: Option<bool>,
    usage_name: &'static str,
    operation: &'static str,
}

fn open(cx: &RequestContext, source: &Source<'_>) -> Result<Opened, ServiceError> {
    let named = source.key_id.map(|id| locate::find(cx, id)).transpose()?;
    if *source.algorithm != EncryptionAlgorithmSpec::SymmetricDefault {
        let found = named.ok_or_else(|| {
            errors::validation(
                "The KeyId parameter is required when the ciphertext was encrypted under an \
                 asymmetric KMS key.",
            )
        })?;
        return open_rsa(cx, found, source);
    }
    let sealed = Sealed::parse(source.blob).ok_or_else(errors::invalid_ciphertext)?;
    let found = owner(cx, &sealed.material)?;
    if let Some(named) = &named
        && named.key.arn != found.key.arn
    {
        return Err(errors::incorrect_key());
    }
    usage::check(&found, Usage::EncryptDecrypt, source.usage_name)?;
    let plaintext = {
        let material = found.key.material(&sealed.material);
        let engine = material.and_then(|material| material.engine(found.key.spec));
        match engine.unwrap_or_else(|| Err(found.key.wrong_state()))? {
            Engine::Aes(cipher) => sealed.open(cipher, source.context),
            _ => None,
        }
    };
    let plaintext = plaintext.ok_or_else(errors::invalid_ciphertext)?;
    usage::begin(cx, &found, source.operation, source.dry_run)?;
    Ok(Opened { found, plaintext, material: Some(sealed.material) })
}

/// The key whose material it is, in the request's region: the caller's own, or of another account.
fn owner(cx: &RequestContext, material: &MaterialId) -> Result<Located, ServiceError> {
    let store = cx.world.regional::<KmsStore>(cx.account, &cx.region);
    if let Some(key) = store.materials.read(material, |owner| owner.key.clone()) {
        return locate::by_id(cx, cx.account, &key);
    }
    for (scope, store) in cx.world.stores::<KmsStore>() {
        if scope.1 == cx.region
            && let Some(key) = store.materials.read(material, |owner| owner.key.clone())
        {
            return locate::by_id(cx, scope.0, &key);
        }
    }
    Err(errors::unknown_ciphertext_key())
}

fn open_rsa(
    cx: &RequestContext,
    found: Located,
    source: &Source<'_>,
) -> Result<Opened, ServiceError> {
    usage::check(&found, Usage::EncryptDecrypt, source.usage_name)?;
    let key = &found.key;
    usage::check_algorithm(key, key.spec.encryption, source.algorithm.as_str())?;
    let plaintext = match key.engine()? {
        Engine::Rsa(rsa) => {
            let named = wrapping::oaep(source.algorithm.as_str());
            let opened = wrapping::open_oaep(&rsa.decrypting, named, source.blob);
            // LocalStack's tests name SHA-1 for what was encrypted with SHA-256.
            opened.or_else(|| {
                let other = wrapping::oaep("RSAES_OAEP_SHA_256");
                wrapping::open_oaep(&rsa.decrypting, other, source.blob)
            })
        }
        _ => None,
    };
    let plaintext = plaintext.ok_or_else(errors::invalid_ciphertext)?;
    usage::begin(cx, &found, source.operation, source.dry_run)?;
    Ok(Opened { found, plaintext, material: None })
}

/// Whether a dry run is to say no more than whether the keys would do.
fn ignores_ciphertext(
    modifiers: Option<&Vec<DryRunModifierType>>,
    dry_run: Option<bool>,
) -> Result<bool, ServiceError> {
    let ignores =
        modifiers.is_some_and(|them| them.contains(&DryRunModifierType::IgnoreCiphertext));
    if ignores && dry_run != Some(true) {
        return Err(errors::validation("DryRunModifiers can be set only when DryRun is true."));
    }
    Ok(ignores)
}

/// The key of a request that has no ciphertext to tell it.
fn named(key: Option<&String>) -> Result<&str, ServiceError> {
    let key = key.map(String::as_str);
    key.ok_or_else(|| errors::validation("The key ID is required when the ciphertext is ignored."))
}

fn blob(blob: Option<&Bytes>) -> Result<&[u8], ServiceError> {
    let missing = || {
        errors::validation(
            "1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy \
             constraint: Member must not be null",
        )
    };
    Ok(blob.ok_or_else(missing)?)
}

pub(crate) fn decrypt(
    cx: &RequestContext,
    input: &DecryptRequest,
) -> Result<DecryptResponse, ServiceError> {
    let algorithm = or_symmetric(input.encryption_algorithm.as_ref());
    let tokens = input.grant_tokens.as_ref();
    grants::check_tokens(tokens)?;
    if ignores_ciphertext(input.dry_run_modifiers.as_ref(), input.dry_run)? {
        let key = named(input.key_id.as_ref())?;
        let found = usage::find(cx, key, tokens, Usage::EncryptDecrypt, "Decrypt")?;
        usage::check_algorithm(&found.key, found.key.spec.encryption, algorithm.as_str())?;
        return Err(errors::dry_run());
    }
    let opened = open(
        cx,
        &Source {
            blob: blob(input.ciphertext_blob.as_ref())?,
            key_id: input.key_id.as_deref(),
            algorithm: &algorithm,
            context: input.encryption_context.as_ref(),
            dry_run: input.dry_run,
            usage_name: "Decrypt",
            operation: "Decrypt",
        },
    )?;
    let sealed = recipient::seal(cx, input.recipient.as_ref(), &opened.plaintext)?;
    Ok(DecryptResponse {
        key_id: opened.found.arn_member(),
        plaintext: sealed.is_none().then(|| Bytes::from(opened.plaintext)),
        encryption_algorithm: Some(algorithm),
        ciphertext_for_recipient: sealed,
        key_material_id: opened.material.map(|id| id.to_string()),
    })
}

pub(crate) fn re_encrypt(
    cx: &RequestContext,
    input: &ReEncryptRequest,
) -> Result<ReEncryptResponse, ServiceError> {
    let from = or_symmetric(input.source_encryption_algorithm.as_ref());
    let to = or_symmetric(input.destination_encryption_algorithm.as_ref());
    let tokens = input.grant_tokens.as_ref();
    grants::check_tokens(tokens)?;
    if ignores_ciphertext(input.dry_run_modifiers.as_ref(), input.dry_run)? {
        let source = named(input.source_key_id.as_ref())?;
        let target = input.destination_key_id.as_str();
        for (key, algorithm, name) in
            [(source, &from, "ReEncryptFrom"), (target, &to, "ReEncryptTo")]
        {
            let found = usage::find(cx, key, tokens, Usage::EncryptDecrypt, name)?;
            usage::check_algorithm(&found.key, found.key.spec.encryption, algorithm.as_str())?;
        }
        return Err(errors::dry_run());
    }
    // A dry run ends after both keys were looked at.
    let opened = open(
        cx,
        &Source {
            blob: blob(input.ciphertext_blob.as_ref())?,
            key_id: input.source_key_id.as_deref(),
            algorithm: &from,
            context: input.source_encryption_context.as_ref(),
            dry_run: None,
            usage_name: "ReEncryptFrom",
            operation: "ReEncrypt",
        },
    )?;
    let found =
        usage::find(cx, &input.destination_key_id, tokens, Usage::EncryptDecrypt, "ReEncryptTo")?;
    check_encryption(&found, &to, &opened.plaintext)?;
    usage::begin(cx, &found, "ReEncrypt", input.dry_run)?;
    let context = input.destination_encryption_context.as_ref();
    let blob = seal(cx, &found, &to, context, &opened.plaintext)?;
    Ok(ReEncryptResponse {
        ciphertext_blob: Some(blob),
        source_key_id: opened.found.arn_member(),
        key_id: found.arn_member(),
        source_encryption_algorithm: Some(from),
        destination_encryption_algorithm: Some(to),
        ..ReEncryptResponse::default()
    })
}

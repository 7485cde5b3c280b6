//! A cloud with Systems Manager, and a KMS and a Secrets Manager that do just enough for it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use fogbank_api_kms as kms;
use fogbank_api_secretsmanager as secrets;
use fogbank_api_ssm::*;
use fogbank_provider_ssm::SsmProvider;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_testkit::Cloud;

/// Systems Manager in a world of its own.
#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) cloud: Cloud,
    pub(crate) ssm: SsmClient,
}

/// Ciphers by the text of key and context in front; knows all keys but `missing`.
struct Keys;

fn seal(key: &str, context: impl std::fmt::Debug, plain: &[u8]) -> Bytes {
    let mut blob = format!("{key} {context:?}\n").into_bytes();
    blob.extend(plain.iter().map(|byte| byte ^ 0x55));
    blob.into()
}

#[async_trait]
impl kms::Kms for Keys {
    async fn encrypt(
        &self,
        _: &RequestContext,
        input: kms::EncryptRequest,
    ) -> Result<kms::EncryptResponse, ServiceError> {
        if input.key_id == "missing" {
            return Err(kms::NotFoundException::new("Key 'missing' does not exist").into());
        }
        Ok(kms::EncryptResponse {
            ciphertext_blob: Some(seal(&input.key_id, input.encryption_context, &input.plaintext)),
            ..Default::default()
        })
    }

    async fn generate_data_key(
        &self,
        _: &RequestContext,
        input: kms::GenerateDataKeyRequest,
    ) -> Result<kms::GenerateDataKeyResponse, ServiceError> {
        Ok(kms::GenerateDataKeyResponse {
            ciphertext_blob: Some(seal(&input.key_id, input.encryption_context, &[7; 32])),
            plaintext: Some(Bytes::from_static(&[7; 32])),
            ..Default::default()
        })
    }

    async fn decrypt(
        &self,
        _: &RequestContext,
        input: kms::DecryptRequest,
    ) -> Result<kms::DecryptResponse, ServiceError> {
        let blob = input.ciphertext_blob.unwrap_or_default();
        let at = blob.iter().position(|byte| *byte == b'\n').expect("a sealed blob");
        let context = format!("{:?}", input.encryption_context);
        assert!(String::from_utf8_lossy(&blob[..at]).ends_with(&context), "the same context");
        let plain: Vec<u8> = blob[at + 1..].iter().map(|byte| byte ^ 0x55).collect();
        Ok(kms::DecryptResponse { plaintext: Some(plain.into()), ..Default::default() })
    }
}

/// Knows the secret `known`.
struct Secrets;

#[async_trait]
impl secrets::SecretsManager for Secrets {
    async fn get_secret_value(
        &self,
        _: &RequestContext,
        input: secrets::GetSecretValueRequest,
    ) -> Result<secrets::GetSecretValueResponse, ServiceError> {
        if input.secret_id != "known" {
            return Err(secrets::ResourceNotFoundException::new("none").into());
        }
        Ok(secrets::GetSecretValueResponse {
            arn: Some("arn:aws:secretsmanager:us-east-1:000000000000:secret:known-abcdef".into()),
            name: Some("known".into()),
            secret_string: Some("hush".into()),
            ..Default::default()
        })
    }
}

impl Scene {
    pub(crate) fn new() -> Self {
        let cloud = Cloud::new()
            .with(service(Arc::new(SsmProvider::new())))
            .with(kms::service(Arc::new(Keys)))
            .with(secrets::service(Arc::new(Secrets)));
        Self { ssm: SsmClient::new(cloud.caller()), cloud }
    }

    pub(crate) async fn wait(&self, seconds: u64) {
        self.cloud.advance(Duration::from_secs(seconds)).await;
    }

    /// Puts a parameter of type String that may exist already.
    pub(crate) async fn put(&self, name: &str, value: &str) -> i64 {
        let input = PutParameterRequest { overwrite: Some(true), ..text(name, value) };
        self.ssm.put_parameter(input).await.expect("a valid parameter").version.expect("a version")
    }

    pub(crate) async fn get(&self, name: &str) -> Result<Parameter, ServiceError> {
        let input = GetParameterRequest { name: name.to_owned(), with_decryption: Some(true) };
        Ok(self.ssm.get_parameter(input).await?.parameter.expect("a parameter"))
    }

    pub(crate) async fn value(&self, name: &str) -> String {
        self.get(name).await.expect("a parameter").value.expect("a value")
    }
}

/// The request that puts a parameter of type String.
pub(crate) fn text(name: &str, value: &str) -> PutParameterRequest {
    PutParameterRequest {
        name: name.to_owned(),
        value: value.to_owned(),
        r#type: Some(ParameterType::String),
        ..Default::default()
    }
}

pub(crate) fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// Checks that a result is an error with this code and message; an empty message is none.
#[track_caller]
pub(crate) fn check_error<T>(result: Result<T, ServiceError>, code: &str, message: &str) {
    let Err(error) = result else { panic!("accepted, not {code}: {message}") };
    assert_eq!((error.code(), error.message().unwrap_or_default()), (code, message));
}

/// Checks the code and the beginning of the message.
#[track_caller]
pub(crate) fn check_begins<T>(result: Result<T, ServiceError>, code: &str, message: &str) {
    let Err(error) = result else { panic!("accepted, not {code}: {message}") };
    assert_eq!(error.code(), code);
    let text = error.message().unwrap_or_default();
    assert!(text.starts_with(message), "{text}");
}

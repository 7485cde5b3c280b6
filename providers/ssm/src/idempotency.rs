//! Client tokens: the same request again gets the same answer.

use aws_smithy_schema::serde::SerializableStruct;
use fogbank_service::ServiceError;
use fogbank_state::Resource;
use serde::{Deserialize, Serialize};

use crate::errors;
use crate::kept::json;
use crate::store::SsmStore;

/// A request that carried a client token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Remembered {
    /// The request.
    request: String,
    /// The id of what it made.
    id: String,
}

impl Resource for Remembered {
    const VERSION: u32 = 1;
}

/// A client token of an operation, with the request that carries it.
pub(crate) struct Token {
    key: Option<String>,
    request: String,
}

impl Token {
    /// The token of a request, where it has one.
    pub(crate) fn new<T: SerializableStruct>(
        operation: &str,
        token: Option<&str>,
        request: &T,
    ) -> Self {
        let key = token.map(|token| format!("{operation}/{token}"));
        Self { key, request: json(request) }
    }

    /// The id that the request got before.
    ///
    /// # Errors
    /// `IdempotentParameterMismatch` when the token came with another request.
    pub(crate) fn before(&self, store: &SsmStore) -> Result<Option<String>, ServiceError> {
        let Some(key) = &self.key else { return Ok(None) };
        match store.tokens.get(key) {
            None => Ok(None),
            Some(before) if before.request == self.request => Ok(Some(before.id.clone())),
            Some(_) => Err(errors::idempotent_mismatch(
                "Error returned when an idempotent operation is retried and the parameters don't \
                 match the original call to the API with the same idempotency token.",
            )),
        }
    }

    /// Remembers the id of what the request made.
    pub(crate) fn remember(self, store: &SsmStore, id: &str) {
        if let Some(key) = self.key {
            let remembered = Remembered { request: self.request, id: id.to_owned() };
            store.tokens.insert(key, remembered);
        }
    }
}

//! `api-models/models.lock`: which models everything is generated from.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Outcome, root};

const PATH: &str = "api-models/models.lock";

/// The pin of the models.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lock {
    /// The version of the botocore source distribution.
    pub(crate) version: String,
    /// The SHA-256 of the source distribution.
    pub(crate) sha256: String,
    /// The SHA-256 over the stripped models in `api-models/`.
    pub(crate) models: String,
}

impl Lock {
    pub(crate) fn read() -> Outcome<Self> {
        let text = root::read(PATH)?;
        toml::from_str(&text).map_err(|error| format!("{PATH}: {error}").into())
    }

    pub(crate) fn write(&self) -> Outcome {
        let text = format!(
            "# Written by `cargo xtask regen`: the botocore source distribution and what was made of it.\n{}",
            toml::to_string(self)?
        );
        root::write(PATH, text.as_bytes()).map(|_| ())
    }
}

/// The SHA-256 of these bytes in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// One SHA-256 over files with their paths, which must come in order.
pub(crate) fn digest<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut digest = Sha256::new();
    for (path, content) in files {
        digest.update(path.as_bytes());
        digest.update([0]);
        digest.update((content.len() as u64).to_be_bytes());
        digest.update(content);
    }
    hex(&digest.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

//! AWS's own managed policies: the names and paths of the well-known ones, and the documents of
//! those that are used most.
//!
//! `policies.txt` has a path and name a line; `documents.tsv` a name, a tab and a document a line.
//! `of_emulated.tsv` is alike: the statements of further policies as far as they are about services
//! that are emulated, which is all that decides here. What is in neither has no such statement.
//! Ids are made from names, so that they are the same in every world; AWS's are others.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use data_encoding::BASE32_NOPAD;
use fogbank_context::{Arn, Partition, Timestamp};
use sha2::{Digest, Sha256};

use crate::ids::prefix;

/// When all of them were created: 2015-02-06T18:39:46Z, the day on which AWS introduced them.
const CREATED: Timestamp = Timestamp::from_secs(1_423_247_986);

/// One of AWS's managed policies.
pub(crate) struct AwsPolicy {
    pub(crate) name: &'static str,
    /// `/`, `/service-role/`, `/job-function/` or `/aws-service-role/`.
    pub(crate) path: &'static str,
    pub(crate) id: String,
    /// The document, where it is known.
    pub(crate) document: Option<Arc<str>>,
}

impl AwsPolicy {
    /// The number of the only version.
    pub(crate) const VERSION: u32 = 1;

    /// When it was created and last changed.
    pub(crate) const CREATED: Timestamp = CREATED;

    /// The ARN in a partition.
    pub(crate) fn arn(&self, partition: Partition) -> String {
        format!("arn:{partition}:iam::aws:policy{}{}", self.path, self.name)
    }
}

/// Documents by name, whole ones and parts of such.
const DOCUMENTS: [&str; 2] =
    [include_str!("aws_managed/documents.tsv"), include_str!("aws_managed/of_emulated.tsv")];

static POLICIES: LazyLock<Vec<AwsPolicy>> = LazyLock::new(|| {
    let documents: HashMap<_, _> = DOCUMENTS
        .iter()
        .flat_map(|file| file.lines())
        .filter_map(|line| line.split_once('\t'))
        .collect();
    let policy = |line: &'static str| {
        let (path, name) = line.split_at(line.rfind('/').map_or(0, |slash| slash + 1));
        let document = documents.get(name).map(|document| (*document).into());
        AwsPolicy { name, path, id: id(name), document }
    };
    include_str!("aws_managed/policies.txt").lines().map(policy).collect()
});

static BY_NAME: LazyLock<HashMap<&'static str, &'static AwsPolicy>> =
    LazyLock::new(|| POLICIES.iter().map(|policy| (policy.name, policy)).collect());

fn id(name: &str) -> String {
    let digest = Sha256::digest(name.as_bytes());
    let text = BASE32_NOPAD.encode(&digest);
    format!("{}{}", prefix::MANAGED_POLICY, &text[..17])
}

/// All of them, in the order of their names.
pub(crate) fn all() -> &'static [AwsPolicy] {
    &POLICIES
}

/// The one with this ARN.
pub(crate) fn by_arn(arn: &Arn) -> Option<&'static AwsPolicy> {
    let path = arn.resource.strip_prefix("policy")?;
    let (_, name) = path.rsplit_once('/')?;
    let policy = *BY_NAME.get(name)?;
    (path.strip_suffix(name) == Some(policy.path)).then_some(policy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_well_formed() {
        for pair in POLICIES.windows(2) {
            assert!(pair[0].name < pair[1].name, "{} {}", pair[0].name, pair[1].name);
        }
        for policy in POLICIES.iter() {
            assert!(policy.path.starts_with('/') && policy.path.ends_with('/'), "{}", policy.name);
            let arn: Arn = policy.arn(Partition::Aws).parse().unwrap();
            assert_eq!(by_arn(&arn).map(|found| found.name), Some(policy.name));
        }
        for line in DOCUMENTS.iter().flat_map(|file| file.lines()) {
            let (name, document) = line.split_once('\t').expect("a name and a document");
            assert!(BY_NAME.contains_key(name), "{name}");
            assert!(fogbank_iam::Policy::parse(document).is_ok(), "{name}");
        }
    }
}

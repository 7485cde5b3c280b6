//! Documents: what one is, its versions, and where a name leads.

pub(crate) mod amazon;
pub(crate) mod content;

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_api_ssm as api;
use fogbank_context::{AccountId, Arn};
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::{Resource, Rows, rows};
use serde::{Deserialize, Serialize};

use crate::errors;
use crate::kept::Kept;
use crate::store::{SsmStore, store};

/// A document with its versions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Document {
    /// The name.
    pub(crate) name: String,
    /// The default version.
    pub(crate) default_version: i64,
    /// The accounts that it is shared with, or `All`, and the version of each.
    pub(crate) shared: BTreeMap<String, String>,
    /// The versions by number.
    #[serde(skip)]
    pub(crate) versions: Rows<i64, Arc<DocumentVersion>>,
}

impl Resource for Document {
    const VERSION: u32 = 1;
    rows!(versions);
}

/// A version of a document.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DocumentVersion {
    /// All but the latest and the default version and the tags, which are the document's.
    pub(crate) description: Kept<api::DocumentDescription>,
    /// The content as it came.
    pub(crate) content: String,
    /// What reviewers said.
    #[serde(default)]
    pub(crate) reviews: Vec<Review>,
}

/// An action of a review.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Review {
    /// When.
    pub(crate) at: fogbank_context::Timestamp,
    /// Who.
    pub(crate) reviewer: String,
    /// The status that it led to.
    pub(crate) status: String,
    /// The comment.
    pub(crate) comment: Option<String>,
}

impl Document {
    /// The newest version's number.
    pub(crate) fn latest(&self) -> i64 {
        self.versions.last().map_or(self.default_version, |(number, _)| *number)
    }

    /// A version by number, `$LATEST`, `$DEFAULT` or its name; the default one by none.
    ///
    /// # Errors
    /// `InvalidDocumentVersion`.
    pub(crate) fn version(
        &self,
        version: Option<&str>,
        name: Option<&str>,
    ) -> Result<&Arc<DocumentVersion>, ServiceError> {
        let found = match (version, name) {
            (None, Some(name)) => self
                .versions
                .values()
                .find(|version| version.description.version_name.as_deref() == Some(name)),
            (None | Some("$DEFAULT"), _) => self.versions.get(&self.default_version),
            (Some("$LATEST"), _) => self.versions.get(&self.latest()),
            (Some(number), _) => {
                number.parse::<i64>().ok().and_then(|number| self.versions.get(&number))
            }
        };
        found.ok_or_else(|| {
            errors::invalid_document_version("The document version is not valid or does not exist.")
        })
    }

    /// How the document is shared with an account: `Private` or `Public`.
    pub(crate) fn sharing(&self, account: AccountId) -> Option<&'static str> {
        if self.shared.contains_key(&account.to_string()) {
            return Some("Private");
        }
        self.shared.keys().any(|key| key.eq_ignore_ascii_case("all")).then_some("Public")
    }

    /// A version as `DescribeDocument` shows it.
    pub(crate) fn describe(
        &self,
        version: &DocumentVersion,
        tags: Vec<api::Tag>,
    ) -> api::DocumentDescription {
        api::DocumentDescription {
            latest_version: Some(self.latest().to_string()),
            default_version: Some(self.default_version.to_string()),
            tags: Some(tags),
            ..version.description.0.clone()
        }
    }
}

/// The key under which a document's tags are kept.
pub(crate) fn tags_key(name: &str) -> String {
    format!("Document/{name}")
}

/// A document that does not exist.
pub(crate) fn unknown(name: &str) -> ServiceError {
    errors::invalid_document(format!("Document with name {name} does not exist."))
}

/// A document of the account, or one of Amazon's, by its name or ARN.
///
/// # Errors
/// `InvalidDocument`.
pub(crate) fn find(cx: &RequestContext, name: &str) -> Result<Arc<Document>, ServiceError> {
    let bare = bare(cx, name);
    if let Some(document) = store(cx).documents.get(bare) {
        return Ok(document);
    }
    let found = amazon::get(bare).or_else(|| shared(cx, name));
    found.ok_or_else(|| unknown(name))
}

/// A document that another account shares with the caller's, by its ARN.
fn shared(cx: &RequestContext, arn: &str) -> Option<Arc<Document>> {
    let arn: Arn = arn.parse().ok()?;
    let near = arn.service == "ssm" && arn.region.as_ref() == Some(&cx.region);
    let (owner, name) = (arn.account_id()?, arn.resource.strip_prefix("document/")?);
    if !near || owner == cx.account {
        return None;
    }
    let document = cx.world.regional::<SsmStore>(owner, &cx.region).documents.get(name)?;
    document.sharing(cx.account).is_some().then_some(document)
}

/// The documents that other accounts share with the caller's, with their ARNs.
pub(crate) fn all_shared(cx: &RequestContext) -> Vec<(String, Arc<Document>)> {
    let stores = cx.world.stores::<SsmStore>().into_iter();
    let others = stores.filter(|(scope, _)| scope.0 != cx.account && scope.1 == cx.region);
    let documents = others.flat_map(|(scope, store)| {
        let owner = scope.0;
        let mut documents: Vec<_> = store.documents.iter().map(|(_, it)| it).collect();
        documents.retain(|document| document.sharing(cx.account).is_some());
        documents.into_iter().map(move |document| (owner, document))
    });
    let named = |(owner, document): (AccountId, Arc<Document>)| {
        let resource = format!("document/{}", document.name);
        (Arn::regional("ssm", &cx.region, owner, resource).to_string(), document)
    };
    documents.map(named).collect()
}

/// The name in an ARN of a document.
pub(crate) fn bare<'a>(cx: &RequestContext, name: &'a str) -> &'a str {
    let own = cx.arn("ssm", "document/").to_string();
    let amazon = format!("arn:{}:ssm:{}::document/", cx.partition(), cx.region);
    name.strip_prefix(&own).or_else(|| name.strip_prefix(&amazon)).unwrap_or(name)
}

/// Changes a document of the account.
///
/// # Errors
/// `InvalidDocument`, and what the change answers.
pub(crate) fn edit<T>(
    cx: &RequestContext,
    store: &SsmStore,
    name: &str,
    change: impl FnOnce(&mut Document) -> Result<T, ServiceError>,
) -> Result<T, ServiceError> {
    let name = bare(cx, name);
    let edited = store.documents.try_update(name, |document| change(document));
    edited.unwrap_or_else(|| match amazon::get(name) {
        Some(_) => Err(errors::invalid_document_operation(
            "You attempted to change a document that is owned by Amazon.",
        )),
        None => Err(unknown(name)),
    })
}

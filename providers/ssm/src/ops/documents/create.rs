//! `CreateDocument` and `UpdateDocument`.

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};
use sha2::{Digest, Sha256};

use crate::document::{self, Document, DocumentVersion, content, tags_key};
use crate::errors;
use crate::kept::Kept;
use crate::ops::tags;
use crate::store::{Tags, store};

/// The most documents of an account and region.
const MOST: usize = 500;
/// The most versions of a document.
const MOST_VERSIONS: usize = 1_000;
/// Beginnings of names that are Amazon's, in lower case.
const RESERVED: &[&str] = &["aws", "amazon", "amzn"];

/// The hash of a content.
pub(crate) fn hash(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a version of a document says of its attachments.
fn named(sources: Vec<api::AttachmentsSource>) -> Vec<api::AttachmentInformation> {
    let name = |source: api::AttachmentsSource| api::AttachmentInformation { name: source.name };
    sources.into_iter().map(name).collect()
}

pub(crate) fn run(
    cx: &RequestContext,
    input: api::CreateDocumentRequest,
) -> Result<api::CreateDocumentResult, ServiceError> {
    let lower = input.name.to_ascii_lowercase();
    if RESERVED.iter().any(|prefix| lower.starts_with(prefix)) {
        return Err(errors::validation(format!(
            "Document name {} can't begin with aws, amazon or amzn.",
            input.name
        )));
    }
    let kind = input.document_type.unwrap_or(api::DocumentType::Command);
    if kind == api::DocumentType::AutomationChangeTemplate {
        return Err(errors::no_longer_supported(
            "The requested operation is no longer supported by Systems Manager.",
        ));
    }
    let format = input.document_format.unwrap_or(api::DocumentFormat::Json);
    let outline = content::outline(&input.content, &format, &kind)?;
    let added = tags::checked(&BTreeMap::new(), input.tags.unwrap_or_default())?;
    let description = api::DocumentDescription {
        hash: Some(hash(&input.content)),
        hash_type: Some(api::DocumentHashType::Sha256),
        name: Some(input.name.clone()),
        display_name: input.display_name,
        version_name: input.version_name,
        owner: Some(cx.account.to_string()),
        created_date: Some(cx.now().to_wire()),
        status: Some(api::DocumentStatus::Active),
        document_version: Some("1".to_owned()),
        description: outline.description,
        parameters: Some(outline.parameters),
        platform_types: Some(outline.platforms),
        document_type: Some(kind),
        schema_version: outline.schema_version,
        document_format: Some(format),
        target_type: input.target_type,
        attachments_information: input.attachments.map(named),
        requires: input.requires,
        ..Default::default()
    };
    let version = DocumentVersion {
        description: Kept(description),
        content: input.content,
        reviews: Vec::new(),
    };
    let mut document = Document {
        name: input.name.clone(),
        default_version: 1,
        shared: BTreeMap::new(),
        versions: Default::default(),
    };
    let version = Arc::new(version);
    document.versions.insert(1, version.clone());
    let store = store(cx);
    if store.documents.len() >= MOST && !store.documents.contains(&input.name) {
        return Err(errors::document_limit("You can have at most 500 active SSM documents."));
    }
    let mut shown = document.describe(&version, Vec::new());
    store.documents.insert_new(input.name.clone(), document).map_err(|_| {
        errors::document_already_exists(format!(
            "Document with same name {} already exists",
            input.name
        ))
    })?;
    if !added.is_empty() {
        store.tags.insert(tags_key(&input.name), Tags(added));
    }
    shown.tags = Some(tags::of(&store, &tags_key(&input.name)));
    shown.status = Some(api::DocumentStatus::Creating);
    Ok(api::CreateDocumentResult { document_description: Some(shown) })
}

pub(crate) fn update(
    cx: &RequestContext,
    input: api::UpdateDocumentRequest,
) -> Result<api::UpdateDocumentResult, ServiceError> {
    let store = store(cx);
    let tags = tags::of(&store, &tags_key(document::bare(cx, &input.name)));
    document::edit(cx, &store, &input.name, |document| {
        let latest = document.latest();
        let before =
            document.version(Some(input.document_version.as_deref().unwrap_or("$LATEST")), None)?;
        let before = before.clone();
        if before.description.document_version.as_deref() != Some(latest.to_string().as_str()) {
            return Err(errors::invalid_document_version(
                "The document version is not valid or does not exist.",
            ));
        }
        let old = &before.description;
        let kind = old.document_type.clone().unwrap_or(api::DocumentType::Command);
        let unversioned = matches!(old.schema_version.as_deref(), Some("1.0" | "1.2"));
        if unversioned && kind == api::DocumentType::Command {
            return Err(errors::invalid_document_schema_version(
                "The version of the document schema is not supported.",
            ));
        }
        let format = input.document_format.clone().unwrap_or(api::DocumentFormat::Json);
        let outline = content::outline(&input.content, &format, &kind)?;
        let names = |name: &str| {
            document
                .versions
                .values()
                .any(|version| version.description.version_name.as_deref() == Some(name))
        };
        if input.version_name.as_deref().is_some_and(names) {
            return Err(errors::duplicate_version_name(
                "The specified version name is a duplicate.",
            ));
        }
        let digest = hash(&input.content);
        if old.hash.as_deref() == Some(digest.as_str()) {
            return Err(errors::duplicate_document_content(
                "The content of the association document matches another document. Change the \
                 content of the document and try again.",
            ));
        }
        if document.versions.len() >= MOST_VERSIONS {
            return Err(errors::document_version_limit(
                "The document has too many versions. Delete one or more document versions and try \
                 again.",
            ));
        }
        let description = api::DocumentDescription {
            hash: Some(digest),
            display_name: input.display_name.clone().or_else(|| old.display_name.clone()),
            version_name: input.version_name.clone(),
            created_date: Some(cx.now().to_wire()),
            document_version: Some((latest + 1).to_string()),
            description: outline.description,
            parameters: Some(outline.parameters),
            platform_types: Some(outline.platforms),
            schema_version: outline.schema_version,
            document_format: Some(format),
            attachments_information: input.attachments.clone().map(named),
            target_type: input.target_type.clone().or_else(|| old.target_type.clone()),
            ..old.0.clone()
        };
        let version = Arc::new(DocumentVersion {
            description: Kept(description),
            content: input.content.clone(),
            reviews: Vec::new(),
        });
        document.versions.insert(latest + 1, version.clone());
        let mut shown = document.describe(&version, tags);
        shown.status = Some(api::DocumentStatus::Updating);
        Ok(api::UpdateDocumentResult { document_description: Some(shown) })
    })
}

//! `GetDocument`, `DescribeDocument`, `ListDocumentVersions` and `ListDocuments`.

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};

use crate::document::{self, Document, DocumentVersion, amazon, content, tags_key};
use crate::errors;
use crate::ops::tags;
use crate::page::page;
use crate::store::store;

/// How many documents or versions a page has usually.
const PAGE: usize = 50;

pub(crate) fn document(
    cx: &RequestContext,
    input: &api::GetDocumentRequest,
) -> Result<api::GetDocumentResult, ServiceError> {
    let document = document::find(cx, &input.name)?;
    let version =
        document.version(input.document_version.as_deref(), input.version_name.as_deref())?;
    let description = version.description.0.clone();
    let own = description.document_format.unwrap_or(api::DocumentFormat::Json);
    let wanted = match (&own, &input.document_format) {
        (api::DocumentFormat::Text, _) => api::DocumentFormat::Text,
        (_, Some(format)) => format.clone(),
        _ => api::DocumentFormat::Json,
    };
    Ok(api::GetDocumentResult {
        name: description.name,
        created_date: description.created_date,
        display_name: description.display_name,
        version_name: description.version_name,
        document_version: description.document_version,
        status: description.status,
        status_information: description.status_information,
        content: Some(content::convert(&version.content, &own, &wanted)?),
        document_type: description.document_type,
        document_format: Some(wanted),
        requires: description.requires,
        attachments_content: Some(Vec::new()),
        review_status: description.review_status,
    })
}

pub(crate) fn describe(
    cx: &RequestContext,
    input: &api::DescribeDocumentRequest,
) -> Result<api::DescribeDocumentResult, ServiceError> {
    let document = document::find(cx, &input.name)?;
    let version =
        document.version(input.document_version.as_deref(), input.version_name.as_deref())?;
    let own = version.description.owner == Some(cx.account.to_string());
    let tags = match own {
        true => tags::of(&store(cx), &tags_key(&document.name)),
        false => Vec::new(),
    };
    Ok(api::DescribeDocumentResult { document: Some(document.describe(version, tags)) })
}

pub(crate) fn versions(
    cx: &RequestContext,
    input: &api::ListDocumentVersionsRequest,
) -> Result<api::ListDocumentVersionsResult, ServiceError> {
    let document = document::find(cx, &input.name)?;
    let versions = document.versions.values().rev().map(|version| {
        let description = version.description.0.clone();
        let default = document.default_version.to_string();
        api::DocumentVersionInfo {
            is_default_version: Some(description.document_version.as_ref() == Some(&default)),
            name: description.name,
            display_name: description.display_name,
            document_version: description.document_version,
            version_name: description.version_name,
            created_date: description.created_date,
            document_format: description.document_format,
            status: description.status,
            status_information: description.status_information,
            review_status: description.review_status,
        }
    });
    let (versions, next_token) = page(
        versions.collect(),
        |version: &api::DocumentVersionInfo| version.document_version.clone().unwrap_or_default(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::ListDocumentVersionsResult { document_versions: Some(versions), next_token })
}

/// The keys of filters, beside `tag:…`.
const KEYS: &[&str] =
    &["DocumentType", "Name", "Owner", "PlatformTypes", "SearchKeyword", "TargetType"];

/// Whether a document passes a filter.
fn passes(
    cx: &RequestContext,
    document: &Document,
    version: &DocumentVersion,
    tags: &BTreeMap<String, String>,
    key: &str,
    values: &[String],
) -> bool {
    let description = &version.description;
    let owner = description.owner.as_deref().unwrap_or_default();
    let is = |text: &str| values.iter().any(|value| value == text);
    match key {
        "DocumentType" => description.document_type.as_ref().is_some_and(|kind| is(kind.as_str())),
        "Name" => values.iter().any(|value| document.name.starts_with(value.as_str())),
        "Owner" => values.iter().any(|value| {
            let own = owner == cx.account.to_string();
            let amazon = owner == "Amazon";
            match value.as_str() {
                "Self" => own,
                "Amazon" => amazon,
                "Private" => own || document.sharing(cx.account) == Some("Private"),
                "Public" => amazon || !own && document.sharing(cx.account) == Some("Public"),
                "ThirdParty" => !own && !amazon,
                "All" => true,
                _ => false,
            }
        }),
        "PlatformTypes" => {
            let platforms = description.platform_types.iter().flatten();
            platforms.into_iter().any(|platform| {
                values.iter().any(|value| value.eq_ignore_ascii_case(platform.as_str()))
            })
        }
        "SearchKeyword" => values.iter().any(|value| {
            let lower = value.to_lowercase();
            document.name.to_lowercase().contains(&lower)
        }),
        "TargetType" => description.target_type.as_deref().is_some_and(is),
        key => {
            let value = key.strip_prefix("tag:").and_then(|key| tags.get(key));
            value.is_some_and(|value| values.is_empty() || is(value))
        }
    }
}

pub(crate) fn list(
    cx: &RequestContext,
    input: api::ListDocumentsRequest,
) -> Result<api::ListDocumentsResult, ServiceError> {
    let old = input.document_filter_list.into_iter().flatten();
    let old = old.map(|filter| (filter.key.as_str().to_owned(), vec![filter.value]));
    let new = input.filters.into_iter().flatten();
    let new = new.map(|filter| (filter.key.unwrap_or_default(), filter.values.unwrap_or_default()));
    let filters: Vec<(String, Vec<String>)> = old.chain(new).collect();
    let unknown = |key: &String| !KEYS.contains(&key.as_str()) && !key.starts_with("tag:");
    if filters.iter().any(|(key, _)| unknown(key)) {
        return Err(errors::invalid_filter_key("The specified key isn't valid."));
    }
    let store = store(cx);
    let own = store.documents.iter().map(|(_, document)| document);
    let mut documents: Vec<(String, Arc<Document>)> =
        own.chain(amazon::all()).map(|document| (document.name.clone(), document)).collect();
    // What others share is listed, by ARN, when owners are asked for.
    if filters.iter().any(|(key, _)| key == "Owner") {
        documents.extend(document::all_shared(cx));
    }
    documents.sort_by(|one, other| one.0.cmp(&other.0));
    let mut identifiers = Vec::new();
    for (name, document) in documents {
        let Ok(version) = document.version(None, None) else { continue };
        let tags = store.tags.get(&tags_key(&name));
        let tags = tags.map(|tags| tags.0.clone()).unwrap_or_default();
        let passes = |(key, values): &(String, Vec<String>)| {
            passes(cx, &document, version, &tags, key, values)
        };
        if filters.iter().all(passes) {
            let shown = identifier(&version.description.0, tags);
            identifiers.push(api::DocumentIdentifier { name: Some(name), ..shown });
        }
    }
    let (document_identifiers, next_token) = page(
        identifiers,
        |document: &api::DocumentIdentifier| document.name.clone().unwrap_or_default(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::ListDocumentsResult { document_identifiers: Some(document_identifiers), next_token })
}

fn identifier(
    description: &api::DocumentDescription,
    tags: BTreeMap<String, String>,
) -> api::DocumentIdentifier {
    let description = description.clone();
    let tag = |(key, value)| api::Tag { key, value };
    api::DocumentIdentifier {
        name: description.name,
        created_date: description.created_date,
        display_name: description.display_name,
        owner: description.owner,
        version_name: description.version_name,
        platform_types: description.platform_types,
        document_version: description.document_version,
        document_type: description.document_type,
        schema_version: description.schema_version,
        document_format: description.document_format,
        target_type: description.target_type,
        tags: Some(tags.into_iter().map(tag).collect()),
        requires: description.requires,
        review_status: description.review_status,
        author: description.author,
    }
}

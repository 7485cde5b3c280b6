//! `ListSecrets`.

use std::sync::Arc;

use fogbank_api_secretsmanager::{
    Filter, FilterNameStringType, ListSecretsRequest, ListSecretsResponse, SecretListEntry,
    SortByType, SortOrderType,
};
use fogbank_service::{RequestContext, ServiceError};

use super::tags;
use crate::errors;
use crate::paging::page;
use crate::secret::locate;
use crate::store::{Secret, SecretsStore};

pub(crate) fn run(
    cx: &RequestContext,
    input: &ListSecretsRequest,
) -> Result<ListSecretsResponse, ServiceError> {
    let store = cx.world.regional::<SecretsStore>(cx.account, &cx.region);
    check(input.filters.as_deref())?;
    let with_deleted = input.include_planned_deletion == Some(true);
    let mut secrets = matching(cx, &store, input.filters.as_deref(), with_deleted);
    sort(&mut secrets, input.sort_by.as_ref(), input.sort_order.as_ref());
    let (secrets, next_token) = page(secrets, input.max_results, 100, input.next_token.as_deref())?;
    let secret_list = Some(secrets.iter().map(|secret| entry(secret)).collect());
    Ok(ListSecretsResponse { secret_list, next_token })
}

/// Checks that each filter says what it looks at, and for what.
pub(crate) fn check(filters: Option<&[Filter]>) -> Result<(), ServiceError> {
    for filter in filters.unwrap_or_default() {
        let Some(key) = &filter.key else {
            return Err(errors::invalid_parameter("Invalid filter key"));
        };
        if filter.values.as_ref().is_none_or(Vec::is_empty) {
            let message = format!("Invalid filter values for key: {key}");
            return Err(errors::invalid_parameter(message));
        }
    }
    Ok(())
}

/// The secrets that all filters let through, by name.
pub(crate) fn matching(
    cx: &RequestContext,
    store: &SecretsStore,
    filters: Option<&[Filter]>,
    with_deleted: bool,
) -> Vec<Arc<Secret>> {
    locate::settle_all(cx, store);
    let secrets = store.secrets.iter().map(|(_, secret)| secret);
    let secrets = secrets.filter(|secret| with_deleted || secret.deletion.is_none());
    let filters = filters.unwrap_or_default();
    secrets.filter(|secret| filters.iter().all(|filter| lets_through(filter, secret))).collect()
}

fn sort(secrets: &mut [Arc<Secret>], by: Option<&SortByType>, order: Option<&SortOrderType>) {
    match by {
        Some(SortByType::Name) => secrets.sort_by(|a, b| a.name.cmp(&b.name)),
        Some(SortByType::LastAccessedDate) => secrets.sort_by_key(|secret| secret.accessed),
        Some(SortByType::LastChangedDate) => secrets.sort_by_key(|secret| secret.changed),
        _ => secrets.sort_by_key(|secret| secret.created),
    }
    if order == Some(&SortOrderType::Desc) {
        secrets.reverse();
    }
}

/// What a filter looks at.
fn texts(filter: &FilterNameStringType, secret: &Secret) -> Vec<String> {
    let tags = || secret.tags.iter().flatten();
    match filter {
        FilterNameStringType::Name => vec![secret.name.clone()],
        FilterNameStringType::Description => secret.description.iter().cloned().collect(),
        FilterNameStringType::TagKey => tags().map(|(key, _)| key.clone()).collect(),
        FilterNameStringType::TagValue => tags().map(|(_, value)| value.clone()).collect(),
        FilterNameStringType::PrimaryRegion => {
            secret.primary.iter().map(ToString::to_string).collect()
        }
        FilterNameStringType::All => {
            let mut all = vec![secret.name.clone()];
            all.extend(secret.description.clone());
            all.extend(tags().flat_map(|(key, value)| [key.clone(), value.clone()]));
            all.extend(secret.primary.iter().map(ToString::to_string));
            all
        }
        _ => Vec::new(),
    }
}

/// Whether one of a filter's values is found, or one with `!` is not.
fn lets_through(filter: &Filter, secret: &Secret) -> bool {
    let Some(key) = &filter.key else { return true };
    let texts = texts(key, secret);
    let by_words = matches!(key, FilterNameStringType::Description | FilterNameStringType::All);
    let found = |value: &str| {
        if by_words {
            has_words(&texts, value)
        } else {
            texts.iter().any(|text| text.starts_with(value))
        }
    };
    filter.values.iter().flatten().any(|value| match value.strip_prefix('!') {
        Some(value) => !found(value),
        None => found(value),
    })
}

/// Whether every word of the value is the start of a word of the texts, in whatever case.
fn has_words(texts: &[String], value: &str) -> bool {
    let separator = |c: char| !c.is_ascii_alphanumeric();
    let texts: Vec<_> = texts.iter().map(|text| text.to_lowercase()).collect();
    let starts = |word: &str| {
        let mut words = texts.iter().flat_map(|text| text.split(separator));
        words.any(|candidate| candidate.starts_with(word))
    };
    let value = value.to_lowercase();
    let mut words = value.split(separator).filter(|word| !word.is_empty()).peekable();
    words.peek().is_some() && words.all(starts)
}

fn entry(secret: &Secret) -> SecretListEntry {
    SecretListEntry {
        arn: Some(secret.arn.to_string()),
        name: Some(secret.name.clone()),
        r#type: secret.kind.clone(),
        description: secret.description.clone(),
        kms_key_id: secret.kms_key.clone(),
        last_rotated_date: secret.rotated.map(|at| at.to_wire()),
        last_changed_date: Some(secret.changed.to_wire()),
        last_accessed_date: secret.accessed.map(|at| at.to_wire()),
        deleted_date: secret.deletion.map(|at| at.to_wire()),
        tags: tags::listed(secret.tags.as_deref()),
        secret_versions_to_stages: secret.stages(),
        created_date: Some(secret.created.to_wire()),
        primary_region: secret.primary.as_ref().map(ToString::to_string),
        ..SecretListEntry::default()
    }
}

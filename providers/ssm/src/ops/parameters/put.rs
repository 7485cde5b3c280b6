//! `PutParameter`.

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::ops::service_settings;
use crate::ops::tags;
use crate::parameter::{
    Kind, MOST_VERSIONS, Parameter, Tier, Version, arn, changes, cipher, find, name, policy,
    tags_key, value,
};
use crate::store::{Tags, store};

/// The most parameters of an account and region: standard and advanced ones.
const MOST: usize = 110_000;

pub(crate) async fn run(
    cx: &RequestContext,
    input: api::PutParameterRequest,
) -> Result<api::PutParameterResult, ServiceError> {
    let overwrite = input.overwrite == Some(true);
    value::check_length(&input.value)?;
    name::check_new(&input.name)?;
    let added = input.tags.clone().unwrap_or_default();
    if overwrite && !added.is_empty() {
        return Err(errors::validation(
            "Invalid request: tags and overwrite can't be used together. To create a parameter \
             with tags, please remove overwrite flag. To update tags for an existing parameter, \
             please use AddTagsToResource or RemoveTagsFromResource.",
        ));
    }
    let added = tags::checked(&BTreeMap::new(), added)?;
    let store = store(cx);
    let key = name::key(&input.name).to_owned();
    let existing = find(&store, &key, cx.now());
    if existing.is_some() && !overwrite {
        return Err(already_exists());
    }
    if existing.is_none() && store.parameters.len() >= MOST {
        return Err(errors::parameter_limit(
            "You have exceeded the number of parameters for this AWS account. Delete one or more \
             parameters and try again.",
        ));
    }
    let version = draft(cx, &input, existing.as_deref()).await?;
    let tier = version.tier;
    let edited: Option<Result<i64, ServiceError>> = match existing {
        None => None,
        Some(_) => store.parameters.try_update(&key, |parameter| {
            let mut version = version.clone();
            version.number = parameter.latest.number + 1;
            make_room(parameter)?;
            let version = Arc::new(version);
            parameter.versions.insert(version.number, version.clone());
            parameter.latest = version;
            Ok(parameter.latest.number)
        }),
    };
    let number = match edited {
        Some(number) => number?,
        None => {
            let mut parameter = Parameter {
                name: input.name,
                latest: Arc::new(version),
                labels: BTreeMap::new(),
                versions: Default::default(),
            };
            parameter.versions.insert(1, parameter.latest.clone());
            store.parameters.insert_new(key.clone(), parameter).map_err(|_| already_exists())?;
            if !added.is_empty() {
                store.tags.insert(tags_key(&key), Tags(added));
            }
            1
        }
    };
    if let Some(parameter) = store.parameters.get(&key) {
        let operation = if number == 1 { "Create" } else { "Update" };
        changes::tell(cx, operation, &parameter).await;
    }
    Ok(api::PutParameterResult { version: Some(number), tier: Some(tier.api()) })
}

fn already_exists() -> ServiceError {
    errors::parameter_already_exists(
        "The parameter already exists. To overwrite this value, set the overwrite option in the \
         request to true.",
    )
}

/// The oldest version goes when there are as many as a parameter keeps.
fn make_room(parameter: &mut Parameter) -> Result<(), ServiceError> {
    if parameter.versions.len() < MOST_VERSIONS {
        return Ok(());
    }
    let Some(oldest) = parameter.versions.first().map(|(number, _)| *number) else {
        return Ok(());
    };
    if !parameter.labels_of(oldest).is_empty() {
        return Err(errors::parameter_max_version(format!(
            "You attempted to create a new version of {} by calling the PutParameter API with the \
             overwrite flag. Version {oldest}, the oldest version, can't be deleted because it has \
             a label associated with it. Move the label to another version of the parameter, and \
             try again.",
            parameter.name
        )));
    }
    parameter.versions.remove(&oldest);
    Ok(())
}

/// The version that a request describes; what it leaves out stays as it was.
async fn draft(
    cx: &RequestContext,
    input: &api::PutParameterRequest,
    existing: Option<&Parameter>,
) -> Result<Version, ServiceError> {
    let before = existing.map(|parameter| &parameter.latest);
    let kind = match (&input.r#type, before) {
        (Some(kind), _) => Kind::of(kind),
        (None, Some(before)) => before.kind,
        (None, None) => {
            return Err(errors::validation(
                "A parameter type is required when you create a parameter.",
            ));
        }
    };
    let kept = |text: &Option<String>, old: fn(&Version) -> &Option<String>| match text {
        Some(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        None => before.and_then(|before| old(before).clone()),
    };
    let allowed_pattern = kept(&input.allowed_pattern, |before| &before.allowed_pattern);
    let description = kept(&input.description, |before| &before.description);
    let secure = kind == Kind::SecureString;
    if !secure && input.key_id.is_some() {
        return Err(errors::validation("KeyId is required for SecureString type parameter only."));
    }
    let data_type = match (&input.data_type, before) {
        (Some(data_type), _) => data_type.clone(),
        (None, Some(before)) => before.data_type.clone(),
        (None, None) => "text".to_owned(),
    };
    value::check_data_type(&data_type, &input.name, kind)?;
    let policies = match (&input.policies, before) {
        (Some(policies), _) => policy::parse(policies, cx.now())?,
        (None, Some(before)) => before.policies.clone(),
        (None, None) => Vec::new(),
    };
    let current = before.map(|before| before.tier);
    let asked = match (&input.tier, current) {
        (Some(tier), _) => tier.clone(),
        (None, Some(Tier::Advanced)) => api::ParameterTier::Advanced,
        (None, _) => service_settings::default_tier(cx),
    };
    let tier = value::tier(&asked, current, &input.value, !policies.is_empty())?;
    if let Some(pattern) = &allowed_pattern {
        value::check_pattern(pattern, &input.value)?;
    }
    let key_id = secure.then(|| {
        let before = before.and_then(|before| before.key_id.clone());
        input.key_id.clone().or(before).unwrap_or_else(|| cipher::DEFAULT_KEY.to_owned())
    });
    let value = match &key_id {
        None => input.value.clone(),
        Some(key_id) => {
            let name = existing.map_or(&input.name, |parameter| &parameter.name);
            cipher::encrypt(cx, key_id, &arn(cx, name), tier, &input.value).await?
        }
    };
    Ok(Version {
        number: 1,
        kind,
        value,
        key_id,
        modified: cx.now(),
        user: cx.principal.arn.to_string(),
        description,
        allowed_pattern,
        tier,
        policies,
        data_type,
    })
}

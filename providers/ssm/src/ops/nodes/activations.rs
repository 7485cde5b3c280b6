//! Hybrid activations, and managed nodes, of which there are none: only an agent registers one.

use std::collections::BTreeMap;
use std::time::Duration;

use fogbank_api_ssm as api;
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError, Unheeded};

use crate::errors;
use crate::kept::Kept;
use crate::ops::tags;
use crate::page::{of_nothing, page};
use crate::store::{Tags, store};

/// How many activations a page has usually.
const PAGE: usize = 50;
/// How long an activation holds, usually and at most.
const USUAL: Duration = Duration::from_secs(86_400);
const LONGEST: Duration = Duration::from_secs(30 * 86_400);

pub(crate) static REGISTRATION_METADATA: Unheeded = Unheeded {
    operations: "CreateActivation",
    parameter: "RegistrationMetadata",
    effect: "taken and not kept; AWS reserves it for itself",
};

pub(crate) fn create(
    cx: &RequestContext,
    input: api::CreateActivationRequest,
) -> Result<api::CreateActivationResult, ServiceError> {
    let expires = input.expiration_date.as_ref().map_or(cx.now() + USUAL, Timestamp::from_wire);
    if expires <= cx.now() || expires > cx.now() + LONGEST {
        return Err(errors::validation(
            "The expiration date must be in the future and at most 30 days away.",
        ));
    }
    if input.registration_metadata.is_some() {
        cx.unheeded(&REGISTRATION_METADATA)?;
    }
    let added = tags::checked(&BTreeMap::new(), input.tags.clone().unwrap_or_default())?;
    let id = cx.ids().uuid();
    let code = cx.ids().base62(20);
    let activation = api::Activation {
        activation_id: Some(id.clone()),
        description: input.description,
        default_instance_name: input.default_instance_name,
        iam_role: Some(input.iam_role),
        registration_limit: Some(input.registration_limit.unwrap_or(1)),
        registrations_count: Some(0),
        expiration_date: Some(expires.to_wire()),
        expired: Some(false),
        created_date: Some(cx.now().to_wire()),
        tags: input.tags,
    };
    let store = store(cx);
    store.activations.insert(id.clone(), Kept(activation));
    if !added.is_empty() {
        store.tags.insert(format!("Activation/{id}"), Tags(added));
    }
    Ok(api::CreateActivationResult { activation_id: Some(id), activation_code: Some(code) })
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: &api::DeleteActivationRequest,
) -> Result<api::DeleteActivationResult, ServiceError> {
    let store = store(cx);
    match store.activations.remove(&input.activation_id) {
        Some(_) => {
            store.tags.remove(&format!("Activation/{}", input.activation_id));
            Ok(api::DeleteActivationResult {})
        }
        None => Err(errors::invalid_activation_id(
            "The activation ID isn't valid. Verify you entered the correct ActivationId or \
             ActivationCode and try again.",
        )),
    }
}

pub(crate) fn describe(
    cx: &RequestContext,
    input: &api::DescribeActivationsRequest,
) -> Result<api::DescribeActivationsResult, ServiceError> {
    let mut activations = Vec::new();
    for (_, activation) in store(cx).activations.iter() {
        let mut it = activation.0.clone();
        let expires = it.expiration_date.as_ref().map(Timestamp::from_wire);
        it.expired = Some(expires.is_some_and(|at| at <= cx.now()));
        let passes = input.filters.iter().flatten().all(|filter| {
            let value = match filter.filter_key.as_ref().map_or("", |key| key.as_str()) {
                "ActivationIds" => it.activation_id.as_ref(),
                "DefaultInstanceName" => it.default_instance_name.as_ref(),
                _ => it.iam_role.as_ref(),
            };
            filter.filter_values.iter().flatten().any(|wanted| value == Some(wanted))
        });
        if passes {
            activations.push(it);
        }
    }
    let (activations, next_token) = page(
        activations,
        |it: &api::Activation| it.activation_id.clone().unwrap_or_default(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::DescribeActivationsResult { activation_list: Some(activations), next_token })
}

fn unknown(id: &str) -> ServiceError {
    errors::invalid_instance_id(format!("Managed instance {id} does not exist."))
}

pub(crate) fn deregister(
    _: &RequestContext,
    input: &api::DeregisterManagedInstanceRequest,
) -> Result<api::DeregisterManagedInstanceResult, ServiceError> {
    Err(unknown(&input.instance_id))
}

pub(crate) fn update_role(
    _: &RequestContext,
    input: &api::UpdateManagedInstanceRoleRequest,
) -> Result<api::UpdateManagedInstanceRoleResult, ServiceError> {
    Err(unknown(&input.instance_id))
}

/// Keys of the filters of managed nodes, beside `tag:…`.
const KEYS: &[&str] = &[
    "ActivationIds",
    "AgentVersion",
    "AssociationStatus",
    "IamRole",
    "InstanceIds",
    "PingStatus",
    "PlatformType",
    "PlatformTypes",
    "ResourceType",
    "SourceIds",
    "SourceTypes",
    "tag-key",
];

pub(crate) fn information(
    _: &RequestContext,
    input: &api::DescribeInstanceInformationRequest,
) -> Result<api::DescribeInstanceInformationResult, ServiceError> {
    let old = input.instance_information_filter_list.as_ref().is_some_and(|it| !it.is_empty());
    if old && input.filters.as_ref().is_some_and(|it| !it.is_empty()) {
        return Err(errors::validation(
            "You can use either Filters or InstanceInformationFilterList in a single request.",
        ));
    }
    of_nothing(input.next_token.as_deref())?;
    let mut keys = input.filters.iter().flatten().map(|filter| filter.key.as_str());
    if keys.any(|key| !KEYS.contains(&key) && !key.starts_with("tag:")) {
        return Err(errors::invalid_filter_key("The specified key isn't valid."));
    }
    Ok(api::DescribeInstanceInformationResult {
        instance_information_list: Some(Vec::new()),
        next_token: None,
    })
}

pub(crate) fn properties(
    _: &RequestContext,
    input: &api::DescribeInstancePropertiesRequest,
) -> Result<api::DescribeInstancePropertiesResult, ServiceError> {
    if input.instance_property_filter_list.is_some() && input.filters_with_operator.is_some() {
        return Err(errors::validation(
            "You can use either InstancePropertyFilterList or FiltersWithOperator in a single \
             request.",
        ));
    }
    of_nothing(input.next_token.as_deref())?;
    Ok(api::DescribeInstancePropertiesResult {
        instance_properties: Some(Vec::new()),
        next_token: None,
    })
}

pub(crate) fn list(
    _: &RequestContext,
    input: &api::ListNodesRequest,
) -> Result<api::ListNodesResult, ServiceError> {
    of_nothing(input.next_token.as_deref())?;
    match &input.sync_name {
        Some(name) => Err(no_sync(name)),
        None => Ok(api::ListNodesResult { nodes: Some(Vec::new()), next_token: None }),
    }
}

pub(crate) fn summary(
    _: &RequestContext,
    input: &api::ListNodesSummaryRequest,
) -> Result<api::ListNodesSummaryResult, ServiceError> {
    of_nothing(input.next_token.as_deref())?;
    match &input.sync_name {
        Some(name) => Err(no_sync(name)),
        None => Ok(api::ListNodesSummaryResult { summary: Some(Vec::new()), next_token: None }),
    }
}

fn no_sync(name: &str) -> ServiceError {
    let mut error =
        api::ResourceDataSyncNotFoundException::new("The specified sync name wasn't found.");
    error.sync_name = Some(name.to_owned());
    error.into()
}

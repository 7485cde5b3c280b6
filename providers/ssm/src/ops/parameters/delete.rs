//! `DeleteParameter` and `DeleteParameters`.

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::parameter::{arn, changes, find, name, tags_key};
use crate::store::store;

async fn delete(cx: &RequestContext, name: &str) -> bool {
    let store = store(cx);
    let key = name::key(name);
    if find(&store, key, cx.now()).is_none() {
        return false;
    }
    let Some(parameter) = store.parameters.remove(key) else { return false };
    store.tags.remove(&tags_key(key));
    store.resource_policies.remove(&arn(cx, &parameter.name));
    changes::tell(cx, "Delete", &parameter).await;
    true
}

pub(crate) async fn one(
    cx: &RequestContext,
    input: &api::DeleteParameterRequest,
) -> Result<api::DeleteParameterResult, ServiceError> {
    match delete(cx, &input.name).await {
        true => Ok(api::DeleteParameterResult {}),
        false => Err(errors::parameter_not_found("")),
    }
}

pub(crate) async fn several(
    cx: &RequestContext,
    input: api::DeleteParametersRequest,
) -> Result<api::DeleteParametersResult, ServiceError> {
    let (mut deleted, mut invalid) = (Vec::new(), Vec::new());
    for name in input.names {
        if delete(cx, &name).await { deleted.push(name) } else { invalid.push(name) }
    }
    Ok(api::DeleteParametersResult {
        deleted_parameters: Some(deleted),
        invalid_parameters: Some(invalid),
    })
}

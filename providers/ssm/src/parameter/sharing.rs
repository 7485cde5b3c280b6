//! Parameters that other accounts share by resource policies.

use std::sync::Arc;

use fogbank_context::AccountId;
use fogbank_service::RequestContext;
use serde_json::Value;

use super::{Parameter, all, arn_in, find, name};
use crate::store::SsmStore;

fn list(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
        single => single.as_str().into_iter().collect(),
    }
}

/// Whether a policy lets a principal of the account in. What it lets it do is left to where
/// policies decide.
fn lets_in(policy: &str, account: AccountId) -> bool {
    let account = account.to_string();
    let policy: Value = serde_json::from_str(policy).unwrap_or_default();
    let statements = match &policy["Statement"] {
        Value::Array(statements) => statements.iter().collect(),
        single => vec![single],
    };
    let named = |text: &str| {
        text == "*" || text == account || text.split(':').nth(4) == Some(account.as_str())
    };
    statements.into_iter().any(|statement| {
        let principal = &statement["Principal"];
        let principals = list(if principal.is_object() { &principal["AWS"] } else { principal });
        statement["Effect"] == "Allow" && principals.into_iter().any(named)
    })
}

fn is_shared(cx: &RequestContext, store: &SsmStore, owner: AccountId, name: &str) -> bool {
    let policies = store.resource_policies.get(&arn_in(cx, owner, name));
    let policies = policies.map(|policies| policies.0.clone()).unwrap_or_default();
    policies.iter().any(|policy| lets_in(&policy.policy, cx.account))
}

/// A parameter of another account that is shared with the caller's.
pub(crate) fn get(cx: &RequestContext, owner: AccountId, path: &str) -> Option<Arc<Parameter>> {
    let store = cx.world.regional::<SsmStore>(owner, &cx.region);
    let parameter = find(&store, name::key(path), cx.now())?;
    is_shared(cx, &store, owner, &parameter.name).then_some(parameter)
}

/// All parameters of other accounts that are shared with the caller's.
pub(crate) fn with_caller(cx: &RequestContext) -> Vec<(AccountId, Arc<Parameter>)> {
    let stores = cx.world.stores::<SsmStore>().into_iter();
    let others = stores.filter(|(scope, _)| scope.0 != cx.account && scope.1 == cx.region);
    let shared = others.flat_map(|(scope, store)| {
        let owner = scope.0;
        let mut parameters: Vec<_> = all(&store, cx.now()).into_iter().map(|it| it.1).collect();
        parameters.retain(|parameter| is_shared(cx, &store, owner, &parameter.name));
        parameters.into_iter().map(move |parameter| (owner, parameter))
    });
    shared.collect()
}

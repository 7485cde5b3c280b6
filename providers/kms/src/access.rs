//! What authorisation learns of keys: their policies, their grants, their condition keys.

use std::sync::Arc;

use fogbank_context::{AccountId, Arn, Region};
use fogbank_service::policies::Hint;
use fogbank_service::{ResourceFacts, ResourcePolicies};
use fogbank_state::World;
use serde_json::{Value, json};

use crate::crypto::ciphertext::Sealed;
use crate::key::managed;
use crate::ops::grants::Token;
use crate::store::{Grant, Key, KmsStore};

/// The actions that are about an alias itself, as well as about its key.
const OF_ALIASES: [&str; 3] = ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"];
/// The operations whose encryption context the constraints of a grant speak of.
const WITH_CONTEXT: [&str; 8] = [
    "Decrypt",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
];

/// The policies, grants and tags of keys.
#[derive(Debug)]
pub(crate) struct KeyPolicies;

impl ResourcePolicies for KeyPolicies {
    fn resource(&self, world: &World, arn: &Arn) -> Option<ResourceFacts> {
        self.about(world, arn, "")
    }

    fn about(&self, world: &World, arn: &Arn, action: &str) -> Option<ResourceFacts> {
        if arn.resource.starts_with("alias/") && OF_ALIASES.contains(&action) {
            return None;
        }
        let Some(key) = find(world, arn) else { return not_yet_made(arn) };
        let operation = action.strip_prefix("kms:").unwrap_or_default();
        let granted = key.grants.values().filter_map(|grant| as_policy(grant, operation));
        Some(ResourceFacts {
            arn: Some(key.arn.clone()),
            policy: Some(key.policy.clone()),
            grants: granted.map(|policy| policy.to_string().into()).collect(),
            tags: key.tags.clone(),
            ..ResourceFacts::default()
        })
    }

    fn condition_key(&self, world: &World, arn: &Arn, name: &str) -> Option<Vec<String>> {
        let key = find(world, arn)?;
        let family = key.multi_region.as_ref();
        Some(match name {
            "kms:keyspec" => vec![key.spec.name.to_owned()],
            "kms:keyusage" => vec![key.usage.as_str().to_owned()],
            "kms:keyorigin" => vec![key.origin.as_str().to_owned()],
            "kms:multiregion" => vec![family.is_some().to_string()],
            "kms:multiregionkeytype" => {
                family?;
                vec![if key.is_primary() { "PRIMARY" } else { "REPLICA" }.to_owned()]
            }
            "kms:resourcealiases" => {
                let aliases = store(world, arn)?.aliases.iter();
                aliases.filter(|(_, at)| at.target == key.id()).map(|(name, _)| name).collect()
            }
            _ => return None,
        })
    }

    /// The key that a ciphertext was encrypted with, or that a grant token is for.
    fn implied(&self, world: &World, hint: &Hint<'_>) -> Option<Arn> {
        let member = |name: &str| (hint.member)(name);
        match hint.action {
            "kms:Decrypt" | "kms:ReEncryptFrom" => {
                of_ciphertext(world, hint.account, hint.region, &member("CiphertextBlob")?)
            }
            "kms:RetireGrant" => {
                let token = member("GrantToken")?;
                Token::parse(std::str::from_utf8(&token).ok()?)?.key_arn(world)
            }
            _ => None,
        }
    }
}

fn store(world: &World, arn: &Arn) -> Option<Arc<KmsStore>> {
    Some(world.regional(arn.account_id()?, arn.region.as_ref()?))
}

/// The key with this ARN, or the one that an alias points to.
fn find(world: &World, arn: &Arn) -> Option<Arc<Key>> {
    let store = store(world, arn)?;
    match arn.resource.strip_prefix("key/") {
        Some(id) => store.keys.get(id),
        None => {
            let target = store.aliases.read(&arn.resource, |alias| alias.target.clone())?;
            store.keys.get(&target)
        }
    }
}

/// The key of a service that is made when it is first used.
fn not_yet_made(arn: &Arn) -> Option<ResourceFacts> {
    let service = managed::service_of(&arn.resource)?;
    let (account, region) = (arn.account_id()?, arn.region.as_ref()?);
    let policy = managed::policy(arn.partition, account, region.as_str(), service);
    Some(ResourceFacts { policy: Some(policy.into()), ..ResourceFacts::default() })
}

fn of_ciphertext(world: &World, account: AccountId, region: &Region, blob: &[u8]) -> Option<Arn> {
    let material = Sealed::parse(blob)?.material;
    let owned = |store: &KmsStore| {
        let id = store.materials.read(&material, |owner| owner.key.clone())?;
        store.keys.read(&id, |key| key.arn.clone())
    };
    owned(&world.regional::<KmsStore>(account, region)).or_else(|| {
        let stores = world.stores::<KmsStore>();
        let mut near = stores.into_iter().filter(|(scope, _)| scope.1 == *region);
        near.find_map(|(_, store)| owned(&store))
    })
}

/// What a grant lets its principals do, as a policy; none if it has nothing to do with the
/// operation. In the language of 2008, in which values have no variables.
fn as_policy(grant: &Grant, operation: &str) -> Option<Value> {
    let granted = grant.operations.iter().any(|granted| granted == operation);
    let mut accounts: Vec<&str> = Vec::new();
    let mut services: Vec<&str> = Vec::new();
    if granted {
        accounts.extend(grant.grantee.as_deref());
        services.extend(grant.grantee_service.as_deref());
    }
    if operation == "RetireGrant" {
        accounts.extend(grant.retiring.as_deref());
        accounts.push(&grant.issuer);
        services.extend(grant.retiring_service.as_deref());
    }
    if accounts.is_empty() && services.is_empty() {
        return None;
    }
    let mut principal = json!({});
    for (kind, names) in [("AWS", accounts), ("Service", services)] {
        if !names.is_empty() {
            principal[kind] = json!(names);
        }
    }
    Some(json!({
        "Version": "2008-10-17",
        "Statement": {
            "Sid": grant.id,
            "Effect": "Allow",
            "Principal": principal,
            "Action": format!("kms:{operation}"),
            "Resource": "*",
            "Condition": conditions(grant, operation),
        },
    }))
}

fn conditions(grant: &Grant, operation: &str) -> Value {
    let mut equal = serde_json::Map::new();
    let mut all = json!({});
    let pairs = grant.context_subset.iter().chain(&grant.context_equals).flatten();
    if WITH_CONTEXT.contains(&operation) {
        for (key, value) in pairs {
            equal.insert(format!("kms:EncryptionContext:{key}"), json!(value));
        }
        if let Some(exactly) = &grant.context_equals {
            let keys: Vec<_> = exactly.keys().collect();
            all["ForAllValues:StringEquals"] = json!({ "kms:EncryptionContextKeys": keys });
        }
    }
    if let Some(source) = &grant.source_arn {
        equal.insert("aws:SourceArn".to_owned(), json!(source));
    }
    if !equal.is_empty() {
        all["StringEquals"] = Value::Object(equal);
    }
    all
}

//! Which account and principal an access key stands for.

use std::sync::Arc;

use fogbank_config::Config;
use fogbank_context::{AccountId, Partition};
use fogbank_service::{AccessKey, Principal};
use fogbank_state::World;
use parking_lot::RwLock;
use rustc_hash::FxHashMap;

/// Why a key that is known does not work.
#[derive(Debug)]
pub(crate) enum Unusable {
    /// It is a temporary one, and its time is over by the clock of the world.
    Expired,
    /// It was switched off.
    Inactive,
}

/// Who asks, and the key of a service that says so.
pub(crate) struct Known {
    pub(crate) principal: Arc<Principal>,
    pub(crate) key: Option<Arc<AccessKey>>,
}

/// A key that was made, and its principal.
type Made = (Arc<AccessKey>, Arc<Principal>);

/// The principals of access keys: they are asked for with every request.
#[derive(Debug, Default)]
pub(crate) struct Principals {
    /// Of keys that stand for somebody of themselves, whatever the world.
    roots: RwLock<FxHashMap<Box<str>, Arc<Principal>>>,
    /// Of keys that services made, beside the keys that say so.
    made: RwLock<FxHashMap<Box<str>, Made>>,
}

impl Principals {
    /// About as many keys are remembered.
    const MOST: usize = 1024;

    fn get(&self, id: &str, partition: Partition, make: impl FnOnce() -> Principal) -> Known {
        let known = |principal| Known { principal, key: None };
        if partition != Partition::Aws {
            return known(Arc::new(make()));
        }
        let remembered = self.roots.read();
        if let Some(principal) = remembered.get(id) {
            return known(principal.clone());
        }
        let full = remembered.len() >= Self::MOST;
        drop(remembered);
        let principal = Arc::new(make());
        if !full {
            self.roots.write().insert(id.into(), principal.clone());
        }
        known(principal)
    }

    /// Of a key that was made, as it is now.
    fn of(&self, id: &str, key: Arc<AccessKey>) -> Known {
        if let Some((known, principal)) = self.made.read().get(id)
            && Arc::ptr_eq(known, &key)
        {
            return Known { principal: principal.clone(), key: Some(key) };
        }
        let principal = Arc::new(key.principal(id));
        let mut made = self.made.write();
        if made.len() >= Self::MOST {
            made.clear();
        }
        made.insert(id.into(), (key.clone(), principal.clone()));
        Known { principal, key: Some(key) }
    }
}

/// The principal of an access key, by the first rule that knows it: a twelve-digit key is an
/// account; keys that services of this world made; keys of the configuration; keys whose text
/// encodes an account; the default account.
pub(crate) fn principal(
    world: &World,
    config: &Config,
    principals: &Principals,
    access_key_id: Option<&str>,
    partition: Partition,
) -> Result<Known, Unusable> {
    let Some(id) = access_key_id else {
        let principal = Arc::new(Principal::root(config.default_account_id, partition));
        return Ok(Known { principal, key: None });
    };
    let root = |account| Principal {
        access_key_id: Some(id.to_owned()),
        ..Principal::root(account, partition)
    };
    if let Ok(account) = id.parse::<AccountId>() {
        return Ok(principals.get(id, partition, || root(account)));
    }
    if let Some(key) = AccessKey::find(world, id) {
        if key.inactive {
            return Err(Unusable::Inactive);
        }
        let expired = key.expires.is_some_and(|expires| expires <= world.clock().now());
        if expired {
            return Err(Unusable::Expired);
        }
        return Ok(principals.of(id, key));
    }
    Ok(principals.get(id, partition, || {
        let Some(credential) = config.credentials.get(id) else {
            return root(encoded_account(id).unwrap_or(config.default_account_id));
        };
        let mut principal = root(credential.account);
        if let Some(arn) = &credential.principal {
            principal.arn = arn.clone();
        }
        principal
    }))
}

/// The account in the text of a key of an emulator (`LKIA…`, `LSIA…`), which encodes it as AWS
/// does: in base32 after the prefix, a set bit, then forty bits of the account.
///
/// AWS's own keys (`AKIA…`, `ASIA…`) are not decoded, so that nobody's real account shows up
/// because of a profile that happens to be active.
pub(crate) fn encoded_account(id: &str) -> Option<AccountId> {
    let body = id.strip_prefix("LKIA").or(id.strip_prefix("LSIA"))?;
    let mut bits: u64 = 0;
    for byte in body.get(..9)?.bytes() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return None,
        };
        bits = bits << 5 | u64::from(digit);
    }
    // 45 bits: the mark, 40 bits of the account, 4 of the rest.
    let marked = bits >> 44 == 1;
    let account = (bits >> 4) & ((1 << 40) - 1);
    marked.then(|| format!("{account:012}").parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_name_their_account() {
        let world = World::new();
        let config = Config::default();
        let cases = [
            (None, "000000000000"),
            (Some("test"), "000000000000"),
            (Some("111111111111"), "111111111111"),
            (Some("11111111111"), "000000000000"),
            (Some("AKIAIOSFODNN7EXAMPLE"), "000000000000"),
            // 0b1, then 123456789012 in forty bits, then zeros.
            (Some("LSIARZPUZDIKAAAAAAAA"), "123456789012"),
            (Some("LKIA"), "000000000000"),
        ];
        for (key, account) in cases {
            let principals = Principals::default();
            for _ in 0..2 {
                let found = principal(&world, &config, &principals, key, Partition::Aws);
                let found = found.unwrap().principal;
                assert_eq!(found.account.to_string(), account, "{key:?}");
                assert_eq!(found.access_key_id.as_deref(), key);
                assert_eq!(found.arn.to_string(), format!("arn:aws:iam::{account}:root"));
            }
        }
    }

    #[test]
    fn keys_that_services_made_are_found() {
        let world = World::new();
        let (config, principals) = (Config::default(), Principals::default());
        // A key that is made anew is another's.
        for name in ["alice", "bob"] {
            let text = format!("arn:aws:iam::222222222222:user/{name}");
            let arn: fogbank_context::Arn = text.parse().unwrap();
            world.global::<fogbank_service::AccessKeyStore>().keys.insert(
                "AKIAALICE".to_owned(),
                AccessKey {
                    secret: "s".into(),
                    session_token: None,
                    account: "222222222222".parse().unwrap(),
                    arn: arn.clone(),
                    user_id: "AIDAALICE".into(),
                    expires: None,
                    session: None,
                    inactive: false,
                },
            );
            for _ in 0..2 {
                let key = Some("AKIAALICE");
                let found = principal(&world, &config, &principals, key, Partition::Aws);
                let found = found.unwrap().principal;
                assert_eq!((&found.arn, found.user_id.as_str()), (&arn, "AIDAALICE"));
            }
        }
    }
}

//! Which account and principal an access key stands for.

use fogbank_config::Config;
use fogbank_context::{AccountId, Partition};
use fogbank_service::{AccessKey, Principal};
use fogbank_state::World;

/// Why a key that is known does not work.
#[derive(Debug)]
pub(crate) enum Unusable {
    /// It is a temporary one, and its time is over by the clock of the world.
    Expired,
    /// It was switched off.
    Inactive,
}

/// The principal of an access key, by the first rule that knows it: a twelve-digit key is an
/// account; keys that services of this world made; keys of the configuration; keys whose text
/// encodes an account; the default account.
pub(crate) fn principal(
    world: &World,
    config: &Config,
    access_key_id: Option<&str>,
    partition: Partition,
) -> Result<Principal, Unusable> {
    let Some(id) = access_key_id else {
        return Ok(Principal::root(config.default_account_id, partition));
    };
    let root = |account| Principal {
        access_key_id: Some(id.to_owned()),
        ..Principal::root(account, partition)
    };
    if let Ok(account) = id.parse::<AccountId>() {
        return Ok(root(account));
    }
    if let Some(key) = AccessKey::find(world, id) {
        if key.inactive {
            return Err(Unusable::Inactive);
        }
        let expired = key.expires.is_some_and(|expires| expires <= world.clock().now());
        return if expired { Err(Unusable::Expired) } else { Ok(key.principal(id)) };
    }
    if let Some(credential) = config.credentials.get(id) {
        let mut principal = root(credential.account);
        if let Some(arn) = &credential.principal {
            principal.arn = arn.clone();
        }
        return Ok(principal);
    }
    Ok(root(encoded_account(id).unwrap_or(config.default_account_id)))
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
            let found = principal(&world, &config, key, Partition::Aws).unwrap();
            assert_eq!(found.account.to_string(), account, "{key:?}");
            assert_eq!(found.arn.to_string(), format!("arn:aws:iam::{account}:root"));
        }
    }

    #[test]
    fn keys_that_services_made_are_found() {
        let world = World::new();
        let arn: fogbank_context::Arn = "arn:aws:iam::222222222222:user/alice".parse().unwrap();
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
        let found =
            principal(&world, &Config::default(), Some("AKIAALICE"), Partition::Aws).unwrap();
        assert_eq!((found.arn, found.user_id.as_str()), (arn, "AIDAALICE"));
    }
}

//! Access key ids, which carry their account.
//!
//! Since 2019 the ids that AWS gives out encode the account: behind the four letters of the prefix
//! stands base32, whose first six bytes hold a set bit, the account's forty bits, and seven bits of
//! something else.

use data_encoding::BASE32_NOPAD;
use fogbank_context::{AccountId, IdSource};

/// Bits below the account's.
const SHIFT: u32 = 7;
/// The bit above the account's, which tells the encoding from older ids.
const MARK: u64 = 1 << 47;

/// A new id with this prefix (`ASIA` for temporary keys, `AKIA` for long-lived ones).
pub(crate) fn new(prefix: &str, account: AccountId, ids: &IdSource) -> String {
    let number: u64 = account.to_string().parse().expect("an account id is twelve digits");
    let random = ids.bytes::<5>();
    let head = MARK | (number << SHIFT) | u64::from(random[0] >> 1);
    let mut bytes = [0; 10];
    bytes[..6].copy_from_slice(&head.to_be_bytes()[2..]);
    bytes[6..].copy_from_slice(&random[1..]);
    format!("{prefix}{}", BASE32_NOPAD.encode(&bytes))
}

/// The account that an access key id encodes; none for ids of the older form.
pub fn account_of_access_key_id(id: &str) -> Option<AccountId> {
    let bytes = BASE32_NOPAD.decode(id.get(4..)?.as_bytes()).ok()?;
    let mut head = [0; 8];
    head[2..].copy_from_slice(bytes.get(..6)?);
    let head = u64::from_be_bytes(head);
    if head & MARK == 0 {
        return None;
    }
    format!("{:012}", (head & !MARK) >> SHIFT).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_gives_its_account_back() {
        for account in ["000000000000", "123456789012", "999999999999"] {
            let account: AccountId = account.parse().unwrap();
            let id = new("ASIA", account, &IdSource::seeded(1));
            assert_eq!(id.len(), 20);
            assert_eq!(account_of_access_key_id(&id), Some(account));
        }
    }

    #[test]
    fn an_old_or_broken_id_has_no_account() {
        for id in ["AKIAIOSFODNN7EXAMPLE", "AKIA", "", "test", "ASIA!!!!!!!!!!!!!!!!", "äääää"]
        {
            assert_eq!(account_of_access_key_id(id), None, "{id}");
        }
    }
}

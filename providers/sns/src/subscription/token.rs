//! Confirmation tokens: hexadecimal texts that say in which store their subscription is.

use fogbank_context::{AccountId, IdSource, Region};

/// The digits of a token after its place.
const RANDOM: usize = 200;

/// A new token for a subscription in an account and region.
pub(crate) fn make(ids: &IdSource, account: AccountId, region: &Region) -> String {
    format!("{}{}", hex::encode(format!("{account}/{region}/")), ids.hex(RANDOM))
}

/// Where a token's subscription is; none for tokens that were not made here.
pub(crate) fn place(token: &str) -> Option<(AccountId, Region)> {
    let place = hex::decode(token.get(..token.len().checked_sub(RANDOM)?)?).ok()?;
    let place = String::from_utf8(place).ok()?;
    let (account, region) = place.strip_suffix('/')?.split_once('/')?;
    Some((account.parse().ok()?, Region::new(region)))
}

/// Whether a text has the form of a token.
pub(crate) fn has_form(token: &str) -> bool {
    !token.is_empty()
        && token.len().is_multiple_of(2)
        && token.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_say_where_they_belong() {
        let region = Region::us_east_1();
        let token = make(&IdSource::seeded(1), AccountId::DEFAULT, &region);
        assert!(has_form(&token));
        assert_eq!(place(&token), Some((AccountId::DEFAULT, region)));
        for other in ["", "randomtoken", "abc123", &"ab".repeat(150)] {
            assert_eq!(place(other), None, "{other}");
        }
        assert!(has_form("abc123") && !has_form("randomtoken") && !has_form("abc"));
    }
}

//! What principals used their access keys and sessions for.

use std::sync::Arc;

use fogbank_api_iam::RoleLastUsed;
use fogbank_service::{AccessKeyStore, KeyUse, RequestContext};

use crate::arns;
use crate::store::{Role, User};

/// Adds what a key was used for to what is known of a principal.
pub(crate) fn hand_over(store: &AccessKeyStore, principal: &str, used: &KeyUse) {
    let new = || used.clone();
    store.uses.update_or_insert(principal.to_owned(), new, |known| known.join(used));
}

/// What a user's keys and sessions were used for; none when there was no request.
pub(crate) fn of_user(cx: &RequestContext, user: &User) -> Option<KeyUse> {
    let store = cx.world.global::<AccessKeyStore>();
    let arn = arns::of_entity(cx, user);
    let names = std::iter::once(&arn).chain(user.access_keys.keys());
    names.filter_map(|name| store.uses.get(name)).fold(None, joined)
}

/// What a role's sessions were used for; none when there was no request.
pub(crate) fn of_role(cx: &RequestContext, role: &Role) -> Option<KeyUse> {
    let store = cx.world.global::<AccessKeyStore>();
    store.uses.get(&arns::of_entity(cx, role)).map(|used| KeyUse::clone(&used))
}

fn joined(all: Option<KeyUse>, used: Arc<KeyUse>) -> Option<KeyUse> {
    match all {
        None => Some(KeyUse::clone(&used)),
        Some(mut all) => {
            all.join(&used);
            Some(all)
        }
    }
}

/// When and where a role was last used, as responses have it; empty when it never was.
pub(crate) fn last_of_role(cx: &RequestContext, role: &Role) -> RoleLastUsed {
    let used = of_role(cx, role);
    RoleLastUsed {
        last_used_date: used.as_ref().map(|used| used.at.to_wire_secs()),
        region: used.map(|used| used.region),
    }
}

/// Forgets a principal that is deleted: another one with its name is another one.
pub(crate) fn forget(cx: &RequestContext, principal: &str) {
    cx.world.global::<AccessKeyStore>().uses.remove(principal);
}

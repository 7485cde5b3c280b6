//! Policies: no document makes the parser panic, and no policy an evaluation.

#![no_main]

use fogbank_iam::{Identity, Keys, Policies, Policy, PolicySet, Request, authorize, explain};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|texts: (&str, &str, &str)| {
    let (document, resource, value) = texts;
    let Ok(policy) = Policy::parse(document) else { return };
    let names: Vec<String> = policy.context_keys().into_iter().collect();
    let keys = Keys::from_iter(names.iter().map(|name| (name, vec![value])));
    let set = PolicySet::new([("p", policy)]);
    let identity = Identity::parse("arn:aws:iam::000000000000:user/alice").expect("a user");
    let request =
        Request { identity: &identity, action: "s3:GetObject", resource, owner: None, keys: &keys };
    let policies = Policies { identity: &set, resource: Some(&set), ..Policies::default() };
    let _ = authorize(&request, &policies);
    let _ = explain(&request, &set);
});

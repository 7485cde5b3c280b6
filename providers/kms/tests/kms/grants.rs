//! Grants, tags, policies.

use fogbank_api_kms::*;

use crate::scene::{Scene, refused};

const ROLE: &str = "arn:aws:iam::000000000000:role/worker";

fn grant(key: &str, name: Option<&str>) -> CreateGrantRequest {
    CreateGrantRequest {
        key_id: key.to_owned(),
        grantee_principal: Some(ROLE.to_owned()),
        retiring_principal: Some(ROLE.to_owned()),
        operations: vec!["Decrypt".into(), "Encrypt".into()],
        name: name.map(str::to_owned),
        ..Default::default()
    }
}

#[tokio::test]
async fn grants_are_listed_retired_and_revoked() {
    let scene = Scene::new();
    let key = scene.key().await.key_id;
    let first = scene.kms.create_grant(grant(&key, Some("n"))).await.expect("a grant");
    let same = scene.kms.create_grant(grant(&key, Some("n"))).await.expect("the same");
    assert_eq!(first.grant_id, same.grant_id);
    let second = scene.kms.create_grant(grant(&key, None)).await.expect("a grant");
    assert_ne!(first.grant_id, second.grant_id);

    let list = || ListGrantsRequest { key_id: key.clone(), limit: Some(1), ..Default::default() };
    let page = scene.kms.list_grants(list()).await.expect("a page");
    assert_eq!(page.truncated, Some(true));
    let next = ListGrantsRequest { marker: page.next_marker, ..list() };
    let page = scene.kms.list_grants(next).await.expect("a page");
    assert_eq!((page.truncated, page.next_marker), (Some(false), None));

    let retirable = || ListRetirableGrantsRequest {
        retiring_principal: Some(ROLE.to_owned()),
        ..Default::default()
    };
    let grants = scene.kms.list_retirable_grants(retirable()).await.expect("a list").grants;
    assert_eq!(grants.expect("always there").len(), 2);

    let retire =
        RetireGrantRequest { grant_token: first.grant_token.clone(), ..Default::default() };
    scene.kms.retire_grant(retire.clone()).await.expect("retired");
    refused(scene.kms.retire_grant(retire).await, "InvalidGrantTokenException", "");
    let revoke = || RevokeGrantRequest {
        key_id: key.clone(),
        grant_id: second.grant_id.clone().expect("always there"),
        dry_run: None,
    };
    scene.kms.revoke_grant(revoke()).await.expect("revoked");
    let id = second.grant_id.clone().expect("always there");
    let message = format!("Grant ID {id} not found");
    refused(scene.kms.revoke_grant(revoke()).await, "NotFoundException", &message);
}

#[tokio::test]
async fn tags_are_checked() {
    let scene = Scene::new();
    let key = scene.key().await.key_id;
    let tag =
        |name: &str, value: &str| Tag { tag_key: name.to_owned(), tag_value: value.to_owned() };
    let many: Vec<_> = (0..51).map(|n| tag(&format!("k{n}"), "v")).collect();
    for (tags, message) in [
        (vec![tag("a", "1"), tag("a", "2")], "Duplicate tag keys"),
        (vec![tag("aws:a", "1")], "Tags beginning with aws: are reserved"),
        (many, "Too many tags"),
    ] {
        let input = TagResourceRequest { key_id: key.clone(), tags };
        refused(scene.kms.tag_resource(input).await, "TagException", message);
    }
    let input = TagResourceRequest { key_id: key.clone(), tags: vec![tag("a", "1")] };
    scene.kms.tag_resource(input).await.expect("tagged");
    let list = || ListResourceTagsRequest { key_id: key.clone(), ..Default::default() };
    let tags = scene.kms.list_resource_tags(list()).await.expect("a list").tags;
    assert_eq!(tags.expect("always there").len(), 1);
    let input = UntagResourceRequest { key_id: key.clone(), tag_keys: vec!["a".to_owned()] };
    scene.kms.untag_resource(input).await.expect("untagged");
    let tags = scene.kms.list_resource_tags(list()).await.expect("a list").tags;
    assert!(tags.expect("always there").is_empty());
}

#[tokio::test]
async fn policies_leave_somebody_in_control() {
    let scene = Scene::new();
    let key = scene.key().await.key_id;
    let get = GetKeyPolicyRequest { key_id: key.clone(), ..Default::default() };
    let policy = scene.kms.get_key_policy(get).await.expect("the default").policy;
    let policy = policy.expect("always there");
    assert!(policy.contains("\"AWS\" : \"arn:aws:iam::000000000000:root\""));
    let put = |policy: &str| PutKeyPolicyRequest {
        key_id: key.clone(),
        policy: policy.to_owned(),
        ..Default::default()
    };
    scene.kms.put_key_policy(put(&policy)).await.expect("put");
    let locked_out = policy.replace("kms:*", "kms:ListGrants");
    refused(
        scene.kms.put_key_policy(put(&locked_out)).await,
        "MalformedPolicyDocumentException",
        "The new key policy will not allow you to update the key policy in the future.",
    );
    let bypass =
        PutKeyPolicyRequest { bypass_policy_lockout_safety_check: Some(true), ..put(&locked_out) };
    scene.kms.put_key_policy(bypass).await.expect("put");
    let result = scene.kms.put_key_policy(put("{}")).await;
    assert_eq!(result.expect_err("malformed").name(), "MalformedPolicyDocumentException");
}

//! Sessions of every kind, through the typed client.

use std::sync::Arc;
use std::time::Duration;

use fogbank_api_sts::*;
use fogbank_provider_sts::{StsProvider, account_of_access_key_id};
use fogbank_service::access_keys::AccessKey;
use fogbank_service::{Caller, ServiceError};
use fogbank_testkit::{Cloud, START};

const ROLE: &str = "arn:aws:iam::210987654321:role/team/deploy";

fn cloud() -> Cloud {
    Cloud::new().with(service(Arc::new(StsProvider::new())))
}

fn assume(session: &str) -> AssumeRoleRequest {
    AssumeRoleRequest {
        role_arn: ROLE.to_owned(),
        role_session_name: session.to_owned(),
        ..Default::default()
    }
}

fn tag(key: &str) -> Tag {
    Tag { key: key.to_owned(), value: "v".to_owned() }
}

/// The caller whom these credentials make.
fn caller_with(cloud: &Cloud, credentials: &Credentials) -> Caller {
    let id = &credentials.access_key_id;
    let key = AccessKey::find(cloud.world(), id).expect("the key is registered");
    let mut caller = cloud.caller();
    caller.principal = key.principal(id).into();
    caller.account = key.account;
    caller
}

fn message(error: &ServiceError) -> &str {
    error.message().unwrap_or_default()
}

#[tokio::test]
async fn an_assumed_role_acts_in_the_roles_account() {
    let cloud = cloud();
    let sts = StsClient::new(cloud.caller());
    let assumed = sts.assume_role(assume("build")).await.unwrap();
    let credentials = assumed.credentials.unwrap();
    let expected = (START + Duration::from_secs(3600)).to_wire();
    assert_eq!(credentials.expiration, expected);
    assert_eq!(assumed.packed_policy_size, None);
    assert_eq!(
        account_of_access_key_id(&credentials.access_key_id),
        Some("210987654321".parse().unwrap())
    );

    let session = StsClient::new(caller_with(&cloud, &credentials));
    let identity = session.get_caller_identity(GetCallerIdentityRequest::default()).await.unwrap();
    let user = assumed.assumed_role_user.unwrap();
    assert_eq!(user.arn, "arn:aws:sts::210987654321:assumed-role/deploy/build");
    assert_eq!(identity.arn.as_deref(), Some(&*user.arn));
    assert_eq!(identity.user_id.as_deref(), Some(&*user.assumed_role_id));
    assert_eq!(identity.account.as_deref(), Some("210987654321"));
}

#[tokio::test]
async fn a_role_keeps_its_unique_id() {
    let sts = StsClient::new(cloud().caller());
    let mut ids = Vec::new();
    for _ in 0..2 {
        let user = sts.assume_role(assume("a")).await.unwrap().assumed_role_user.unwrap();
        ids.push(user.assumed_role_id);
    }
    assert_eq!(ids[0], ids[1]);
    assert!(ids[0].starts_with("AROA") && ids[0].ends_with(":a"), "{}", ids[0]);
}

#[tokio::test]
async fn ill_formed_role_arns() {
    let sts = StsClient::new(cloud().caller());
    let cases = [
        "nothing-valid-in-here",
        "arn::b:::something/test-role",
        "arn:aws:iam::000000000000:user/x",
        "arn:aws:iam::000000000000:role/",
        "arn:aws:iam::none:role/x",
        "arn:aws:sts::000000000000:role/x",
    ];
    for arn in cases {
        let request = AssumeRoleRequest { role_arn: arn.to_owned(), ..assume("s") };
        let error = sts.assume_role(request).await.unwrap_err();
        assert_eq!(error.code(), "ValidationError");
        assert_eq!(message(&error), format!("{arn} is invalid"));
    }
}

#[tokio::test]
async fn tags_travel_along_a_chain_of_roles() {
    let cloud = cloud();
    let sts = StsClient::new(cloud.caller());
    let first = AssumeRoleRequest {
        tags: Some(vec![tag("team"), tag("other")]),
        transitive_tag_keys: Some(vec!["team".to_owned()]),
        ..assume("first")
    };
    let credentials = sts.assume_role(first).await.unwrap().credentials.unwrap();
    let chained = StsClient::new(caller_with(&cloud, &credentials));
    for (key, fails) in [("TEAM", true), ("other", false)] {
        let second = AssumeRoleRequest { tags: Some(vec![tag(key)]), ..assume("second") };
        assert_eq!(chained.assume_role(second).await.is_err(), fails, "{key}");
    }
    let long = AssumeRoleRequest { duration_seconds: Some(3601), ..assume("long") };
    assert_eq!(chained.assume_role(long).await.unwrap_err().code(), "ValidationError");
}

#[tokio::test]
async fn session_credentials_make_no_further_tokens() {
    let cloud = cloud();
    let sts = StsClient::new(cloud.caller());
    let token = sts.get_session_token(GetSessionTokenRequest::default()).await.unwrap();
    let credentials = token.credentials.unwrap();
    assert_eq!(credentials.expiration, (START + Duration::from_secs(43_200)).to_wire());
    let session = StsClient::new(caller_with(&cloud, &credentials));
    let error = session.get_session_token(GetSessionTokenRequest::default()).await.unwrap_err();
    assert_eq!(message(&error), "Cannot call GetSessionToken with session credentials");
    let request = GetFederationTokenRequest { name: "bob".to_owned(), ..Default::default() };
    let error = session.get_federation_token(request).await.unwrap_err();
    assert_eq!((error.code(), error.status()), ("AccessDenied", 403));
}

#[tokio::test]
async fn a_federated_user() {
    let sts = StsClient::new(cloud().caller());
    let request = GetFederationTokenRequest { name: "bob".to_owned(), ..Default::default() };
    let token = sts.get_federation_token(request).await.unwrap();
    let user = token.federated_user.unwrap();
    assert_eq!(user.arn, "arn:aws:sts::000000000000:federated-user/bob");
    assert_eq!(user.federated_user_id, "000000000000:bob");
    assert_eq!(token.packed_policy_size, Some(0));
}

#[tokio::test]
async fn a_root_session_needs_a_task_policy() {
    let sts = StsClient::new(cloud().caller());
    for (policy, works) in [("S3UnlockBucketPolicy", true), ("AdministratorAccess", false)] {
        let arn = Some(format!("arn:aws:iam::aws:policy/root-task/{policy}"));
        let request = AssumeRootRequest {
            target_principal: "111122223333".to_owned(),
            task_policy_arn: PolicyDescriptorType { arn },
            ..Default::default()
        };
        assert_eq!(sts.assume_root(request).await.is_ok(), works, "{policy}");
    }
}

#[tokio::test]
async fn a_token_is_as_long_as_the_caller_wants() {
    let sts = StsClient::new(cloud().caller());
    let request = AssumeRoleRequest { minimum_session_token_size: Some(2001), ..assume("s") };
    let response = sts.assume_role(request).await.unwrap();
    let token = response.credentials.unwrap().session_token;
    assert!(token.len() >= 2001);
    assert_eq!(response.session_token_size, i32::try_from(token.len()).ok());
}

#[tokio::test]
async fn a_key_tells_authorisation_what_its_session_was_made_with() {
    let cloud = cloud();
    let sts = StsClient::new(cloud.caller());
    let policy = r#"{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
    let first = AssumeRoleRequest {
        tags: Some(vec![tag("team"), tag("other")]),
        transitive_tag_keys: Some(vec!["team".to_owned()]),
        source_identity: Some("alice".to_owned()),
        policy: Some(policy.to_owned()),
        ..assume("first")
    };
    let credentials = sts.assume_role(first).await.unwrap().credentials.unwrap();
    let facts = |credentials: &Credentials| {
        let key = AccessKey::find(cloud.world(), &credentials.access_key_id).unwrap();
        key.session.clone().unwrap()
    };
    let session = facts(&credentials);
    assert_eq!(session.issuer.map(|arn| arn.to_string()).as_deref(), Some(ROLE));
    assert_eq!(session.policy.as_deref(), Some(policy));
    assert_eq!(session.tags.keys().collect::<Vec<_>>(), ["other", "team"]);
    assert_eq!(session.transitive_tag_keys, ["team"]);
    assert_eq!((session.issued, session.limited), (Some(START), false));

    // The next session of the chain inherits the transitive tags and the source identity.
    let chained = StsClient::new(caller_with(&cloud, &credentials));
    let response = chained.assume_role(assume("second")).await.unwrap();
    assert_eq!(response.source_identity.as_deref(), Some("alice"));
    let session = facts(&response.credentials.unwrap());
    assert_eq!(session.tags.keys().collect::<Vec<_>>(), ["team"]);
    let another = AssumeRoleRequest { source_identity: Some("bob".to_owned()), ..assume("third") };
    assert_eq!(chained.assume_role(another).await.unwrap_err().code(), "AccessDenied");

    let request = GetFederationTokenRequest { name: "bob".to_owned(), ..Default::default() };
    let token = sts.get_federation_token(request).await.unwrap();
    assert!(facts(&token.credentials.unwrap()).limited);
}

#[tokio::test]
async fn with_enforcement_a_role_must_trust_the_identity_provider() {
    use fogbank_config::IamEnforcement::{Off, Soft, Strict};
    // `{"alg":"none"}`, `{"sub":"me","aud":"app","iss":"https://idp.example","exp":1893456000}`
    let token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSIsImF1ZCI6ImFwcCIsImlzcyI6Imh0dHBzOi8vaWRwLmV4YW1wbGUiLCJleHAiOjE4OTM0NTYwMDB9.eA";
    for (enforcement, works) in [(Off, true), (Soft, true), (Strict, false)] {
        let sts = StsProvider::with_enforcement(enforcement);
        let cloud = Cloud::new().with(service(Arc::new(sts)));
        let request = AssumeRoleWithWebIdentityRequest {
            role_arn: ROLE.to_owned(),
            role_session_name: "web".to_owned(),
            web_identity_token: token.to_owned(),
            ..Default::default()
        };
        let answer = StsClient::new(cloud.caller()).assume_role_with_web_identity(request).await;
        assert_eq!(answer.is_ok(), works, "{enforcement:?}");
        if let Err(error) = answer {
            assert_eq!(
                message(&error),
                "No OpenIDConnect provider found in your account for https://idp.example"
            );
        }
    }
}

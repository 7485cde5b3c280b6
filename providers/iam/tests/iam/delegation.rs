//! Delegation requests from state to state, and the tokens that come of them.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use fogbank_api_iam::*;
use fogbank_context::{AccountId, Arn};
use fogbank_provider_iam::store::{DelegationStore, RegisteredPolicy};
use fogbank_service::trade_in::TradeInStore;
use fogbank_service::{Principal, ServiceError};
use fogbank_testkit::Cloud;

use crate::scene::{Scene, fails};

const TEMPLATE: &str = "arn:aws:iam::partner:policy-template/acme.example/reader";
const DOCUMENT: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::@{bucket}/*"}]}"#;
const RENDERED: &str = r#"{"Statement":[{"Action":"s3:GetObject","Effect":"Allow","Resource":"arn:aws:s3:::b/*"}],"Version":"2012-10-17"}"#;
const DAY: u64 = 86_400;

/// A provider's account and a customer's, whose root is everybody's caller.
struct Parties {
    cloud: Cloud,
    provider: IamClient,
    customer: IamClient,
}

fn principal(cloud: &Cloud, account: &str, resource: &str) -> IamClient {
    let account: AccountId = account.parse().unwrap();
    let mut caller = cloud.caller().in_account(account);
    let arn: Arn = format!("arn:aws:iam::{account}:{resource}").parse().unwrap();
    let root = Principal::root(account, arn.partition);
    caller.principal = Principal { arn, ..root }.into();
    IamClient::new(caller)
}

impl Parties {
    fn new() -> Self {
        let cloud = Scene::new().cloud;
        let store = cloud.world().global::<DelegationStore>();
        let registered = RegisteredPolicy { document: DOCUMENT.into() };
        store.registered_policies.insert(TEMPLATE.into(), registered);
        let provider = principal(&cloud, "111111111111", "root");
        let customer = principal(&cloud, "222222222222", "user/owner");
        Self { cloud, provider, customer }
    }

    async fn request(&self, workflow: &str) -> String {
        let made = self.provider.create_delegation_request(request(workflow)).await;
        made.unwrap().delegation_request_id.unwrap()
    }

    async fn look(&self, id: &str) -> DelegationRequest {
        let input =
            GetDelegationRequestRequest { delegation_request_id: id.into(), ..Default::default() };
        self.customer.get_delegation_request(input).await.unwrap().delegation_request.unwrap()
    }

    async fn run(&self, verb: &str, id: &str) -> Result<(), ServiceError> {
        run(&self.customer, verb, id).await
    }
}

async fn run(iam: &IamClient, verb: &str, id: &str) -> Result<(), ServiceError> {
    let id = id.to_owned();
    let done = match verb {
        "associate" => {
            let input = AssociateDelegationRequestRequest { delegation_request_id: id };
            iam.associate_delegation_request(input).await
        }
        "accept" => {
            let input = AcceptDelegationRequestRequest { delegation_request_id: id };
            iam.accept_delegation_request(input).await
        }
        "send" => {
            let input = SendDelegationTokenRequest { delegation_request_id: id };
            iam.send_delegation_token(input).await
        }
        "update" => {
            let input = UpdateDelegationRequestRequest {
                delegation_request_id: id,
                notes: Some("look".into()),
            };
            iam.update_delegation_request(input).await
        }
        _ => {
            let input = RejectDelegationRequestRequest {
                delegation_request_id: id,
                notes: Some("no".into()),
            };
            iam.reject_delegation_request(input).await
        }
    };
    done.map(drop)
}

fn request(workflow: &str) -> CreateDelegationRequestRequest {
    CreateDelegationRequestRequest {
        description: "Reads a bucket".into(),
        permissions: DelegationPermission {
            policy_template_arn: Some(TEMPLATE.into()),
            parameters: Some(vec![PolicyParameter {
                name: Some("bucket".into()),
                values: Some(vec!["b".into()]),
                r#type: Some(PolicyParameterTypeEnum::String),
            }]),
        },
        requestor_workflow_id: workflow.into(),
        notification_channel: "arn:aws:sns:us-east-1:111111111111:news".into(),
        session_duration: 7_200,
        ..Default::default()
    }
}

#[tokio::test]
async fn a_request_goes_its_way() {
    let parties = Parties::new();
    let id = parties.request("workflow-1").await;
    let fresh = parties.look(&id).await;
    assert_eq!(fresh.state, Some(StateType::Unassigned));
    assert_eq!(fresh.permission_policy.as_deref(), Some(RENDERED));
    assert_eq!(fresh.role_permission_restriction_arns, None);
    for (verb, state) in [
        ("associate", StateType::Assigned),
        ("update", StateType::PendingApproval),
        ("accept", StateType::Accepted),
        ("send", StateType::Finalized),
    ] {
        parties.run(verb, &id).await.unwrap();
        assert_eq!(parties.look(&id).await.state, Some(state), "{verb}");
    }
    let last = parties.look(&id).await;
    assert_eq!(last.owner_id.as_deref(), Some("arn:aws:iam::222222222222:user/owner"));
    assert_eq!(last.approver_id, last.owner_id);
    assert_eq!(last.notes.as_deref(), Some("look"));
    for verb in ["associate", "update", "accept", "send", "reject"] {
        assert_eq!(parties.run(verb, &id).await.unwrap_err().code(), "InvalidInput", "{verb}");
    }
    // The provider that asked no longer sees it.
    let gone = run(&parties.provider, "reject", &id).await;
    fails(gone, "NoSuchEntity", &format!("Delegation request {id} cannot be found."));
    parties.cloud.advance(Duration::from_secs(7 * DAY)).await;
    assert_eq!(parties.look(&id).await.state, Some(StateType::Expired));
}

#[tokio::test]
async fn each_state_allows_some_steps() {
    let steps: [(&[&str], &[&str]); 5] = [
        (&[], &["associate"]),
        (&["associate"], &["update", "accept", "reject"]),
        (&["associate", "update"], &["update", "accept", "reject"]),
        (&["associate", "accept"], &["send", "reject"]),
        (&["associate", "reject"], &[]),
    ];
    for (way, allowed) in steps {
        for verb in ["associate", "update", "accept", "send", "reject"] {
            let parties = Parties::new();
            let id = parties.request("workflow-1").await;
            for step in way {
                parties.run(step, &id).await.unwrap();
            }
            let done = parties.run(verb, &id).await.is_ok();
            assert_eq!(done, allowed.contains(&verb), "{verb} after {way:?}");
        }
    }
}

#[tokio::test]
async fn a_token_lends_the_approvers_permissions() {
    let parties = Parties::new();
    let id = parties.request("workflow-1").await;
    for verb in ["associate", "accept"] {
        parties.run(verb, &id).await.unwrap();
    }
    let tokens = || {
        let store = parties.cloud.world().global::<TradeInStore>();
        store.tokens.iter().collect::<Vec<_>>()
    };
    assert!(tokens().is_empty());
    parties.run("send", &id).await.unwrap();
    let (token, trade) = tokens().remove(0);
    assert_eq!(token.split('.').count(), 3);
    assert_eq!(trade.requestor.to_string(), "111111111111");
    assert_eq!(trade.arn.to_string(), "arn:aws:iam::222222222222:user/owner");
    assert_eq!(trade.session.policy.as_deref(), Some(RENDERED));
    let lasts = trade.expires.since(parties.cloud.world().clock().now());
    assert_eq!(lasts.as_secs(), 7_200);
}

#[tokio::test]
async fn only_the_owner_sends_where_the_request_says_so() {
    let parties = Parties::new();
    let mut input = request("workflow-1");
    input.only_send_by_owner = Some(true);
    input.session_duration = 43_200;
    let made = parties.provider.create_delegation_request(input).await.unwrap();
    let id = made.delegation_request_id.unwrap();
    parties.run("associate", &id).await.unwrap();
    let root = principal(&parties.cloud, "222222222222", "root");
    run(&root, "accept", &id).await.unwrap();
    assert_eq!(run(&root, "send", &id).await.unwrap_err().code(), "AccessDenied");
    parties.run("send", &id).await.unwrap();
    // The root lends for four hours at most.
    let store = parties.cloud.world().global::<TradeInStore>();
    let (_, trade) = store.tokens.iter().next().unwrap();
    assert_eq!(trade.expires.since(parties.cloud.world().clock().now()).as_secs(), 14_400);
}

#[tokio::test]
async fn requests_that_make_no_policy_are_refused() {
    let parties = Parties::new();
    let mut input = request("workflow-1");
    input.permissions.parameters = None;
    let made = parties.provider.create_delegation_request(input).await;
    fails(made, "InvalidInput", "The policy parameter bucket is missing.");
    let id = parties.request("workflow-1").await;
    let again = parties.provider.create_delegation_request(request("workflow-1")).await;
    assert_eq!(again.unwrap_err().code(), "EntityAlreadyExists");
    let mut input = request("workflow-2");
    input.owner_account_id = Some("333333333333".into());
    let other = parties.provider.create_delegation_request(input).await.unwrap();
    let other = other.delegation_request_id.unwrap();
    assert_eq!(parties.run("associate", &other).await.unwrap_err().code(), "NoSuchEntity");
    parties.run("associate", &id).await.unwrap();
    let listed = parties.customer.list_delegation_requests(Default::default()).await.unwrap();
    assert_eq!(listed.delegation_requests.unwrap().len(), 1);
}

#[tokio::test]
async fn whoever_looks_learns_whether_they_could_lend_it() {
    let parties = Parties::new();
    let id = parties.request("workflow-1").await;
    let check = async |iam: &IamClient| {
        let input = GetDelegationRequestRequest {
            delegation_request_id: id.clone(),
            delegation_permission_check: Some(true),
        };
        iam.get_delegation_request(input).await.unwrap().permission_check_result.unwrap()
    };
    let root = principal(&parties.cloud, "222222222222", "root");
    assert_eq!(check(&root).await, PermissionCheckResultType::Allowed);
    let input = CreateUserRequest { user_name: "owner".into(), ..Default::default() };
    root.create_user(input).await.unwrap();
    let statement = r#"{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::b/*"}"#;
    let condition =
        statement.replace('}', r#","Condition":{"Bool":{"aws:ViaAWSService":"true"}}}"#);
    let other = statement.replace(":b/", ":c/");
    for (statement, expected) in [
        (statement, PermissionCheckResultType::Allowed),
        (&condition, PermissionCheckResultType::Unsure),
        (&other, PermissionCheckResultType::Denied),
    ] {
        let input = PutUserPolicyRequest {
            user_name: "owner".into(),
            policy_name: "p".into(),
            policy_document: format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#),
        };
        root.put_user_policy(input).await.unwrap();
        assert_eq!(check(&parties.customer).await, expected, "{statement}");
    }
}

#[tokio::test]
async fn summaries_list_what_is_asked_for() {
    let parties = Parties::new();
    let id = parties.request("workflow-1").await;
    let summary = async |locale: &str| {
        let input = GetHumanReadableSummaryRequest {
            entity_arn: format!("arn:aws:iam::222222222222:delegation-request/{id}"),
            locale: Some(locale.into()),
        };
        parties.customer.get_human_readable_summary(input).await.unwrap()
    };
    let english = summary("en").await;
    assert_eq!(english.summary_state, Some(SummaryStateType::Available));
    let content = "Access for 2 hours. Allows s3:GetObject on arn:aws:s3:::b/*.";
    assert_eq!(english.summary_content.as_deref(), Some(content));
    assert_eq!(summary("de").await.summary_state, Some(SummaryStateType::NotSupported));
}

//! Exchange tokens of delegation requests.

use std::time::Duration;

use fogbank_api_sts::*;
use fogbank_context::{AccountId, Partition};
use fogbank_provider_sts::StsProvider;
use fogbank_service::trade_in::{TradeIn, TradeInStore};
use fogbank_service::{AccessKey, KeySession, Principal};
use fogbank_testkit::{Cloud, START};

const TOKEN: &str = "a.b.c";
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[]}"#;

#[tokio::test]
async fn a_token_is_exchanged_until_the_access_ends() {
    let cloud = Cloud::new().with(service(std::sync::Arc::new(StsProvider::new())));
    let of = |account: &str| {
        let account: AccountId = account.parse().unwrap();
        let mut caller = cloud.caller().in_account(account);
        caller.principal = Principal::root(account, Partition::Aws).into();
        StsClient::new(caller)
    };
    let (provider, other) = (of("111111111111"), of("222222222222"));
    let trade = TradeIn {
        requestor: "111111111111".parse().unwrap(),
        account: "222222222222".parse().unwrap(),
        arn: "arn:aws:iam::222222222222:user/owner".parse().unwrap(),
        user_id: "AIDAOWNER".into(),
        expires: START + Duration::from_secs(7_200),
        session: KeySession { policy: Some(POLICY.into()), limited: true, ..Default::default() },
    };
    cloud.world().global::<TradeInStore>().tokens.insert(TOKEN.into(), trade);
    let input = |token: &str| GetDelegatedAccessTokenRequest { trade_in_token: token.into() };
    let get =
        async |sts: &StsClient, token: &str| sts.get_delegated_access_token(input(token)).await;

    assert_eq!(get(&provider, "x").await.unwrap_err().code(), "ValidationError");
    assert_eq!(get(&other, TOKEN).await.unwrap_err().code(), "AccessDenied");
    for seconds in [0, 1_200, 4_800] {
        cloud.advance(Duration::from_secs(seconds)).await;
        let made = get(&provider, TOKEN).await.unwrap();
        assert_eq!(made.assumed_principal.as_deref(), Some("arn:aws:iam::222222222222:user/owner"));
        assert_eq!(made.packed_policy_size, None);
        let made = made.credentials.unwrap();
        assert_eq!(made.expiration.secs(), START.as_secs() + 7_200);
        let key = AccessKey::find(cloud.world(), &made.access_key_id).unwrap();
        assert_eq!(key.session.as_ref().unwrap().policy.as_deref(), Some(POLICY));
        let mut caller = cloud.caller().in_account(key.account);
        caller.principal = key.principal(&made.access_key_id).into();
        let who =
            StsClient::new(caller).get_caller_identity(GetCallerIdentityRequest {}).await.unwrap();
        assert_eq!(who.user_id.as_deref(), Some("AIDAOWNER"));
    }
    cloud.advance(Duration::from_secs(1_200)).await;
    assert_eq!(get(&provider, TOKEN).await.unwrap_err().code(), "ExpiredTradeInTokenException");
}

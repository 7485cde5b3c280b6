//! Codes of MFA devices.

use std::sync::Arc;
use std::time::Duration;

use fogbank_api_sts::*;
use fogbank_config::IamEnforcement;
use fogbank_provider_sts::StsProvider;
use fogbank_service::ServiceError;
use fogbank_service::access_keys::AccessKey;
use fogbank_service::mfa::{MfaDevice, MfaStore, code_at};
use fogbank_testkit::{Cloud, START};

const SERIAL: &str = "arn:aws:iam::000000000000:mfa/phone";
const SEED: &[u8] = b"a seed of some bytes";

/// A cloud where a user has a device.
fn cloud(enforcement: IamEnforcement) -> Cloud {
    let cloud = Cloud::new().with(service(Arc::new(StsProvider::with_enforcement(enforcement))));
    let owner = "arn:aws:iam::000000000000:user/alice".parse().expect("an ARN");
    let device = MfaDevice { seed: SEED.to_vec(), owner, last_step: 0 };
    cloud.world().global::<MfaStore>().devices.insert(SERIAL.to_owned(), device);
    cloud
}

async fn session(
    cloud: &Cloud,
    user: &str,
    serial: Option<&str>,
    code: Option<&str>,
) -> Result<Credentials, ServiceError> {
    let mut caller = cloud.caller();
    let principal = Arc::make_mut(&mut caller.principal);
    principal.arn = format!("arn:aws:iam::000000000000:{user}").parse().expect("an ARN");
    let request = GetSessionTokenRequest {
        serial_number: serial.map(str::to_owned),
        token_code: code.map(str::to_owned),
        ..Default::default()
    };
    let response = StsClient::new(caller).get_session_token(request).await?;
    Ok(response.credentials.expect("credentials"))
}

#[tokio::test]
async fn a_code_is_the_devices_and_good_once() {
    let cloud = cloud(IamEnforcement::Off);
    let code = code_at(SEED, START);
    let wrong = " with invalid MFA one time pass code.";
    let both = ", must provide both MFA serial number and one time pass code.";
    let unknown = ", unable to validate MFA code.  Please verify your MFA serial number is valid \
                   and associated with this user.";
    let old = code_at(SEED, START + Duration::from_secs(600));
    let cases = [
        ("user/alice", Some(SERIAL), None, Some(both)),
        ("user/alice", None, Some(&*code), Some(both)),
        ("user/alice", Some(SERIAL), Some(&*old), Some(wrong)),
        ("user/bob", Some(SERIAL), Some(&*code), Some(unknown)),
        ("user/alice", Some(SERIAL), Some(&*code), None),
        ("user/alice", Some(SERIAL), Some(&*code), Some(wrong)),
    ];
    for (user, serial, code, message) in cases {
        let answer = session(&cloud, user, serial, code).await;
        let expected = message.map(|how| format!("MultiFactorAuthentication failed{how}"));
        let error = answer.as_ref().err();
        assert_eq!(error.and_then(ServiceError::message), expected.as_deref(), "{user} {code:?}");
        assert!(error.is_none_or(|error| (error.code(), error.status()) == ("AccessDenied", 403)));
        if let Ok(credentials) = answer {
            let key = AccessKey::find(cloud.world(), &credentials.access_key_id).expect("the key");
            assert_eq!(key.session.as_ref().expect("a session").mfa, Some(START));
        }
    }
    cloud.advance(Duration::from_secs(30)).await;
    let next = code_at(SEED, START + Duration::from_secs(30));
    assert!(session(&cloud, "root", Some(SERIAL), Some(&next)).await.is_ok());
}

#[tokio::test]
async fn a_device_that_nobody_has_is_refused_when_policies_decide() {
    for (enforcement, works) in [(IamEnforcement::Off, true), (IamEnforcement::Strict, false)] {
        let cloud = cloud(enforcement);
        let answer = session(&cloud, "user/alice", Some("GAHT12345678"), Some("123456")).await;
        assert_eq!(answer.is_ok(), works);
    }
}

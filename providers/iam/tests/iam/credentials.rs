//! Passwords, MFA devices, certificates, keys and service-specific credentials.

use data_encoding::BASE32_NOPAD;
use fogbank_api_iam::*;
use fogbank_service::shape::Unit;

use crate::scene::{Scene, fails};

/// A certificate until 2036 and its private key, in PEM.
fn certificate() -> (String, String) {
    let mut params =
        rcgen::CertificateParams::new(vec!["example.test".to_owned()]).expect("a name");
    params.not_after = rcgen::date_time_ymd(2036, 1, 1);
    let key = rcgen::KeyPair::generate().expect("a key");
    (params.self_signed(&key).expect("signed").pem(), key.serialize_pem())
}

fn login(user: &str, password: &str) -> CreateLoginProfileRequest {
    CreateLoginProfileRequest {
        user_name: Some(user.into()),
        password: Some(password.into()),
        password_reset_required: None,
    }
}

#[tokio::test]
async fn passwords_conform_to_the_policy() {
    let scene = Scene::new();
    scene.user("u").await;
    let violation = "Password does not conform to the account password policy.";
    for password in ["short1A", "alllowercase", "onlyTwokinds"] {
        let made = scene.iam.create_login_profile(login("u", password)).await;
        fails(made, "PasswordPolicyViolation", violation);
    }
    let get = || GetLoginProfileRequest { user_name: Some("u".into()) };
    let message = "Login Profile for User u cannot be found.";
    fails(scene.iam.get_login_profile(get()).await, "NoSuchEntity", message);
    scene.iam.create_login_profile(login("u", "Passw0rd")).await.unwrap();
    let message = "Login Profile for user u already exists.";
    let again = scene.iam.create_login_profile(login("u", "Passw0rd")).await;
    fails(again, "EntityAlreadyExists", message);

    let policy = UpdateAccountPasswordPolicyRequest {
        minimum_password_length: Some(12),
        require_symbols: Some(true),
        password_reuse_prevention: Some(2),
        ..Default::default()
    };
    scene.iam.update_account_password_policy(policy).await.unwrap();
    let update = |password: &str| UpdateLoginProfileRequest {
        user_name: "u".into(),
        password: Some(password.into()),
        password_reset_required: Some(true),
    };
    let changed = scene.iam.update_login_profile(update("withoutsymbols")).await;
    fails(changed, "PasswordPolicyViolation", violation);
    scene.iam.update_login_profile(update("with-symbols")).await.unwrap();
    let changed = scene.iam.update_login_profile(update("with-symbols")).await;
    fails(changed, "PasswordPolicyViolation", violation);
    let profile = scene.iam.get_login_profile(get()).await.unwrap().login_profile;
    assert_eq!(profile.password_reset_required, Some(true));

    let key = scene.access_key("u").await.unwrap();
    let change = |old: &str, new: &str| ChangePasswordRequest {
        old_password: old.into(),
        new_password: new.into(),
    };
    let user = scene.signed_with(&key.access_key_id);
    let wrong = user.change_password(change("wrong", "other-symbols")).await;
    fails(wrong, "AccessDenied", "The old password was incorrect.");
    user.change_password(change("with-symbols", "other-symbols")).await.unwrap();
}

#[tokio::test]
async fn the_password_policy_has_defaults() {
    let scene = Scene::new();
    let message = "The Password Policy with domain name 000000000000 cannot be found.";
    fails(scene.iam.get_account_password_policy(Unit).await, "NoSuchEntity", message);
    scene.iam.update_account_password_policy(Default::default()).await.unwrap();
    let policy = scene.iam.get_account_password_policy(Unit).await.unwrap().password_policy;
    assert_eq!(policy.minimum_password_length, Some(6));
    assert_eq!(policy.expire_passwords, Some(false));
    assert_eq!((policy.max_password_age, policy.password_reuse_prevention), (None, None));
    scene.iam.delete_account_password_policy(Unit).await.unwrap();
    let message = "The account policy with name PasswordPolicy cannot be found.";
    fails(scene.iam.delete_account_password_policy(Unit).await, "NoSuchEntity", message);
}

/// The codes of the test clock's step and the next, from RFC 6238's algorithm.
fn codes(seed: &[u8]) -> [String; 2] {
    use aws_lc_rs::hmac;
    let step = fogbank_testkit::START.as_secs() / 30;
    [step, step + 1].map(|step| {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, seed);
        let digest = hmac::sign(&key, &step.to_be_bytes());
        let digest = digest.as_ref();
        let at = usize::from(digest[19] & 15);
        let word = digest[at..at + 4].iter().fold(0, |n: u32, byte| n << 8 | u32::from(*byte));
        let word = word & 0x7fff_ffff;
        format!("{:06}", word % 1_000_000)
    })
}

#[tokio::test]
async fn an_mfa_device_is_enabled_by_two_codes() {
    let scene = Scene::new();
    scene.user("u").await;
    let create = || CreateVirtualMFADeviceRequest {
        virtual_mfa_device_name: "phone".into(),
        ..Default::default()
    };
    let device = scene.iam.create_virtual_mfa_device(create()).await.unwrap().virtual_mfa_device;
    assert_eq!(device.serial_number, "arn:aws:iam::000000000000:mfa/phone");
    let seed = device.base32_string_seed.unwrap();
    assert_eq!(seed.len(), 64);
    assert!(device.qr_code_png.unwrap().starts_with(b"\x89PNG"));
    let message = "MFADevice entity at the same path and name already exists.";
    let again = scene.iam.create_virtual_mfa_device(create()).await;
    fails(again, "EntityAlreadyExists", message);

    let [first, second] = codes(&BASE32_NOPAD.decode(&seed).unwrap());
    let enable = |one: &str, two: &str| EnableMFADeviceRequest {
        user_name: "u".into(),
        serial_number: device.serial_number.clone(),
        authentication_code1: one.into(),
        authentication_code2: two.into(),
    };
    let message = "Authentication code for device is not valid.";
    let wrong = scene.iam.enable_mfa_device(enable(&second, &first)).await;
    fails(wrong, "InvalidAuthenticationCode", message);
    scene.iam.enable_mfa_device(enable(&first, &second)).await.unwrap();
    let list = || ListMFADevicesRequest { user_name: Some("u".into()), ..Default::default() };
    assert_eq!(scene.iam.list_mfa_devices(list()).await.unwrap().mfa_devices.len(), 1);

    let serial = || device.serial_number.clone();
    let delete = || DeleteVirtualMFADeviceRequest { serial_number: serial() };
    let message = "MFA VirtualDevice in use. Must deactivate first.";
    fails(scene.iam.delete_virtual_mfa_device(delete()).await, "DeleteConflict", message);
    let off =
        || DeactivateMFADeviceRequest { user_name: Some("u".into()), serial_number: serial() };
    scene.iam.deactivate_mfa_device(off()).await.unwrap();
    let message = format!("Device with serial number: {} not found.", serial());
    fails(scene.iam.deactivate_mfa_device(off()).await, "NoSuchEntity", &message);
    scene.iam.delete_virtual_mfa_device(delete()).await.unwrap();
}

#[tokio::test]
async fn server_certificates_fit_their_keys() {
    let scene = Scene::new();
    let (body, key) = certificate();
    let (_, other_key) = certificate();
    let upload = |name: &str, key: &str| UploadServerCertificateRequest {
        server_certificate_name: name.into(),
        certificate_body: body.clone(),
        private_key: key.into(),
        ..Default::default()
    };
    let message = "Unable to match certificate with the private key.";
    let made = scene.iam.upload_server_certificate(upload("c", &other_key)).await;
    fails(made, "KeyPairMismatch", message);
    let broken = UploadServerCertificateRequest {
        certificate_body: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----".into(),
        ..upload("c", &key)
    };
    let message = "Unable to parse certificate. Please ensure the certificate is in PEM format.";
    let made = scene.iam.upload_server_certificate(broken).await;
    fails(made, "MalformedCertificate", message);
    let made = scene.iam.upload_server_certificate(upload("c", &key)).await.unwrap();
    let metadata = made.server_certificate_metadata.unwrap();
    assert!(metadata.server_certificate_id.starts_with("ASCA"));
    assert!(metadata.expiration.unwrap().secs() == 2_082_758_400);
    let message = "The Server Certificate with name c already exists.";
    let again = scene.iam.upload_server_certificate(upload("c", &key)).await;
    fails(again, "EntityAlreadyExists", message);
    let rename = UpdateServerCertificateRequest {
        server_certificate_name: "c".into(),
        new_server_certificate_name: Some("d".into()),
        new_path: Some("/cloudfront/".into()),
    };
    scene.iam.update_server_certificate(rename).await.unwrap();
    let get = |name: &str| GetServerCertificateRequest { server_certificate_name: name.into() };
    let message = "The Server Certificate with name c cannot be found.";
    fails(scene.iam.get_server_certificate(get("c")).await, "NoSuchEntity", message);
    let found = scene.iam.get_server_certificate(get("d")).await.unwrap().server_certificate;
    assert_eq!(
        found.server_certificate_metadata.arn,
        "arn:aws:iam::000000000000:server-certificate/cloudfront/d"
    );
}

#[tokio::test]
async fn server_certificates_come_with_their_chains() {
    let scene = Scene::new();
    let named = |name: &str| {
        let mut params = rcgen::CertificateParams::new(vec![format!("{name}.test")]).unwrap();
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        params.not_after = rcgen::date_time_ymd(2036, 1, 1);
        (params, rcgen::KeyPair::generate().unwrap())
    };
    let (root, root_key) = named("root");
    let (middle, middle_key) = named("middle");
    let (mut leaf, leaf_key) = named("leaf");
    let root_pem = root.self_signed(&root_key).unwrap().pem();
    let root = rcgen::Issuer::new(root, root_key);
    let middle_pem = middle.signed_by(&middle_key, &root).unwrap().pem();
    // The names are right, the signature is another's.
    let forged = rcgen::Issuer::new(middle.clone(), rcgen::KeyPair::generate().unwrap());
    let forged_pem = leaf.signed_by(&leaf_key, &forged).unwrap().pem();
    let middle = rcgen::Issuer::new(middle, middle_key);
    let body = leaf.signed_by(&leaf_key, &middle).unwrap().pem();
    let upload = |body: &str, chain: &str| UploadServerCertificateRequest {
        server_certificate_name: "c".into(),
        certificate_body: body.into(),
        private_key: leaf_key.serialize_pem(),
        certificate_chain: Some(chain.into()),
        ..Default::default()
    };
    let invalid = |index: i32| {
        format!(
            "Unable to validate certificate chain. The certificate chain must start with the \
             immediate signing certificate, followed by any intermediaries in order. The index \
             within the chain of the invalid certificate is: {index}"
        )
    };
    let whole = format!("{middle_pem}{root_pem}");
    let unparsable = "Unable to parse certificate chain. Please ensure the chain is in PEM format.";
    for (body, chain, message) in [
        (&body, "x".to_owned(), unparsable.to_owned()),
        (&body, root_pem.clone(), invalid(-1)),
        (&forged_pem, whole.clone(), invalid(-1)),
        (&body, format!("{middle_pem}{middle_pem}"), invalid(0)),
    ] {
        let made = scene.iam.upload_server_certificate(upload(body, &chain)).await;
        fails(made, "MalformedCertificate", &message);
    }
    scene.iam.upload_server_certificate(upload(&body, &whole)).await.unwrap();
    let get = GetServerCertificateRequest { server_certificate_name: "c".into() };
    let found = scene.iam.get_server_certificate(get).await.unwrap().server_certificate;
    assert_eq!(found.certificate_chain.as_deref(), Some(whole.trim()));

    for (from, to, message) in [
        (2000, 2025, "Certificate is no longer valid. The 'Not After' date"),
        (2035, 2036, "Certificate is not yet valid. The 'Not Before' date"),
    ] {
        leaf.not_before = rcgen::date_time_ymd(from, 1, 1);
        leaf.not_after = rcgen::date_time_ymd(to, 1, 1);
        let body = leaf.signed_by(&leaf_key, &middle).unwrap().pem();
        let made = scene.iam.upload_server_certificate(upload(&body, &whole)).await;
        let error = made.unwrap_err();
        assert_eq!(error.code(), "MalformedCertificate");
        assert!(error.message().unwrap().starts_with(message), "{error}");
    }
}

#[tokio::test]
async fn a_signing_certificate_is_uploaded_once() {
    let scene = Scene::new();
    scene.user("u").await;
    let (body, _) = certificate();
    let upload = |body: &str| UploadSigningCertificateRequest {
        user_name: Some("u".into()),
        certificate_body: body.into(),
    };
    let message = "Unable to parse certificate. Please ensure the certificate is in PEM format.";
    fails(scene.iam.upload_signing_certificate(upload("x")).await, "MalformedCertificate", message);
    let made = scene.iam.upload_signing_certificate(upload(&body)).await.unwrap();
    let id = made.certificate.certificate_id;
    let again = scene.iam.upload_signing_certificate(upload(&body)).await;
    fails(again, "DuplicateCertificate", "The certificate is already in use.");
    let update = UpdateSigningCertificateRequest {
        user_name: Some("u".into()),
        certificate_id: id,
        status: StatusType::Inactive,
    };
    scene.iam.update_signing_certificate(update).await.unwrap();
    let list = ListSigningCertificatesRequest { user_name: Some("u".into()), ..Default::default() };
    let found = scene.iam.list_signing_certificates(list).await.unwrap().certificates;
    assert_eq!(found[0].status.as_str(), "Inactive");
}

#[tokio::test]
async fn keys_of_services_expire() {
    let scene = Scene::new();
    scene.user("u").await;
    let create = CreateServiceSpecificCredentialRequest {
        user_name: "u".into(),
        service_name: "bedrock.amazonaws.com".into(),
        credential_age_days: Some(1),
    };
    scene.iam.create_service_specific_credential(create).await.unwrap();
    for (hours, status) in [(0, StatusType::Active), (24, StatusType::Expired)] {
        scene.cloud.advance(std::time::Duration::from_secs(hours * 3600)).await;
        let list = ListServiceSpecificCredentialsRequest {
            user_name: Some("u".into()),
            ..Default::default()
        };
        let found = scene.iam.list_service_specific_credentials(list).await.unwrap();
        assert_eq!(found.service_specific_credentials.unwrap()[0].status, status);
    }
}

#[tokio::test]
async fn service_specific_credentials() {
    let scene = Scene::new();
    let create = |service: &str| CreateServiceSpecificCredentialRequest {
        user_name: "u".into(),
        service_name: service.into(),
        credential_age_days: None,
    };
    let codecommit = "codecommit.amazonaws.com";
    let message = "The user with name u cannot be found.";
    let made = scene.iam.create_service_specific_credential(create(codecommit)).await;
    fails(made, "NoSuchEntity", message);
    scene.user("u").await;
    let message =
        "No such service lambda.amazonaws.com is supported for Service Specific Credentials";
    let made = scene.iam.create_service_specific_credential(create("lambda.amazonaws.com")).await;
    fails(made, "NoSuchEntity", message);
    let mut names = Vec::new();
    for _ in 0..2 {
        let made = scene.iam.create_service_specific_credential(create(codecommit)).await.unwrap();
        names.push(made.service_specific_credential.unwrap().service_user_name.unwrap());
    }
    assert_eq!(names, ["u-at-000000000000", "u-at-000000000000+1"]);
    let message = "Cannot exceed quota for ServiceSpecificCredentialsPerUser: 2";
    let made = scene.iam.create_service_specific_credential(create(codecommit)).await;
    fails(made, "LimitExceeded", message);
    let reset = ResetServiceSpecificCredentialRequest {
        user_name: Some("u".into()),
        service_specific_credential_id: "ACCA00000000000000000".into(),
    };
    let message = "No such credential ACCA00000000000000000 exists";
    fails(scene.iam.reset_service_specific_credential(reset).await, "NoSuchEntity", message);
    let delete = DeleteUserRequest { user_name: "u".into() };
    let message = "Cannot delete entity, must remove referenced objects first.";
    fails(scene.iam.delete_user(delete).await, "DeleteConflict", message);
}

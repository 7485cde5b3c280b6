use fogbank_api_sns::*;

use crate::scene::{Scene, check_error, check_invalid, map};

#[tokio::test]
async fn sms_attributes_are_checked() {
    let scene = Scene::new();
    let set = |name: &str, value: &str| {
        let attributes = map(&[(name, value)]);
        scene.sns.set_sms_attributes(SetSMSAttributesInput { attributes })
    };
    for (name, value, wrong) in [
        ("InvalidAttribute", "x", "InvalidAttribute is not a valid attribute"),
        ("DefaultSMSType", "invalid", "DefaultSMSType is invalid"),
        ("DefaultSenderID", "testSenderID", "DefaultSenderID is invalid"),
        ("DefaultSenderID", "123456789", "DefaultSenderID is invalid"),
        (
            "DeliveryStatusSuccessSamplingRate",
            "101",
            "DeliveryStatusSuccessSamplingRate is invalid",
        ),
    ] {
        check_error(set(name, value).await, "InvalidParameter", wrong);
    }
    set("DefaultSMSType", "Promotional").await.expect("set");
    let all = scene.sns.get_sms_attributes(Default::default()).await.expect("attributes");
    let expect = map(&[("DefaultSMSType", "Promotional"), ("MonthlySpendLimit", "1")]);
    assert_eq!(all.attributes.as_ref(), Some(&expect));
    set("UsageReportS3Bucket", "b").await.expect("set");
    set("UsageReportS3Bucket", "").await.expect("taken away");
    let again = scene.sns.get_sms_attributes(Default::default()).await.expect("attributes");
    assert_eq!(again.attributes, all.attributes);
    let some = GetSMSAttributesInput { attributes: Some(vec!["DefaultSMSType".into()]) };
    let some = scene.sns.get_sms_attributes(some).await.expect("attributes");
    assert_eq!(some.attributes, Some(map(&[("DefaultSMSType", "Promotional")])));
}

#[tokio::test]
async fn numbers_are_checked() {
    let scene = Scene::new();
    let send = |number: &str| PublishInput {
        phone_number: Some(number.to_owned()),
        message: "hello".into(),
        ..Default::default()
    };
    assert!(scene.sns.publish(send("+33000000000")).await.expect("sent").message_id.is_some());
    for number in ["+1a234", "NAA+15551234567"] {
        let wrong = format!("PhoneNumber Reason: {number} is not valid to publish to");
        check_invalid(scene.sns.publish(send(number)).await, &wrong);
    }
    let input = OptInPhoneNumberInput { phone_number: "invalid".into() };
    let wrong = "PhoneNumber Reason: input incorrectly formatted";
    check_invalid(scene.sns.opt_in_phone_number(input).await, wrong);
    let input = CheckIfPhoneNumberIsOptedOutInput { phone_number: "+4411111111".into() };
    let out = scene.sns.check_if_phone_number_is_opted_out(input).await.expect("an answer");
    assert_eq!(out.is_opted_out, Some(false));
}

#[tokio::test]
async fn sandbox_numbers_are_verified() {
    let scene = Scene::new();
    let number = "+4400000000".to_owned();
    let create =
        CreateSMSSandboxPhoneNumberInput { phone_number: number.clone(), ..Default::default() };
    scene.sns.create_sms_sandbox_phone_number(create).await.expect("created");
    let verify = |password: &str| VerifySMSSandboxPhoneNumberInput {
        phone_number: number.clone(),
        one_time_password: password.to_owned(),
    };
    let wrong = scene.sns.verify_sms_sandbox_phone_number(verify("x")).await;
    check_error(wrong, "VerificationException", "Verification failed");
    let listed =
        scene.sns.list_sms_sandbox_phone_numbers(Default::default()).await.expect("a list");
    let status = listed.phone_numbers[0].status.as_ref().map(|status| status.as_str().to_owned());
    assert_eq!(status.as_deref(), Some("Pending"));
    let delete = || DeleteSMSSandboxPhoneNumberInput { phone_number: number.clone() };
    scene.sns.delete_sms_sandbox_phone_number(delete()).await.expect("deleted");
    let again = scene.sns.delete_sms_sandbox_phone_number(delete()).await;
    check_error(again, "ResourceNotFound", "Phone number not found");
}

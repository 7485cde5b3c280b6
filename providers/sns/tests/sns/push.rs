use fogbank_api_sns::*;

use crate::scene::{Scene, check_error, check_invalid, map};

async fn application(scene: &Scene, platform: &str) -> String {
    let input = CreatePlatformApplicationInput {
        name: "app".into(),
        platform: platform.to_owned(),
        attributes: map(&[("PlatformPrincipal", "p"), ("PlatformCredential", "c")]),
    };
    let created = scene.sns.create_platform_application(input).await.expect("created");
    created.platform_application_arn.expect("an ARN")
}

fn endpoint(application: &str, attributes: &[(&str, &str)]) -> CreatePlatformEndpointInput {
    CreatePlatformEndpointInput {
        platform_application_arn: application.to_owned(),
        token: "token_1".into(),
        attributes: Some(map(attributes)),
        custom_user_data: None,
    }
}

#[tokio::test]
async fn applications_are_checked() {
    let scene = Scene::new();
    let long = "a".repeat(257);
    let credentials = &[("PlatformPrincipal", "p"), ("PlatformCredential", "c")][..];
    let too_long = format!("{long} Reason: must be at most 256 characters long");
    for (name, platform, attributes, wrong) in [
        ("", "ADM", credentials, " Reason: cannot be empty"),
        (&*long, "ADM", credentials, &*too_long),
        (
            "@name",
            "ADM",
            credentials,
            "@name Reason: must contain only characters 'a'-'z', 'A'-'Z', '0'-'9', '_', '-', and '.'",
        ),
        ("n", "AAA", credentials, "Platform Reason: AAA is not supported"),
        (
            "n",
            "ADM",
            &credentials[..1],
            "Attributes Reason: PlatformPrincipal attribute provided without PlatformCredential",
        ),
        (
            "n",
            "ADM",
            &credentials[1..],
            "Attributes Reason: PlatformCredential attribute provided without PlatformPrincipal",
        ),
    ] {
        let input = CreatePlatformApplicationInput {
            name: name.to_owned(),
            platform: platform.to_owned(),
            attributes: map(attributes),
        };
        check_invalid(scene.sns.create_platform_application(input).await, wrong);
    }
    let arn = application(&scene, "ADM").await;
    assert_eq!(arn, "arn:aws:sns:us-east-1:000000000000:app/ADM/app");
    let get = |arn: &str| GetPlatformApplicationAttributesInput {
        platform_application_arn: arn.to_owned(),
    };
    let shown = scene.sns.get_platform_application_attributes(get(&arn)).await.expect("shown");
    assert_eq!(shown.attributes, Some(map(&[("Enabled", "true")])));
    let missing = scene.sns.get_platform_application_attributes(get(&format!("{arn}x"))).await;
    check_error(missing, "NotFound", "PlatformApplication does not exist");
    let invalid = scene.sns.get_platform_application_attributes(get("invalid-arn")).await;
    check_invalid(
        invalid,
        "PlatformApplicationArn Reason: An ARN must have at least 6 elements, not 1",
    );
}

#[tokio::test]
async fn endpoints_are_created_once() {
    let scene = Scene::new();
    let application = application(&scene, "ADM").await;
    let create =
        |attributes| scene.sns.create_platform_endpoint(endpoint(&application, attributes));
    let arn = create(&[]).await.expect("created").endpoint_arn.expect("an ARN");
    assert_eq!(create(&[]).await.expect("the same").endpoint_arn.as_ref(), Some(&arn));
    let wrong = format!(
        "Token Reason: Endpoint {arn} already exists with the same Token, but different attributes."
    );
    check_invalid(create(&[("Enabled", "false")]).await, &wrong);
    check_invalid(
        create(&[("InvalidKey", "x")]).await,
        "Attributes Reason: Invalid attribute name: InvalidKey",
    );

    let set = |arn: &str, attributes| SetEndpointAttributesInput {
        endpoint_arn: arn.to_owned(),
        attributes,
    };
    let long = "A".repeat(2_050);
    let result =
        scene.sns.set_endpoint_attributes(set(&arn, map(&[("CustomUserData", &long)]))).await;
    check_invalid(
        result,
        "Attributes Reason: Invalid value for attribute: CustomUserData: must be at most 2048 bytes long in UTF-8 encoding",
    );
    let result = scene
        .sns
        .set_endpoint_attributes(set(&format!("{arn}x"), map(&[("Enabled", "false")])))
        .await;
    check_error(result, "NotFound", "Endpoint does not exist");
    let short = arn.rsplit_once('/').expect("an id").0.to_owned();
    let result = scene.sns.set_endpoint_attributes(set(&short, map(&[("Enabled", "false")]))).await;
    check_invalid(
        result,
        "EndpointArn Reason: Wrong number of slashes in relative portion of the ARN.",
    );

    scene.sns.set_endpoint_attributes(set(&arn, map(&[("Enabled", "false")]))).await.expect("set");
    let input =
        PublishInput { target_arn: Some(arn.clone()), message: "x".into(), ..Default::default() };
    check_error(scene.sns.publish(input).await, "EndpointDisabled", "Endpoint is disabled");
    for _ in 0..2 {
        let input = DeleteEndpointInput { endpoint_arn: arn.clone() };
        scene.sns.delete_endpoint(input).await.expect("deleted");
    }
    let input = PublishInput { target_arn: Some(arn), message: "x".into(), ..Default::default() };
    let gone = scene.sns.publish(input).await;
    check_invalid(gone, "TargetArn Reason: No endpoint found for the target arn specified");
}

#[tokio::test]
async fn platforms_have_texts_of_their_own() {
    let scene = Scene::new();
    let application = application(&scene, "APNS").await;
    let created = scene.sns.create_platform_endpoint(endpoint(&application, &[])).await;
    let arn = created.expect("created").endpoint_arn.expect("an ARN");
    let publish = |message: &str| PublishInput {
        target_arn: Some(arn.clone()),
        message: message.to_owned(),
        message_structure: Some("json".into()),
        ..Default::default()
    };
    scene.sns.publish(publish(r#"{"APNS":"{}"}"#)).await.expect("sent");
    let other = scene.sns.publish(publish(r#"{"GCM":"{}"}"#)).await;
    check_invalid(other, "Message Structure - No default entry in JSON message body");
}

//! Deletion, restoring, and what is refused meanwhile.

use fogbank_api_secretsmanager::*;

use crate::scene::{Scene, refused};

fn delete(days: Option<i64>, force: Option<bool>) -> DeleteSecretRequest {
    DeleteSecretRequest {
        secret_id: "s".to_owned(),
        recovery_window_in_days: days,
        force_delete_without_recovery: force,
    }
}

const MARKED: &str =
    "You can't perform this operation on the secret because it was marked for deletion.";

#[tokio::test]
async fn secrets_are_deleted_by_the_clock() {
    let scene = Scene::new();
    scene.create("s", "x").await;
    scene.secrets.delete_secret(delete(Some(7), None)).await.expect("scheduled");
    refused(scene.text("s").await, "InvalidRequestException", MARKED);
    refused(
        scene.try_create("s", Some("y")).await,
        "InvalidRequestException",
        "You can't create this secret because a secret with this name is already scheduled for \
         deletion.",
    );
    let restore = RestoreSecretRequest { secret_id: "s".to_owned() };
    scene.secrets.restore_secret(restore).await.expect("restored");
    assert_eq!(scene.text("s").await.expect("there"), "x");

    scene.secrets.delete_secret(delete(None, None)).await.expect("scheduled");
    scene.days(29).await;
    let describe = || DescribeSecretRequest { secret_id: "s".to_owned() };
    let described = scene.secrets.describe_secret(describe()).await.expect("still there");
    assert!(described.deleted_date.is_some());
    scene.days(1).await;
    refused(
        scene.secrets.describe_secret(describe()).await,
        "ResourceNotFoundException",
        "Secrets Manager can't find the specified secret.",
    );
    scene.create("s", "y").await;
}

#[tokio::test]
async fn force_deletes_at_once_even_what_is_not_there() {
    let scene = Scene::new();
    scene.create("s", "x").await;
    scene.secrets.delete_secret(delete(None, Some(true))).await.expect("deleted");
    scene.create("s", "y").await;
    scene.secrets.delete_secret(delete(None, Some(true))).await.expect("deleted");
    let absent = scene.secrets.delete_secret(delete(None, Some(true))).await.expect("as if");
    assert_eq!(absent.name.as_deref(), Some("s"));
    for (days, force, message) in [
        (
            Some(7),
            Some(true),
            "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
        ),
        (
            Some(6),
            None,
            "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
        ),
    ] {
        let result = scene.secrets.delete_secret(delete(days, force)).await;
        refused(result, "InvalidParameterException", message);
    }
}

#[tokio::test]
async fn rotation_is_refused_as_aws_refuses_it() {
    let scene = Scene::new();
    scene.create("s", "x").await;
    let rotate = |function: Option<&str>| RotateSecretRequest {
        secret_id: "s".to_owned(),
        client_request_token: Some("t".repeat(32)),
        rotation_lambda_arn: function.map(str::to_owned),
        ..Default::default()
    };
    refused(
        scene.secrets.rotate_secret(rotate(None)).await,
        "InvalidRequestException",
        "No Lambda rotation function ARN is associated with this secret.",
    );
    let function = "arn:aws:lambda:us-east-1:000000000000:function:f";
    refused(
        scene.secrets.rotate_secret(rotate(Some(function))).await,
        "AccessDeniedException",
        "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function \
         policy grants access to the principal secretsmanager.amazonaws.com.",
    );
}

//! Replicas in other regions.

use fogbank_api_secretsmanager::*;

use crate::scene::{Scene, refused};

fn to(region: &str) -> ReplicateSecretToRegionsRequest {
    ReplicateSecretToRegionsRequest {
        secret_id: "s".to_owned(),
        add_replica_regions: vec![ReplicaRegionType {
            region: Some(region.to_owned()),
            kms_key_id: None,
        }],
        force_overwrite_replica_secret: None,
    }
}

#[tokio::test]
async fn replicas_follow_their_primary() {
    let scene = Scene::new();
    let arn = scene.create("s", "1").await.arn.expect("always there");
    let west = scene.in_region("eu-west-1");
    let output = scene.secrets.replicate_secret_to_regions(to("eu-west-1")).await.expect("done");
    let status = &output.replication_status.expect("one")[0];
    assert_eq!(status.status, Some(StatusType::InSync));
    scene.put("s", "2", &[]).await;
    let get = || GetSecretValueRequest { secret_id: "s".to_owned(), ..Default::default() };
    let far = west.get_secret_value(get()).await.expect("replicated");
    assert_eq!(far.secret_string.as_deref(), Some("2"));
    assert_eq!(far.arn, Some(arn.replace("us-east-1", "eu-west-1")));

    let put = PutSecretValueRequest {
        secret_id: "s".to_owned(),
        secret_string: Some("3".to_owned()),
        client_request_token: scene.token(),
        ..Default::default()
    };
    refused(
        west.put_secret_value(put).await,
        "InvalidRequestException",
        "Operation not permitted on a replica secret. Call must be made in primary secret's \
         region.",
    );
    let delete = || DeleteSecretRequest { secret_id: "s".to_owned(), ..Default::default() };
    refused(
        scene.secrets.delete_secret(delete()).await,
        "InvalidParameterException",
        "You can't delete secret s that still has replica regions [eu-west-1]",
    );
    let stop = StopReplicationToReplicaRequest { secret_id: "s".to_owned() };
    west.stop_replication_to_replica(stop).await.expect("promoted");
    scene.put("s", "4", &[]).await;
    let far = west.get_secret_value(get()).await.expect("on its own");
    assert_eq!(far.secret_string.as_deref(), Some("2"));
    scene.secrets.delete_secret(delete()).await.expect("deleted");
}

#[tokio::test]
async fn a_secret_in_the_way_fails_the_replica() {
    let scene = Scene::new();
    scene.create("s", "1").await;
    let west = scene.in_region("eu-west-1");
    let other = CreateSecretRequest {
        name: "s".to_owned(),
        secret_string: Some("other".to_owned()),
        client_request_token: scene.token(),
        ..Default::default()
    };
    west.create_secret(other).await.expect("created");
    let output = scene.secrets.replicate_secret_to_regions(to("eu-west-1")).await.expect("done");
    let status = &output.replication_status.expect("one")[0];
    assert_eq!(status.status, Some(StatusType::Failed));
    assert_eq!(
        status.status_message.as_deref(),
        Some("Replication failed: Secret name s already exists in region eu-west-1.")
    );
    let same = scene.secrets.replicate_secret_to_regions(to("us-east-1")).await;
    refused(same, "InvalidParameterException", "Invalid replica region.");

    let remove = RemoveRegionsFromReplicationRequest {
        secret_id: "s".to_owned(),
        remove_replica_regions: vec!["eu-west-1".to_owned()],
    };
    scene.secrets.remove_regions_from_replication(remove).await.expect("removed");
    let get = GetSecretValueRequest { secret_id: "s".to_owned(), ..Default::default() };
    let value = west.get_secret_value(get).await.expect("it stayed").secret_string;
    assert_eq!(value.as_deref(), Some("other"));
}

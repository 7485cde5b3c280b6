//! Associations.

use fogbank_api_ssm::*;

use crate::scene::{Scene, check_begins, check_error};

const SHELL: &str = r#"{"schemaVersion":"2.2","mainSteps":[{"name":"hello","action":"aws:runShellScript","inputs":{"runCommand":["echo"]}}]}"#;
const OLD: &str = r#"{"schemaVersion":"1.2","runtimeConfig":{"aws:runShellScript":{"properties":[{"id":"0","runCommand":["echo"]}]}}}"#;

fn document(name: &str, content: &str) -> CreateDocumentRequest {
    CreateDocumentRequest { name: name.into(), content: content.into(), ..Default::default() }
}

fn target(key: &str, value: &str) -> Target {
    Target { key: Some(key.into()), values: Some(vec![value.into()]) }
}

#[tokio::test]
async fn associations_have_versions() {
    let scene = Scene::new();
    let ssm = &scene.ssm;
    let create = |name: &str, schedule: Option<&str>| CreateAssociationRequest {
        name: name.into(),
        targets: Some(vec![target("InstanceIds", "i-00000000000000001")]),
        schedule_expression: schedule.map(str::to_owned),
        association_name: Some("mine".into()),
        ..Default::default()
    };
    let message = "Document with name none does not exist.";
    check_error(ssm.create_association(create("none", None)).await, "InvalidDocument", message);
    ssm.create_document(document("hello", SHELL)).await.unwrap();
    let wrong = ssm.create_association(create("hello", Some("often"))).await;
    check_begins(wrong, "InvalidSchedule", "The schedule is invalid.");
    let created = ssm.create_association(create("hello", Some("rate(30 minutes)"))).await.unwrap();
    let created = created.association_description.unwrap();
    let id = created.association_id.unwrap();
    assert_eq!(created.targets.unwrap()[0].key.as_deref(), Some("InstanceIds"));
    let update = UpdateAssociationRequest {
        association_id: id.clone(),
        max_errors: Some("3".into()),
        ..Default::default()
    };
    let updated = ssm.update_association(update).await.unwrap().association_description.unwrap();
    assert_eq!(updated.association_version.as_deref(), Some("2"));
    assert_eq!((updated.schedule_expression, updated.association_name), (None, None));
    let describe = |version: Option<&str>| DescribeAssociationRequest {
        association_id: Some(id.clone()),
        association_version: version.map(str::to_owned),
        ..Default::default()
    };
    let first = ssm.describe_association(describe(Some("1"))).await.unwrap();
    let first = first.association_description.unwrap();
    assert_eq!(first.schedule_expression.as_deref(), Some("rate(30 minutes)"));
    check_begins(
        ssm.describe_association(describe(Some("9"))).await,
        "InvalidAssociationVersion",
        "The version you specified isn't valid.",
    );
    let delete = DeleteDocumentRequest { name: "hello".into(), ..Default::default() };
    check_begins(ssm.delete_document(delete).await, "AssociatedInstances", "You must disassociate");
    let once = StartAssociationsOnceRequest { association_ids: vec![id.clone()] };
    ssm.start_associations_once(once).await.unwrap();
    let input =
        DescribeAssociationExecutionsRequest { association_id: id.clone(), ..Default::default() };
    let executions = ssm.describe_association_executions(input).await.unwrap();
    assert_eq!(executions.association_executions.unwrap().len(), 1);
    let delete =
        DeleteAssociationRequest { association_id: Some(id.clone()), ..Default::default() };
    ssm.delete_association(delete.clone()).await.unwrap();
    let message = "The specified association does not exist.";
    check_error(ssm.delete_association(delete).await, "AssociationDoesNotExist", message);
}

#[tokio::test]
async fn a_node_is_named_as_at_first_by_old_documents_only() {
    let scene = Scene::new();
    let ssm = &scene.ssm;
    ssm.create_document(document("old", OLD)).await.unwrap();
    ssm.create_document(document("new", SHELL)).await.unwrap();
    let create = |name: &str| CreateAssociationRequest {
        name: name.into(),
        instance_id: Some("i-00000000000000001".into()),
        ..Default::default()
    };
    let created = ssm.create_association(create("old")).await.unwrap();
    let targets = created.association_description.unwrap().targets.unwrap();
    assert_eq!(targets[0].key.as_deref(), Some("InstanceIds"));
    check_error(ssm.create_association(create("old")).await, "AssociationAlreadyExists", "");
    check_error(
        ssm.create_association(create("new")).await,
        "InvalidDocument",
        "Document schema version, 2.2, is not supported by association that is created with \
         instance id",
    );
    let named = CreateAssociationRequest { association_name: Some("mine".into()), ..create("old") };
    check_begins(ssm.create_association(named).await, "ValidationException", "InstanceId can't be");
}

#[tokio::test]
async fn schedules_and_targets_are_checked() {
    let scene = Scene::new();
    let ssm = &scene.ssm;
    ssm.create_document(document("hello", SHELL)).await.unwrap();
    let create = |schedule: &str, target: Target| CreateAssociationRequest {
        name: "hello".into(),
        targets: Some(vec![target]),
        schedule_expression: Some(schedule.into()),
        ..Default::default()
    };
    for (schedule, key, code) in [
        ("rate(29 minutes)", "tag:a", "InvalidSchedule"),
        ("rate(32 days)", "tag:a", "InvalidSchedule"),
        ("rate(31 days)", "ResourceGroup", "InvalidTarget"),
        ("rate(31 days)", "tag:a", ""),
        ("at(2027-01-01T00:00:00)", "resource-groups:Name", ""),
        ("cron(0 2 ? * SUN *)", "InstanceIds", ""),
    ] {
        let result = ssm.create_association(create(schedule, target(key, "x"))).await;
        let refused = result.err().map(|error| error.code().to_owned()).unwrap_or_default();
        assert_eq!(refused, code, "{schedule} {key}");
    }
    let offset = |schedule: &str, only: bool| CreateAssociationRequest {
        schedule_offset: Some(2),
        apply_only_at_cron_interval: Some(only),
        ..create(schedule, target("tag:a", "x"))
    };
    for (schedule, only) in [("rate(1 day)", true), ("cron(0 2 ? * SUN *)", false)] {
        let refused = ssm.create_association(offset(schedule, only)).await;
        check_begins(refused, "ValidationException", "ScheduleOffset can be used only with");
    }
    ssm.create_association(offset("cron(0 2 ? * SUN *)", true)).await.unwrap();
}

//! Maintenance windows, patches, nodes and OpsCenter.

use fogbank_api_ssm::*;

use crate::scene::{Scene, check_begins, check_error, strings};

fn window() -> CreateMaintenanceWindowRequest {
    CreateMaintenanceWindowRequest {
        name: "nightly".into(),
        schedule: "cron(0 2 ? * * *)".into(),
        duration: 3,
        cutoff: 1,
        client_token: Some("token".into()),
        ..Default::default()
    }
}

#[tokio::test]
async fn windows_follow_their_schedule() {
    let scene = Scene::new();
    let ssm = &scene.ssm;
    let missing = GetMaintenanceWindowRequest { window_id: "mw-00000000000000000".into() };
    let message = "Maintenance window mw-00000000000000000 does not exist";
    check_error(ssm.get_maintenance_window(missing).await, "DoesNotExistException", message);
    let short = CreateMaintenanceWindowRequest { cutoff: 3, client_token: None, ..window() };
    let message = "Cuttoff was 3 but must be smaller than 2 (Duration - 1 )";
    check_error(ssm.create_maintenance_window(short).await, "ValidationException", message);
    let id = ssm.create_maintenance_window(window()).await.unwrap().window_id.unwrap();
    let again = ssm.create_maintenance_window(window()).await.unwrap();
    assert_eq!(again.window_id.as_ref(), Some(&id));
    let other = CreateMaintenanceWindowRequest { duration: 4, ..window() };
    let other = ssm.create_maintenance_window(other).await;
    check_begins(other, "IdempotentParameterMismatch", "Error returned when");
    let get = GetMaintenanceWindowRequest { window_id: id.clone() };
    let got = ssm.get_maintenance_window(get).await.unwrap();
    assert_eq!(got.next_execution_time.as_deref(), Some("2026-01-01T02:00Z"));
    assert_eq!((got.enabled, got.allow_unassociated_targets), (Some(true), Some(false)));

    let target = RegisterTargetWithMaintenanceWindowRequest {
        window_id: id.clone(),
        resource_type: MaintenanceWindowResourceType::Instance,
        targets: vec![Target { key: Some("tag:a".into()), values: Some(strings(&["b"])) }],
        ..Default::default()
    };
    let target = ssm.register_target_with_maintenance_window(target).await.unwrap();
    let target = target.window_target_id.unwrap();
    let task = |target: &str| RegisterTaskWithMaintenanceWindowRequest {
        window_id: id.clone(),
        task_arn: "AWS-RunShellScript".into(),
        task_type: MaintenanceWindowTaskType::RunCommand,
        targets: Some(vec![Target {
            key: Some("WindowTargetIds".into()),
            values: Some(strings(&[target])),
        }]),
        ..Default::default()
    };
    let wrong = ssm.register_task_with_maintenance_window(task("none")).await;
    check_begins(wrong, "DoesNotExistException", "Target none does not exist");
    ssm.register_task_with_maintenance_window(task(&target)).await.unwrap();
    let safe = DeregisterTargetFromMaintenanceWindowRequest {
        window_id: id.clone(),
        window_target_id: target,
        safe: Some(true),
    };
    let used = ssm.deregister_target_from_maintenance_window(safe).await;
    check_begins(used, "TargetInUseException", "You specified the Safe option");

    scene.wait(86_400 + 3 * 3_600).await;
    let list =
        DescribeMaintenanceWindowExecutionsRequest { window_id: id.clone(), ..Default::default() };
    let executions = ssm.describe_maintenance_window_executions(list).await.unwrap();
    let executions = executions.window_executions.unwrap();
    assert_eq!(executions.len(), 2);
    assert_eq!(executions[0].status, Some(MaintenanceWindowExecutionStatus::Failed));
    let execution = executions[0].window_execution_id.clone().unwrap();
    let tasks = DescribeMaintenanceWindowExecutionTasksRequest {
        window_execution_id: execution,
        ..Default::default()
    };
    let tasks = ssm.describe_maintenance_window_execution_tasks(tasks).await.unwrap();
    assert_eq!(tasks.window_execution_task_identities.unwrap().len(), 1);

    let update = UpdateMaintenanceWindowRequest {
        window_id: id.clone(),
        enabled: Some(false),
        ..Default::default()
    };
    assert_eq!(
        ssm.update_maintenance_window(update).await.unwrap().name.as_deref(),
        Some("nightly")
    );
    let listed = ssm.describe_maintenance_windows(Default::default()).await.unwrap();
    assert_eq!(listed.window_identities.unwrap()[0].next_execution_time, None);
    let delete = DeleteMaintenanceWindowRequest { window_id: id };
    ssm.delete_maintenance_window(delete).await.unwrap();
}

#[tokio::test]
async fn baselines_are_chosen() {
    let scene = Scene::new();
    let ssm = &scene.ssm;
    let default = || async {
        let input = GetDefaultPatchBaselineRequest {
            operating_system: Some(OperatingSystem::AmazonLinux2),
        };
        ssm.get_default_patch_baseline(input).await.unwrap().baseline_id.unwrap()
    };
    let provided = "arn:aws:ssm:us-east-1:075727635805:patchbaseline/pb-0be8c61cde3be63f3";
    assert_eq!(default().await, provided);
    let input = CreatePatchBaselineRequest {
        name: "mine".into(),
        operating_system: Some(OperatingSystem::AmazonLinux2),
        approved_patches: Some(strings(&["KB123"])),
        ..Default::default()
    };
    let id = ssm.create_patch_baseline(input).await.unwrap().baseline_id.unwrap();
    let register = RegisterDefaultPatchBaselineRequest { baseline_id: id.clone() };
    ssm.register_default_patch_baseline(register).await.unwrap();
    assert_eq!(default().await, id);
    let delete = || DeletePatchBaselineRequest { baseline_id: id.clone() };
    check_begins(ssm.delete_patch_baseline(delete()).await, "ResourceInUseException", "Patch");
    let back = RegisterDefaultPatchBaselineRequest { baseline_id: provided.into() };
    ssm.register_default_patch_baseline(back).await.unwrap();

    let group = || RegisterPatchBaselineForPatchGroupRequest {
        baseline_id: id.clone(),
        patch_group: "web".into(),
    };
    ssm.register_patch_baseline_for_patch_group(group()).await.unwrap();
    let twice = ssm.register_patch_baseline_for_patch_group(group()).await;
    check_begins(twice, "AlreadyExistsException", "Patch Group baseline already has");
    let get = GetPatchBaselineRequest { baseline_id: id.clone() };
    let got = ssm.get_patch_baseline(get).await.unwrap();
    assert_eq!(got.patch_groups, Some(strings(&["web"])));
    assert_eq!(got.rejected_patches_action, Some(PatchAction::AllowAsDependency));
    let deregister = DeregisterPatchBaselineForPatchGroupRequest {
        baseline_id: id.clone(),
        patch_group: "web".into(),
    };
    ssm.deregister_patch_baseline_for_patch_group(deregister).await.unwrap();
    ssm.delete_patch_baseline(delete()).await.unwrap();
    let gone = ssm.get_patch_baseline(GetPatchBaselineRequest { baseline_id: id }).await;
    check_begins(gone, "DoesNotExistException", "Patch Baseline pb-");
    let filters = Some(vec![PatchOrchestratorFilter {
        key: Some("OWNER".into()),
        values: Some(strings(&["AWS"])),
    }]);
    let input = DescribePatchBaselinesRequest { filters, ..Default::default() };
    let all = ssm.describe_patch_baselines(input).await.unwrap().baseline_identities.unwrap();
    assert!(all.iter().filter(|it| it.default_baseline == Some(true)).count() >= 15);
}

#[tokio::test]
async fn nodes_are_described_from_outside() {
    let scene = Scene::new();
    let ssm = &scene.ssm;
    let input = CreateActivationRequest { iam_role: "role".into(), ..Default::default() };
    let activation = ssm.create_activation(input).await.unwrap();
    assert_eq!(activation.activation_code.unwrap().len(), 20);
    let described = ssm.describe_activations(Default::default()).await.unwrap();
    assert_eq!(described.activation_list.unwrap()[0].expired, Some(false));
    scene.wait(86_400).await;
    let described = ssm.describe_activations(Default::default()).await.unwrap();
    assert_eq!(described.activation_list.unwrap()[0].expired, Some(true));

    let entry = |name: &str| [("Name".to_owned(), name.to_owned())].into();
    let item = |kind: &str| InventoryItem {
        type_name: kind.into(),
        schema_version: "1.0".into(),
        capture_time: "2026-01-01T00:00:00Z".into(),
        content: Some(vec![entry("one"), entry("two")]),
        ..Default::default()
    };
    let put =
        |kind: &str| PutInventoryRequest { instance_id: "mi-1".into(), items: vec![item(kind)] };
    check_begins(ssm.put_inventory(put("Wrong")).await, "InvalidTypeNameException", "The");
    ssm.put_inventory(put("Custom:Rack")).await.unwrap();
    let list = ListInventoryEntriesRequest {
        instance_id: "mi-1".into(),
        type_name: "Custom:Rack".into(),
        filters: Some(vec![InventoryFilter {
            key: "Name".into(),
            values: strings(&["two"]),
            r#type: None,
        }]),
        ..Default::default()
    };
    let entries = ssm.list_inventory_entries(list).await.unwrap().entries.unwrap();
    assert_eq!(entries, [entry("two")]);
    let delete = DeleteInventoryRequest { type_name: "Custom:Rack".into(), ..Default::default() };
    let deleted = ssm.delete_inventory(delete).await.unwrap();
    assert_eq!(deleted.deletion_summary.unwrap().total_count, Some(1));

    let compliance = PutComplianceItemsRequest {
        resource_id: "mi-1".into(),
        resource_type: "ManagedInstance".into(),
        compliance_type: "Custom:Check".into(),
        execution_summary: ComplianceExecutionSummary {
            execution_time: fogbank_testkit::START.to_wire(),
            ..Default::default()
        },
        items: vec![ComplianceItemEntry {
            severity: ComplianceSeverity::High,
            status: ComplianceStatus::NonCompliant,
            ..Default::default()
        }],
        ..Default::default()
    };
    ssm.put_compliance_items(compliance).await.unwrap();
    let summaries = ssm.list_resource_compliance_summaries(Default::default()).await.unwrap();
    let summary = summaries.resource_compliance_summary_items.unwrap().remove(0);
    assert_eq!(summary.overall_severity, Some(ComplianceSeverity::High));
    assert_eq!(summary.status, Some(ComplianceStatus::NonCompliant));

    let session = StartSessionRequest { target: "i-1".into(), ..Default::default() };
    let message = "i-1 is not connected.";
    check_error(ssm.start_session(session).await, "TargetNotConnected", message);
    let instance_id = "mi-00000000000000001".to_owned();
    let deregister = DeregisterManagedInstanceRequest { instance_id };
    check_begins(ssm.deregister_managed_instance(deregister).await, "InvalidInstanceId", "Managed");
}

#[tokio::test]
async fn ops_items_and_metadata_are_kept() {
    let scene = Scene::new();
    let ssm = &scene.ssm;
    let data = OpsItemDataValue { value: Some("same".into()), r#type: None };
    let create = || CreateOpsItemRequest {
        title: "disk full".into(),
        source: "monitor".into(),
        description: "/dev/sda1".into(),
        operational_data: Some([("/aws/dedup".to_owned(), data.clone())].into()),
        ..Default::default()
    };
    let id = ssm.create_ops_item(create()).await.unwrap().ops_item_id.unwrap();
    let again = ssm.create_ops_item(create()).await;
    check_begins(again, "OpsItemAlreadyExistsException", "Similar OpsItem exists.");
    let update = UpdateOpsItemRequest {
        ops_item_id: id.clone(),
        status: Some(OpsItemStatus::Resolved),
        ..Default::default()
    };
    ssm.update_ops_item(update).await.unwrap();
    let get = GetOpsItemRequest { ops_item_id: id.clone(), ..Default::default() };
    let got = ssm.get_ops_item(get).await.unwrap().ops_item.unwrap();
    assert_eq!((got.status, got.version.as_deref()), (Some(OpsItemStatus::Resolved), Some("2")));
    let filter = OpsItemFilter {
        key: OpsItemFilterKey::Title,
        values: strings(&["disk"]),
        operator: OpsItemFilterOperator::Contains,
    };
    let list =
        DescribeOpsItemsRequest { ops_item_filters: Some(vec![filter]), ..Default::default() };
    let found = ssm.describe_ops_items(list).await.unwrap().ops_item_summaries.unwrap();
    assert_eq!(found.len(), 1);

    let input = CreateOpsMetadataRequest {
        resource_id: "/aws/group/app".into(),
        metadata: Some([("a".to_owned(), MetadataValue { value: Some("1".into()) })].into()),
        ..Default::default()
    };
    let arn = ssm.create_ops_metadata(input.clone()).await.unwrap().ops_metadata_arn.unwrap();
    assert_eq!(arn, "arn:aws:ssm:us-east-1:000000000000:opsmetadata/aws/group/app");
    let again = ssm.create_ops_metadata(input).await;
    check_begins(again, "OpsMetadataAlreadyExistsException", "An OpsMetadata object");
    let update = UpdateOpsMetadataRequest {
        ops_metadata_arn: arn.clone(),
        keys_to_delete: Some(strings(&["a"])),
        ..Default::default()
    };
    ssm.update_ops_metadata(update).await.unwrap();
    let get = GetOpsMetadataRequest { ops_metadata_arn: arn, ..Default::default() };
    assert!(ssm.get_ops_metadata(get).await.unwrap().metadata.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_kept_survives_a_fork_and_a_snapshot() {
    let scene = Scene::new();
    scene.ssm.create_maintenance_window(window()).await.unwrap();
    scene.put("/p", "v").await;
    let snapshot = scene.cloud.world().snapshot();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("snapshot");
    snapshot.export(&file, |_| true).unwrap();
    let blobs = scene.cloud.world().blobs();
    let imported = fogbank_state::Snapshot::import(&file, blobs).unwrap();
    scene.cloud.world().reset();
    scene.cloud.world().restore(&imported);
    assert_eq!(scene.value("/p").await, "v");
    let windows = scene.ssm.describe_maintenance_windows(Default::default()).await.unwrap();
    assert_eq!(windows.window_identities.unwrap()[0].name.as_deref(), Some("nightly"));
}

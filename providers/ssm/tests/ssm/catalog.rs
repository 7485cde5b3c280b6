//! The catalog of patches, summaries, previews, access requests.

use fogbank_api_ssm::*;

use crate::scene::{Scene, check_begins, check_error, strings};

fn filter(key: &str, values: &[&str]) -> PatchOrchestratorFilter {
    PatchOrchestratorFilter { key: Some(key.into()), values: Some(strings(values)) }
}

#[tokio::test]
async fn patches_are_filtered() {
    let scene = Scene::new();
    let available = |filters: Vec<PatchOrchestratorFilter>| {
        let input =
            DescribeAvailablePatchesRequest { filters: Some(filters), ..Default::default() };
        scene.ssm.describe_available_patches(input)
    };
    let cases = [
        (vec![], 8),
        (vec![filter("PRODUCT", &["WindowsServer2019"])], 2),
        (vec![filter("PATCH_ID", &["KB5004947"])], 1),
        (vec![filter("CLASSIFICATION", &["UpdateRollups", "SecurityUpdates"])], 8),
        (vec![filter("OPERATING_SYSTEM", &["AMAZON_LINUX_2"]), filter("NAME", &["sudo"])], 1),
        (vec![filter("OPERATING_SYSTEM", &["SUSE"])], 0),
    ];
    for (filters, count) in cases {
        let found = available(filters.clone()).await.unwrap().patches.unwrap();
        assert_eq!(found.len(), count, "{filters:?}");
    }
    let wrong = available(vec![filter("COLOUR", &["red"])]).await;
    check_error(wrong, "ValidationException", "Invalid filter key: COLOUR");
    let properties = |system: OperatingSystem, property: PatchProperty| {
        let input = DescribePatchPropertiesRequest {
            operating_system: system,
            property,
            patch_set: None,
            max_results: None,
            next_token: None,
        };
        scene.ssm.describe_patch_properties(input)
    };
    let listed = properties(OperatingSystem::AmazonLinux, PatchProperty::Severity).await.unwrap();
    let names: Vec<_> = listed.properties.unwrap().iter().map(|it| it["Name"].clone()).collect();
    assert_eq!(names, ["Critical", "Important", "Medium", "Low"]);
    let none = properties(OperatingSystem::Ubuntu, PatchProperty::MsrcSeverity).await;
    check_begins(none, "ValidationException", "Property MSRC_SEVERITY is not supported");
}

fn baseline(rules: &[(&str, &[&str])]) -> CreatePatchBaselineRequest {
    let filters = rules
        .iter()
        .map(|(key, values)| PatchFilter { key: (*key).into(), values: strings(values) });
    let rule = PatchRule {
        patch_filter_group: PatchFilterGroup { patch_filters: filters.collect() },
        approve_after_days: Some(7),
        compliance_level: Some(PatchComplianceLevel::High),
        approve_until_date: None,
        enable_non_security: None,
    };
    CreatePatchBaselineRequest {
        name: "mine".into(),
        operating_system: Some(OperatingSystem::Windows),
        approval_rules: Some(PatchRuleGroup { patch_rules: vec![rule] }),
        rejected_patches: Some(strings(&["KB5005573"])),
        approved_patches: Some(strings(&["KB890830"])),
        ..Default::default()
    }
}

#[tokio::test]
async fn baselines_choose_patches() {
    let scene = Scene::new();
    let ssm = &scene.ssm;
    let rules: [(&str, &[&str]); 2] =
        [("PRODUCT", &["WindowsServer2016"]), ("CLASSIFICATION", &["SecurityUpdates"])];
    let created = ssm.create_patch_baseline(baseline(&rules)).await.unwrap();
    let effective = |baseline_id: String| {
        ssm.describe_effective_patches_for_patch_baseline(
            DescribeEffectivePatchesForPatchBaselineRequest {
                baseline_id,
                max_results: None,
                next_token: None,
            },
        )
    };
    let found = effective(created.baseline_id.unwrap()).await.unwrap().effective_patches.unwrap();
    let statuses: Vec<_> = found
        .iter()
        .map(|it| {
            let status = it.patch_status.as_ref().unwrap().deployment_status.clone().unwrap();
            (it.patch.as_ref().unwrap().kb_number.clone().unwrap(), status)
        })
        .collect();
    let expected = [
        ("KB4013429", PatchDeploymentStatus::Approved),
        ("KB5004948", PatchDeploymentStatus::Approved),
        ("KB5005573", PatchDeploymentStatus::ExplicitRejected),
        ("KB890830", PatchDeploymentStatus::ExplicitApproved),
    ];
    assert_eq!(statuses, expected.map(|(kb, status)| (kb.to_owned(), status)));
    let linux = "arn:aws:ssm:us-east-1:075727635805:patchbaseline/pb-0be8c61cde3be63f3".to_owned();
    check_begins(effective(linux).await, "UnsupportedOperatingSystem", "The operating systems");
    let none = effective("pb-00000000000000000".into()).await;
    check_begins(none, "DoesNotExistException", "Patch Baseline pb-");
    let all = CreatePatchBaselineRequest {
        operating_system: Some(OperatingSystem::AmazonLinux),
        ..baseline(&[("PRODUCT", &["All"])])
    };
    let message = "Invalid Filter Value: All for Key: PRODUCT, valid values are: \
                   AmazonLinux2012.03, AmazonLinux2012.09, AmazonLinux2013.03, \
                   AmazonLinux2013.09, AmazonLinux2014.03, AmazonLinux2014.09, \
                   AmazonLinux2015.03, AmazonLinux2015.09, AmazonLinux2016.03, \
                   AmazonLinux2016.09, AmazonLinux2017.03, AmazonLinux2017.09, AmazonLinux2018.03";
    check_error(ssm.create_patch_baseline(all).await, "ValidationException", message);
}

#[tokio::test]
async fn items_and_inventory_are_summed_up() {
    let scene = Scene::new();
    let ssm = &scene.ssm;
    for (title, source) in [("one", "S3"), ("two", "S3"), ("three", "EC2")] {
        let input = CreateOpsItemRequest {
            title: title.into(),
            source: source.into(),
            description: "it".into(),
            ..Default::default()
        };
        ssm.create_ops_item(input).await.unwrap();
    }
    let all = ssm.get_ops_summary(Default::default()).await.unwrap().entities.unwrap();
    assert_eq!(all.len(), 3);
    let entry = &all[0].data.as_ref().unwrap()["AWS:OpsItem"].content.as_ref().unwrap()[0];
    assert_eq!((entry["Status"].as_str(), entry["AccountId"].as_str()), ("Open", "000000000000"));
    let filters = Some(vec![OpsFilter {
        key: "AWS:OpsItem.Source".into(),
        values: strings(&["EC2"]),
        r#type: None,
    }]);
    let input = GetOpsSummaryRequest { filters, ..Default::default() };
    assert_eq!(ssm.get_ops_summary(input).await.unwrap().entities.unwrap().len(), 1);
    let aggregators = Some(vec![OpsAggregator {
        aggregator_type: Some("count".into()),
        type_name: Some("AWS:OpsItem".into()),
        attribute_name: Some("Source".into()),
        ..Default::default()
    }]);
    let input = GetOpsSummaryRequest { aggregators, ..Default::default() };
    let counted = ssm.get_ops_summary(input).await.unwrap().entities.unwrap();
    let rows = counted[0].data.as_ref().unwrap()["AWS:OpsItem"].content.clone().unwrap();
    let counts: Vec<_> = rows.iter().map(|row| (&row["Source"][..], &row["Count"][..])).collect();
    assert_eq!(counts, [("EC2", "1"), ("S3", "2")]);
    let input = GetOpsSummaryRequest { sync_name: Some("none".into()), ..Default::default() };
    check_begins(ssm.get_ops_summary(input).await, "ResourceDataSyncNotFoundException", "The");

    for (node, platform) in [("mi-1", "Linux"), ("mi-2", "Linux"), ("mi-3", "Windows")] {
        let item = InventoryItem {
            type_name: "AWS:InstanceInformation".into(),
            schema_version: "1.0".into(),
            capture_time: "2026-01-01T00:00:00Z".into(),
            content: Some(vec![[("PlatformType".to_owned(), platform.to_owned())].into()]),
            ..Default::default()
        };
        let input = PutInventoryRequest { instance_id: node.into(), items: vec![item] };
        ssm.put_inventory(input).await.unwrap();
    }
    let inventory = |expression: &str| {
        let expression = Some(expression.to_owned());
        let aggregators = Some(vec![InventoryAggregator { expression, ..Default::default() }]);
        ssm.get_inventory(GetInventoryRequest { aggregators, ..Default::default() })
    };
    let counted = inventory("AWS:InstanceInformation.PlatformType").await.unwrap();
    let counted = counted.entities.unwrap();
    let rows = &counted[0].data.as_ref().unwrap()["AWS:InstanceInformation"].content;
    assert_eq!((&rows[0]["PlatformType"][..], &rows[0]["Count"][..]), ("Linux", "2"));
    check_begins(inventory("nonsense").await, "InvalidAggregatorException", "The specified");
}

#[tokio::test]
async fn runbooks_are_previewed_and_access_is_requested() {
    let scene = Scene::new();
    let ssm = &scene.ssm;
    let preview = |name: &str| StartExecutionPreviewRequest {
        document_name: name.into(),
        ..Default::default()
    };
    let started = ssm.start_execution_preview(preview("AWS-StopEC2Instance")).await.unwrap();
    let get = |id: String| GetExecutionPreviewRequest { execution_preview_id: id };
    let got = ssm.get_execution_preview(get(started.execution_preview_id.unwrap())).await.unwrap();
    assert_eq!(got.status, Some(ExecutionPreviewStatus::Success));
    let Some(ExecutionPreview::Automation(automation)) = got.execution_preview else {
        panic!("a runbook")
    };
    assert_eq!(automation.step_previews.unwrap()[&ImpactType::Mutating], 1);
    let command = ssm.start_execution_preview(preview("AWS-RunShellScript")).await;
    check_begins(command, "ValidationException", "Document AWS-RunShellScript is not");
    let none = ssm.get_execution_preview(get("00000000-0000-0000-0000-000000000000".into())).await;
    check_begins(none, "ResourceNotFoundException", "Execution preview");

    let input = StartAccessRequestRequest {
        reason: "a look".into(),
        targets: vec![Target { key: Some("InstanceIds".into()), values: Some(strings(&["i-1"])) }],
        tags: None,
    };
    let id = ssm.start_access_request(input).await.unwrap().access_request_id.unwrap();
    let token = || ssm.get_access_token(GetAccessTokenRequest { access_request_id: id.clone() });
    let pending = token().await.unwrap();
    assert_eq!(pending.access_request_status, Some(AccessRequestStatus::Pending));
    assert!(pending.credentials.is_none());
    let update = UpdateOpsItemRequest {
        ops_item_id: id.clone(),
        status: Some(OpsItemStatus::Rejected),
        ..Default::default()
    };
    ssm.update_ops_item(update).await.unwrap();
    let rejected = token().await.unwrap();
    assert_eq!(rejected.access_request_status, Some(AccessRequestStatus::Rejected));
    let other = GetAccessTokenRequest { access_request_id: "oi-000000000000".into() };
    check_begins(ssm.get_access_token(other).await, "ResourceNotFoundException", "Access request");
}

#[tokio::test]
async fn values_of_parameters_are_checked() {
    let scene = Scene::new();
    let ssm = &scene.ssm;
    let content = r#"{"schemaVersion":"0.3","parameters":{"Action":{"type":"String",
        "allowedValues":["Install","Uninstall"]}},"mainSteps":[{"name":"s","action":"aws:sleep",
        "inputs":{"Duration":"{{ Action }}"}}]}"#;
    let runbook = |content: &str| CreateDocumentRequest {
        name: "runbook".into(),
        content: content.into(),
        document_type: Some(DocumentType::Automation),
        ..Default::default()
    };
    let undeclared = content.replace("{{ Action }}", "{{ PackageVersion }}");
    let message = "Parameter \"PackageVersion\" is not declared.";
    let refused = ssm.create_document(runbook(&undeclared)).await;
    check_error(refused, "InvalidDocumentContent", message);
    let version = content.replace("0.3", "3.0");
    let message = "Document schema version is invalid. Value: 3.0";
    check_error(ssm.create_document(runbook(&version)).await, "InvalidDocumentContent", message);
    ssm.create_document(runbook(content)).await.unwrap();
    let start = StartAutomationExecutionRequest {
        document_name: "runbook".into(),
        parameters: Some([("Action".to_owned(), strings(&["install"]))].into()),
        ..Default::default()
    };
    let message = "Parameter \"Action\" has value \"install\" not found in [Install, Uninstall].";
    let started = ssm.start_automation_execution(start).await;
    check_error(started, "InvalidAutomationExecutionParametersException", message);
    let associate = |change: fn(&mut CreateAssociationRequest)| {
        let mut input = CreateAssociationRequest {
            name: "AWS-StopEC2Instance".into(),
            targets: Some(vec![Target {
                key: Some("tag:a".into()),
                values: Some(strings(&["b"])),
            }]),
            automation_target_parameter_name: Some("InstanceId".into()),
            ..Default::default()
        };
        change(&mut input);
        ssm.create_association(input)
    };
    associate(|_| ()).await.unwrap();
    let both = "Must specify both Automation Target Parameter Name and Targets";
    let one = associate(|input| input.automation_target_parameter_name = None).await;
    check_error(one, "ValidationException", both);
    let session = associate(|input| input.name = "AWS-StartSSHSession".into()).await;
    let message = "Document type Session is not supported for associations";
    check_error(session, "InvalidDocument", message);
    let required = associate(|input| {
        input.name = "AWS-RunShellScript".into();
        input.automation_target_parameter_name = None;
    });
    check_error(required.await, "InvalidParameters", "Parameter \"commands\" requires a value.");
}

#[tokio::test]
async fn parameters_and_documents_are_shared() {
    let scene = Scene::new();
    let ssm = &scene.ssm;
    let other: fogbank_context::AccountId = "000000000001".parse().expect("an account");
    let theirs = SsmClient::new(scene.cloud.caller().in_account(other));
    let tier = Some(ParameterTier::Advanced);
    let put = PutParameterRequest { tier, ..crate::scene::text("/shared/p", "v") };
    ssm.put_parameter(put).await.unwrap();
    let arn = "arn:aws:ssm:us-east-1:000000000000:parameter/shared/p".to_owned();
    let get =
        || theirs.get_parameter(GetParameterRequest { name: arn.clone(), with_decryption: None });
    check_error(get().await, "ParameterNotFound", "");
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{other}"}},
            "Action":["ssm:GetParameter","ssm:DescribeParameters"],"Resource":"{arn}"}}]}}"#
    );
    let share =
        PutResourcePolicyRequest { resource_arn: arn.clone(), policy, ..Default::default() };
    ssm.put_resource_policy(share).await.unwrap();
    let got = get().await.unwrap().parameter.unwrap();
    assert_eq!((got.value.as_deref(), got.arn.as_ref()), (Some("v"), Some(&arn)));
    let shared = DescribeParametersRequest { shared: Some(true), ..Default::default() };
    let listed = theirs.describe_parameters(shared).await.unwrap().parameters.unwrap();
    assert_eq!(listed[0].arn.as_ref(), Some(&arn));
    assert!(
        theirs
            .describe_parameters(Default::default())
            .await
            .unwrap()
            .parameters
            .unwrap()
            .is_empty()
    );

    let content = r#"{"schemaVersion":"2.2","mainSteps":[]}"#;
    let document = CreateDocumentRequest {
        name: "mine".into(),
        content: content.into(),
        ..Default::default()
    };
    ssm.create_document(document).await.unwrap();
    let arn = "arn:aws:ssm:us-east-1:000000000000:document/mine".to_owned();
    let get = || GetDocumentRequest { name: arn.clone(), ..Default::default() };
    check_begins(theirs.get_document(get()).await, "InvalidDocument", "Document with name arn:");
    let permit = |account: String| ModifyDocumentPermissionRequest {
        name: "mine".into(),
        permission_type: DocumentPermissionType::Share,
        account_ids_to_add: Some(vec![account]),
        account_ids_to_remove: None,
        shared_document_version: None,
    };
    ssm.modify_document_permission(permit(other.to_string())).await.unwrap();
    assert_eq!(theirs.get_document(get()).await.unwrap().content.as_deref(), Some(content));
    let list = ListDocumentsRequest {
        filters: Some(vec![DocumentKeyValuesFilter {
            key: Some("Owner".into()),
            values: Some(strings(&["Private"])),
        }]),
        ..Default::default()
    };
    let listed = theirs.list_documents(list).await.unwrap().document_identifiers.unwrap();
    assert_eq!(listed[0].name.as_ref(), Some(&arn));
    let block = UpdateServiceSettingRequest {
        setting_id: "/ssm/documents/console/public-sharing-permission".into(),
        setting_value: "Disable".into(),
    };
    ssm.update_service_setting(block).await.unwrap();
    let public = ssm.modify_document_permission(permit("All".into())).await;
    check_begins(public, "InvalidDocumentOperation", "The account blocks");
}

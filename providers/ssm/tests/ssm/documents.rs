//! Documents, commands, associations and automations.

use fogbank_api_ssm::*;

use crate::scene::{Scene, check_begins, check_error, strings};

const SHELL: &str = r#"{"schemaVersion":"2.2","description":"Says hello","parameters":{"who":{"type":"String","default":"world"}},"mainSteps":[{"name":"hello","action":"aws:runShellScript","inputs":{"runCommand":["echo {{ who }}"]}}]}"#;
const RUNBOOK: &str = "schemaVersion: '0.3'\nparameters:\n  Id:\n    type: String\nmainSteps:\n  - name: wait\n    action: aws:sleep\n    inputs:\n      Duration: PT1S\n";

fn document(name: &str, content: &str) -> CreateDocumentRequest {
    CreateDocumentRequest { name: name.into(), content: content.into(), ..Default::default() }
}

fn describe(name: &str) -> DescribeDocumentRequest {
    DescribeDocumentRequest { name: name.into(), ..Default::default() }
}

#[tokio::test]
async fn a_document_has_versions() {
    let scene = Scene::new();
    let ssm = &scene.ssm;
    let created = ssm.create_document(document("hello", SHELL)).await.unwrap();
    let created = created.document_description.unwrap();
    assert_eq!(created.status, Some(DocumentStatus::Creating));
    assert_eq!(created.description.as_deref(), Some("Says hello"));
    assert_eq!(created.platform_types, Some(vec![PlatformType::Linux, PlatformType::MacOs]));
    assert_eq!(created.parameters.unwrap()[0].default_value.as_deref(), Some("world"));
    let again = ssm.create_document(document("hello", SHELL)).await;
    check_error(again, "DocumentAlreadyExists", "Document with same name hello already exists");

    let update = |content: &str, version: &str| UpdateDocumentRequest {
        name: "hello".into(),
        content: content.into(),
        document_version: Some(version.into()),
        ..Default::default()
    };
    check_begins(
        ssm.update_document(update(SHELL, "$LATEST")).await,
        "DuplicateDocumentContent",
        "The content of the association document matches another document.",
    );
    let second = SHELL.replace("hello", "bye");
    ssm.update_document(update(&second, "$LATEST")).await.unwrap();
    check_begins(ssm.update_document(update(SHELL, "1")).await, "InvalidDocumentVersion", "The");
    let described = ssm.describe_document(describe("hello")).await.unwrap().document.unwrap();
    assert_eq!(described.status, Some(DocumentStatus::Active));
    assert_eq!(
        (described.document_version.as_deref(), described.latest_version.as_deref()),
        (Some("1"), Some("2"))
    );
    let input =
        UpdateDocumentDefaultVersionRequest { name: "hello".into(), document_version: "2".into() };
    ssm.update_document_default_version(input).await.unwrap();
    let got = GetDocumentRequest { name: "hello".into(), ..Default::default() };
    assert_eq!(ssm.get_document(got).await.unwrap().content.as_deref(), Some(second.as_str()));
    let delete = |version: Option<&str>| DeleteDocumentRequest {
        name: "hello".into(),
        document_version: version.map(str::to_owned),
        ..Default::default()
    };
    check_error(
        ssm.delete_document(delete(Some("2"))).await,
        "InvalidDocumentOperation",
        "Default version of the document can't be deleted.",
    );
    ssm.delete_document(delete(Some("1"))).await.unwrap();
    let input = ListDocumentVersionsRequest { name: "hello".into(), ..Default::default() };
    let versions = ssm.list_document_versions(input).await.unwrap().document_versions.unwrap();
    assert_eq!(versions.len(), 1);
    ssm.delete_document(delete(None)).await.unwrap();
    let message = "Document with name hello does not exist.";
    check_error(ssm.describe_document(describe("hello")).await, "InvalidDocument", message);
}

#[tokio::test]
async fn contents_are_checked() {
    let scene = Scene::new();
    let cases = [
        ("{", "InvalidDocumentContent", "JSON not well-formed. at Line: 1, Column: "),
        ("{}", "InvalidDocumentContent", "The schemaVersion of the document is missing."),
        (r#"{"schemaVersion":"9.9"}"#, "InvalidDocumentSchemaVersion", "The version of the"),
        (
            r#"{"schemaVersion":"2.2","parameters":{"a_b":{"type":"String"}},"mainSteps":[]}"#,
            "InvalidDocumentContent",
            "Parameter name \"a_b\" is not alpha-numeric.",
        ),
        (
            r#"{"schemaVersion":"2.2"}"#,
            "InvalidDocumentContent",
            r#"[message: "object has missing required properties ([\"mainSteps\"])" - parent node: /]"#,
        ),
        (
            r#"{"schemaVersion":"2.2","mainSteps":[{"name":"s"}]}"#,
            "InvalidDocumentContent",
            r#"[message: "object has missing required properties ([\"action\"])" - parent node: /mainS"#,
        ),
        (
            r#"{"schemaVersion":"2.2","mainSteps":[{"name":"s","action":"a"},{"name":"s","action":"b"}]}"#,
            "InvalidDocumentContent",
            "The step name \"s\" is not unique.",
        ),
    ];
    for (content, code, message) in cases {
        check_begins(scene.ssm.create_document(document("d", content)).await, code, message);
    }
    let long = format!("{}{}", SHELL, " ".repeat(64 * 1024));
    let message = "The size limit of a document is 64 KB.";
    let result = scene.ssm.create_document(document("d", &long)).await;
    check_error(result, "MaxDocumentSizeExceeded", message);
    let reserved = scene.ssm.create_document(document("AWS-mine", SHELL)).await;
    check_begins(reserved, "ValidationException", "Document name AWS-mine");
}

#[tokio::test]
async fn documents_are_listed_shared_and_converted() {
    let scene = Scene::new();
    let ssm = &scene.ssm;
    ssm.create_document(document("hello", SHELL)).await.unwrap();
    let yaml = CreateDocumentRequest {
        document_format: Some(DocumentFormat::Yaml),
        document_type: Some(DocumentType::Automation),
        ..document("runbook", RUNBOOK)
    };
    ssm.create_document(yaml).await.unwrap();
    let get = |format: Option<DocumentFormat>| GetDocumentRequest {
        name: "runbook".into(),
        document_format: format,
        ..Default::default()
    };
    let same = ssm.get_document(get(Some(DocumentFormat::Yaml))).await.unwrap();
    assert_eq!(same.content.as_deref(), Some(RUNBOOK));
    let json = ssm.get_document(get(None)).await.unwrap().content.unwrap();
    assert!(json.contains("\"schemaVersion\": \"0.3\""), "{json}");

    let filter = |key: &str, value: &str| DocumentKeyValuesFilter {
        key: Some(key.into()),
        values: Some(strings(&[value])),
    };
    let list = |owner: &str| ListDocumentsRequest {
        filters: Some(vec![filter("Owner", owner)]),
        ..Default::default()
    };
    let own = ssm.list_documents(list("Self")).await.unwrap().document_identifiers.unwrap();
    assert_eq!(own.len(), 2);
    let filters = Some(vec![filter("Owner", "Amazon"), filter("Name", "AWS-RunShell")]);
    let input = ListDocumentsRequest { filters, ..Default::default() };
    let amazon = ssm.list_documents(input).await.unwrap().document_identifiers.unwrap();
    assert_eq!(amazon[0].name.as_deref(), Some("AWS-RunShellScript"));
    let unknown = ListDocumentsRequest {
        filters: Some(vec![DocumentKeyValuesFilter { key: Some("x".into()), values: None }]),
        ..Default::default()
    };
    check_begins(ssm.list_documents(unknown).await, "InvalidFilterKey", "The specified key");

    let share = ModifyDocumentPermissionRequest {
        name: "hello".into(),
        permission_type: DocumentPermissionType::Share,
        account_ids_to_add: Some(strings(&["111111111111"])),
        ..Default::default()
    };
    ssm.modify_document_permission(share).await.unwrap();
    let input = DescribeDocumentPermissionRequest {
        name: "hello".into(),
        permission_type: DocumentPermissionType::Share,
        ..Default::default()
    };
    let shared = ssm.describe_document_permission(input).await.unwrap();
    assert_eq!(shared.account_ids, Some(strings(&["111111111111"])));
    let delete = DeleteDocumentRequest { name: "hello".into(), ..Default::default() };
    let message = "Must unshare document first before deleting.";
    check_error(ssm.delete_document(delete).await, "InvalidDocumentOperation", message);
}

#[tokio::test]
async fn commands_wait_for_nobody() {
    let scene = Scene::new();
    let ssm = &scene.ssm;
    let send = |document: &str, parameters: &[(&str, &str)]| SendCommandRequest {
        document_name: document.into(),
        instance_ids: Some(strings(&["i-00000000000000001", "i-00000000000000002"])),
        parameters: Some(
            parameters.iter().map(|(key, value)| ((*key).into(), strings(&[value]))).collect(),
        ),
        timeout_seconds: Some(60),
        ..Default::default()
    };
    let message = "Document with name none does not exist.";
    check_error(ssm.send_command(send("none", &[])).await, "InvalidDocument", message);
    let message = "Parameter \"commands\" requires a value.";
    let script = "AWS-RunShellScript";
    check_error(ssm.send_command(send(script, &[])).await, "InvalidParameters", message);
    let sent = ssm.send_command(send(script, &[("commands", "ls")])).await.unwrap();
    let sent = sent.command.unwrap();
    assert_eq!(sent.status, Some(CommandStatus::Pending));
    assert_eq!(sent.target_count, Some(2));
    let id = sent.command_id.unwrap();
    let cancel = CancelCommandRequest {
        command_id: id.clone(),
        instance_ids: Some(strings(&["i-00000000000000001"])),
    };
    ssm.cancel_command(cancel).await.unwrap();
    let invocations = || async {
        let input = ListCommandInvocationsRequest {
            command_id: Some(id.clone()),
            details: Some(true),
            ..Default::default()
        };
        let list = ssm.list_command_invocations(input).await.unwrap().command_invocations.unwrap();
        list.into_iter().map(|it| it.status_details.unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(invocations().await, ["Cancelled", "Pending"]);
    scene.wait(60).await;
    assert_eq!(invocations().await, ["Cancelled", "DeliveryTimedOut"]);
    let get = |instance: &str, plugin: Option<&str>| GetCommandInvocationRequest {
        command_id: id.clone(),
        instance_id: instance.into(),
        plugin_name: plugin.map(str::to_owned),
    };
    let got = ssm.get_command_invocation(get("i-00000000000000002", Some("aws:runShellScript")));
    assert_eq!(got.await.unwrap().status, Some(CommandInvocationStatus::TimedOut));
    let other = ssm.get_command_invocation(get("i-3", None)).await;
    check_error(other, "InvocationDoesNotExist", "");
    let plugin = ssm.get_command_invocation(get("i-00000000000000002", Some("nope"))).await;
    check_begins(plugin, "InvalidPluginName", "The plugin name");
    let list = ListCommandsRequest { command_id: Some("none".into()), ..Default::default() };
    check_begins(ssm.list_commands(list).await, "InvalidCommandId", "The specified command ID");
}

#[tokio::test]
async fn automations_are_recorded() {
    let scene = Scene::new();
    let ssm = &scene.ssm;
    let yaml = CreateDocumentRequest {
        document_format: Some(DocumentFormat::Yaml),
        document_type: Some(DocumentType::Automation),
        ..document("runbook", RUNBOOK)
    };
    ssm.create_document(yaml).await.unwrap();
    let start = |name: &str, id: Option<&str>| StartAutomationExecutionRequest {
        document_name: name.into(),
        parameters: id.map(|id| [("Id".to_owned(), strings(&[id]))].into()),
        client_token: Some("00000000-0000-0000-0000-000000000001".into()),
        ..Default::default()
    };
    let unknown = ssm.start_automation_execution(start("none", None)).await;
    check_begins(unknown, "AutomationDefinitionNotFoundException", "An Automation runbook");
    check_begins(
        ssm.start_automation_execution(start("runbook", None)).await,
        "InvalidAutomationExecutionParametersException",
        "Parameter \"Id\" requires a value.",
    );
    let started = ssm.start_automation_execution(start("runbook", Some("x"))).await.unwrap();
    let again = ssm.start_automation_execution(start("runbook", Some("x"))).await.unwrap();
    assert_eq!(started.automation_execution_id, again.automation_execution_id);
    let other = ssm.start_automation_execution(start("runbook", Some("y"))).await;
    check_begins(other, "IdempotentParameterMismatch", "Error returned when");
    let automation_execution_id = started.automation_execution_id.unwrap();
    let get =
        GetAutomationExecutionRequest { automation_execution_id: automation_execution_id.clone() };
    let execution = ssm.get_automation_execution(get.clone()).await.unwrap();
    let execution = execution.automation_execution.unwrap();
    let steps = execution.step_executions.unwrap();
    assert_eq!((steps.len(), steps[0].action.as_deref()), (1, Some("aws:sleep")));
    let stop = StopAutomationExecutionRequest { automation_execution_id, r#type: None };
    ssm.stop_automation_execution(stop.clone()).await.unwrap();
    let execution = ssm.get_automation_execution(get).await.unwrap().automation_execution.unwrap();
    let cancelled = Some(AutomationExecutionStatus::Cancelled);
    assert_eq!(execution.automation_execution_status, cancelled);
    check_begins(
        ssm.stop_automation_execution(stop).await,
        "InvalidAutomationStatusUpdateException",
        "The specified update status",
    );
}

#[tokio::test]
async fn calendars_open_and_close() {
    let scene = Scene::new();
    let ssm = &scene.ssm;
    let content = "BEGIN:VCALENDAR\r\nX-CALENDAR-TYPE:DEFAULT_OPEN\r\nBEGIN:VEVENT\r\n\
                   DTSTART:20260102T000000Z\r\nDTEND:20260103T000000Z\r\nEND:VEVENT\r\n\
                   END:VCALENDAR\r\n";
    let calendar = CreateDocumentRequest {
        document_format: Some(DocumentFormat::Text),
        document_type: Some(DocumentType::ChangeCalendar),
        ..document("freeze", content)
    };
    ssm.create_document(calendar).await.unwrap();
    let state = |at: Option<&str>| GetCalendarStateRequest {
        calendar_names: strings(&["freeze"]),
        at_time: at.map(str::to_owned),
    };
    let now = ssm.get_calendar_state(state(None)).await.unwrap();
    assert_eq!(now.state, Some(CalendarState::Open));
    assert_eq!(now.next_transition_time.as_deref(), Some("2026-01-02T00:00:00Z"));
    let then = ssm.get_calendar_state(state(Some("2026-01-02T12:00:00Z"))).await.unwrap();
    assert_eq!(then.state, Some(CalendarState::Closed));
    assert_eq!(then.next_transition_time.as_deref(), Some("2026-01-03T00:00:00Z"));
    let repeated = |rule: &str| CreateDocumentRequest {
        document_format: Some(DocumentFormat::Text),
        document_type: Some(DocumentType::ChangeCalendar),
        ..document(
            &format!("repeated-{}", rule.len()),
            &format!(
                "BEGIN:VCALENDAR\r\nX-CALENDAR-TYPE:DEFAULT_OPEN\r\nBEGIN:VEVENT\r\n\
                 DTSTART;TZID=America/New_York:20260105T090000\r\n\
                 DTEND;TZID=America/New_York:20260105T170000\r\nRRULE:{rule}\r\nEND:VEVENT\r\n\
                 END:VCALENDAR\r\n"
            ),
        )
    };
    let weekly = repeated("FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4");
    let hourly = repeated("FREQ=HOURLY");
    let state = |name: &str, at: &str| {
        let calendar_names = strings(&[name]);
        ssm.get_calendar_state(GetCalendarStateRequest { calendar_names, at_time: Some(at.into()) })
    };
    let (name, unsupported) = (weekly.name.clone(), hourly.name.clone());
    ssm.create_document(weekly).await.unwrap();
    let cases = [
        ("2026-01-06T15:00:00Z", CalendarState::Open, Some("2026-01-07T14:00:00Z")),
        ("2026-01-07T15:00:00Z", CalendarState::Closed, Some("2026-01-07T22:00:00Z")),
        ("2026-01-14T15:00:00Z", CalendarState::Closed, Some("2026-01-14T22:00:00Z")),
        ("2026-01-19T15:00:00Z", CalendarState::Open, None),
    ];
    for (at, expected, next) in cases {
        let got = state(&name, at).await.unwrap();
        assert_eq!(
            (got.state, got.next_transition_time.as_deref()),
            (Some(expected), next),
            "{at}"
        );
    }
    ssm.create_document(hourly).await.unwrap();
    let got = state(&unsupported, "2026-01-06T15:00:00Z").await;
    check_begins(got, "UnsupportedCalendarException", "The calendar entry");
    ssm.create_document(document("hello", SHELL)).await.unwrap();
    let other = GetCalendarStateRequest { calendar_names: strings(&["hello"]), at_time: None };
    check_begins(ssm.get_calendar_state(other).await, "InvalidDocumentType", "The SSM document");
}

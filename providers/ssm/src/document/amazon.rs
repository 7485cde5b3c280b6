//! Documents that Amazon owns: those that are used most.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use fogbank_api_ssm as api;
use fogbank_context::Timestamp;
use serde_json::{Value, json};

use super::{Document, DocumentVersion, content};
use crate::kept::Kept;

/// A parameter: name, type, description, default.
type Parameter = (&'static str, &'static str, &'static str, Option<&'static str>);

struct Row {
    name: &'static str,
    kind: &'static str,
    schema: &'static str,
    description: &'static str,
    action: &'static str,
    parameters: &'static [Parameter],
}

const COMMANDS: Parameter = ("commands", "StringList", "(Required) The commands to run.", None);
const DIRECTORY: Parameter =
    ("workingDirectory", "String", "(Optional) The path to the working directory.", Some(""));
const TIMEOUT: Parameter = (
    "executionTimeout",
    "String",
    "(Optional) The time in seconds for a command to complete.",
    Some("3600"),
);
const INSTANCES: Parameter = ("InstanceId", "StringList", "(Required) The EC2 instances.", None);
const ROLE: Parameter =
    ("AutomationAssumeRole", "String", "(Optional) The role that runs the automation.", Some(""));

const ROWS: &[Row] = &[
    Row {
        name: "AWS-RunShellScript",
        kind: "Command",
        schema: "1.2",
        description: "Run a shell script or specify the commands to run.",
        action: "aws:runShellScript",
        parameters: &[COMMANDS, DIRECTORY, TIMEOUT],
    },
    Row {
        name: "AWS-RunPowerShellScript",
        kind: "Command",
        schema: "1.2",
        description: "Run a PowerShell script or specify the paths to scripts to run.",
        action: "aws:runPowerShellScript",
        parameters: &[COMMANDS, DIRECTORY, TIMEOUT],
    },
    Row {
        name: "AWS-RunDocument",
        kind: "Command",
        schema: "2.2",
        description: "Execute composite or nested Systems Manager documents (SSM documents).",
        action: "aws:runDocument",
        parameters: &[
            ("sourceType", "String", "(Required) The source of the document.", Some("SSMDocument")),
            ("sourceInfo", "String", "(Optional) What the source needs.", Some("")),
            ("documentParameters", "String", "(Optional) The document's parameters.", Some("{}")),
        ],
    },
    Row {
        name: "AWS-UpdateSSMAgent",
        kind: "Command",
        schema: "1.2",
        description: "Update the Amazon SSM Agent to the latest version or specified version.",
        action: "aws:updateSsmAgent",
        parameters: &[
            ("version", "String", "(Optional) A version of the agent.", Some("")),
            ("allowDowngrade", "String", "(Optional) Allow an older version.", Some("false")),
        ],
    },
    Row {
        name: "AWS-ConfigureAWSPackage",
        kind: "Command",
        schema: "2.2",
        description: "Install or uninstall a Distributor package.",
        action: "aws:configurePackage",
        parameters: &[
            ("action", "String", "(Required) Install or Uninstall.", None),
            ("name", "String", "(Required) The package.", None),
            ("version", "String", "(Optional) The package's version.", Some("")),
        ],
    },
    Row {
        name: "AWS-RunPatchBaseline",
        kind: "Command",
        schema: "2.2",
        description: "Scans for or installs patches from a patch baseline.",
        action: "aws:runPowerShellScript",
        parameters: &[
            ("Operation", "String", "(Required) Scan or Install.", None),
            ("SnapshotId", "String", "(Optional) The snapshot to use.", Some("")),
            ("RebootOption", "String", "(Optional) Whether to reboot.", Some("RebootIfNeeded")),
        ],
    },
    Row {
        name: "AWS-GatherSoftwareInventory",
        kind: "Policy",
        schema: "2.0",
        description: "Software Inventory Policy Document.",
        action: "aws:softwareInventory",
        parameters: &[
            ("applications", "String", "(Optional) Collect applications.", Some("Enabled")),
            ("awsComponents", "String", "(Optional) Collect AWS components.", Some("Enabled")),
            ("networkConfig", "String", "(Optional) Collect the network.", Some("Enabled")),
        ],
    },
    Row {
        name: "AmazonCloudWatch-ManageAgent",
        kind: "Command",
        schema: "2.2",
        description: "Send commands to Amazon CloudWatch Agent.",
        action: "aws:runPowerShellScript",
        parameters: &[
            ("action", "String", "The action of the agent.", Some("configure")),
            ("mode", "String", "Where the agent runs.", Some("ec2")),
        ],
    },
    Row {
        name: "AWS-StartSSHSession",
        kind: "Session",
        schema: "1.0",
        description: "Document to start SSH session over Session Manager",
        action: "Port",
        parameters: &[("portNumber", "String", "(Optional) The SSH port.", Some("22"))],
    },
    Row {
        name: "AWS-StartPortForwardingSession",
        kind: "Session",
        schema: "1.0",
        description: "Document to start port forwarding session over Session Manager",
        action: "Port",
        parameters: &[
            ("portNumber", "String", "(Optional) The port of the instance.", Some("80")),
            ("localPortNumber", "String", "(Optional) The port of the client.", Some("0")),
        ],
    },
    Row {
        name: "AWS-StartInteractiveCommand",
        kind: "Session",
        schema: "1.0",
        description: "Document to run single interactive command on an instance",
        action: "InteractiveCommands",
        parameters: &[("command", "StringList", "(Required) The command to run.", None)],
    },
    Row {
        name: "AWS-StartEC2Instance",
        kind: "Automation",
        schema: "0.3",
        description: "Start EC2 instances(s)",
        action: "aws:changeInstanceState",
        parameters: &[INSTANCES, ROLE],
    },
    Row {
        name: "AWS-StopEC2Instance",
        kind: "Automation",
        schema: "0.3",
        description: "Stop EC2 instance(s)",
        action: "aws:changeInstanceState",
        parameters: &[INSTANCES, ROLE],
    },
    Row {
        name: "AWS-RestartEC2Instance",
        kind: "Automation",
        schema: "0.3",
        description: "Restart EC2 instances(s)",
        action: "aws:changeInstanceState",
        parameters: &[INSTANCES, ROLE],
    },
];

impl Row {
    fn content(&self) -> Value {
        let parameters: serde_json::Map<String, Value> = self
            .parameters
            .iter()
            .map(|(name, kind, description, default)| {
                let mut parameter = json!({"type": kind, "description": description});
                if let Some(default) = default {
                    parameter["default"] = json!(default);
                }
                ((*name).to_owned(), parameter)
            })
            .collect();
        let inputs: serde_json::Map<String, Value> = self
            .parameters
            .iter()
            .map(|(name, ..)| {
                let input = if *name == "commands" { "runCommand" } else { name };
                (input.to_owned(), json!(format!("{{{{ {name} }}}}")))
            })
            .collect();
        let mut content = json!({
            "schemaVersion": self.schema,
            "description": self.description,
            "parameters": parameters,
        });
        match (self.kind, self.schema) {
            ("Session", _) => {
                content["sessionType"] = json!(self.action);
                content["properties"] = Value::Object(inputs);
            }
            (_, "1.2") => {
                let mut inputs = inputs;
                inputs.insert("id".to_owned(), json!(format!("0.{}", self.action)));
                content["runtimeConfig"] = json!({self.action: {"properties": [inputs]}});
            }
            _ => {
                let name = self.action.trim_start_matches("aws:");
                content["mainSteps"] =
                    json!([{"name": name, "action": self.action, "inputs": inputs}]);
            }
        }
        content
    }

    fn document(&self) -> Document {
        let text = serde_json::to_string_pretty(&self.content()).expect("a value is JSON");
        let kind = api::DocumentType::from(self.kind);
        let outline = content::outline(&text, &api::DocumentFormat::Json, &kind)
            .expect("Amazon's documents are valid");
        let platforms = match self.action {
            "aws:runPowerShellScript" if self.schema == "1.2" => {
                vec![api::PlatformType::Windows, api::PlatformType::Linux, api::PlatformType::MacOs]
            }
            _ => outline.platforms,
        };
        let description = api::DocumentDescription {
            hash: Some(crate::ops::documents::create::hash(&text)),
            hash_type: Some(api::DocumentHashType::Sha256),
            name: Some(self.name.to_owned()),
            owner: Some("Amazon".to_owned()),
            created_date: Some(Timestamp::from_secs(1_767_225_600).to_wire()),
            status: Some(api::DocumentStatus::Active),
            document_version: Some("1".to_owned()),
            description: outline.description,
            parameters: Some(outline.parameters),
            platform_types: Some(platforms),
            document_type: Some(kind),
            schema_version: outline.schema_version,
            document_format: Some(api::DocumentFormat::Json),
            ..Default::default()
        };
        let version =
            DocumentVersion { description: Kept(description), content: text, reviews: Vec::new() };
        let mut document = Document {
            name: self.name.to_owned(),
            default_version: 1,
            shared: BTreeMap::new(),
            versions: Default::default(),
        };
        document.versions.insert(1, Arc::new(version));
        document
    }
}

static DOCUMENTS: LazyLock<BTreeMap<&'static str, Arc<Document>>> =
    LazyLock::new(|| ROWS.iter().map(|row| (row.name, Arc::new(row.document()))).collect());

/// A document of Amazon's.
pub(crate) fn get(name: &str) -> Option<Arc<Document>> {
    DOCUMENTS.get(name).cloned()
}

/// All documents of Amazon's, by name.
pub(crate) fn all() -> impl Iterator<Item = Arc<Document>> {
    DOCUMENTS.values().cloned()
}

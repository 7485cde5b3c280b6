//! Patch baselines: those of the account, and those that AWS provides.

use std::sync::Arc;

use fogbank_api_ssm as api;
use fogbank_context::{Partition, Timestamp};
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Resource;
use serde::{Deserialize, Serialize};

use crate::errors;
use crate::kept::Kept;
use crate::store::{SsmStore, store};

/// The baseline of a patch group, or the default baseline of an operating system.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Chosen {
    /// The baseline's id.
    pub(crate) baseline: String,
}

impl Resource for Chosen {
    const VERSION: u32 = 1;
}

/// Operating system, name, description, id in us-east-1.
type Row = (&'static str, &'static str, &'static str, &'static str);

/// The baselines that AWS provides; the first of an operating system is its default.
const PROVIDED: &[Row] = &[
    (
        "WINDOWS",
        "AWS-DefaultPatchBaseline",
        "Default Patch Baseline Provided by AWS.",
        "pb-09ca3fb51f0412ec3",
    ),
    (
        "WINDOWS",
        "AWS-WindowsPredefinedPatchBaseline-OS",
        "Default Patch Baseline for Windows Provided by AWS.",
        "pb-0b8d6a2ea1f9b2a01",
    ),
    (
        "WINDOWS",
        "AWS-WindowsPredefinedPatchBaseline-OS-Applications",
        "Patch Baseline for Windows and Microsoft applications Provided by AWS.",
        "pb-0b8d6a2ea1f9b2a02",
    ),
    (
        "AMAZON_LINUX",
        "AWS-AmazonLinuxDefaultPatchBaseline",
        "Default Patch Baseline for Amazon Linux Provided by AWS.",
        "pb-0c10e657807c7a700",
    ),
    (
        "AMAZON_LINUX_2",
        "AWS-AmazonLinux2DefaultPatchBaseline",
        "Baseline containing all Security and Bugfix updates for Amazon Linux 2 instances",
        "pb-0be8c61cde3be63f3",
    ),
    (
        "AMAZON_LINUX_2022",
        "AWS-AmazonLinux2022DefaultPatchBaseline",
        "Default Patch Baseline for Amazon Linux 2022 Provided by AWS.",
        "pb-0028ca011460d5e22",
    ),
    (
        "AMAZON_LINUX_2023",
        "AWS-AmazonLinux2023DefaultPatchBaseline",
        "Default Patch Baseline for Amazon Linux 2023 Provided by AWS.",
        "pb-0028ca011460d5eaf",
    ),
    (
        "UBUNTU",
        "AWS-UbuntuDefaultPatchBaseline",
        "Default Patch Baseline for Ubuntu Provided by AWS.",
        "pb-0c7e89f711c3095f4",
    ),
    (
        "REDHAT_ENTERPRISE_LINUX",
        "AWS-RedHatDefaultPatchBaseline",
        "Default Patch Baseline for Redhat Enterprise Linux Provided by AWS.",
        "pb-0cbb3a633de00f07c",
    ),
    (
        "SUSE",
        "AWS-SuseDefaultPatchBaseline",
        "Default Patch Baseline for Suse Provided by AWS.",
        "pb-07d8884178197b66b",
    ),
    (
        "CENTOS",
        "AWS-CentOSDefaultPatchBaseline",
        "Default Patch Baseline for CentOS Provided by AWS.",
        "pb-03e3f588eec25344c",
    ),
    (
        "ORACLE_LINUX",
        "AWS-OracleLinuxDefaultPatchBaseline",
        "Default Patch Baseline for Oracle Linux Server Provided by AWS.",
        "pb-06bff38e95fe85c02",
    ),
    (
        "DEBIAN",
        "AWS-DebianDefaultPatchBaseline",
        "Default Patch Baseline for Debian Provided by AWS.",
        "pb-0e2b1f6d3a9c4d501",
    ),
    (
        "MACOS",
        "AWS-MacOSDefaultPatchBaseline",
        "Default Patch Baseline for MacOS Provided by AWS.",
        "pb-0e2b1f6d3a9c4d502",
    ),
    (
        "RASPBIAN",
        "AWS-RaspbianDefaultPatchBaseline",
        "Default Patch Baseline for Raspbian Provided by AWS.",
        "pb-0e2b1f6d3a9c4d503",
    ),
    (
        "ROCKY_LINUX",
        "AWS-RockyLinuxDefaultPatchBaseline",
        "Default Patch Baseline for Rocky Linux Provided by AWS.",
        "pb-0e2b1f6d3a9c4d504",
    ),
    (
        "ALMA_LINUX",
        "AWS-AlmaLinuxDefaultPatchBaseline",
        "Default Patch Baseline for Alma Linux Provided by AWS.",
        "pb-0e2b1f6d3a9c4d505",
    ),
];

/// The account that AWS's baselines belong to.
fn owner(partition: Partition) -> &'static str {
    match partition {
        Partition::AwsCn => "280605243866",
        _ => "075727635805",
    }
}

fn id_of(cx: &RequestContext, row: &Row) -> String {
    let (partition, region) = (cx.partition(), &cx.region);
    format!("arn:{partition}:ssm:{region}:{}:patchbaseline/{}", owner(partition), row.3)
}

fn filter(key: &str, values: &[&str]) -> api::PatchFilter {
    api::PatchFilter {
        key: api::PatchFilterKey::from(key),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    }
}

/// What a baseline that AWS provides approves.
fn rules(system: &str) -> Vec<api::PatchRule> {
    let rule = |filters: Vec<api::PatchFilter>, days: i32| api::PatchRule {
        patch_filter_group: api::PatchFilterGroup { patch_filters: filters },
        compliance_level: Some(api::PatchComplianceLevel::Unspecified),
        approve_after_days: Some(days),
        approve_until_date: None,
        enable_non_security: Some(false),
    };
    match system {
        "WINDOWS" => vec![rule(
            vec![
                filter("PRODUCT", &["*"]),
                filter("CLASSIFICATION", &["CriticalUpdates", "SecurityUpdates"]),
                filter("MSRC_SEVERITY", &["Critical", "Important"]),
            ],
            7,
        )],
        "DEBIAN" | "RASPBIAN" | "UBUNTU" => vec![rule(
            vec![
                filter("PRODUCT", &["*"]),
                filter("PRIORITY", &["Required", "Important", "Standard", "Optional", "Extra"]),
            ],
            0,
        )],
        "CENTOS" | "MACOS" => vec![rule(vec![filter("PRODUCT", &["*"])], 0)],
        _ => vec![
            rule(
                vec![
                    filter("PRODUCT", &["*"]),
                    filter("CLASSIFICATION", &["Security"]),
                    filter("SEVERITY", &["Critical", "Important"]),
                ],
                7,
            ),
            rule(vec![filter("PRODUCT", &["*"]), filter("CLASSIFICATION", &["Bugfix"])], 7),
        ],
    }
}

fn provided(cx: &RequestContext, row: &Row) -> api::GetPatchBaselineResult {
    let created = Timestamp::from_secs(1_767_225_600).to_wire();
    api::GetPatchBaselineResult {
        baseline_id: Some(id_of(cx, row)),
        name: Some(row.1.to_owned()),
        operating_system: Some(api::OperatingSystem::from(row.0)),
        global_filters: Some(api::PatchFilterGroup { patch_filters: Vec::new() }),
        approval_rules: Some(api::PatchRuleGroup { patch_rules: rules(row.0) }),
        approved_patches: Some(Vec::new()),
        approved_patches_compliance_level: Some(api::PatchComplianceLevel::Unspecified),
        approved_patches_enable_non_security: Some(false),
        rejected_patches: Some(Vec::new()),
        rejected_patches_action: Some(api::PatchAction::AllowAsDependency),
        patch_groups: Some(Vec::new()),
        created_date: Some(created),
        modified_date: Some(created),
        description: Some(row.2.to_owned()),
        sources: Some(Vec::new()),
        available_security_updates_compliance_status: None,
    }
}

/// The bare id of a baseline of the account that its ARN or id names.
pub(crate) fn bare<'a>(cx: &RequestContext, id: &'a str) -> &'a str {
    let own = cx.arn("ssm", "patchbaseline/").to_string();
    id.strip_prefix(&own).unwrap_or(id)
}

/// A baseline that does not exist.
pub(crate) fn unknown(id: &str) -> ServiceError {
    errors::does_not_exist(format!("Patch Baseline {id} does not exist"))
}

/// A baseline of the account or of AWS.
///
/// # Errors
/// `DoesNotExistException`.
pub(crate) fn find(
    cx: &RequestContext,
    id: &str,
) -> Result<api::GetPatchBaselineResult, ServiceError> {
    if let Some(baseline) = store(cx).baselines.get(bare(cx, id)) {
        let baseline: Arc<Kept<api::GetPatchBaselineResult>> = baseline;
        return Ok(baseline.0.clone());
    }
    let row = PROVIDED.iter().find(|row| id_of(cx, row) == id);
    row.map(|row| provided(cx, row)).ok_or_else(|| unknown(id))
}

/// All baselines: AWS's, and then the account's.
pub(crate) fn all(
    cx: &RequestContext,
    store: &SsmStore,
) -> Vec<(&'static str, api::GetPatchBaselineResult)> {
    let provided = PROVIDED.iter().map(|row| ("AWS", provided(cx, row)));
    let own = store.baselines.iter().map(|(_, baseline)| ("Self", baseline.0.clone()));
    provided.chain(own).collect()
}

/// The default baseline of an operating system.
pub(crate) fn default_of(cx: &RequestContext, store: &SsmStore, system: &str) -> Option<String> {
    if let Some(chosen) = store.default_baselines.get(system) {
        return Some(chosen.baseline.clone());
    }
    PROVIDED.iter().find(|row| row.0 == system).map(|row| id_of(cx, row))
}

/// The key of a patch group.
pub(crate) fn group_key(system: &str, group: &str) -> String {
    format!("{system}/{group}")
}

/// The patch groups of a baseline, by name.
pub(crate) fn groups_of(store: &SsmStore, baseline: &str) -> Vec<String> {
    let groups = store.patch_groups.iter().filter(|(_, chosen)| chosen.baseline == baseline);
    let groups = groups.filter_map(|(key, _)| Some(key.split_once('/')?.1.to_owned()));
    groups.collect()
}

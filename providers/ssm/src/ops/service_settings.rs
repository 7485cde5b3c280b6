//! `GetServiceSetting`, `UpdateServiceSetting` and `ResetServiceSetting`.

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::store::{Setting, store};

/// The settings: id, default, and the values that may be set where those are few.
const SETTINGS: &[(&str, &str, &[&str])] = &[
    ("/ssm/appmanager/appmanager-enabled", "False", &["True", "False"]),
    ("/ssm/automation/customer-script-log-destination", "", &["CloudWatch", ""]),
    ("/ssm/automation/customer-script-log-group-name", "/aws/ssm/automation/executeScript", &[]),
    ("/ssm/automation/enable-adaptive-concurrency", "False", &["True", "False"]),
    (PUBLIC_SHARING, "Enable", &["Enable", "Disable"]),
    ("/ssm/managed-instance/activation-tier", "standard", &["standard", "advanced"]),
    ("/ssm/managed-instance/default-ec2-instance-management-role", "$None", &[]),
    ("/ssm/opsinsights/opscenter", "Disabled", &["Enabled", "Disabled"]),
    (DEFAULT_TIER, "Standard", &["Standard", "Advanced", "Intelligent-Tiering"]),
    ("/ssm/parameter-store/high-throughput-enabled", "false", &["true", "false"]),
];

const DEFAULT_TIER: &str = "/ssm/parameter-store/default-parameter-tier";

const PUBLIC_SHARING: &str = "/ssm/documents/console/public-sharing-permission";

type Row = &'static (&'static str, &'static str, &'static [&'static str]);

/// The setting that an id or an ARN names.
fn row(cx: &RequestContext, id: &str) -> Result<Row, ServiceError> {
    let prefix = cx.arn("ssm", "servicesetting").to_string();
    let id = id.strip_prefix(&prefix).unwrap_or(id);
    SETTINGS.iter().find(|row| row.0 == id).ok_or_else(|| {
        errors::service_setting_not_found(format!(
            "The specified service setting wasn't found. Either the service name or the setting \
             hasn't been provisioned by the AWS service team: {id}"
        ))
    })
}

fn shown(cx: &RequestContext, row: Row, setting: Option<&Setting>) -> api::ServiceSetting {
    let arn = cx.arn("ssm", format!("servicesetting{}", row.0)).to_string();
    let root = format!("arn:{}:iam::{}:root", cx.partition(), cx.account);
    let start = fogbank_context::Timestamp::EPOCH;
    api::ServiceSetting {
        setting_id: Some(row.0.to_owned()),
        setting_value: Some(setting.map_or(row.1, |it| &it.value).to_owned()),
        last_modified_date: Some(setting.map_or(start, |it| it.modified).to_wire()),
        last_modified_user: Some(setting.map_or(root, |it| it.user.clone())),
        arn: Some(arn),
        status: Some(if setting.is_some() { "Customized" } else { "Default" }.to_owned()),
    }
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &api::GetServiceSettingRequest,
) -> Result<api::GetServiceSettingResult, ServiceError> {
    let row = row(cx, &input.setting_id)?;
    let setting = store(cx).settings.get(row.0);
    let shown = shown(cx, row, setting.as_deref());
    Ok(api::GetServiceSettingResult { service_setting: Some(shown) })
}

pub(crate) fn update(
    cx: &RequestContext,
    input: api::UpdateServiceSettingRequest,
) -> Result<api::UpdateServiceSettingResult, ServiceError> {
    let row = row(cx, &input.setting_id)?;
    let value = input.setting_value;
    if !row.2.is_empty() && !row.2.contains(&value.as_str()) {
        return Err(errors::validation(format!(
            "Invalid setting value {value} for setting {}. Valid values include: [{}].",
            row.0,
            row.2.join(", ")
        )));
    }
    let setting = Setting { value, modified: cx.now(), user: cx.principal.arn.to_string() };
    store(cx).settings.insert(row.0.to_owned(), setting);
    Ok(api::UpdateServiceSettingResult {})
}

pub(crate) fn reset(
    cx: &RequestContext,
    input: &api::ResetServiceSettingRequest,
) -> Result<api::ResetServiceSettingResult, ServiceError> {
    let row = row(cx, &input.setting_id)?;
    store(cx).settings.remove(row.0);
    Ok(api::ResetServiceSettingResult { service_setting: Some(shown(cx, row, None)) })
}

/// Whether documents may be shared with everybody.
pub(crate) fn shares_documents(cx: &RequestContext) -> bool {
    let setting = store(cx).settings.get(PUBLIC_SHARING);
    setting.is_none_or(|setting| setting.value == "Enable")
}

/// The tier of parameters that ask for none.
pub(crate) fn default_tier(cx: &RequestContext) -> api::ParameterTier {
    match store(cx).settings.get(DEFAULT_TIER) {
        Some(setting) => api::ParameterTier::from(setting.value.as_str()),
        None => api::ParameterTier::Standard,
    }
}

const HOST_ROLE: &str = "/ssm/managed-instance/default-ec2-instance-management-role";

/// Default host management is the setting of its role.
pub(crate) fn register_host_management(
    cx: &RequestContext,
    input: &api::RegisterDefaultHostManagementConfigurationRequest,
) -> Result<api::RegisterDefaultHostManagementConfigurationResult, ServiceError> {
    let Some(role) = &input.role_arn else {
        return Err(errors::validation("RoleArn is required."));
    };
    let store = store(cx);
    if store.settings.contains(HOST_ROLE) && input.overwrite != Some(true) {
        return Err(errors::validation(
            "There is a default host management configuration already. To change it, set \
             Overwrite.",
        ));
    }
    let user = cx.principal.arn.to_string();
    let setting = Setting { value: role.clone(), modified: cx.now(), user };
    store.settings.insert(HOST_ROLE.to_owned(), setting);
    Ok(api::RegisterDefaultHostManagementConfigurationResult { role_arn: Some(role.clone()) })
}

pub(crate) fn deregister_host_management(
    cx: &RequestContext,
    _: &api::DeregisterDefaultHostManagementConfigurationRequest,
) -> Result<api::DeregisterDefaultHostManagementConfigurationResult, ServiceError> {
    store(cx).settings.remove(HOST_ROLE);
    Ok(api::DeregisterDefaultHostManagementConfigurationResult {})
}

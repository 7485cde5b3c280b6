//! Run Command. Commands are recorded and nothing runs them: no node has an agent here, so a command
//! stays pending until the time for its delivery is over.

use std::time::Duration;

use fogbank_api_ssm as api;
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Resource;
use serde::{Deserialize, Serialize};

use crate::document;
use crate::errors;
use crate::kept::Kept;
use crate::page::page;
use crate::store::store;

/// How many commands a page has usually.
const PAGE: usize = 50;
/// The seconds in which a command has to reach its nodes, unless a request says otherwise.
const TIMEOUT: i32 = 3_600;
/// How long commands are remembered.
const REMEMBERED: Duration = Duration::from_secs(30 * 86_400);

/// A command that was sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Sent {
    /// The command as it was sent.
    about: Kept<api::Command>,
    /// The document's first plugin.
    plugin: String,
    /// When it was sent.
    at: Timestamp,
    /// When it expires.
    expires: Timestamp,
    /// When it was cancelled, and which nodes.
    cancelled: Option<(Timestamp, Vec<String>)>,
}

impl Resource for Sent {
    const VERSION: u32 = 1;
}

/// What has become of a command or of an invocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Pending,
    Cancelled,
    TimedOut,
}

impl State {
    fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Pending => ("Pending", "Pending"),
            Self::Cancelled => ("Cancelled", "Cancelled"),
            Self::TimedOut => ("TimedOut", "DeliveryTimedOut"),
        }
    }
}

impl Sent {
    fn instances(&self) -> &[String] {
        self.about.instance_ids.as_deref().unwrap_or_default()
    }

    /// What has become of it at a node, or of the whole.
    fn state(&self, instance: Option<&str>, now: Timestamp) -> State {
        let cancelled = self.cancelled.as_ref().is_some_and(|(_, instances)| match instance {
            _ if instances.is_empty() => true,
            Some(instance) => instances.iter().any(|it| it == instance),
            None => self.instances().iter().all(|it| instances.contains(it)),
        });
        match cancelled {
            true => State::Cancelled,
            false if now >= self.expires => State::TimedOut,
            false => State::Pending,
        }
    }

    fn command(&self, now: Timestamp) -> api::Command {
        let count = |state: State| {
            let instances = self.instances().iter();
            let count = instances.filter(|id| self.state(Some(id), now) == state).count();
            i32::try_from(count).unwrap_or(i32::MAX)
        };
        let (status, details) = self.state(None, now).texts();
        api::Command {
            status: Some(api::CommandStatus::from(status)),
            status_details: Some(details.to_owned()),
            target_count: i32::try_from(self.instances().len()).ok(),
            completed_count: Some(count(State::Cancelled) + count(State::TimedOut)),
            error_count: Some(0),
            delivery_timed_out_count: Some(count(State::TimedOut)),
            ..self.about.0.clone()
        }
    }

    fn invocation(&self, instance: &str, details: bool, now: Timestamp) -> api::CommandInvocation {
        let (status, status_details) = self.state(Some(instance), now).texts();
        let about = self.about.0.clone();
        let plugin = api::CommandPlugin {
            name: Some(self.plugin.clone()),
            status: Some(api::CommandPluginStatus::from(status)),
            status_details: Some(status_details.to_owned()),
            response_code: Some(-1),
            output: Some(String::new()),
            output_s3_region: about.output_s3_region,
            output_s3_bucket_name: about.output_s3_bucket_name,
            output_s3_key_prefix: about.output_s3_key_prefix,
            ..Default::default()
        };
        api::CommandInvocation {
            command_id: about.command_id,
            instance_id: Some(instance.to_owned()),
            instance_name: Some(String::new()),
            comment: about.comment,
            document_name: about.document_name,
            document_version: about.document_version,
            requested_date_time: about.requested_date_time,
            status: Some(api::CommandInvocationStatus::from(status)),
            status_details: Some(status_details.to_owned()),
            standard_output_url: Some(String::new()),
            standard_error_url: Some(String::new()),
            command_plugins: Some(if details { vec![plugin] } else { Vec::new() }),
            service_role: about.service_role,
            notification_config: about.notification_config,
            cloud_watch_output_config: about.cloud_watch_output_config,
            ..Default::default()
        }
    }
}

/// The parameters of a request against those of its document.
fn check_parameters(
    version: &document::DocumentVersion,
    given: Option<&std::collections::BTreeMap<String, Vec<String>>>,
) -> Result<(), ServiceError> {
    let declared = version.description.parameters.as_deref().unwrap_or_default();
    let known = |name: &str| declared.iter().any(|it| it.name.as_deref() == Some(name));
    let mut names = given.into_iter().flatten().map(|(name, _)| name);
    if let Some(name) = names.find(|name| !known(name)) {
        return Err(errors::invalid_parameters(format!(
            "Parameter \"{name}\" is not declared in the document."
        )));
    }
    let none = std::collections::BTreeMap::new();
    let checked = document::content::check_values(version, given.unwrap_or(&none), None);
    checked.map_err(errors::invalid_parameters)
}

fn sha1(text: &str) -> String {
    let algorithm = &aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY;
    let digest = aws_lc_rs::digest::digest(algorithm, text.as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn send(
    cx: &RequestContext,
    input: api::SendCommandRequest,
) -> Result<api::SendCommandResult, ServiceError> {
    let document = document::find(cx, &input.document_name)?;
    let version = document.version(input.document_version.as_deref(), None)?;
    if let Some(hash) = &input.document_hash {
        let own = match input.document_hash_type {
            Some(api::DocumentHashType::Sha1) => sha1(&version.content),
            _ => version.description.hash.clone().unwrap_or_default(),
        };
        if !hash.eq_ignore_ascii_case(&own) {
            return Err(errors::invalid_document("The hash of the document does not match."));
        }
    }
    if version.description.document_type != Some(api::DocumentType::Command) {
        return Err(errors::invalid_document(format!(
            "Document {} is not a Command document.",
            input.document_name
        )));
    }
    let instances = input.instance_ids.unwrap_or_default();
    let targets = input.targets.unwrap_or_default();
    if instances.is_empty() == targets.is_empty() {
        return Err(errors::invalid_instance_id(match instances.is_empty() {
            true => "Either instance ids or targets are required.",
            false => "Instance ids and targets can't be used together.",
        }));
    }
    let named = targets.iter().filter(|it| it.key.as_deref() == Some("InstanceIds"));
    let named = named.flat_map(|it| it.values.clone().unwrap_or_default());
    let instances: Vec<String> = instances.into_iter().chain(named).collect();
    for (position, id) in instances.iter().enumerate() {
        if !["i-", "mi-"].iter().any(|prefix| id.starts_with(prefix)) {
            return Err(errors::invalid_instance_id(format!(
                "Instances [[{id}]] not in a valid state for account {}",
                cx.account
            )));
        }
        if instances[..position].contains(id) {
            return Err(errors::duplicate_instance_id(
                "You can't specify an instance ID in more than one association.",
            ));
        }
    }
    check_parameters(version, input.parameters.as_ref())?;
    let timeout = input.timeout_seconds.unwrap_or(TIMEOUT);
    let expires = cx.now() + Duration::from_secs(u64::try_from(timeout).unwrap_or_default());
    let id = cx.ids().uuid();
    let about = api::Command {
        command_id: Some(id.clone()),
        document_name: Some(document.name.clone()),
        document_version: Some(input.document_version.unwrap_or_else(|| "$DEFAULT".to_owned())),
        comment: Some(input.comment.unwrap_or_default()),
        expires_after: Some(expires.to_wire()),
        parameters: Some(input.parameters.unwrap_or_default()),
        instance_ids: Some(instances),
        targets: Some(targets),
        requested_date_time: Some(cx.now().to_wire()),
        output_s3_region: input.output_s3_region,
        output_s3_bucket_name: Some(input.output_s3_bucket_name.unwrap_or_default()),
        output_s3_key_prefix: Some(input.output_s3_key_prefix.unwrap_or_default()),
        max_concurrency: Some(input.max_concurrency.unwrap_or_else(|| "50".to_owned())),
        max_errors: Some(input.max_errors.unwrap_or_else(|| "0".to_owned())),
        service_role: Some(input.service_role_arn.unwrap_or_default()),
        notification_config: Some(input.notification_config.unwrap_or_default()),
        cloud_watch_output_config: Some(input.cloud_watch_output_config.unwrap_or_default()),
        timeout_seconds: Some(timeout),
        alarm_configuration: input.alarm_configuration,
        ..Default::default()
    };
    let plugin = document::content::plugin(version);
    let sent = Sent { about: Kept(about), plugin, at: cx.now(), expires, cancelled: None };
    let command = sent.command(cx.now());
    let store = store(cx);
    let old = |sent: &Sent| sent.at + REMEMBERED < cx.now();
    for (id, _) in store.commands.iter().filter(|(_, sent)| old(sent)) {
        store.commands.remove_if(&id, old);
    }
    store.commands.insert(id, sent);
    Ok(api::SendCommandResult { command: Some(command) })
}

pub(crate) fn cancel(
    cx: &RequestContext,
    input: &api::CancelCommandRequest,
) -> Result<api::CancelCommandResult, ServiceError> {
    let wanted = input.instance_ids.clone().unwrap_or_default();
    let edited = store(cx).commands.try_update(&input.command_id, |sent| {
        if let Some(id) = wanted.iter().find(|id| !sent.instances().contains(id)) {
            return Err(errors::invalid_instance_id(format!(
                "Instance {id} is not a target of the command."
            )));
        }
        if sent.state(None, cx.now()) == State::Pending {
            let before = sent.cancelled.take().map(|(_, instances)| instances);
            let all = match wanted.is_empty() {
                true => Vec::new(),
                false => before.unwrap_or_default().into_iter().chain(wanted).collect(),
            };
            sent.cancelled = Some((cx.now(), all));
        }
        Ok(api::CancelCommandResult {})
    });
    edited.unwrap_or_else(|| Err(unknown()))
}

fn unknown() -> ServiceError {
    errors::invalid_command_id("The specified command ID isn't valid. Verify the ID and try again.")
}

/// Whether a command passes the filters of a list.
fn passes(sent: &Sent, status: &str, filters: Option<&Vec<api::CommandFilter>>) -> bool {
    let time = |text: &str| {
        let format = aws_smithy_types::date_time::Format::DateTimeWithOffset;
        let at = aws_smithy_types::DateTime::from_str(text, format).ok();
        at.as_ref().map(Timestamp::from_wire)
    };
    filters.into_iter().flatten().all(|filter| match filter.key.as_str() {
        "InvokedAfter" => time(&filter.value).is_some_and(|at| sent.at > at),
        "InvokedBefore" => time(&filter.value).is_some_and(|at| sent.at < at),
        "Status" => filter.value == status,
        "ExecutionStage" => match filter.value.as_str() {
            "Executing" => status == "Pending",
            _ => status != "Pending",
        },
        _ => sent.about.document_name.as_deref() == Some(filter.value.as_str()),
    })
}

/// The commands that a request names, the newest first.
fn chosen(
    cx: &RequestContext,
    id: Option<&str>,
    instance: Option<&str>,
) -> Result<Vec<std::sync::Arc<Sent>>, ServiceError> {
    let store = store(cx);
    if let Some(id) = id {
        let sent = store.commands.get(id).ok_or_else(unknown)?;
        return Ok(vec![sent]);
    }
    let of = |sent: &Sent| instance.is_none_or(|id| sent.instances().iter().any(|it| it == id));
    let mut commands: Vec<_> =
        store.commands.iter().map(|(_, sent)| sent).filter(|sent| of(sent)).collect();
    commands.sort_by(|one, other| {
        let key = |sent: &Sent| (sent.at, sent.about.command_id.clone());
        key(other).cmp(&key(one))
    });
    Ok(commands)
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &api::ListCommandsRequest,
) -> Result<api::ListCommandsResult, ServiceError> {
    let chosen = chosen(cx, input.command_id.as_deref(), input.instance_id.as_deref())?;
    let commands = chosen.iter().filter_map(|sent| {
        let (status, _) = sent.state(None, cx.now()).texts();
        passes(sent, status, input.filters.as_ref()).then(|| sent.command(cx.now()))
    });
    let (commands, next_token) = page(
        commands.collect(),
        |it: &api::Command| it.command_id.clone().unwrap_or_default(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::ListCommandsResult { commands: Some(commands), next_token })
}

pub(crate) fn list_invocations(
    cx: &RequestContext,
    input: &api::ListCommandInvocationsRequest,
) -> Result<api::ListCommandInvocationsResult, ServiceError> {
    let details = input.details == Some(true);
    let staged = |filter: &api::CommandFilter| filter.key.as_str() == "ExecutionStage";
    if input.filters.iter().flatten().any(staged) {
        return Err(errors::invalid_filter_key("The specified key isn't valid."));
    }
    let mut invocations = Vec::new();
    for sent in chosen(cx, input.command_id.as_deref(), input.instance_id.as_deref())? {
        for instance in sent.instances() {
            let (status, _) = sent.state(Some(instance), cx.now()).texts();
            let wanted = input.instance_id.as_ref().is_none_or(|id| id == instance);
            if wanted && passes(&sent, status, input.filters.as_ref()) {
                invocations.push(sent.invocation(instance, details, cx.now()));
            }
        }
    }
    let (invocations, next_token) = page(
        invocations,
        |it: &api::CommandInvocation| {
            let (command, instance) = (it.command_id.as_deref(), it.instance_id.as_deref());
            format!("{} {}", command.unwrap_or_default(), instance.unwrap_or_default())
        },
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::ListCommandInvocationsResult { command_invocations: Some(invocations), next_token })
}

pub(crate) fn get_invocation(
    cx: &RequestContext,
    input: &api::GetCommandInvocationRequest,
) -> Result<api::GetCommandInvocationResult, ServiceError> {
    let unknown = || errors::invocation_does_not_exist("");
    let sent = store(cx).commands.get(&input.command_id).ok_or_else(unknown)?;
    if !sent.instances().contains(&input.instance_id) {
        return Err(unknown());
    }
    if let Some(plugin) = &input.plugin_name {
        let document = document::find(cx, sent.about.document_name.as_deref().unwrap_or_default())?;
        let version = document.version(sent.about.document_version.as_deref(), None)?;
        if document::content::plugin(version) != *plugin {
            return Err(errors::invalid_plugin_name("The plugin name isn't valid."));
        }
    }
    let invocation = sent.invocation(&input.instance_id, false, cx.now());
    Ok(api::GetCommandInvocationResult {
        command_id: invocation.command_id,
        instance_id: invocation.instance_id,
        comment: invocation.comment,
        document_name: invocation.document_name,
        document_version: invocation.document_version,
        plugin_name: Some(input.plugin_name.clone().unwrap_or_default()),
        response_code: Some(-1),
        execution_start_date_time: Some(String::new()),
        execution_elapsed_time: Some(String::new()),
        execution_end_date_time: Some(String::new()),
        status: invocation.status,
        status_details: invocation.status_details,
        standard_output_content: Some(String::new()),
        standard_output_url: Some(String::new()),
        standard_error_content: Some(String::new()),
        standard_error_url: Some(String::new()),
        cloud_watch_output_config: invocation.cloud_watch_output_config,
    })
}

//! Requests for temporary access, and the templates of roles that services publish.
//!
//! How long a request stays in each state, who is told of it and what the exchange token is good for
//! is told in "Building your integration" of the IAM User Guide.

mod check;
mod notice;
pub(crate) mod registry;
mod template;
mod token;

pub(crate) use token::send as send_token;

use std::sync::Arc;
use std::time::Duration;

use fogbank_api_iam::*;
use fogbank_context::Timestamp;
use fogbank_service::shape::Unit;
use fogbank_service::{AccessKey, Caller, RequestContext, ServiceError};

use crate::errors;
use crate::page::page;
use crate::store::{Approval, Delegation, DelegationParameter, DelegationState, DelegationStore};

const DAY: u64 = 86_400;

impl Delegation {
    fn expires(&self) -> Timestamp {
        let days = if self.state == DelegationState::Unassigned { 1 } else { 7 };
        self.updated + Duration::from_secs(days * DAY)
    }

    /// Where it stands at a time.
    fn state_at(&self, now: Timestamp) -> StateType {
        if self.expires() <= now {
            return StateType::Expired;
        }
        match self.state {
            DelegationState::Unassigned => StateType::Unassigned,
            DelegationState::Assigned => StateType::Assigned,
            DelegationState::PendingApproval => StateType::PendingApproval,
            DelegationState::Accepted => StateType::Accepted,
            DelegationState::Finalized => StateType::Finalized,
            DelegationState::Rejected => StateType::Rejected,
        }
    }

    /// Anybody sees a request without an owner, then the owner's account.
    fn is_visible(&self, cx: &RequestContext) -> bool {
        self.owner_account.is_none_or(|account| account == cx.principal.account)
    }

    fn to_wire(&self, id: &str, now: Timestamp) -> DelegationRequest {
        let parameters = self.parameters.clone().map(|all| {
            let parameter = |it: DelegationParameter| PolicyParameter {
                name: it.name,
                values: it.values,
                r#type: it.kind.map(Into::into),
            };
            all.into_iter().map(parameter).collect()
        });
        DelegationRequest {
            delegation_request_id: Some(id.to_owned()),
            owner_account_id: self.owner_account.map(|account| account.to_string()),
            description: Some(self.description.clone()),
            request_message: self.message.clone(),
            permissions: Some(DelegationPermission {
                policy_template_arn: self.template.clone(),
                parameters,
            }),
            permission_policy: self.policy.clone(),
            role_permission_restriction_arns: self
                .policy
                .as_deref()
                .map(template::role_restrictions)
                .filter(|arns| !arns.is_empty()),
            owner_id: self.owner.clone(),
            approver_id: self.approver.clone(),
            state: Some(self.state_at(now)),
            expiration_time: Some(self.expires().to_wire_secs()),
            requestor_id: Some(self.requestor.to_string()),
            requestor_name: None,
            create_date: Some(self.created.to_wire_secs()),
            session_duration: Some(self.duration),
            redirect_url: self.redirect.clone(),
            notes: self.notes.clone(),
            rejection_reason: self.rejection.clone(),
            only_send_by_owner: Some(self.only_by_owner),
            updated_time: Some(self.updated.to_wire_secs()),
        }
    }
}

fn not_found(id: &str) -> ServiceError {
    errors::no_such_entity(format!("Delegation request {id} cannot be found."))
}

pub(crate) fn create(
    cx: &RequestContext,
    input: CreateDelegationRequestRequest,
) -> Result<CreateDelegationRequestResponse, ServiceError> {
    let is_topic = input.notification_channel.split(':').nth(2) == Some("sns");
    if !is_topic {
        return Err(errors::invalid_input("NotificationChannel must be the ARN of an SNS topic."));
    }
    let owner_account = input.owner_account_id.as_deref().map(str::parse).transpose();
    let owner_account =
        owner_account.map_err(|_| errors::invalid_input("OwnerAccountId is not an account."))?;
    let store = DelegationStore::of(cx);
    let requestor = cx.principal.account;
    let workflow = input.requestor_workflow_id;
    let same = |it: &Delegation| it.requestor == requestor && it.workflow == workflow;
    if store.delegation_requests.iter().any(|(_, it)| same(&it)) {
        return Err(errors::already_exists(format!(
            "A delegation request with the workflow id {workflow} already exists."
        )));
    }
    let parameters: Option<Vec<_>> = input.permissions.parameters.map(|all| {
        let parameter = |it: PolicyParameter| DelegationParameter {
            name: it.name,
            values: it.values,
            kind: it.r#type.map(|kind| kind.to_string()),
        };
        all.into_iter().map(parameter).collect()
    });
    let arn = input.permissions.policy_template_arn.as_deref();
    let registered = arn.and_then(|arn| store.registered_policies.get(arn));
    let policy = registered.map(|registered| {
        let parameters = parameters.as_deref().unwrap_or_default();
        template::render(&registered.document, parameters).map_err(errors::invalid_input)
    });
    let policy = policy.transpose()?;
    let id = cx.ids().uuid();
    let made = Delegation {
        requestor,
        workflow,
        owner_account,
        owner: None,
        approver: None,
        state: DelegationState::Unassigned,
        description: input.description,
        message: input.request_message,
        template: input.permissions.policy_template_arn,
        parameters,
        redirect: input.redirect_url,
        duration: input.session_duration,
        only_by_owner: input.only_send_by_owner.unwrap_or(false),
        notes: None,
        rejection: None,
        created: cx.now(),
        updated: cx.now(),
        channel: input.notification_channel,
        policy,
        approval: None,
    };
    tell_of_end(&cx.caller(), &id, &made);
    store.delegation_requests.insert(id.clone(), made);
    let link = format!("https://console.aws.amazon.com/iam/home#/delegation-requests/{id}");
    Ok(CreateDelegationRequestResponse {
        console_deep_link: Some(link),
        delegation_request_id: Some(id),
    })
}

/// Tells the topic when a request expires that nobody has brought to its end until then.
fn tell_of_end(caller: &Caller, id: &str, request: &Delegation) {
    let (caller, id, updated) = (caller.clone(), id.to_owned(), request.updated);
    let world = caller.world.clone();
    world.schedule(request.expires(), "iam delegation requests", move |world, now| async move {
        let store = world.global::<DelegationStore>();
        let Some(request) = store.delegation_requests.get(id.as_str()) else { return };
        let ended = [DelegationState::Finalized, DelegationState::Rejected];
        if request.updated == updated && !ended.contains(&request.state) {
            notice::state(&caller, &id, &request, now).await;
        }
    });
}

/// A request that the caller sees and that is in one of these states.
fn open<'a>(
    cx: &RequestContext,
    id: &str,
    it: &'a Delegation,
    states: &[DelegationState],
    verb: &str,
) -> Result<&'a Delegation, ServiceError> {
    if !it.is_visible(cx) {
        return Err(not_found(id));
    }
    if it.expires() <= cx.now() || !states.contains(&it.state) {
        return Err(errors::invalid_input(format!(
            "Delegation request {id} is in the state {} and cannot be {verb}.",
            it.state_at(cx.now())
        )));
    }
    Ok(it)
}

/// Changes a request that is in one of these states, and tells its topic.
async fn change(
    cx: &RequestContext,
    id: &str,
    states: &[DelegationState],
    verb: &str,
    edit: impl FnOnce(&mut Delegation) + Send,
) -> Result<Arc<Delegation>, ServiceError> {
    let now = cx.now();
    let table = &DelegationStore::of(cx).delegation_requests;
    let changed = table.try_update(id, |it| {
        open(cx, id, it, states, verb)?;
        edit(it);
        it.updated = now;
        Ok(())
    });
    changed.unwrap_or_else(|| Err(not_found(id)))?;
    let request = table.get(id).ok_or_else(|| not_found(id))?;
    notice::state(&cx.caller(), id, &request, now).await;
    tell_of_end(&cx.caller(), id, &request);
    Ok(request)
}

pub(crate) async fn associate(
    cx: &RequestContext,
    input: AssociateDelegationRequestRequest,
) -> Result<Unit, ServiceError> {
    let states = [DelegationState::Unassigned];
    let changed = change(cx, &input.delegation_request_id, &states, "associated", |it| {
        it.owner_account = Some(cx.principal.account);
        it.owner = Some(cx.principal.arn.to_string());
        it.state = DelegationState::Assigned;
    });
    changed.await.map(|_| Unit)
}

pub(crate) async fn update(
    cx: &RequestContext,
    input: UpdateDelegationRequestRequest,
) -> Result<Unit, ServiceError> {
    let states = [DelegationState::Assigned, DelegationState::PendingApproval];
    let changed = change(cx, &input.delegation_request_id, &states, "updated", |it| {
        it.state = DelegationState::PendingApproval;
        it.notes = input.notes.or(it.notes.take());
    });
    changed.await.map(|_| Unit)
}

pub(crate) async fn accept(
    cx: &RequestContext,
    input: AcceptDelegationRequestRequest,
) -> Result<Unit, ServiceError> {
    let states = [DelegationState::Assigned, DelegationState::PendingApproval];
    let key = cx.principal.access_key_id.as_deref();
    let key = key.and_then(|id| AccessKey::find(&cx.world, id));
    let session = key.and_then(|key| key.session.as_deref().cloned());
    let limited = |it: &fogbank_service::KeySession| {
        it.limited || it.policy.is_some() || !it.policy_arns.is_empty()
    };
    if session.as_ref().is_some_and(limited) {
        // What both this session's policies and the request's allow cannot be lent.
        return Err(errors::invalid_input(
            "Sessions with session policies cannot accept delegation requests.",
        ));
    }
    let changed = change(cx, &input.delegation_request_id, &states, "accepted", |it| {
        it.approver = Some(cx.principal.arn.to_string());
        it.approval = Some(Approval {
            arn: cx.principal.arn.clone(),
            user_id: cx.principal.user_id.clone(),
            session,
        });
        it.state = DelegationState::Accepted;
    });
    changed.await.map(|_| Unit)
}

pub(crate) async fn reject(
    cx: &RequestContext,
    input: RejectDelegationRequestRequest,
) -> Result<Unit, ServiceError> {
    let states =
        [DelegationState::Assigned, DelegationState::PendingApproval, DelegationState::Accepted];
    let changed = change(cx, &input.delegation_request_id, &states, "rejected", |it| {
        it.rejection = input.notes;
        it.state = DelegationState::Rejected;
    });
    changed.await.map(|_| Unit)
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &GetDelegationRequestRequest,
) -> Result<GetDelegationRequestResponse, ServiceError> {
    let id = &input.delegation_request_id;
    let found = DelegationStore::of(cx).delegation_requests.get(id.as_str());
    let found = found.filter(|it| it.is_visible(cx)).ok_or_else(|| not_found(id))?;
    let checks = input.delegation_permission_check == Some(true);
    Ok(GetDelegationRequestResponse {
        delegation_request: Some(found.to_wire(id, cx.now())),
        permission_check_status: checks.then_some(PermissionCheckStatusType::Complete),
        permission_check_result: checks.then(|| check::of_caller(cx, found.policy.as_deref())),
    })
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &ListDelegationRequestsRequest,
) -> Result<ListDelegationRequestsResponse, ServiceError> {
    let own = |it: &Delegation| {
        let account = it.owner.is_some() && it.owner_account == Some(cx.principal.account);
        account && (input.owner_id.is_none() || input.owner_id == it.owner)
    };
    let all = DelegationStore::of(cx).delegation_requests.iter().filter(|(_, it)| own(it));
    let listed = all.map(|(id, it)| (id.clone(), it.to_wire(&id, cx.now())));
    let page = page(listed, input.marker.as_deref(), input.max_items)?;
    Ok(ListDelegationRequestsResponse {
        is_truncated: page.is_truncated(),
        marker: page.marker,
        delegation_requests: Some(page.items),
    })
}

/// A summary that is made of the request's policy, statement by statement, in English. Without a
/// policy, and in other languages, there is none.
pub(crate) fn summary(
    cx: &RequestContext,
    input: GetHumanReadableSummaryRequest,
) -> Result<GetHumanReadableSummaryResponse, ServiceError> {
    let arn = &input.entity_arn;
    let id = arn.rsplit_once("delegation-request/").map(|(_, id)| id);
    let id = id.ok_or_else(|| errors::invalid_input(format!("{arn} has no summary.")))?;
    let found = DelegationStore::of(cx).delegation_requests.get(id);
    let found = found.filter(|it| it.is_visible(cx)).ok_or_else(|| not_found(id))?;
    let english = input.locale.as_deref().is_none_or(|locale| locale.starts_with("en"));
    let state = match (english, &found.policy) {
        (false, _) => SummaryStateType::NotSupported,
        (true, None) => SummaryStateType::NotAvailable,
        (true, Some(_)) => SummaryStateType::Available,
    };
    let content = found.policy.as_deref().filter(|_| english).map(|policy| {
        let hours = f64::from(found.duration) / 3600.0;
        let access = format!("Access for {hours} hours. {}", template::in_words(policy).join(" "));
        access.chars().take(10_000).collect()
    });
    Ok(GetHumanReadableSummaryResponse {
        summary_content: content,
        locale: input.locale,
        summary_state: Some(state),
    })
}

fn no_template(arn: &str) -> ServiceError {
    errors::no_such_entity(format!("Role template {arn} cannot be found."))
}

/// Services publish templates, and none is known here.
pub(crate) fn template_version(
    _: &RequestContext,
    input: &GetRoleTemplateVersionRequest,
) -> Result<GetRoleTemplateVersionResponse, ServiceError> {
    Err(no_template(&input.template_arn))
}

/// As [`template_version`].
pub(crate) fn acquire_role(
    _: &RequestContext,
    input: &AcquireRoleRequest,
) -> Result<AcquireRoleResponse, ServiceError> {
    Err(no_template(&input.template_arn))
}

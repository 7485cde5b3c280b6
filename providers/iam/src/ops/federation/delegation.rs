//! Requests for temporary access, and the templates of roles that services publish.
//!
//! How long a request stays in each state is told in "Understanding the request lifecycle" of the
//! IAM User Guide.

use std::time::Duration;

use fogbank_api_iam::*;
use fogbank_context::Timestamp;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::page::page;
use crate::store::{Delegation, DelegationParameter, DelegationState, DelegationStore};

const DAY: u64 = 86_400;

impl Delegation {
    fn expires(&self) -> Timestamp {
        let days = if self.state == DelegationState::Unassigned { 1 } else { 7 };
        self.updated + Duration::from_secs(days * DAY)
    }

    fn state_at(&self, now: Timestamp) -> StateType {
        if self.expires() <= now {
            return StateType::Expired;
        }
        match self.state {
            DelegationState::Unassigned => StateType::Unassigned,
            DelegationState::Assigned => StateType::Assigned,
            DelegationState::PendingApproval => StateType::PendingApproval,
            DelegationState::Accepted => StateType::Accepted,
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
            permission_policy: None,
            role_permission_restriction_arns: None,
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
    let parameters = input.permissions.parameters.map(|all| {
        let parameter = |it: PolicyParameter| DelegationParameter {
            name: it.name,
            values: it.values,
            kind: it.r#type.map(|kind| kind.to_string()),
        };
        all.into_iter().map(parameter).collect()
    });
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
    };
    store.delegation_requests.insert(id.clone(), made);
    let link = format!("https://console.aws.amazon.com/iam/home#/delegation-requests/{id}");
    Ok(CreateDelegationRequestResponse {
        console_deep_link: Some(link),
        delegation_request_id: Some(id),
    })
}

/// Changes a request that is in one of these states.
fn change(
    cx: &RequestContext,
    id: &str,
    states: &[DelegationState],
    verb: &str,
    edit: impl FnOnce(&mut Delegation),
) -> Result<Unit, ServiceError> {
    let now = cx.now();
    let changed = DelegationStore::of(cx).delegation_requests.try_update(id, |it| {
        if !it.is_visible(cx) {
            return Err(not_found(id));
        }
        if it.expires() <= now || !states.contains(&it.state) {
            return Err(errors::invalid_input(format!(
                "Delegation request {id} is in the state {} and cannot be {verb}.",
                it.state_at(now)
            )));
        }
        edit(it);
        it.updated = now;
        Ok(Unit)
    });
    changed.unwrap_or_else(|| Err(not_found(id)))
}

pub(crate) fn associate(
    cx: &RequestContext,
    input: AssociateDelegationRequestRequest,
) -> Result<Unit, ServiceError> {
    let states = [DelegationState::Unassigned];
    change(cx, &input.delegation_request_id, &states, "associated", |it| {
        it.owner_account = Some(cx.principal.account);
        it.owner = Some(cx.principal.arn.to_string());
        it.state = DelegationState::Assigned;
    })
}

pub(crate) fn update(
    cx: &RequestContext,
    input: UpdateDelegationRequestRequest,
) -> Result<Unit, ServiceError> {
    let states = [DelegationState::Assigned, DelegationState::PendingApproval];
    change(cx, &input.delegation_request_id, &states, "updated", |it| {
        it.state = DelegationState::PendingApproval;
        it.notes = input.notes.or(it.notes.take());
    })
}

pub(crate) fn accept(
    cx: &RequestContext,
    input: AcceptDelegationRequestRequest,
) -> Result<Unit, ServiceError> {
    let states = [DelegationState::Assigned, DelegationState::PendingApproval];
    change(cx, &input.delegation_request_id, &states, "accepted", |it| {
        it.approver = Some(cx.principal.arn.to_string());
        it.state = DelegationState::Accepted;
    })
}

pub(crate) fn reject(
    cx: &RequestContext,
    input: RejectDelegationRequestRequest,
) -> Result<Unit, ServiceError> {
    let states =
        [DelegationState::Assigned, DelegationState::PendingApproval, DelegationState::Accepted];
    change(cx, &input.delegation_request_id, &states, "rejected", |it| {
        it.rejection = input.notes;
        it.state = DelegationState::Rejected;
    })
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &GetDelegationRequestRequest,
) -> Result<GetDelegationRequestResponse, ServiceError> {
    let id = &input.delegation_request_id;
    let found = DelegationStore::of(cx).delegation_requests.get(id.as_str());
    let found = found.filter(|it| it.is_visible(cx)).ok_or_else(|| not_found(id))?;
    // What a template asks for is not known, so neither is whether the caller has it.
    let checks = input.delegation_permission_check == Some(true);
    Ok(GetDelegationRequestResponse {
        delegation_request: Some(found.to_wire(id, cx.now())),
        permission_check_status: checks.then_some(PermissionCheckStatusType::Complete),
        permission_check_result: checks.then_some(PermissionCheckResultType::Unsure),
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

/// No model writes summaries here.
pub(crate) fn summary(
    cx: &RequestContext,
    input: GetHumanReadableSummaryRequest,
) -> Result<GetHumanReadableSummaryResponse, ServiceError> {
    let arn = &input.entity_arn;
    let id = arn.rsplit_once("delegation-request/").map(|(_, id)| id);
    let id = id.ok_or_else(|| errors::invalid_input(format!("{arn} has no summary.")))?;
    let found = DelegationStore::of(cx).delegation_requests.get(id);
    found.filter(|it| it.is_visible(cx)).ok_or_else(|| not_found(id))?;
    Ok(GetHumanReadableSummaryResponse {
        summary_content: None,
        locale: input.locale,
        summary_state: Some(SummaryStateType::NotAvailable),
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

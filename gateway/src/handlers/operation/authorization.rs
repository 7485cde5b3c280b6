//! Whether the principal may do what it asks, by the policies that apply.

use std::sync::Arc;

use fogbank_authorization::identity::Asker;
use fogbank_authorization::{Asked, Sources, denial};
use fogbank_config::IamEnforcement;
use fogbank_schema::{Auth, Kind, ServiceModel, ShapeIndex};
use fogbank_service::intent::Member;
use fogbank_service::{
    Acting, Caller, HttpRequest, Intent, Principal, Provider, ResourcePolicies, ServiceError,
};
use fogbank_wire::dynamic::{self, Value};

use crate::exchange::{Exchange, Step};
use crate::gateway::Core;

/// Names of services in ARNs that are not the service's own.
const ARN_NAMES: [(&str, &str); 4] = [
    ("elasticfilesystem", "efs"),
    ("elasticloadbalancing", "elbv2"),
    ("es", "opensearch"),
    ("states", "stepfunctions"),
];

/// Asks the policies, where the settings say so.
pub(crate) async fn handle(x: &mut Exchange) -> Step {
    match x.core.config.iam_enforcement {
        IamEnforcement::Off if x.core.config.verify_signatures => signed(x),
        IamEnforcement::Off => Ok(()),
        // Boxed: the future of every request would carry its size.
        enforcement => Box::pin(decide(x, enforcement == IamEnforcement::Strict)).await,
    }
}

/// Refuses what must be signed and is not. S3 knows public objects, and looks for itself.
fn signed(x: &Exchange) -> Step {
    let slot = x.service()?;
    let operation = x.operation.map(|at| &slot.model().operations[at]);
    let open = operation.is_some_and(|operation| operation.auth == Auth::None);
    if x.signature.is_some() || open || slot.name() == "s3" {
        return Ok(());
    }
    Err(denial::anonymous(&slot.model().metadata).into())
}

/// IAM's provider; none when IAM is not served here.
pub(crate) async fn iam(core: &Core) -> Option<Arc<Provider>> {
    let slot = core.services.by_name("iam")?;
    match slot.running() {
        Some(provider) => Some(provider),
        None => slot.load(&core.config, || core.invoker()).await.ok().flatten(),
    }
}

/// What a service with this name in ARNs tells of its resources, if it runs.
pub(crate) fn resource_policies(core: &Core, name: &str) -> Option<Arc<dyn ResourcePolicies>> {
    let alias = ARN_NAMES.iter().find(|row| row.0 == name);
    let slot = core.services.by_name(alias.map_or(name, |row| row.1))?;
    slot.running()?.resource_policies.clone()
}

async fn decide(x: &mut Exchange, enforced: bool) -> Step {
    let slot = x.service()?.clone();
    let operation = x.operation.expect("parse has found the operation");
    let model = slot.model();
    // Who answers elsewhere decides there.
    if x.provider.is_none() || model.operations[operation].auth == Auth::None {
        return Ok(());
    }
    let core = x.core.clone();
    let iam = iam(&core).await;
    let wire = slot.wire(x.protocol.expect("parse has found the protocol"));
    let body = if wire.streams_in(operation) {
        bytes::Bytes::new()
    } else {
        x.body.read(core.config.max_body_size.as_len()).await?
    };
    let read = |wanted: &dyn Fn(usize) -> bool| {
        let mut members = Vec::new();
        let mut request = wire.request(operation, x.head(), body.clone());
        // What cannot be read is the service's to refuse.
        let _ = request.read_unchecked(&mut |from| {
            let value = dynamic::read_input_members(slot.schemas(), operation, wanted, from)?;
            if let Value::Struct(read) = value {
                members = read;
            }
            Ok(())
        });
        members
    };
    let region = x.region.as_ref().unwrap_or(&core.config.default_region);
    let root;
    let principal = match &x.principal {
        Some(principal) => principal,
        None => {
            root = Principal::root(x.account, region.partition());
            &root
        }
    };
    let asked = Asked {
        world: &x.world,
        model,
        operation,
        asker: Asker::Principal(principal),
        principal,
        account: x.account,
        region,
        http: x.http(),
        intent: None,
        request_id: x.request_id(),
        read: &read,
    };
    let sources = Sources {
        identity: iam.as_ref().and_then(|provider| provider.identity_policies.as_deref()),
        resource: &|name| resource_policies(&core, name),
    };
    match core.authorizer.decide(&asked, &sources, enforced) {
        Err(error) if enforced => Err(error.into()),
        _ => Ok(()),
    }
}

/// Asks the policies whether a service may do something at another.
///
/// # Errors
///
/// The denial, where it is enforced.
pub(crate) async fn permit(
    core: &Core,
    caller: &Caller,
    intent: &Intent,
) -> Result<(), ServiceError> {
    let Some(slot) = core.services.by_name(intent.service) else { return Ok(()) };
    // Its resources have policies only once it runs. Who answers elsewhere decides there.
    if slot.load(&core.config, || core.invoker()).await?.is_none() {
        return Ok(());
    }
    let model = slot.model();
    let wanted = |operation: &fogbank_schema::Operation<'_>| operation.name == intent.operation;
    let operation = model.operations.iter().position(wanted);
    let operation = operation.expect("services name operations of the model");
    let shape = model.operations[operation].input.map(|input| &model.shape(input).kind);
    let read = |wanted: &dyn Fn(usize) -> bool| {
        let Some(Kind::Structure(structure)) = shape else { return Vec::new() };
        let members = intent.members.iter().filter_map(|(name, value)| {
            let at = structure.member_index(name).filter(|at| wanted(*at))?;
            Some((at, dynamic_of(model, structure.members[at].target, value)))
        });
        members.collect()
    };
    let mut principal = (*caller.principal).clone();
    // It calls as itself for what nobody decides on.
    principal.service = principal.service.filter(|service| *service != intent.by);
    let asker = match &intent.acting {
        Acting::AsItself { .. } => Asker::Service(intent.by),
        Acting::ForAccount(root) => Asker::Account(root),
        Acting::InRole(role) => Asker::Role { role, service: intent.by },
        Acting::ForPrincipal | Acting::InPerson => Asker::Principal(&principal),
    };
    let iam = iam(core).await;
    let http = HttpRequest { scheme: "https", ..HttpRequest::default() };
    let asked = Asked {
        world: &caller.world,
        model,
        operation,
        asker,
        principal: &caller.principal,
        account: caller.account,
        region: &caller.region,
        http: &http,
        intent: Some(intent),
        // The decisions of a request are told together.
        request_id: &caller.request_id,
        read: &read,
    };
    let sources = Sources {
        identity: iam.as_ref().and_then(|provider| provider.identity_policies.as_deref()),
        resource: &|name| resource_policies(core, name),
    };
    let enforced = core.config.iam_enforcement == IamEnforcement::Strict;
    match core.authorizer.decide(&asked, &sources, enforced) {
        Err(error) if enforced => Err(error),
        _ => Ok(()),
    }
}

fn dynamic_of(model: &ServiceModel<'_>, shape: ShapeIndex, member: &Member) -> Value {
    match member {
        Member::Text(text) => Value::String(text.clone()),
        Member::Bytes(bytes) => Value::Blob(bytes.clone()),
        Member::Map(entries) => {
            let entry =
                |(key, value): (&String, &String)| (key.clone(), Value::String(value.clone()));
            Value::Map(entries.iter().map(entry).collect())
        }
        Member::List(name, texts) => {
            let at = match &model.shape(shape).kind {
                Kind::List { member, .. } => match &model.shape(member.target).kind {
                    Kind::Structure(structure) => structure.member_index(name),
                    _ => None,
                },
                _ => None,
            };
            let one = |text: &String| {
                let member = at.map(|at| (at, Value::String(text.clone())));
                Value::Struct(member.into_iter().collect())
            };
            Value::List(texts.iter().map(one).collect())
        }
    }
}

//! Finds the service, and rewrites virtual-hosted buckets to path style.

use fogbank_context::Region;
use fogbank_index::ServiceIndex;
use fogbank_service::HttpRequest;
use fogbank_wire::{Body, protocol_of};
use http::{Method, Uri};
use std::sync::Arc;

use crate::detection::host::{Host, without_port};
use crate::detection::regions;
use crate::detection::signature::Signature;
use crate::detection::{self, Clues};
use crate::exchange::{Exchange, Response, Step};
use crate::faults;
use crate::services::{Plan, Slot};

/// Finds the service.
pub(crate) async fn handle(x: &mut Exchange) -> Step {
    x.signature = Signature::of(x.http());
    if detection::needs_form(&x.http().headers, x.signature.as_ref()) {
        x.body.read(x.core.config.max_body_size.as_len()).await?;
    }
    let clues = clues(x);
    let Some(found) = find(x, &clues) else {
        return Err(nothing_found(x));
    };
    let host_region = clues.host.region().map(own);
    let slot = x.core.services.slot(found).clone();
    if slot.name() == "s3" {
        // A compressed object is stored as it is.
        x.body.inflate = None;
        to_path_style(x);
    }
    x.named_region = host_region;
    if slot.name() == "sqs"
        && let Some(queue) = detection::queue_path(x.http().uri.path())
    {
        x.named_region = queue.region.map(own).or(x.named_region.take());
    }
    x.service = Some(slot);
    Ok(())
}

/// Whether the service that a page's request is for decides itself what pages may do.
pub(crate) async fn decides_on_pages(x: &mut Exchange, preflight: bool) -> bool {
    x.signature = Signature::of(x.http());
    let Some(found) = find(x, &clues(x)) else { return false };
    let slot = x.core.services.slot(found).clone();
    let core = x.core.clone();
    let loaded = slot.load(&core.config, || core.invoker()).await;
    let Ok(Some(provider)) = loaded else { return false };
    match &provider.raw {
        Some(raw) if preflight => raw.claims(&x.world, x.http()).is_some(),
        Some(_) => true,
        None => false,
    }
}

fn own(region: &str) -> Region {
    regions::known(region).cloned().unwrap_or_else(|| Region::new(region))
}

fn clues(x: &Exchange) -> Clues<'_> {
    Clues {
        head: x.head(),
        signature: x.signature.as_ref(),
        host: x.core.host(without_port(&x.http().host)),
        form: x.body.peek(),
    }
}

fn find(x: &Exchange, clues: &Clues<'_>) -> Option<ServiceIndex> {
    let services = &x.core.services;
    detection::detect(clues, |at| speaks(services.slot(at), x))
}

/// Whether a service has an operation for the request.
fn speaks(slot: &Arc<Slot>, x: &Exchange) -> bool {
    let head = x.head();
    let wire = slot.wire(protocol_of(slot.model(), head));
    !matches!(slot.plan(), Plan::Disabled { .. }) && wire.operation_of(head, x.body.peek()).is_ok()
}

/// `GET /` says that the server is there; anything else is an error.
fn nothing_found(x: &Exchange) -> crate::exchange::Stop {
    let HttpRequest { method, uri, .. } = x.http();
    let greets = matches!(*method, Method::GET | Method::HEAD) && uri.path() == "/";
    if !greets {
        return faults::unknown_service().into();
    }
    let text = format!("{{\"fogbank\":\"{}\"}}\n", env!("CARGO_PKG_VERSION"));
    let mut response = Response::new(Body::from(text));
    let json = http::HeaderValue::from_static("application/json");
    response.headers_mut().insert(http::header::CONTENT_TYPE, json);
    response.into()
}

/// Puts the bucket of the host name in front of the path, which stays as it came.
fn to_path_style(x: &mut Exchange) {
    let uri = &x.http().uri;
    let bucket = match x.core.host(without_port(&x.http().host)) {
        Host::Bucket { bucket, website: false, .. } => bucket,
        Host::Label(label) if x.core.worlds.get(label).is_none() => label,
        _ => return,
    };
    let rest = uri.path_and_query().map_or("/", |rest| rest.as_str());
    let target = format!("/{bucket}{rest}");
    x.target = Uri::try_from(target).ok();
}

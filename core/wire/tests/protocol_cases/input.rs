//! Input cases: a request parses to its parameters.

use base64::Engine;
use bytes::Bytes;
use fogbank_schema::{Kind, Location, Protocol, ShapeIndex};
use fogbank_service::{RequestStream, WireInput};
use fogbank_wire::dynamic::{self, Value};
use serde_json::Value as Json;

use crate::cases::{Case, canonical, same};
use crate::exceptions;

pub(crate) fn check(case: &Case) -> Result<(), String> {
    let serialized = &case.json["serialized"];
    let text = |key: &str| serialized[key].as_str().unwrap_or_default();
    let mut request = http::Request::builder().method(text("method")).uri(text("uri"));
    for (name, value) in serialized["headers"].as_object().into_iter().flatten() {
        request = request.header(name, value.as_str().unwrap());
    }
    // Some cases leave out the header that names the operation.
    let target = serialized["headers"].as_object().is_some_and(|headers| {
        headers.keys().any(|name| name.eq_ignore_ascii_case("x-amz-target"))
    });
    if !target && matches!(case.protocol, Protocol::AwsJson1_0 | Protocol::AwsJson1_1) {
        let name = case.json["given"]["name"].as_str().unwrap_or("OperationName");
        request = request.header("x-amz-target", format!("Service.{name}"));
    }
    let (parts, ()) = request.body(()).map_err(|error| error.to_string())?.into_parts();
    let body = match case.protocol {
        Protocol::RpcV2Cbor => {
            base64::engine::general_purpose::STANDARD.decode(text("body")).unwrap()
        }
        _ => text("body").as_bytes().to_vec(),
    };
    let op = case.wire.operation_of(&parts, &body).map_err(|error| format!("{error:?}"))?;
    let mut request = case.wire.request(op, &parts, Bytes::from(body));
    let mut read = Value::Null;
    request
        .read(&mut |from| {
            read = dynamic::read_input(case.schemas, op, from)?;
            Ok(())
        })
        .map_err(|error| format!("{error:?}"))?;
    let Some(shape) = case.input() else { return Ok(()) };
    if case.wire.streams_in(op) {
        with_stream(case, &mut read, request.take_stream());
    }
    let found = dynamic::to_json(case.schemas, shape, &read);
    let meant = canonical(case.schemas, shape, &case.json["params"]);
    let meant = dynamic::from_json(case.schemas, shape, &meant).map_err(|e| e.to_string())?;
    let mut meant: Json = dynamic::to_json(case.schemas, shape, &meant);
    let mut found = found;
    only_named_parameters(case, shape, &meant, &mut found);
    if exceptions::is_lossy(&case.id) {
        without_empty(&mut meant);
        without_empty(&mut found);
    }
    if exceptions::has_token(&case.id) {
        let members = found.as_object_mut().unwrap();
        let before = members.len();
        members.retain(|name, _| !name.to_lowercase().contains("token"));
        assert_eq!(members.len() + 1, before, "the request has a token");
    }
    if same(&found, &meant) { Ok(()) } else { Err(format!("\n  meant {meant}\n  found {found}")) }
}

fn with_stream(case: &Case, read: &mut Value, stream: RequestStream) {
    let RequestStream::Bytes(stream) = stream else { panic!("no case has events") };
    let Kind::Structure(structure) = &case.schemas.model().shape(case.input().unwrap()).kind else {
        return;
    };
    let bytes = stream.as_bytes().cloned().unwrap_or_default();
    if let (Value::Struct(members), Some(payload)) = (read, structure.payload)
        && !bytes.is_empty()
    {
        members.push((usize::from(payload), Value::Blob(bytes)));
    }
}

/// A map of all query parameters has those of other members too; some cases leave them out.
fn only_named_parameters(case: &Case, shape: ShapeIndex, meant: &Json, found: &mut Json) {
    let model = case.schemas.model();
    let Kind::Structure(structure) = &model.shape(shape).kind else { return };
    for member in &structure.members {
        let all = member.location == Location::Query
            && matches!(model.shape(member.target).kind, Kind::Map { .. });
        if !all {
            continue;
        }
        let (map, found) = (&meant[member.name], found.as_object_mut().unwrap());
        if let Some(entries) = found.get_mut(member.name).and_then(Json::as_object_mut) {
            entries.retain(|name, _| map.get(name).is_some());
        }
        found.retain(|name, value| name != member.name || value != &serde_json::json!({}));
    }
}

/// Leaves out members that are empty.
pub(crate) fn without_empty(json: &mut Json) {
    if let Json::Object(members) = json {
        members.values_mut().for_each(without_empty);
        members.retain(|_, value| match value {
            Json::Array(items) => !items.is_empty(),
            Json::Object(members) => !members.is_empty(),
            _ => true,
        });
    }
}

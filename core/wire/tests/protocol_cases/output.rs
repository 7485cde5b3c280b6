//! Output cases: a result, or an error, becomes a response that means the same.

use fogbank_schema::{Kind, Protocol, ShapeIndex};
use fogbank_service::{Reply, ServiceError};
use fogbank_wire::dynamic::{self, DynamicStruct, Value};
use fogbank_wire::{Body, RequestIds};
use http::Response;
use serde_json::Value as Json;

use crate::cases::{Case, canonical, same};
use crate::input::without_empty;
use crate::{client, exceptions};

/// The id that the case's response carries.
fn ids(case: &Case) -> RequestIds<'_> {
    let mut headers = case.json["response"]["headers"].as_object().into_iter().flatten();
    let id = headers.find(|(name, _)| name.eq_ignore_ascii_case("x-amzn-requestid"));
    RequestIds::new(id.and_then(|(_, id)| id.as_str()).unwrap_or("foo-id"))
}

pub(crate) fn check(case: &Case) -> Result<(), String> {
    if case.json.get("error").is_some() { error(case) } else { result(case) }
}

fn value(case: &Case, shape: ShapeIndex, json: &Json) -> Result<(Json, Value), String> {
    let json = canonical(case.schemas, shape, json);
    let value = dynamic::from_json(case.schemas, shape, &json).map_err(|e| e.to_string())?;
    Ok((dynamic::to_json(case.schemas, shape, &value), value))
}

fn members(value: Value) -> Vec<(usize, Value)> {
    if let Value::Struct(members) = value { members } else { Vec::new() }
}

fn result(case: &Case) -> Result<(), String> {
    let empty = Json::Object(serde_json::Map::new());
    let (meant, output) = match case.output() {
        Some(shape) => value(case, shape, &case.json["result"])?,
        None => (empty.clone(), Value::Struct(Vec::new())),
    };
    let output = DynamicStruct::output(case.schemas, case.op, members(output));
    let response = case.wire.response(case.op, Reply::for_wire(output), ids(case));
    head(case, &response)?;
    let Some(shape) = case.output() else { return Ok(()) };
    let found = client::read(case, shape, &response)?;
    let (mut meant, mut found) = (meant, found);
    if exceptions::is_lossy(&case.id) {
        without_empty(&mut meant);
        without_empty(&mut found);
    }
    if same(&meant, &found) {
        return Ok(());
    }
    Err(format!("\n  meant {meant}\n  found {found}\n  in {}", client::show(&response)))
}

fn head(case: &Case, response: &Response<Body>) -> Result<(), String> {
    let meant = &case.json["response"];
    if meant["status_code"] != response.status().as_u16() {
        return Err(format!("status {} instead of {}", response.status(), meant["status_code"]));
    }
    for (name, value) in meant["headers"].as_object().into_iter().flatten() {
        if exceptions::leaves_out_header(&case.id, name) {
            continue;
        }
        let length = response.body().as_bytes().map(|body| body.len().to_string());
        let found = match response.headers().get(name) {
            Some(value) => Some(value.to_str().unwrap()),
            // HTTP adds it.
            None if name.eq_ignore_ascii_case("content-length") => length.as_deref(),
            None => None,
        };
        if found != value.as_str() && !same_header(name, found, value.as_str()) {
            return Err(format!("header {name} is {found:?} instead of {value}"));
        }
    }
    Ok(())
}

/// Spaces after commas and the quoting of elements are free; the cases of errors spell the type in
/// several ways that a client must understand.
fn same_header(name: &str, found: Option<&str>, meant: Option<&str>) -> bool {
    let plain = |text: &str| text.replace(", ", ",").replace(";charset=UTF-8", "");
    if found.map(plain) == meant.map(plain) {
        return true;
    }
    let kind = |text: &str| {
        let text = text.split(':').next().unwrap_or_default();
        text.rsplit('#').next().unwrap_or_default().to_owned()
    };
    name.eq_ignore_ascii_case("x-amzn-errortype") && found.map(kind) == meant.map(kind)
}

fn error(case: &Case) -> Result<(), String> {
    let text = |key: &str| case.json[key].as_str().unwrap_or_default().to_owned();
    let status = u16::try_from(case.json["response"]["status_code"].as_u64().unwrap()).unwrap();
    let code = text("errorCode");
    let model = case.schemas.model();
    let listed = model.operations[case.op].errors.iter().copied().find(|shape| {
        let described = model.shape(*shape);
        let Kind::Structure(structure) = &described.kind else { return false };
        described.name == code || structure.error.as_ref().is_some_and(|e| e.code == code)
    });
    let message = Some(text("errorMessage")).filter(|message| !message.is_empty());
    let (error, meant) = match listed {
        Some(shape) => {
            let (meant, members_of) = value(case, shape, &case.json["error"])?;
            let fields = DynamicStruct::new(case.schemas, shape, members(members_of));
            let code: &'static str = Box::leak(code.clone().into_boxed_str());
            let name = model.shape(shape).name;
            let error =
                ServiceError::from_shape(Box::new(fields), name, code, status, message.clone());
            (error, Some((shape, meant)))
        }
        None => {
            (ServiceError::new(code.clone(), status, message.clone().unwrap_or_default()), None)
        }
    };
    let response = case.wire.error(Some(case.op), &error, ids(case));
    head_of_error(case, &response)?;
    let (found_code, found_message) = client::error(case, &response)?;
    if found_code != code || (message.is_some() && found_message != message) {
        return Err(format!(
            "read {found_code}, {found_message:?} from {}",
            client::show(&response)
        ));
    }
    if let Some((shape, meant)) = meant {
        let found = client::read_error(case, shape, &response)?;
        if !same(&meant, &found) {
            return Err(format!("\n  meant {meant}\n  found {found}"));
        }
    }
    Ok(())
}

fn head_of_error(case: &Case, response: &Response<Body>) -> Result<(), String> {
    let mut case_json = case.json.clone();
    // Where the case leaves the type to the body, the server may send the header beside it.
    if let Some(headers) = case_json["response"]["headers"].as_object_mut()
        && case.protocol == Protocol::RestJson1
    {
        headers.retain(|name, _| !name.eq_ignore_ascii_case("content-type"));
    }
    head(&Case { json: case_json, id: case.id.clone(), wire: case.wire.clone(), ..*case }, response)
}

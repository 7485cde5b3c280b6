//! Echoes for tests: a request of any operation is read by the model alone and reported, and the
//! answer is whatever the test asked for.
//!
//! A test registers a case (`{"service", "operation", "output" | "error"}`) for a token, sends a
//! request that carries it in [`TOKEN_HEADER`], and asks for the report. Validation is off: the
//! test fills members with what it likes.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use fogbank_schema::{Kind, Schemas};
use fogbank_service::{Reply, RequestEvents, RequestStream, ServiceError, WireInput};
use http::{HeaderMap, Response};
use serde_json::{Value as Json, json};

use crate::dynamic::{self, DynamicStruct, Value};
use crate::{Body, RequestIds, ServiceWire, WireRequest};

/// The header of a request that belongs to a registered case.
pub const TOKEN_HEADER: &str = "x-fogbank-conformance";

/// The largest streaming body that is kept for a report.
const LARGEST_STREAM: usize = 16 << 20;

/// The cases that tests have registered.
#[derive(Debug, Default)]
pub struct Conformance {
    next: AtomicU64,
    cases: Mutex<HashMap<String, Case>>,
}

#[derive(Clone, Debug, Default)]
struct Case {
    output: Json,
    error: Json,
    report: Json,
}

impl Conformance {
    /// Registers a case and answers its token: `{"token": "17"}`.
    ///
    /// # Errors
    ///
    /// When the body is no JSON.
    pub fn register(&self, body: &[u8]) -> Result<Json, serde_json::Error> {
        let case: Json = serde_json::from_slice(body)?;
        let token = self.next.fetch_add(1, Ordering::Relaxed).to_string();
        let case = Case {
            output: case["output"].clone(),
            error: case["error"].clone(),
            report: json!({"detected": null}),
        };
        self.cases().insert(token.clone(), case);
        Ok(json!({"token": token}))
    }

    /// What was read of the request with this token, which is forgotten; none for a token that
    /// nobody registered.
    pub fn report(&self, token: &str) -> Option<Json> {
        self.cases().remove(token).map(|case| case.report)
    }

    /// The token that a request carries.
    pub fn token_of(headers: &HeaderMap) -> Option<&str> {
        headers.get(TOKEN_HEADER)?.to_str().ok()
    }

    /// Reports that a request with this token got no further than this error.
    pub fn failed(&self, token: &str, error: &ServiceError) {
        if let Some(case) = self.cases().get_mut(token) {
            case.report["failed"] = json!(error.to_string());
        }
    }

    /// Reads a request, keeps what was read under the token, and answers what was registered.
    pub async fn answer(
        &self,
        token: &str,
        wire: &ServiceWire,
        op: usize,
        mut request: WireRequest<'_>,
        ids: RequestIds<'_>,
    ) -> Response<Body> {
        let read = read(wire, op, &mut request).await;
        let model = wire.model();
        let operation = format!("{}.{}", model.metadata.name, model.operations[op].name);
        let mut report = json!({
            "detected": operation,
            "protocol": format!("{:?}", wire.protocol()),
        });
        let failure = match read {
            Ok(input) => {
                report["input"] = input;
                None
            }
            Err(error) => {
                report["failed"] = json!(error.to_string());
                Some(error)
            }
        };
        let case = self.cases().get_mut(token).map(|case| {
            case.report = report;
            case.clone()
        });
        match (failure, case) {
            (Some(error), _) => wire.error(Some(op), &error, ids),
            (None, Some(case)) if !case.error.is_null() => {
                wire.error(Some(op), &error(wire.schemas(), &case.error), ids)
            }
            (None, case) => {
                let output = case.map(|case| case.output).unwrap_or_default();
                match reply(wire.schemas(), op, &output) {
                    Ok(reply) => wire.response(op, reply, ids),
                    Err(error) => wire.error(Some(op), &error, ids),
                }
            }
        }
    }

    fn cases(&self) -> std::sync::MutexGuard<'_, HashMap<String, Case>> {
        self.cases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The input of a request as canonical JSON.
async fn read(
    wire: &ServiceWire,
    op: usize,
    request: &mut WireRequest<'_>,
) -> Result<Json, ServiceError> {
    let mut input = Value::Null;
    request.read_unchecked(&mut |from| {
        input = dynamic::read_input(wire.schemas(), op, from)?;
        Ok(())
    })?;
    let Some(shape) = wire.model().operations[op].input else { return Ok(json!({})) };
    if wire.streams_in(op) {
        let stream = match request.take_stream() {
            RequestStream::Bytes(stream) => {
                let bytes = stream.collect(LARGEST_STREAM).await;
                let bytes = bytes.map_err(fogbank_service::stream_error)?;
                (!bytes.is_empty()).then_some(Value::Blob(bytes))
            }
            RequestStream::Events(events) => {
                let events = read_events(wire, op, events).await?;
                (!events.is_empty()).then_some(Value::List(events))
            }
        };
        insert_stream(wire, op, &mut input, stream);
    }
    Ok(dynamic::to_json(wire.schemas(), shape, &input))
}

/// All events of a request.
async fn read_events(
    wire: &ServiceWire,
    op: usize,
    mut events: RequestEvents,
) -> Result<Vec<Value>, ServiceError> {
    let mut read = Vec::new();
    let Some(union) = wire.events_in(op) else { return Ok(read) };
    while let Some(event) = events.next().await {
        event?.read(&mut |from| {
            read.push(dynamic::read_struct(wire.schemas(), union, from)?);
            Ok(())
        })?;
    }
    Ok(read)
}

fn insert_stream(wire: &ServiceWire, op: usize, input: &mut Value, stream: Option<Value>) {
    let model = wire.model();
    let Some(shape) = model.operations[op].input else { return };
    let Kind::Structure(structure) = &model.shape(shape).kind else { return };
    let Some(payload) = structure.payload.map(usize::from) else { return };
    if let (Value::Struct(members), Some(stream)) = (input, stream) {
        members.push((payload, stream));
    }
}

fn reply(schemas: &'static Schemas, op: usize, output: &Json) -> Result<Reply, ServiceError> {
    let members = match schemas.model().operations[op].output {
        Some(shape) => match dynamic::from_json(schemas, shape, output) {
            Ok(Value::Struct(members)) => members,
            Ok(_) => Vec::new(),
            Err(error) => return Err(ServiceError::internal(error)),
        },
        None => Vec::new(),
    };
    Ok(Reply::for_wire(DynamicStruct::output(schemas, op, members)))
}

/// A modelled error as a test describes it: `{"shape", "message", "members"}`.
fn error(schemas: &'static Schemas, described: &Json) -> ServiceError {
    let model = schemas.model();
    let name = described["shape"].as_str().unwrap_or_default();
    let message = described["message"].as_str().map(str::to_owned);
    let Some(index) = model.shapes.position(name) else {
        return ServiceError::new(name.to_owned(), 400, message.unwrap_or_default());
    };
    let shape = model.shape(index);
    let mut members = match dynamic::from_json(schemas, index, &described["members"]) {
        Ok(Value::Struct(members)) => members,
        Ok(_) => Vec::new(),
        Err(error) => return ServiceError::internal(error),
    };
    let Kind::Structure(structure) = &shape.kind else { return ServiceError::internal("no error") };
    let own = structure.members.iter().position(|it| it.name.eq_ignore_ascii_case("message"));
    if let (Some(own), Some(text)) = (own, &message)
        && !members.iter().any(|(position, _)| *position == own)
    {
        members.push((own, Value::String(text.clone())));
    }
    let traits = structure.error.as_ref();
    let (code, status) = traits.map_or((shape.name, 400), |traits| (traits.code, traits.status));
    let structure = DynamicStruct::new(schemas, index, members);
    ServiceError::from_shape(Box::new(structure), shape.name, code, status, message)
}

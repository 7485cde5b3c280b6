//! Reads responses as a client does, with AWS's own codecs and by the model alone.

use aws_smithy_cbor::codec::CborCodec;
use aws_smithy_json::codec::JsonCodec;
use aws_smithy_schema::codec::Codec;
use aws_smithy_schema::serde::{SerdeError, ShapeDeserializer};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use aws_smithy_xml::codec::XmlCodec;
use base64::Engine;
use fogbank_schema::{Kind, Location, Member, Protocol, ShapeIndex, Structure, TimestampFormat};
use fogbank_wire::Body;
use fogbank_wire::dynamic::{self, Value};
use http::Response;
use serde_json::{Map, Value as Json};

use crate::cases::Case;

fn body(response: &Response<Body>) -> Vec<u8> {
    response.body().as_bytes().expect("the cases do not stream").to_vec()
}

pub(crate) fn show(response: &Response<Body>) -> String {
    format!("{:?} {}", response.headers(), String::from_utf8_lossy(&body(response)))
}

fn structure(case: &Case, shape: ShapeIndex) -> &'static Structure<'static> {
    match &case.schemas.model().shape(shape).kind {
        Kind::Structure(structure) | Kind::Union(structure) => structure,
        _ => panic!("an output is a structure"),
    }
}

fn document(
    case: &Case,
    body: &[u8],
    read: &mut dyn FnMut(&mut dyn ShapeDeserializer) -> Result<Value, SerdeError>,
) -> Result<Value, String> {
    let read = match case.protocol {
        Protocol::RpcV2Cbor => read(&mut CborCodec::default().create_deserializer(body)),
        Protocol::AwsJson1_0 | Protocol::AwsJson1_1 | Protocol::RestJson1 => {
            read(&mut JsonCodec::default().create_deserializer(body))
        }
        _ => read(&mut XmlCodec::default().create_deserializer(body)),
    };
    read.map_err(|error| format!("{error} in {}", String::from_utf8_lossy(body)))
}

/// The document of a response, without what the query protocol puts around it.
fn unwrapped(case: &Case, response: &Response<Body>) -> Vec<u8> {
    let body = body(response);
    if case.protocol != Protocol::AwsQuery {
        return body;
    }
    let text = String::from_utf8(body).unwrap();
    let document = roxmltree::Document::parse(&text).expect("the response is XML");
    let result = document
        .root_element()
        .children()
        .find(|node| node.tag_name().name().ends_with("Result"))
        .expect("the response has a result");
    text[result.range()].as_bytes().to_vec()
}

/// The output of a response as canonical JSON.
pub(crate) fn read(
    case: &Case,
    shape: ShapeIndex,
    response: &Response<Body>,
) -> Result<Json, String> {
    let rest = matches!(case.protocol, Protocol::RestJson1 | Protocol::RestXml);
    if !rest {
        let body = unwrapped(case, response);
        if body.is_empty() {
            return Ok(Json::Object(Map::new()));
        }
        let read =
            document(case, &body, &mut |from| dynamic::read_struct(case.schemas, shape, from))?;
        return Ok(dynamic::to_json(case.schemas, shape, &read));
    }
    let mut members = head(case, shape, response)?;
    let structure = structure(case, shape);
    let body = body(response);
    if let Some(payload) = structure.payload {
        let member = &structure.members[usize::from(payload)];
        if let Some(value) = payload_value(case, member, &body, shape, payload)? {
            members.insert(member.name.to_owned(), value);
        }
    } else if !body.is_empty() {
        members.extend(in_body(case, shape, &body)?);
    }
    Ok(Json::Object(members))
}

fn in_body(case: &Case, shape: ShapeIndex, body: &[u8]) -> Result<Map<String, Json>, String> {
    let structure = structure(case, shape);
    let read = document(case, body, &mut |from| dynamic::read_struct(case.schemas, shape, from))?;
    let Value::Struct(read) = read else { panic!("a structure was read") };
    let read = read.into_iter().filter(|(index, _)| {
        let location = structure.members[*index].location;
        !matches!(location, Location::Header | Location::Headers | Location::StatusCode)
    });
    match dynamic::to_json(case.schemas, shape, &Value::Struct(read.collect())) {
        Json::Object(members) => Ok(members),
        _ => panic!("a structure is an object"),
    }
}

fn payload_value(
    case: &Case,
    member: &Member<'_>,
    body: &[u8],
    shape: ShapeIndex,
    index: u16,
) -> Result<Option<Json>, String> {
    let target = case.schemas.model().shape(member.target);
    if body.is_empty() {
        return Ok(None);
    }
    Ok(Some(match target.kind {
        Kind::Blob => Json::String(base64::engine::general_purpose::STANDARD.encode(body)),
        Kind::String | Kind::Enum(_) => Json::String(String::from_utf8(body.to_vec()).unwrap()),
        _ => {
            let own = case.schemas.shape(shape);
            let schema = own.member_schema_by_index(usize::from(index)).unwrap();
            let read = document(case, body, &mut |from| {
                dynamic::read(case.schemas, member.target, schema, from)
            })?;
            dynamic::to_json(case.schemas, member.target, &read)
        }
    }))
}

/// Headers of every response, which a prefix of no letters would take for members.
const OURS: [&str; 2] = ["content-type", "x-amzn-requestid"];

/// The members in headers and status.
fn head(
    case: &Case,
    shape: ShapeIndex,
    response: &Response<Body>,
) -> Result<Map<String, Json>, String> {
    let mut members = Map::new();
    for member in &structure(case, shape).members {
        let name = member.wire_name.unwrap_or(member.name);
        match member.location {
            Location::Header => {
                let all = response.headers().get_all(name).iter();
                let all: Vec<_> = all.map(|value| value.to_str().unwrap()).collect();
                if !all.is_empty() {
                    let value = header(case, member, &all.join(", "))?;
                    members.insert(member.name.to_owned(), value);
                }
            }
            Location::Headers => {
                let prefix = member.wire_name.unwrap_or_default().to_lowercase();
                let found: Map<String, Json> = response
                    .headers()
                    .iter()
                    .filter(|(name, _)| !OURS.contains(&name.as_str()))
                    .filter_map(|(name, value)| {
                        let key = name.as_str().strip_prefix(&prefix)?;
                        Some((key.to_owned(), Json::from(value.to_str().unwrap())))
                    })
                    .collect();
                if !found.is_empty() {
                    members.insert(member.name.to_owned(), Json::Object(found));
                }
            }
            Location::StatusCode => {
                members.insert(member.name.to_owned(), response.status().as_u16().into());
            }
            _ => {}
        }
    }
    Ok(members)
}

fn header(case: &Case, member: &Member<'_>, text: &str) -> Result<Json, String> {
    let target = case.schemas.model().shape(member.target);
    if member.json_value {
        let json = base64::engine::general_purpose::STANDARD.decode(text).unwrap();
        return Ok(Json::String(String::from_utf8(json).unwrap()));
    }
    let format = member.timestamp_format.or(target.timestamp_format);
    match &target.kind {
        Kind::List { member: element, .. } => {
            let kind = &case.schemas.model().shape(element.target).kind;
            let elements: Vec<String> = match kind {
                Kind::Timestamp if format.is_none() && element.timestamp_format.is_none() => text
                    .split(", ")
                    .collect::<Vec<_>>()
                    .chunks(2)
                    .map(|date| date.join(", "))
                    .collect(),
                _ => split(text),
            };
            elements.iter().map(|element_text| header(case, element, element_text)).collect()
        }
        Kind::Boolean | Kind::Integer | Kind::Long => {
            serde_json::from_str(text).map_err(|error| format!("{text}: {error}"))
        }
        Kind::Float | Kind::Double => Ok(serde_json::from_str(text).unwrap_or(Json::from(text))),
        Kind::Timestamp => {
            let format = match format {
                Some(TimestampFormat::EpochSeconds) => Format::EpochSeconds,
                Some(TimestampFormat::DateTime) => Format::DateTime,
                _ => Format::HttpDate,
            };
            let time = DateTime::from_str(text, format).map_err(|error| error.to_string())?;
            Ok(Json::from(time.as_secs_f64()))
        }
        _ => Ok(Json::from(text)),
    }
}

/// Elements between commas outside quotes.
fn split(text: &str) -> Vec<String> {
    let mut elements = vec![String::new()];
    let mut quoted = false;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        let last = elements.last_mut().unwrap();
        match character {
            '\\' if quoted => last.extend(characters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => elements.push(String::new()),
            ' ' if !quoted && last.is_empty() => {}
            _ => last.push(character),
        }
    }
    elements
}

/// The element `Error` of an XML response.
fn error_element(response: &Response<Body>) -> String {
    let text = String::from_utf8(body(response)).unwrap();
    let document = roxmltree::Document::parse(&text).expect("the response is XML");
    let error = document
        .descendants()
        .find(|node| node.tag_name().name() == "Error")
        .expect("the response has an error");
    text[error.range()].to_owned()
}

fn is_xml(case: &Case) -> bool {
    matches!(case.protocol, Protocol::AwsQuery | Protocol::Ec2Query | Protocol::RestXml)
}

/// Code and message of an error, as every client reads them.
pub(crate) fn error(
    case: &Case,
    response: &Response<Body>,
) -> Result<(String, Option<String>), String> {
    if is_xml(case) {
        let text = error_element(response);
        let document = roxmltree::Document::parse(&text).unwrap();
        let child = |name: &str| {
            let mut children = document.root_element().children();
            children.find(|node| node.has_tag_name(name)).and_then(|node| node.text())
        };
        let code = child("Code").ok_or("the error has no code")?;
        return Ok((code.to_owned(), child("Message").map(str::to_owned)));
    }
    let json: Json = match case.protocol {
        Protocol::RpcV2Cbor => cbor_texts(&body(response))?,
        _ => serde_json::from_slice(&body(response)).map_err(|error| error.to_string())?,
    };
    let mut code = match response.headers().get("x-amzn-errortype") {
        Some(kind) => kind.to_str().unwrap().to_owned(),
        None => json["__type"].as_str().ok_or("the error has no type")?.to_owned(),
    };
    if let Some(query) = response.headers().get("x-amzn-query-error") {
        code = query.to_str().unwrap().split(';').next().unwrap().to_owned();
    }
    let code = code.rsplit('#').next().unwrap().split(':').next().unwrap().to_owned();
    let message = json.get("message").or(json.get("Message")).and_then(Json::as_str);
    Ok((code, message.map(str::to_owned)))
}

/// The texts of a CBOR map.
fn cbor_texts(bytes: &[u8]) -> Result<Json, String> {
    use aws_smithy_schema::{Schema, ShapeId, ShapeType, prelude::STRING};
    static TYPE: Schema<'static> =
        Schema::new_member(ShapeId::from_parts("t#t", "t", "t"), ShapeType::String, "__type_", 0);
    let mut texts = Map::new();
    let map = Schema::new_map(ShapeId::from_parts("t#m", "t", "m"), &STRING, &TYPE);
    CborCodec::default()
        .create_deserializer(bytes)
        .read_map(&map, &mut |key, value| {
            if key == "__type" || key.eq_ignore_ascii_case("message") {
                texts.insert(key, Json::from(value.read_string(&STRING)?));
                return Ok(());
            }
            value.skip_value()
        })
        .map_err(|error| error.to_string())?;
    Ok(Json::Object(texts))
}

/// The members of an error as canonical JSON.
pub(crate) fn read_error(
    case: &Case,
    shape: ShapeIndex,
    response: &Response<Body>,
) -> Result<Json, String> {
    let mut members = match case.protocol {
        Protocol::RestJson1 | Protocol::RestXml => head(case, shape, response)?,
        _ => Map::new(),
    };
    let document = if is_xml(case) { error_element(response).into_bytes() } else { body(response) };
    members.extend(in_body(case, shape, &document)?);
    Ok(Json::Object(members))
}

//! The test suites that AWS published: for version 4, which `cargo xtask regen` brings with the
//! protocols' test cases, and for version 4a, whose signed requests and texts are in `aws4a.json`
//! (from aws-c-auth, under the Apache License 2.0).

#![allow(clippy::unwrap_used)]

use std::path::Path;

use fogbank_signing::{Canonical, Claims, Message, SigningKey, sha256_hex};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

/// Its published signature is made up; all else of the case holds.
const UNSIGNED: &str = "get-vanilla-with-session-token";

/// Its query gets the session token when it is signed already, which no service of ours takes.
const TOKEN_AFTER: (&str, &str) = ("post-sts-header-after", "query");

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

struct Request {
    method: String,
    path: String,
    query: String,
    headers: HeaderMap,
    body: String,
}

/// Reads a request of the suite, whose lines may be folded.
fn parse(text: &str) -> Request {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let first = lines.next().unwrap();
    let (method, rest) = first.split_once(' ').unwrap();
    let target = rest.rsplit_once(' ').unwrap().0;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut pairs: Vec<(String, String)> = Vec::new();
    for line in lines {
        if let Some(folded) = line.strip_prefix(' ') {
            let last = pairs.last_mut().unwrap();
            last.1 = format!("{} {}", last.1, folded.trim());
        } else if let Some((name, value)) = line.split_once(':') {
            pairs.push((name.to_owned(), value.to_owned()));
        }
    }
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: body.to_owned(),
    }
}

#[test]
fn the_suite_of_aws_passes() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../api-models/protocol-tests/signatures/aws4.json");
    let text = std::fs::read_to_string(file).expect("`cargo xtask regen` brings the suite");
    let cases: serde_json::Map<String, Value> = serde_json::from_str(&text).unwrap();
    assert!(cases.len() > 25, "{}", cases.len());
    for (name, case) in &cases {
        let text = |key: &str| case[key].as_str().unwrap().replace("\r\n", "\n");
        let request = parse(&text("sreq"));
        let message = Message {
            method: &request.method,
            path: &request.path,
            query: &request.query,
            headers: &request.headers,
            host: "",
        };
        let claims = Claims::of(&message).unwrap();
        assert_eq!(claims.access_key_id, "AKIDEXAMPLE", "{name}");
        let canonical = Canonical::of(&message, &claims, &sha256_hex(request.body.as_bytes()));
        assert_eq!(canonical.request, text("creq"), "{name}");
        assert_eq!(canonical.to_sign, text("sts"), "{name}");
        let key = SigningKey::new(&claims, SECRET).unwrap();
        let signed = name != UNSIGNED;
        assert_eq!(key.verifies(&canonical.to_sign, &claims.signature), signed, "{name}");
        let wrong = SigningKey::new(&claims, "another").unwrap();
        assert!(!wrong.verifies(&canonical.to_sign, &claims.signature), "{name}");
    }
}

#[test]
fn the_suite_of_version_4a_passes() {
    let cases: serde_json::Map<String, Value> =
        serde_json::from_str(include_str!("aws4a.json")).unwrap();
    assert!(cases.len() > 25, "{}", cases.len());
    for (name, kinds) in &cases {
        let kinds = kinds.as_object().unwrap().iter();
        for (kind, case) in kinds.filter(|(kind, _)| (&**name, &***kind) != TOKEN_AFTER) {
            let request = parse(case["request"].as_str().unwrap());
            let message = Message {
                method: &request.method,
                path: &request.path,
                query: &request.query,
                headers: &request.headers,
                host: "",
            };
            let claims = Claims::of(&message).unwrap();
            assert_eq!((claims.presigned, claims.region()), (kind == "query", None), "{name}");
            // What is not signed has the hash of nothing.
            let stated = request.headers.get("x-amz-content-sha256");
            let payload = match stated {
                Some(stated) => stated.to_str().unwrap().to_owned(),
                None => sha256_hex(request.body.trim_end().as_bytes()),
            };
            let canonical = Canonical::of(&message, &claims, &payload);
            assert_eq!(canonical.to_sign, case["to_sign"].as_str().unwrap(), "{name} {kind}");
            let key = SigningKey::new(&claims, SECRET).unwrap();
            assert!(key.verifies(&canonical.to_sign, &claims.signature), "{name} {kind}");
            let wrong = SigningKey::new(&claims, "another").unwrap();
            assert!(!wrong.verifies(&canonical.to_sign, &claims.signature), "{name} {kind}");
        }
    }
}

//! The test suites that AWS published: for version 4, which `cargo xtask regen` brings with the
//! protocols' test cases, and for version 4a, which comes with the crate `aws-sigv4`.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::Command;

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

impl Request {
    fn message(&self) -> Message<'_> {
        Message {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &self.headers,
            host: "",
        }
    }
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
        let message = request.message();
        let claims = Claims::of(&message).unwrap();
        assert_eq!(claims.access_key_id, "AKIDEXAMPLE", "{name}");
        let canonical = Canonical::of(&message, &claims, &sha256_hex(request.body.as_bytes()));
        assert_eq!(canonical.request(), text("creq"), "{name}");
        assert_eq!(canonical.to_sign, text("sts"), "{name}");
        let key = SigningKey::new(&claims, SECRET).unwrap();
        let signed = name != UNSIGNED;
        assert_eq!(key.verifies(&canonical.to_sign, &claims.signature), signed, "{name}");
        let wrong = SigningKey::new(&claims, "another").unwrap();
        assert!(!wrong.verifies(&canonical.to_sign, &claims.signature), "{name}");
    }
}

/// The folder of the suite in the sources of the crate that the lock file names.
fn suite_of_version_4a() -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--format-version", "1", "--locked", "--offline"]);
    let output = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut packages = metadata["packages"].as_array().unwrap().iter();
    let found = packages.find(|package| package["name"] == "aws-sigv4").unwrap();
    let manifest = Path::new(found["manifest_path"].as_str().unwrap());
    manifest.parent().unwrap().join("aws-signing-test-suite/v4a")
}

#[test]
fn the_suite_of_version_4a_passes() {
    let suite = suite_of_version_4a();
    let entries = std::fs::read_dir(&suite).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    // Requests whose paths are signed as they are: only S3 does so, and this service is another.
    let names: Vec<String> = names.filter(|name| !name.ends_with("-unnormalized")).collect();
    assert!(names.len() > 25, "{}", names.len());
    for name in &names {
        let folder = suite.join(name);
        for kind in ["header", "query"].into_iter().filter(|kind| (&**name, *kind) != TOKEN_AFTER) {
            let text = |what: &str| {
                std::fs::read_to_string(folder.join(format!("{kind}-{what}.txt"))).unwrap()
            };
            let request = parse(&text("signed-request"));
            let message = request.message();
            let claims = Claims::of(&message).unwrap();
            assert_eq!((claims.presigned, claims.region()), (kind == "query", None), "{name}");
            // What is not signed has the hash of nothing.
            let stated = request.headers.get("x-amz-content-sha256");
            let payload = match stated {
                Some(stated) => stated.to_str().unwrap().to_owned(),
                None => sha256_hex(request.body.trim_end().as_bytes()),
            };
            let canonical = Canonical::of(&message, &claims, &payload);
            assert_eq!(canonical.to_sign, text("string-to-sign"), "{name} {kind}");
            let key = SigningKey::new(&claims, SECRET).unwrap();
            assert!(key.verifies(&canonical.to_sign, &claims.signature), "{name} {kind}");
            let wrong = SigningKey::new(&claims, "another").unwrap();
            assert!(!wrong.verifies(&canonical.to_sign, &claims.signature), "{name} {kind}");
        }
    }
}

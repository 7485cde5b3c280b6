//! Every REST operation of the catalog: no path of another service lands in S3.

use fogbank_schema::Protocol;
use fogbank_service::HttpRequest;
use fogbank_wire::RequestHead;
use http::Method;

use super::host::Host;
use super::signature::Signature;
use super::{Clues, detect};

/// Paths without a word of their own, which any bucket could have: a signature or a host name
/// tells them from S3.
const WORDLESS: [&str; 2] = ["mediastore-data", "s3control"];

/// A path of the pattern.
fn path(uri: &str) -> String {
    let path = uri.split_once('?').map_or(uri, |(path, _)| path);
    let part = |part: &str| if part.starts_with('{') { "x1".to_owned() } else { part.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[test]
fn no_path_of_another_service_lands_in_s3() {
    let mut wrong = Vec::new();
    for entry in fogbank_index::services() {
        let rest =
            entry.protocols.iter().any(|p| matches!(p, Protocol::RestJson1 | Protocol::RestXml));
        if !rest || entry.name == "s3" {
            continue;
        }
        for operation in &entry.schemas.model().operations {
            let method: Method = operation.method.parse().unwrap();
            let path = path(operation.uri);
            let query = operation.uri.split_once('?').map(|(_, query)| query);
            let credential = format!(
                "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{}/aws4_request, \
                 SignedHeaders=host, Signature=0",
                entry.signing_name
            );
            for signed in [true, false] {
                let mut http = HttpRequest::default();
                if signed {
                    http.headers.insert("authorization", credential.parse().unwrap());
                }
                if entry.name == "s3control" {
                    http.headers.insert("x-amz-account-id", "000000000000".parse().unwrap());
                }
                let signature = Signature::of(&http);
                let clues = Clues {
                    head: RequestHead {
                        method: &method,
                        path: &path,
                        query,
                        headers: &http.headers,
                    },
                    signature: signature.as_ref(),
                    host: Host::Plain,
                    form: &[],
                };
                let speaks = |at| {
                    let model = fogbank_index::service(at).schemas.model();
                    model.operations.iter().any(|other| other.uri == operation.uri)
                };
                let found = detect(&clues, speaks).map(fogbank_index::service);
                let excused = !signed && WORDLESS.contains(&entry.name);
                if found.is_some_and(|found| found.name == "s3") && !excused {
                    wrong.push(format!(
                        "{}.{} {method} {path} {signed}",
                        entry.name, operation.name
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} operations land in S3:\n{}", wrong.len(), wrong.join("\n"));
}

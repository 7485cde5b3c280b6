//! What S3 refuses of a request whatever its bucket: heads that are too long, two ways to sign,
//! headers and parameters that the operation does not have.

use fogbank_service::{HttpRequest, RequestContext, ServiceError};
use http::header::AUTHORIZATION;

use crate::errors::{error, invalid_argument, invalid_request, method_not_allowed};
use crate::raw::is_form;

/// The most bytes of names and values of a request's headers.
const MOST_HEADERS: usize = 8192;

/// The header that says how an object is to be encrypted.
const ENCRYPTION: &str = "x-amz-server-side-encryption";

/// Operations that write an object or begin to, which take that header.
const ENCRYPTING: [&str; 5] =
    ["CopyObject", "CreateMultipartUpload", "CreateSession", "PutObject", "WriteGetObjectResponse"];

/// Checks a request from outside.
///
/// # Errors
///
/// `RequestHeaderSectionTooLarge`; `InvalidArgument` for what excludes each other and for headers
/// and parameters that the operation does not take; `MethodNotAllowed` for a POST that asks for
/// nothing.
pub(super) fn check(cx: &RequestContext) -> Result<(), ServiceError> {
    if cx.http.remote.is_none() {
        return Ok(());
    }
    let operation = cx.operation.name;
    check_head(&cx.http)?;
    check_encryption(&cx.http, operation)?;
    if is_form(&cx.http) {
        return Ok(());
    }
    check_parameters(&cx.http, operation)
}

fn check_head(request: &HttpRequest) -> Result<(), ServiceError> {
    let headers = request.headers.iter();
    let length: usize = headers.map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if length > MOST_HEADERS {
        return Err(error(
            "RequestHeaderSectionTooLarge",
            400,
            "Your request header section exceeds the maximum allowed size.",
            &[("MaxSizeAllowed", &MOST_HEADERS.to_string())],
        ));
    }
    let Some(authorization) = request.headers.get(AUTHORIZATION) else { return Ok(()) };
    let query = request.uri.query().unwrap_or_default();
    let signs = |name: &str| name == "Signature" || name.eq_ignore_ascii_case("X-Amz-Algorithm");
    if names(query).any(signs) {
        return Err(invalid_argument(
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature \
             query string parameter or the Authorization header should be specified",
            "Authorization",
            Some(&String::from_utf8_lossy(authorization.as_bytes())),
        ));
    }
    Ok(())
}

/// Other operations do not take even what would change nothing.
fn check_encryption(request: &HttpRequest, operation: &str) -> Result<(), ServiceError> {
    let Some(asked) = request.headers.get(ENCRYPTION) else { return Ok(()) };
    if ENCRYPTING.contains(&operation) {
        return Ok(());
    }
    Err(invalid_argument(
        format!("{ENCRYPTION} header is not supported for this operation."),
        ENCRYPTION,
        asked.to_str().ok(),
    ))
}

fn names(query: &str) -> impl Iterator<Item = &str> {
    query.split('&').map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name))
}

fn value<'q>(query: &'q str, name: &str) -> Option<&'q str> {
    query.split('&').find_map(|pair| {
        let (found, value) = pair.split_once('=').unwrap_or((pair, ""));
        (found == name).then_some(value)
    })
}

/// The operation was found by method and parameters, of which one alone may lead nowhere.
fn check_parameters(request: &HttpRequest, operation: &str) -> Result<(), ServiceError> {
    let query = request.uri.query().unwrap_or_default();
    match operation {
        "ListObjects" => match value(query, "list-type") {
            None => Ok(()),
            Some(other) => Err(invalid_argument(
                "Invalid List Type specified in Request",
                "list-type",
                Some(other),
            )),
        },
        "CompleteMultipartUpload" if value(query, "uploadId").is_none() => {
            Err(method_not_allowed(request.method.as_str(), "OBJECT"))
        }
        "PutObject" | "CopyObject" => {
            check_pair(query, "partNumber", "uploadId")?;
            check_pair(query, "uploadId", "partNumber")?;
            check_version(query)
        }
        "CreateMultipartUpload" => check_version(query),
        "GetObject" if value(query, "uploads").is_some() => {
            Err(invalid_request("Key is not expected for the GET method ?uploads subresource"))
        }
        _ => Ok(()),
    }
}

fn check_pair(query: &str, name: &'static str, other: &str) -> Result<(), ServiceError> {
    match value(query, name) {
        Some(given) if value(query, other).is_none() => Err(invalid_argument(
            format!("This operation does not accept {name} without {other}"),
            name,
            Some(given),
        )),
        _ => Ok(()),
    }
}

fn check_version(query: &str) -> Result<(), ServiceError> {
    match value(query, "versionId") {
        None => Ok(()),
        Some(given) => {
            let message = "This operation does not accept a version-id.";
            Err(invalid_argument(message, "versionId", Some(given)))
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;

    fn request(method: Method, uri: &str, headers: &[(&'static str, &str)]) -> HttpRequest {
        let mut request = HttpRequest { method, uri: uri.parse().unwrap(), ..Default::default() };
        for (name, value) in headers {
            request.headers.insert(*name, value.parse().unwrap());
        }
        request
    }

    #[test]
    fn heads() {
        let signed = ("authorization", "AWS4-HMAC-SHA256 Credential=a");
        let long = "x".repeat(MOST_HEADERS);
        for (uri, headers, code) in [
            ("/b/k", vec![signed], ""),
            ("/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256", vec![], ""),
            ("/b/k?x-amz-algorithm=AWS4-HMAC-SHA256", vec![signed], "InvalidArgument"),
            ("/b/k?AWSAccessKeyId=a&Signature=b", vec![signed], "InvalidArgument"),
            ("/b/k", vec![("x-any", &*long)], "RequestHeaderSectionTooLarge"),
        ] {
            let got = check_head(&request(Method::GET, uri, &headers));
            assert_eq!(
                got.map_or_else(|it| it.code().to_owned(), |()| String::new()),
                code,
                "{uri}"
            );
        }
    }

    #[test]
    fn encryption() {
        let asked = request(Method::PUT, "/b/k", &[(ENCRYPTION, "AES256")]);
        assert!(check_encryption(&asked, "PutObject").is_ok());
        let error = check_encryption(&asked, "UploadPart").unwrap_err();
        let message = "x-amz-server-side-encryption header is not supported for this operation.";
        assert_eq!(error.message(), Some(message));
        assert!(check_encryption(&request(Method::GET, "/b/k", &[]), "GetObject").is_ok());
    }

    #[test]
    fn parameters() {
        for (operation, uri, refused) in [
            ("GetObject", "/b/k?partNumber=1&versionId=null&x-id=GetObject", ""),
            ("GetObject", "/b/k?uploads", "InvalidRequest"),
            ("DeleteObject", "/b/k?versionId=null", ""),
            ("PutObject", "/b/k?x-id=PutObject&foo", ""),
            ("PutObject", "/b/k?partNumber=1", "InvalidArgument"),
            ("PutObject", "/b/k?uploadId=1", "InvalidArgument"),
            ("PutObject", "/b/k?versionId=null", "InvalidArgument"),
            ("CompleteMultipartUpload", "/b/k?uploadId=1", ""),
            ("CompleteMultipartUpload", "/b/k", "MethodNotAllowed"),
            ("ListObjects", "/b", ""),
            ("ListObjects", "/b?list-type=3", "InvalidArgument"),
            ("ListObjectsV2", "/b?list-type=2", ""),
        ] {
            let got = check_parameters(&request(Method::PUT, uri, &[]), operation);
            let got = got.map_or_else(|error| error.code().to_owned(), |()| String::new());
            assert_eq!(got, refused, "{operation} {uri}");
        }
    }
}

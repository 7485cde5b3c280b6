//! Cases that cannot apply to a server, each with its reason, and those that apply in part.

const NO_BODY: &str = "the case has no body: that the client compresses it is the whole case";

const CLIENT_ALLOWS: &str =
    "a server without output sends neither body nor content type; clients must allow both";

/// Direction, case, reason.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("input", "RestJsonHostWithPath", "the path belongs to the client's endpoint"),
    ("input", "RestJsonQueryPrecedence", "the client drops a parameter given twice"),
    ("input", "RestXmlQueryPrecedence", "the client drops a parameter given twice"),
    ("input", "SDKAppendedGzipAfterProvidedEncoding_restJson1", NO_BODY),
    ("input", "SDKAppendedGzipAfterProvidedEncoding_restXml", NO_BODY),
    ("input", "SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_0", NO_BODY),
    ("input", "SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_1", NO_BODY),
    ("input", "SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsQuery", NO_BODY),
    ("input", "SDKAppendsGzipAndIgnoresHttpProvidedEncoding_ec2Query", NO_BODY),
    ("input", "SDKAppliedContentEncoding_awsJson1_0", NO_BODY),
    ("input", "SDKAppliedContentEncoding_awsJson1_1", NO_BODY),
    ("input", "SDKAppliedContentEncoding_awsQuery", NO_BODY),
    ("input", "SDKAppliedContentEncoding_ec2Query", NO_BODY),
    ("input", "SDKAppliedContentEncoding_restJson1", NO_BODY),
    ("input", "SDKAppliedContentEncoding_restXml", NO_BODY),
    ("output", "NoOutputClientAllowsEmptyBody", CLIENT_ALLOWS),
    ("output", "NoOutputClientAllowsEmptyCbor", CLIENT_ALLOWS),
];

/// What is empty looks on the wire like what is absent: these compare without what is empty.
const LOSSY: &[&str] = &[
    "Ec2EmptyQueryLists",
    "HttpPrefixHeadersAreNotPresent",
    "QueryEmptyQueryMaps",
    "RestJsonHttpPrefixHeadersAreNotPresent",
    "RestJsonHttpWithEmptyStructurePayload",
    "RestJsonHttpWithHeadersButNoPayload",
    "RestJsonOmitsEmptyListQueryValues",
];

/// The client makes up a token that the parameters do not have: these compare without it.
const TOKEN: &[&str] = &[
    "Ec2ProtocolIdempotencyTokenAutoFill",
    "QueryIdempotencyTokenAutoFill",
    "QueryProtocolIdempotencyTokenAutoFill",
    "RestJsonQueryIdempotencyTokenAutoFill",
];

/// What is empty does not count in this case.
pub(crate) fn is_lossy(id: &str) -> bool {
    LOSSY.contains(&id)
}

/// The request of this case has a token that its parameters do not have.
pub(crate) fn has_token(id: &str) -> bool {
    TOKEN.contains(&id)
}

const SPELLING: &str = "clients understand the type in a header; servers of awsJson put it in \
     the body";

/// Headers of a case's response that a server does not send: case, header, reason.
const HEADERS: &[(&str, &str, &str)] = &[
    ("AwsJson10FooErrorUsingXAmznErrorType", "x-amzn-errortype", SPELLING),
    ("AwsJson10FooErrorUsingXAmznErrorTypeWithUri", "x-amzn-errortype", SPELLING),
    ("AwsJson10FooErrorUsingXAmznErrorTypeWithUriAndNamespace", "x-amzn-errortype", SPELLING),
    ("AwsJson11FooErrorUsingXAmznErrorType", "x-amzn-errortype", SPELLING),
    ("AwsJson11FooErrorUsingXAmznErrorTypeWithUri", "x-amzn-errortype", SPELLING),
    ("AwsJson11FooErrorUsingXAmznErrorTypeWithUriAndNamespace", "x-amzn-errortype", SPELLING),
    ("AwsJson11IntEnums", "x-amz-target", "a header of requests"),
    ("RpcV2CborPayloadWithUnsetUnion", "content-length", "the case's own body is longer"),
    ("RestXmlHttpResponseCode", "content-type", "there is no content"),
];

/// A header of this case's response is none that a server sends.
pub(crate) fn leaves_out_header(id: &str, header: &str) -> bool {
    HEADERS.iter().any(|(case, name, _)| *case == id && header.eq_ignore_ascii_case(name))
}

/// Why a case does not apply; none when it does.
pub(crate) fn reason(direction: &str, id: &str) -> Option<&'static str> {
    EXCEPTIONS
        .iter()
        .find(|(of, case, _)| *of == direction && *case == id)
        .map(|(_, _, reason)| *reason)
}

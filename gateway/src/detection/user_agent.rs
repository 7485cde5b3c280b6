//! What a user agent says of the service: SDKs name the API that a client is for.
//!
//! `aws-sdk-js/3.777.0 ua/2.1 os/linux lang/js md/nodejs#22.1.0 api/bedrock-agent#3.777.0 m/E`;
//! every SDK spells the name in its own way, so that only its letters and digits count.

use fogbank_index::ServiceEntry;
use http::HeaderMap;

/// The headers, the one of browsers first: there nobody may set the other.
const HEADERS: [&str; 2] = ["x-amz-user-agent", "user-agent"];

/// The name of the API in the user agent of an SDK.
pub(crate) fn api(headers: &HeaderMap) -> Option<&str> {
    HEADERS.iter().find_map(|name| {
        let text = headers.get(*name)?.to_str().ok()?;
        let api = text.split(' ').find_map(|token| token.strip_prefix("api/"))?;
        api.split(['#', '/']).next().filter(|api| !api.is_empty())
    })
}

/// Whether a name of an API means the service.
pub(crate) fn means(api: &str, entry: &ServiceEntry) -> bool {
    let letters = |text: &'_ str| -> Vec<u8> {
        text.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_lowercase()).collect()
    };
    let api = letters(api);
    [entry.service_id, entry.name].iter().any(|name| letters(name) == api)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sdks_name_the_api_of_a_client() {
        let cases = [
            (
                "aws-sdk-js/3.777.0 ua/2.1 os/linux lang/js api/bedrock-agent-runtime#3.777.0 m/E",
                true,
            ),
            (
                "aws-sdk-rust/1.3.7 ua/2.1 api/bedrockagentruntime#1.86.0 os/linux lang/rust#1.86.0",
                true,
            ),
            (
                "aws-sdk-java/2.31.0 md/io#sync ua/2.1 api/Bedrock_Agent_Runtime#2.31.0 os/Linux",
                true,
            ),
            (
                "aws-sdk-go-v2/1.36.3 ua/2.1 os/linux lang/go#1.24.1 api/bedrockagentruntime#1.41.0",
                true,
            ),
            ("aws-sdk-js/3.777.0 ua/2.1 api/bedrock-agent#3.777.0", false),
            ("Boto3/1.44.5 md/Botocore#1.44.5 ua/2.0 os/linux", false),
            ("curl/8.5.0", false),
        ];
        let entry = fogbank_index::by_name("bedrock-agent-runtime").map(fogbank_index::service);
        for (agent, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert("user-agent", agent.parse().unwrap());
            let found = api(&headers).is_some_and(|api| means(api, entry.unwrap()));
            assert_eq!(found, expected, "{agent}");
        }
    }
}

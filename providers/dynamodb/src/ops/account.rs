//! `DescribeLimits`, `DescribeEndpoints`.

use fogbank_api_dynamodb::{DescribeEndpointsResponse, DescribeLimitsOutput, Endpoint};
use fogbank_service::RequestContext;

/// Capacity units that an account may provision in a region, and that a table may have.
const ACCOUNT_UNITS: i64 = 80_000;
const TABLE_UNITS: i64 = 40_000;
/// Minutes after which clients ask again for the endpoint.
const CACHE_MINUTES: i64 = 1440;

/// The quotas of an account that never asked for others.
pub fn describe_limits() -> DescribeLimitsOutput {
    DescribeLimitsOutput {
        account_max_read_capacity_units: Some(ACCOUNT_UNITS),
        account_max_write_capacity_units: Some(ACCOUNT_UNITS),
        table_max_read_capacity_units: Some(TABLE_UNITS),
        table_max_write_capacity_units: Some(TABLE_UNITS),
    }
}

/// The endpoint: the one that the client asked.
pub fn describe_endpoints(cx: &RequestContext) -> DescribeEndpointsResponse {
    let address = match cx.http.host.as_str() {
        "" => format!("dynamodb.{}.{}", cx.region.as_str(), cx.partition().dns_suffix()),
        host => host.to_owned(),
    };
    DescribeEndpointsResponse {
        endpoints: vec![Endpoint { address, cache_period_in_minutes: CACHE_MINUTES }],
    }
}

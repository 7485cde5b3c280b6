//! The region: of the credential scope, of the host name or queue path, or the default.

use fogbank_context::Region;
use fogbank_service::ServiceError;

use crate::detection::regions;
use crate::exchange::{Exchange, Step};

/// Finds the region and refuses those that AWS does not have, unless they are allowed.
pub(crate) fn handle(x: &mut Exchange) -> Step {
    let config = &x.core.config;
    let signed = x.signature.as_ref().and_then(|signature| signature.region());
    let (region, known) = match (signed, x.named_region.take()) {
        (Some(name), _) => {
            let known =
                regions::known(name).or_else(|| regions::known(regions::of_partition(name)?));
            (known.cloned().unwrap_or_else(|| Region::new(name)), known.is_some())
        }
        (None, Some(region)) => {
            let known = regions::known(region.as_str()).is_some();
            (region, known)
        }
        (None, None) => (config.default_region.clone(), true),
    };
    let allowed = known || config.allow_nonstandard_regions || region == config.default_region;
    if !allowed {
        tracing::info!(%region, "refused a region that AWS does not have; see ALLOW_NONSTANDARD_REGIONS");
        return Err(not_a_region(x, &region).into());
    }
    x.region = Some(region);
    Ok(())
}

fn not_a_region(x: &Exchange, region: &Region) -> ServiceError {
    let service = x.service.as_ref().map_or("", |slot| slot.name());
    if service == "s3" {
        let expected = x.core.config.default_region.as_str();
        let message = format!(
            "The authorization header is malformed; the region '{region}' is wrong; expecting \
             '{expected}'"
        );
        return ServiceError::new("AuthorizationHeaderMalformed", 400, message)
            .with_member("Region", expected);
    }
    let message = format!("Credential should be scoped to a valid region, not '{region}'. ");
    ServiceError::new("InvalidSignatureException", 403, message).with_code("SignatureDoesNotMatch")
}

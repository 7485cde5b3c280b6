//! Website configurations.

use fogbank_api_s3 as api;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::configuration::Website;
use crate::errors::Missing;
use crate::store;
use crate::stored::Stored;
use crate::website;

pub(crate) async fn put_bucket_website(
    cx: &RequestContext,
    input: api::PutBucketWebsiteRequest,
) -> Result<Unit, ServiceError> {
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        let document = &input.website_configuration;
        website::validate(document)?;
        let stored = Website {
            redirect_all: document.redirect_all_requests_to.as_ref().map(Stored::new),
            index: document.index_document.as_ref().map(|it| it.suffix.clone()),
            error: document.error_document.as_ref().map(|it| it.key.clone()),
            rules: document.routing_rules.iter().flatten().map(Stored::new).collect(),
        };
        bucket.configure(|configuration| configuration.website = Some(stored));
        Ok(Unit)
    })
}

pub(crate) async fn get_bucket_website(
    cx: &RequestContext,
    input: api::GetBucketWebsiteRequest,
) -> Result<api::GetBucketWebsiteOutput, ServiceError> {
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let stored = bucket.configuration.website.as_ref();
    let website = stored.ok_or_else(|| Missing::Website.of(&input.bucket))?;
    let rules: Vec<api::RoutingRule> = website.rules.iter().map(Stored::get).collect();
    Ok(api::GetBucketWebsiteOutput {
        redirect_all_requests_to: website.redirect_all.as_ref().map(Stored::get),
        index_document: website.index.clone().map(|suffix| api::IndexDocument { suffix }),
        error_document: website.error.clone().map(|key| api::ErrorDocument { key }),
        routing_rules: (!rules.is_empty()).then_some(rules),
    })
}

pub(crate) async fn delete_bucket_website(
    cx: &RequestContext,
    input: api::DeleteBucketWebsiteRequest,
) -> Result<Unit, ServiceError> {
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        bucket.configure(|configuration| configuration.website = None);
        Ok(Unit)
    })
}

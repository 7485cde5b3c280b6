//! `UpdateDocumentDefaultVersion`, `UpdateDocumentMetadata` and `ListDocumentMetadataHistory`.

use std::sync::Arc;

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};

use crate::document::{self, Review};
use crate::errors;
use crate::page::page;
use crate::store::store;

/// How many reviews a page has usually.
const PAGE: usize = 50;

pub(crate) fn set_default(
    cx: &RequestContext,
    input: &api::UpdateDocumentDefaultVersionRequest,
) -> Result<api::UpdateDocumentDefaultVersionResult, ServiceError> {
    document::edit(cx, &store(cx), &input.name, |document| {
        let version = document.version(Some(&input.document_version), None)?.clone();
        let number = version.description.document_version.clone().unwrap_or_default();
        document.default_version = number.parse().unwrap_or(document.default_version);
        let description = api::DocumentDefaultVersionDescription {
            name: Some(document.name.clone()),
            default_version: Some(number),
            default_version_name: version.description.version_name.clone(),
        };
        Ok(api::UpdateDocumentDefaultVersionResult { description: Some(description) })
    })
}

pub(crate) fn review(
    cx: &RequestContext,
    input: &api::UpdateDocumentMetadataRequest,
) -> Result<api::UpdateDocumentMetadataResponse, ServiceError> {
    let status = match input.document_reviews.action {
        api::DocumentReviewAction::Approve => api::ReviewStatus::Approved,
        api::DocumentReviewAction::Reject => api::ReviewStatus::Rejected,
        _ => api::ReviewStatus::Pending,
    };
    let comment = input.document_reviews.comment.iter().flatten().next();
    let review = Review {
        at: cx.now(),
        reviewer: cx.principal.arn.to_string(),
        status: status.as_str().to_owned(),
        comment: comment.and_then(|comment| comment.content.clone()),
    };
    document::edit(cx, &store(cx), &input.name, |document| {
        let version = document.version(input.document_version.as_deref(), None)?;
        let mut changed = (**version).clone();
        let pending = changed.description.review_status == Some(api::ReviewStatus::Pending);
        if !pending && input.document_reviews.action != api::DocumentReviewAction::SendForReview {
            return Err(errors::invalid_document_operation(
                "The document version is not under review.",
            ));
        }
        changed.description.review_status = Some(status);
        changed.reviews.push(review);
        let number = changed.description.document_version.as_deref();
        let number = number.and_then(|number| number.parse().ok()).unwrap_or(1);
        document.versions.insert(number, Arc::new(changed));
        Ok(api::UpdateDocumentMetadataResponse {})
    })
}

pub(crate) fn history(
    cx: &RequestContext,
    input: &api::ListDocumentMetadataHistoryRequest,
) -> Result<api::ListDocumentMetadataHistoryResponse, ServiceError> {
    let document = document::find(cx, &input.name)?;
    let version = document.version(input.document_version.as_deref(), None)?;
    let reviews = version.reviews.iter().cloned().enumerate().collect();
    let (reviews, next_token) = page(
        reviews,
        |(position, _): &(usize, Review)| position.to_string(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    let response = |(_, review): (usize, Review)| api::DocumentReviewerResponseSource {
        create_time: Some(review.at.to_wire()),
        updated_time: Some(review.at.to_wire()),
        review_status: Some(api::ReviewStatus::from(review.status)),
        comment: review.comment.map(|content| {
            vec![api::DocumentReviewCommentSource {
                r#type: Some(api::DocumentReviewCommentType::Comment),
                content: Some(content),
            }]
        }),
        reviewer: Some(review.reviewer),
    };
    let responses = reviews.into_iter().map(response).collect();
    Ok(api::ListDocumentMetadataHistoryResponse {
        name: Some(document.name.clone()),
        document_version: version.description.document_version.clone(),
        author: version.description.author.clone(),
        metadata: Some(api::DocumentMetadataResponseInfo { reviewer_response: Some(responses) }),
        next_token,
    })
}

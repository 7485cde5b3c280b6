//! The handlers of the chain, one file each; [`crate::chain`] says their order.

/// Before it is known what is asked: the request as HTTP.
pub(crate) mod arrival {
    pub(crate) mod content_decoding;
    pub(crate) mod cors;
    pub(crate) mod internal_params;
    pub(crate) mod internal_routes;
    pub(crate) mod limits;
    pub(crate) mod metrics;
    pub(crate) mod shutdown_guard;
}

/// Who asks whom: service, signature, region, account.
pub(crate) mod addressing {
    pub(crate) mod account;
    pub(crate) mod missing_auth;
    pub(crate) mod presigned_urls;
    pub(crate) mod region;
    pub(crate) mod service_detection;
    pub(crate) mod signatures;
    pub(crate) mod trace_context;
}

/// What is asked, and the answer.
pub(crate) mod operation {
    pub(crate) mod authorization;
    pub(crate) mod body_digests;
    pub(crate) mod conformance;
    pub(crate) mod custom;
    pub(crate) mod dispatch;
    pub(crate) mod parse;
    pub(crate) mod raw_requests;
    pub(crate) mod service_loading;
}

/// What every response goes through.
pub(crate) mod departure {
    pub(crate) mod cors_headers;
    pub(crate) mod exceptions;
    pub(crate) mod identification;
    pub(crate) mod service_headers;
}

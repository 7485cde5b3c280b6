//! Amazon S3.
//!
//! Emulated: buckets in one namespace of all accounts, objects with every conditional header, ranges,
//! parts, checksums of ten algorithms, copies that share content, multipart uploads, versions, object lock,
//! tags, ACLs, encryption headers with the errors of SSE-C, the configurations of a bucket, and
//! notifications to SQS; lifecycle rules act on the clock; CORS, POST forms, presigned URLs and static
//! websites are answered as S3 answers them.
//!
//! Knowingly different from AWS:
//!
//! - Content is not enciphered at rest, and the KMS key of an object is not looked up in KMS.
//! - ACLs are enforced for callers of other accounts; where such a bucket has a policy, they pass.
//! - Events reach SQS. A topic or a function as destination fails the validation of destinations.
//! - Archived objects are restored at once, and lifecycle rules send no events.
//! - Signatures of presigned URLs and forms are not verified; their parameters and expiry are.
//! - `x-amz-write-offset-bytes`, event holds and MFA delete are refused.

mod access;
mod acl;
mod body;
mod bucket_name;
mod checksum;
mod conditions;
mod configuration;
mod copy_source;
mod cors;
mod encryption;
mod errors;
mod etag;
mod key;
mod lifecycle;
mod listing;
mod members;
mod metadata;
mod notification;
mod object;
mod object_lock;
mod ops;
mod presigned;
mod provider;
mod range;
mod raw;
mod store;
mod stored;
mod tags;
mod upload;
mod version_id;
mod website;

pub use provider::{S3Provider, provider};

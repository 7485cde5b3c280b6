//! Amazon S3.
//!
//! Emulated: buckets in one namespace of all accounts, directory buckets, objects with every conditional
//! header, ranges, parts, checksums of ten algorithms, copies that share content, multipart uploads,
//! versions, object lock, tags, annotations, ACLs, encryption headers with the errors of SSE-C and of
//! KMS, queries over CSV, JSON and Parquet (S3 Select), the configurations of a bucket, notifications to SQS and SNS, replication between buckets;
//! lifecycle rules, access logs and inventories act on the clock; directory buckets append and rename; CORS, POST forms, presigned URLs and static websites are answered as
//! S3 answers them. S3 Control is here too, because access points stand for buckets.
//!
//! Knowingly different from AWS:
//!
//! - Content is not enciphered at rest. Where nothing emulates KMS, any key is taken.
//! - Callers of other accounts and anonymous requests are judged by ACLs, bucket policies and blocks of public
//!   access. The policies of callers themselves are the gateway's to judge.
//! - New buckets take keys of customers, which S3 blocks for buckets made since April 2026;
//!   `S3_BLOCK_SSE_C=1` makes them refuse such objects.
//! - Events reach SQS and SNS. A function as destination fails the validation of destinations, and
//!   EventBridge hears of objects where it is used.
//! - Replication happens at once.
//! - Archived objects are restored at once, unless `S3_SLOW_RESTORES=1` lets it take AWS's time.
//! - Signatures of presigned URLs and forms are verified with `VERIFY_SIGNATURES=1`; their parameters and
//!   expiry always are.
//! - Event holds are refused.
//! - A session is made for a directory bucket that is not there yet, too.
//! - Access logs are delivered five minutes after their first line, and tell no times of processing; inventories
//!   are written as CSV and Parquet, not as ORC, at midnight. Neither sends events. Metadata tables are configured and not written.

mod access;
mod access_log;
mod acl;
mod annotation;
mod background;
mod body;
mod body_digest;
mod bucket_name;
mod checksum;
mod conditions;
mod configuration;
mod control;
mod copy_source;
mod cors;
mod delivery;
mod encryption;
mod errors;
mod etag;
mod inventory;
mod key;
mod lifecycle;
mod listing;
mod members;
mod metadata;
mod mfa;
mod notification;
mod object;
mod object_lock;
mod ops;
mod presigned;
mod provider;
mod range;
mod raw;
mod replication;
mod restoration;
mod select;
mod store;
mod stored;
mod tags;
mod upload;
mod version_id;
mod website;

pub use control::{S3ControlProvider, provider as provider_s3control};
pub use provider::{S3Provider, provider};

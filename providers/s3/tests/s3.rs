//! S3 in process, through its typed client, on a frozen clock.

<<<<<<< HEAD
#![allow(missing_docs, clippy::unwrap_used)]
=======
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
>>>>>>> 937c2f3 (Let tests of S3 panic)

mod s3 {
    mod buckets;
    mod cloud;
    mod configurations;
    mod lifecycle;
    mod listings;
    mod locks;
    mod multipart;
    mod notifications;
    mod objects;
    mod versions;
}

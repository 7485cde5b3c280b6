//! S3 in process, through its typed client, on a frozen clock.

#![allow(missing_docs, clippy::unwrap_used)]

mod s3 {
    mod access;
    mod beside_objects;
    mod buckets;
    mod cloud;
    mod configurations;
    mod contents {
        mod replicas;
        mod restores;
        mod select;
    }
    mod control {
        mod jobs;
        mod resources;
    }
    mod inventories;
    mod lifecycle;
    mod listings;
    mod locks;
    mod multipart;
    mod notifications;
    mod objects;
    mod versions;
}

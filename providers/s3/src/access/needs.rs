//! What operations need of an ACL.
//!
//! See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html>.

/// What an operation needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// A permission on the bucket.
    Bucket(&'static str),
    /// A permission on the object.
    Object(&'static str),
    /// No ACL gives it.
    Owner,
}

const NEEDS: [(&str, Need); 26] = [
    ("AbortMultipartUpload", Need::Bucket("WRITE")),
    ("CompleteMultipartUpload", Need::Bucket("WRITE")),
    ("CopyObject", Need::Bucket("WRITE")),
    ("CreateMultipartUpload", Need::Bucket("WRITE")),
    ("DeleteObject", Need::Bucket("WRITE")),
    ("DeleteObjects", Need::Bucket("WRITE")),
    ("GetBucketAcl", Need::Bucket("READ_ACP")),
    ("GetObject", Need::Object("READ")),
    ("GetObjectAcl", Need::Object("READ_ACP")),
    ("GetObjectAttributes", Need::Object("READ")),
    ("GetObjectTorrent", Need::Object("READ")),
    ("HeadBucket", Need::Bucket("READ")),
    ("HeadObject", Need::Object("READ")),
    ("ListMultipartUploads", Need::Bucket("READ")),
    ("ListObjectVersions", Need::Bucket("READ")),
    ("ListObjects", Need::Bucket("READ")),
    ("ListObjectsV2", Need::Bucket("READ")),
    ("ListParts", Need::Bucket("WRITE")),
    ("PutBucketAcl", Need::Bucket("WRITE_ACP")),
    ("PutObject", Need::Bucket("WRITE")),
    ("PutObjectAcl", Need::Object("WRITE_ACP")),
    ("RestoreObject", Need::Owner),
    ("SelectObjectContent", Need::Object("READ")),
    ("UploadPart", Need::Bucket("WRITE")),
    ("UploadPartCopy", Need::Bucket("WRITE")),
    ("WriteGetObjectResponse", Need::Owner),
];

/// What an operation needs; what the table does not name only the owner may do.
pub(super) fn need_of(operation: &str) -> Need {
    NEEDS
        .binary_search_by(|(name, _)| (*name).cmp(operation))
        .map_or(Need::Owner, |position| NEEDS[position].1)
}

/// Operations whose action in policies is not `s3:` and their name.
const ACTIONS: [(&str, &str); 48] = [
    ("CompleteMultipartUpload", "s3:PutObject"),
    ("CopyObject", "s3:PutObject"),
    ("CreateBucketMetadataConfiguration", "s3:CreateBucketMetadataTableConfiguration"),
    ("CreateMultipartUpload", "s3:PutObject"),
    ("DeleteBucketAnalyticsConfiguration", "s3:PutAnalyticsConfiguration"),
    ("DeleteBucketCors", "s3:PutBucketCORS"),
    ("DeleteBucketEncryption", "s3:PutEncryptionConfiguration"),
    ("DeleteBucketInventoryConfiguration", "s3:PutInventoryConfiguration"),
    ("DeleteBucketLifecycle", "s3:PutLifecycleConfiguration"),
    ("DeleteBucketMetricsConfiguration", "s3:PutMetricsConfiguration"),
    ("DeleteBucketOwnershipControls", "s3:PutBucketOwnershipControls"),
    ("DeleteBucketReplication", "s3:PutReplicationConfiguration"),
    ("DeleteBucketTagging", "s3:PutBucketTagging"),
    ("DeleteObjects", "s3:DeleteObject"),
    ("DeletePublicAccessBlock", "s3:PutBucketPublicAccessBlock"),
    ("GetBucketAccelerateConfiguration", "s3:GetAccelerateConfiguration"),
    ("GetBucketAnalyticsConfiguration", "s3:GetAnalyticsConfiguration"),
    ("GetBucketCors", "s3:GetBucketCORS"),
    ("GetBucketEncryption", "s3:GetEncryptionConfiguration"),
    ("GetBucketInventoryConfiguration", "s3:GetInventoryConfiguration"),
    ("GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration"),
    ("GetBucketMetricsConfiguration", "s3:GetMetricsConfiguration"),
    ("GetBucketNotificationConfiguration", "s3:GetBucketNotification"),
    ("GetBucketReplication", "s3:GetReplicationConfiguration"),
    ("GetObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration"),
    ("GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock"),
    ("HeadBucket", "s3:ListBucket"),
    ("HeadObject", "s3:GetObject"),
    ("ListBuckets", "s3:ListAllMyBuckets"),
    ("ListMultipartUploads", "s3:ListBucketMultipartUploads"),
    ("ListObjectVersions", "s3:ListBucketVersions"),
    ("ListObjects", "s3:ListBucket"),
    ("ListObjectsV2", "s3:ListBucket"),
    ("ListParts", "s3:ListMultipartUploadParts"),
    ("PutBucketAccelerateConfiguration", "s3:PutAccelerateConfiguration"),
    ("PutBucketAnalyticsConfiguration", "s3:PutAnalyticsConfiguration"),
    ("PutBucketCors", "s3:PutBucketCORS"),
    ("PutBucketEncryption", "s3:PutEncryptionConfiguration"),
    ("PutBucketInventoryConfiguration", "s3:PutInventoryConfiguration"),
    ("PutBucketLifecycleConfiguration", "s3:PutLifecycleConfiguration"),
    ("PutBucketMetricsConfiguration", "s3:PutMetricsConfiguration"),
    ("PutBucketNotificationConfiguration", "s3:PutBucketNotification"),
    ("PutBucketReplication", "s3:PutReplicationConfiguration"),
    ("PutObjectLockConfiguration", "s3:PutBucketObjectLockConfiguration"),
    ("PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock"),
    ("SelectObjectContent", "s3:GetObject"),
    ("UploadPart", "s3:PutObject"),
    ("UploadPartCopy", "s3:PutObject"),
];

/// Operations that are another action when the request names a version.
const OF_VERSIONS: [(&str, &str); 9] = [
    ("DeleteObject", "s3:DeleteObjectVersion"),
    ("DeleteObjectTagging", "s3:DeleteObjectVersionTagging"),
    ("GetObject", "s3:GetObjectVersion"),
    ("GetObjectAcl", "s3:GetObjectVersionAcl"),
    ("GetObjectAttributes", "s3:GetObjectVersionAttributes"),
    ("GetObjectTagging", "s3:GetObjectVersionTagging"),
    ("HeadObject", "s3:GetObjectVersion"),
    ("PutObjectAcl", "s3:PutObjectVersionAcl"),
    ("PutObjectTagging", "s3:PutObjectVersionTagging"),
];

/// The action of an operation in policies.
pub(super) fn action_of(operation: &str, versioned: bool) -> String {
    let of = |table: &[(&str, &'static str)]| {
        let position = table.binary_search_by(|(name, _)| (*name).cmp(operation)).ok();
        position.map(|position| table[position].1)
    };
    let action = versioned.then(|| of(&OF_VERSIONS)).flatten().or_else(|| of(&ACTIONS));
    action.map_or_else(|| format!("s3:{operation}"), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted() {
        assert!(NEEDS.is_sorted_by_key(|(name, _)| *name));
        assert!(ACTIONS.is_sorted_by_key(|(name, _)| *name));
        assert!(OF_VERSIONS.is_sorted_by_key(|(name, _)| *name));
        assert_eq!(action_of("HeadObject", false), "s3:GetObject");
        assert_eq!(action_of("HeadObject", true), "s3:GetObjectVersion");
        assert_eq!(need_of("PutBucketPolicy"), Need::Owner);
        assert_eq!(need_of("GetObject"), Need::Object("READ"));
    }
}

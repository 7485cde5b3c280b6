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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(NEEDS.is_sorted_by_key(|(name, _)| *name));
        assert_eq!(need_of("PutBucketPolicy"), Need::Owner);
        assert_eq!(need_of("GetObject"), Need::Object("READ"));
    }
}

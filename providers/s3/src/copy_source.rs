//! The `x-amz-copy-source` header.

use fogbank_service::{RequestContext, ServiceError};
use percent_encoding::percent_decode_str;

use crate::conditions::Conditions;
use crate::control::bucket_behind;
use crate::encryption::CustomerKey;
use crate::errors;
use crate::key::ObjectKey;
use crate::ops::get_object::{Found, find};
use crate::store;
use crate::version_id::Addressed;

/// The source of a copy: `bucket/key`, with or without a leading slash and a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CopySource {
    pub(crate) bucket: String,
    pub(crate) key: ObjectKey,
    pub(crate) addressed: Addressed,
}

fn malformed() -> ServiceError {
    invalid("Invalid copy source object key")
}

fn invalid(message: &'static str) -> ServiceError {
    errors::invalid_argument(message, "x-amz-copy-source", Some("x-amz-copy-source"))
}

impl CopySource {
    /// Reads the header of a request; what stands for a bucket becomes the bucket.
    ///
    /// # Errors
    ///
    /// Those of [`Self::parse`].
    pub(crate) fn of(cx: &RequestContext, header: &str) -> Result<Self, ServiceError> {
        let source = Self::parse(header)?;
        Ok(Self { bucket: bucket_behind(cx, source.bucket), ..source })
    }

    /// Reads the header.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` without a key, or for an id that S3 never gave out.
    pub(crate) fn parse(header: &str) -> Result<Self, ServiceError> {
        if header.is_empty() {
            return Err(invalid("Invalid copy source bucket name"));
        }
        // S3 takes the whole address of an object, too.
        let address = header.strip_prefix("http://").or_else(|| header.strip_prefix("https://"));
        let header = address.and_then(|it| it.split_once('/')).map_or(header, |(_, path)| path);
        let header = header.strip_prefix('/').unwrap_or(header);
        let (path, query) = match header.rsplit_once("?versionId=") {
            Some((path, version)) => (path, Some(version)),
            None => (header, None),
        };
        let version = query.map(|version| version.split('&').next().unwrap_or(version));
        let decode = |text: &str| {
            percent_decode_str(&text.replace('+', " "))
                .decode_utf8()
                .map(|text| text.into_owned())
                .map_err(|_| malformed())
        };
        let of_access_point = path.starts_with("arn:").then(|| path.split_once("/object/"));
        let (bucket, key) = match of_access_point.flatten().or_else(|| path.split_once('/')) {
            Some((bucket, key)) => (decode(bucket)?, decode(key)?),
            // The slash itself may be encoded.
            None => {
                let decoded = decode(path)?;
                let (bucket, key) = decoded.split_once('/').ok_or_else(malformed)?;
                (bucket.to_owned(), key.to_owned())
            }
        };
        if bucket.is_empty() {
            return Err(invalid("Invalid copy source bucket name"));
        }
        if key.is_empty() {
            return Err(malformed());
        }
        Ok(Self { bucket, key: ObjectKey::parse(&key)?, addressed: Addressed::parse(version)? })
    }

    /// Finds the source and checks that it may be copied.
    ///
    /// # Errors
    ///
    /// Those of a read; `InvalidRequest` for a delete marker that is named by its id;
    /// `PreconditionFailed`.
    pub(crate) fn open(
        &self,
        cx: &RequestContext,
        expected_owner: Option<&str>,
        conditions: &Conditions,
        customer: CustomerKey<'_>,
    ) -> Result<Found, ServiceError> {
        let found = store::read(cx, &self.bucket, expected_owner, |bucket| {
            let marker = bucket.find(&self.key, self.addressed).is_some_and(|it| it.is_marker());
            if marker && self.addressed != Addressed::Current {
                return Err(errors::copy_source_is_delete_marker());
            }
            find(bucket, &self.key, self.addressed, "GET").map_err(|error| {
                // The headers of a read are about the object that is read.
                if error.code() == "NoSuchKey" { errors::no_such_key(&self.key) } else { error }
            })
        })?;
        if found.object.is_archived(cx.now()) {
            return Err(errors::error(
                "ObjectNotInActiveTierError",
                403,
                "The source object of the COPY action is not in the active tier and is only \
                 stored in Amazon S3 Glacier.",
                &[],
            ));
        }
        conditions.check_copy_source(&found.object.etag, found.version.modified, cx.now())?;
        customer.check_read(&found.object.encryption)?;
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for (header, bucket, key) in [
            ("b/k", "b", "k"),
            ("/b/k/with/slashes", "b", "k/with/slashes"),
            ("http://localhost:4566/b/k", "b", "k"),
            ("b/k%20x+y", "b", "k x y"),
            ("b%2Fk", "b", "k"),
            ("b/k%2Bx?versionId=null", "b", "k+x"),
            ("b//k", "b", "/k"),
            (
                "arn:aws:s3:us-east-1:000000000000:accesspoint/ap/object/dir/k",
                "arn:aws:s3:us-east-1:000000000000:accesspoint/ap",
                "dir/k",
            ),
        ] {
            let source = CopySource::parse(header).unwrap();
            assert_eq!((source.bucket.as_str(), source.key.as_str()), (bucket, key), "{header}");
        }
        for header in ["", "b", "b/", "/b", "b/k?versionId=1"] {
            assert_eq!(
                CopySource::parse(header).unwrap_err().code(),
                "InvalidArgument",
                "{header}"
            );
        }
    }
}

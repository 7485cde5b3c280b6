//! One row of an inventory.

use aws_smithy_types::date_time::Format;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fogbank_api_s3::InventoryOptionalField;
use fogbank_context::Timestamp;
use serde_json::json;

use crate::acl::{Acl, Grantee};
use crate::configuration::Ownership;
use crate::encryption::Encryption;
use crate::key::ObjectKey;
use crate::lifecycle;
use crate::listing::Encoding;
use crate::object::Object;
use crate::store::{Bucket, Version};

/// A version of an object in a report.
pub(super) struct Row<'a> {
    pub(super) bucket: &'a Bucket,
    pub(super) key: &'a ObjectKey,
    pub(super) version: &'a Version,
    pub(super) latest: bool,
    /// The report has all versions, and columns that tell them apart.
    pub(super) all: bool,
}

/// The names of the columns.
pub(super) fn columns(all: bool, fields: &[InventoryOptionalField]) -> Vec<String> {
    let versions: &[&str] = if all { &["VersionId", "IsLatest", "IsDeleteMarker"] } else { &[] };
    let fields = fields.iter().map(InventoryOptionalField::as_str);
    let names = ["Bucket", "Key"].into_iter().chain(versions.iter().copied()).chain(fields);
    names.map(str::to_owned).collect()
}

/// A time with milliseconds, as reports have it.
fn date(at: Timestamp) -> String {
    let text = at.to_wire_secs().fmt(Format::DateTime).unwrap_or_default();
    text.replace('Z', ".000Z")
}

impl Row<'_> {
    /// The values, the key as it is.
    pub(super) fn values(&self, fields: &[InventoryOptionalField]) -> Vec<String> {
        let mut values = vec![self.bucket.name.as_str().to_owned(), self.key.as_str().to_owned()];
        if self.all {
            values.push(self.version.id.map(|id| id.text()).unwrap_or_default());
            values.push(self.latest.to_string());
            values.push(self.version.is_marker().to_string());
        }
        values.extend(fields.iter().map(|field| self.value(field.as_str())));
        values
    }

    /// The row with its line break: every value in quotes, the key escaped.
    pub(super) fn text(&self, fields: &[InventoryOptionalField]) -> String {
        let mut values = self.values(fields);
        values[1] = Encoding::Url.apply(self.key.as_str());
        let quoted: Vec<String> =
            values.iter().map(|value| format!("\"{}\"", value.replace('"', "\"\""))).collect();
        format!("{}\n", quoted.join(","))
    }

    fn value(&self, field: &str) -> String {
        let Some(object) = self.version.object.as_deref() else {
            return match field {
                "LastModifiedDate" => date(self.version.modified),
                "ObjectOwner" => self.bucket.owner_id(),
                _ => String::new(),
            };
        };
        let retention = object.lock.retention;
        match field {
            "Size" => object.size().to_string(),
            "LastModifiedDate" => date(self.version.modified),
            "StorageClass" => object.storage_class.clone(),
            "ETag" => object.etag.hex(),
            "IsMultipartUploaded" => (!object.parts.is_empty()).to_string(),
            "ReplicationStatus" => object.replication.map_or("", |it| it.as_str()).to_owned(),
            "EncryptionStatus" => encryption(&object.encryption).to_owned(),
            "ObjectLockRetainUntilDate" => retention.map(|it| date(it.until)).unwrap_or_default(),
            "ObjectLockMode" => retention.map_or("", |it| it.mode.as_str()).to_owned(),
            "ObjectLockLegalHoldStatus" => match object.lock.legal_hold {
                Some(true) => "ON".to_owned(),
                Some(false) => "OFF".to_owned(),
                None => String::new(),
            },
            "IntelligentTieringAccessTier" if object.storage_class == "INTELLIGENT_TIERING" => {
                "FREQUENT".to_owned()
            }
            "BucketKeyStatus" => match object.encryption.bucket_key() {
                Some(true) => "ENABLED".to_owned(),
                _ => "DISABLED".to_owned(),
            },
            "ChecksumAlgorithm" => {
                object.checksum.as_ref().map_or("", |it| it.algorithm.name()).to_owned()
            }
            "ObjectAccessControlList" => self.acl(object),
            "ObjectOwner" => object.owner.clone(),
            "LifecycleExpirationDate" => {
                let configuration = &self.bucket.configuration;
                let modified = self.version.modified;
                let at = lifecycle::expiration(configuration, self.key, object, modified);
                at.filter(|_| self.latest).map(|(at, _)| date(at)).unwrap_or_default()
            }
            _ => String::new(),
        }
    }

    fn acl(&self, object: &Object) -> String {
        let enforced = self.bucket.configuration.ownership == Ownership::BucketOwnerEnforced;
        let list = object.acl.clone().unwrap_or_else(|| Acl::private(&object.owner));
        let grants: Vec<_> = list
            .grants
            .iter()
            .map(|grant| match &grant.grantee {
                Grantee::User(id) => json!({
                    "canonicalId": id, "type": "CanonicalUser", "permission": grant.permission,
                }),
                Grantee::Group(uri) => json!({
                    "uri": uri, "type": "Group", "permission": grant.permission,
                }),
                Grantee::Email(address) => json!({
                    "emailAddress": address, "type": "AmazonCustomerByEmail",
                    "permission": grant.permission,
                }),
            })
            .collect();
        let status = if enforced { "DISABLED" } else { "AVAILABLE" };
        let document = json!({ "version": "2022-11-10", "status": status, "grants": grants });
        STANDARD.encode(document.to_string())
    }
}

fn encryption(encryption: &Encryption) -> &'static str {
    match encryption {
        Encryption::S3 => "SSE-S3",
        Encryption::Kms { dual_layer: false, .. } => "SSE-KMS",
        Encryption::Kms { dual_layer: true, .. } => "DSSE-KMS",
        Encryption::Customer { .. } => "SSE-C",
    }
}

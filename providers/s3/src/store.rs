//! What S3 keeps: buckets with their configurations, objects, versions, uploads and parts.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_context::{AccountId, IdSource, Region, Timestamp};
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::{Resource, Rows, Table, Tracked, rows, store};
use serde::{Deserialize, Serialize};

use crate::access_log::AccessLog;
use crate::bucket_name::BucketName;
use crate::configuration::Configuration;
use crate::control::AccessPoint;
use crate::errors;
use crate::etag::ETag;
use crate::key::ObjectKey;
use crate::object::Object;
use crate::restoration::Restoration;
use crate::upload::{Part, Upload, UploadId};
use crate::version_id::{Addressed, NULL, VersionId};

store! {
    /// The buckets of all accounts and regions: their names are one namespace.
    pub(crate) struct S3Store: "s3", Global {
        /// The buckets by name.
        pub(crate) buckets: Table<BucketName, Bucket>,
        /// The access points by their ARNs.
        pub(crate) access_points: Table<String, AccessPoint>,
        /// What is logged of requests to buckets and not yet delivered, by their names.
        pub(crate) access_logs: Table<BucketName, AccessLog>,
        /// Restorations of archived objects whose copies have to come or to go.
        pub(crate) restorations: Table<String, Restoration>,
        /// The aliases of access points.
        pub(crate) aliases: Table<String, Alias>,
    }
}

/// What an alias that can stand for a bucket's name stands for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Alias {
    /// The access point.
    pub(crate) arn: String,
}

impl Resource for Alias {
    const VERSION: u32 = 1;
}

/// A bucket.
///
/// Every key that has a version at all has its newest one in `current`, delete markers included;
/// all others are in `older`, newest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Bucket {
    /// The name.
    pub(crate) name: BucketName,
    /// The account that created it.
    pub(crate) owner: AccountId,
    /// Where it is.
    pub(crate) region: Region,
    /// Since when.
    pub(crate) created: Timestamp,
    /// Everything that can be configured.
    pub(crate) configuration: Tracked<Configuration>,
    /// The newest version of every key.
    #[serde(skip)]
    pub(crate) current: Rows<ObjectKey, Arc<Version>>,
    /// All other versions.
    #[serde(skip)]
    pub(crate) older: Rows<(ObjectKey, Reverse<u64>), Arc<Version>>,
    /// Multipart uploads under way, in the order of their keys and then of their ids.
    #[serde(skip)]
    pub(crate) uploads: Rows<(ObjectKey, UploadId), Arc<Upload>>,
    /// The parts of those uploads.
    #[serde(skip)]
    pub(crate) parts: Rows<(UploadId, u16), Arc<Part>>,
}

impl Resource for Bucket {
    const VERSION: u32 = 1;
    rows!(current, older, uploads, parts);

    /// Nothing else of the header ever changes.
    fn header_stamp(&self) -> Option<u64> {
        Some(self.configuration.stamp())
    }
}

/// Whether a bucket keeps versions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Versioning {
    /// It never did.
    #[default]
    Off,
    /// It does.
    Enabled,
    /// It did; what is written now is the null version.
    Suspended,
}

/// A version of an object, or a delete marker.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Version {
    /// The position among the versions of the key; later ones are higher.
    pub(crate) position: u64,
    /// The id; none for the null version.
    pub(crate) id: Option<VersionId>,
    /// Since when.
    pub(crate) modified: Timestamp,
    /// The object; none for a delete marker.
    pub(crate) object: Option<Arc<Object>>,
}

impl Version {
    /// The id as documents carry it, `null` for the null version.
    pub(crate) fn id_text(&self) -> String {
        self.id.map_or_else(|| NULL.to_owned(), |id| id.text())
    }

    /// Whether this is a delete marker.
    pub(crate) fn is_marker(&self) -> bool {
        self.object.is_none()
    }

    fn is(&self, addressed: Addressed) -> bool {
        match addressed {
            Addressed::Current => true,
            Addressed::Null => self.id.is_none(),
            Addressed::Id(id) => self.id == Some(id),
        }
    }
}

impl Bucket {
    /// The canonical user id of the owner.
    pub(crate) fn owner_id(&self) -> String {
        crate::acl::canonical_id(self.owner)
    }

    /// Whether any object, version or marker is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.current.is_empty()
    }

    /// The version that a request addresses.
    pub(crate) fn find(&self, key: &ObjectKey, addressed: Addressed) -> Option<&Arc<Version>> {
        let current = self.current.get(key)?;
        if current.is(addressed) {
            return Some(current);
        }
        match addressed {
            Addressed::Id(id) => {
                let found = self.older.get(&(key.clone(), Reverse(id.position())));
                let found = found.filter(|version| version.is(addressed));
                // A replica has the id that its source has, and a position of its own.
                found.or_else(|| self.older_of(key).find(|version| version.is(addressed)))
            }
            _ => self.older_of(key).find(|version| version.is(addressed)),
        }
    }

    /// The version at this position among those of its key.
    pub(crate) fn at(&self, key: &ObjectKey, position: u64) -> Option<&Arc<Version>> {
        let current = self.current.get(key).filter(|version| version.position == position);
        current.or_else(|| self.older.get(&(key.clone(), Reverse(position))))
    }

    /// The versions of a key other than the newest, newest first.
    pub(crate) fn older_of(&self, key: &ObjectKey) -> impl Iterator<Item = &Arc<Version>> {
        let range = (key.clone(), Reverse(u64::MAX))..=(key.clone(), Reverse(0));
        self.older.range(range).map(|(_, version)| version)
    }

    /// The object that is current, where there is one.
    pub(crate) fn current_object(&self, key: &ObjectKey) -> Option<&Arc<Object>> {
        self.current.get(key).and_then(|version| version.object.as_ref())
    }

    /// The entity tag of the current object.
    pub(crate) fn current_etag(&self, key: &ObjectKey) -> Option<&ETag> {
        self.current_object(key).map(|object| &object.etag)
    }

    /// Puts an object, or a delete marker, as the newest version of a key, as the bucket's
    /// versioning says.
    pub(crate) fn push(
        &mut self,
        modified: Timestamp,
        ids: &IdSource,
        key: &ObjectKey,
        object: Option<Arc<Object>>,
    ) -> Arc<Version> {
        self.push_as(modified, ids, key, object, None)
    }

    /// As [`Self::push`], with this id where the bucket keeps versions.
    pub(crate) fn push_as(
        &mut self,
        modified: Timestamp,
        ids: &IdSource,
        key: &ObjectKey,
        object: Option<Arc<Object>>,
        given: Option<VersionId>,
    ) -> Arc<Version> {
        self.disturb_uploads(key);
        let versioning = self.configuration.versioning;
        let previous = self.current.get(key).cloned();
        let position = previous.as_ref().map_or(0, |version| version.position + 1);
        let new = || given.unwrap_or_else(|| VersionId::new(position, ids));
        let id = (versioning == Versioning::Enabled).then(new);
        let version = Arc::new(Version { position, id, modified, object });
        if id.is_none() && versioning == Versioning::Suspended {
            self.drop_older_null(key);
        }
        if let Some(previous) = previous
            && (id.is_some() || previous.id.is_some())
        {
            self.older.insert((key.clone(), Reverse(previous.position)), previous);
        }
        self.current.insert(key.clone(), version.clone());
        version
    }

    /// Notes on the uploads of a key that the key changed: their conditions became undecidable.
    fn disturb_uploads(&mut self, key: &ObjectKey) {
        if self.uploads.is_empty() {
            return;
        }
        let from = (key.clone(), UploadId::from(""));
        let uploads = self.uploads.range(from..).take_while(|((other, _), _)| other == key);
        let ids: Vec<UploadId> = uploads
            .filter(|(_, upload)| !upload.disturbed)
            .map(|((_, id), _)| id.clone())
            .collect();
        for id in ids {
            if let Some(upload) = self.uploads.get_mut(&(key.clone(), id)) {
                Arc::make_mut(upload).disturbed = true;
            }
        }
    }

    fn drop_older_null(&mut self, key: &ObjectKey) {
        let null = self.older_of(key).find(|version| version.id.is_none());
        if let Some(position) = null.map(|version| version.position) {
            self.older.remove(&(key.clone(), Reverse(position)));
        }
    }

    /// Takes a version out; the next older one becomes current when it was.
    pub(crate) fn take(&mut self, key: &ObjectKey, addressed: Addressed) -> Option<Arc<Version>> {
        let version = self.find(key, addressed)?.clone();
        self.disturb_uploads(key);
        let is_current =
            self.current.get(key).is_some_and(|current| current.position == version.position);
        if !is_current {
            return self.older.remove(&(key.clone(), Reverse(version.position)));
        }
        let next = self.older_of(key).next().cloned();
        match next {
            Some(next) => {
                self.older.remove(&(key.clone(), Reverse(next.position)));
                self.current.insert(key.clone(), next);
            }
            None => {
                self.current.remove(key);
            }
        }
        Some(version)
    }

    /// Changes the object of a version in place.
    pub(crate) fn edit_object<T>(
        &mut self,
        key: &ObjectKey,
        position: u64,
        edit: impl FnOnce(&mut Object) -> T,
    ) -> Option<T> {
        let is_current = self.current.get(key).is_some_and(|current| current.position == position);
        let version = if is_current {
            self.current.get_mut(key)?
        } else {
            self.older.get_mut(&(key.clone(), Reverse(position)))?
        };
        let object = Arc::make_mut(version).object.as_mut()?;
        Some(edit(Arc::make_mut(object)))
    }

    /// Changes the configuration.
    pub(crate) fn configure<T>(&mut self, edit: impl FnOnce(&mut Configuration) -> T) -> T {
        edit(&mut self.configuration)
    }

    /// An upload of this key.
    ///
    /// # Errors
    ///
    /// `NoSuchUpload`.
    pub(crate) fn upload(&self, key: &ObjectKey, id: &str) -> Result<&Arc<Upload>, ServiceError> {
        let upload = self.uploads.get(&(key.clone(), UploadId::from(id)));
        upload.ok_or_else(|| errors::no_such_upload(id))
    }

    /// The parts of an upload, in the order of their numbers.
    pub(crate) fn parts_of(&self, id: &UploadId) -> impl Iterator<Item = (u16, &Arc<Part>)> {
        let range = (id.clone(), 0)..=(id.clone(), u16::MAX);
        self.parts.range(range).map(|((_, number), part)| (*number, part))
    }

    /// Takes an upload with its parts out.
    pub(crate) fn take_upload(
        &mut self,
        key: &ObjectKey,
        id: &UploadId,
    ) -> BTreeMap<u16, Arc<Part>> {
        let parts: BTreeMap<u16, Arc<Part>> =
            self.parts_of(id).map(|(number, part)| (number, part.clone())).collect();
        for number in parts.keys() {
            self.parts.remove(&(id.clone(), *number));
        }
        self.uploads.remove(&(key.clone(), id.clone()));
        parts
    }
}

/// The store of a request's world.
pub(crate) fn store(cx: &RequestContext) -> Arc<S3Store> {
    cx.world.global::<S3Store>()
}

/// What every operation on a bucket checks first: the expected owner.
///
/// # Errors
///
/// `NoSuchBucket`, `AccessDenied` when the owner is another, `InvalidBucketOwnerAWSAccountID`.
pub(crate) fn admit(bucket: &Bucket, expected_owner: Option<&str>) -> Result<(), ServiceError> {
    let Some(expected) = expected_owner else { return Ok(()) };
    let expected: AccountId =
        expected.parse().map_err(|_| errors::invalid_bucket_owner(expected))?;
    if expected == bucket.owner { Ok(()) } else { Err(errors::access_denied()) }
}

/// Looks at a bucket; what changes it uses [`edit`].
///
/// # Errors
///
/// Those of [`admit`] and of `look`.
pub(crate) fn read<T>(
    cx: &RequestContext,
    name: &str,
    expected_owner: Option<&str>,
    look: impl FnOnce(&Bucket) -> Result<T, ServiceError>,
) -> Result<T, ServiceError> {
    check_owner_format(expected_owner)?;
    store(cx)
        .buckets
        .read(name, |bucket| {
            admit(bucket, expected_owner)?;
            look(bucket)
        })
        .unwrap_or_else(|| Err(errors::no_such_bucket(name)))
}

/// The bucket as it is now.
///
/// # Errors
///
/// Those of [`admit`].
pub(crate) fn get(
    cx: &RequestContext,
    name: &str,
    expected_owner: Option<&str>,
) -> Result<Arc<Bucket>, ServiceError> {
    check_owner_format(expected_owner)?;
    let bucket = store(cx).buckets.get(name).ok_or_else(|| errors::no_such_bucket(name))?;
    admit(&bucket, expected_owner)?;
    Ok(bucket)
}

/// Changes a bucket under its lock. `change` must check everything before its first change.
///
/// # Errors
///
/// Those of [`admit`] and of `change`.
pub(crate) fn edit<T>(
    cx: &RequestContext,
    name: &str,
    expected_owner: Option<&str>,
    change: impl FnOnce(&mut fogbank_state::Edit<'_, Bucket>) -> Result<T, ServiceError>,
) -> Result<T, ServiceError> {
    check_owner_format(expected_owner)?;
    store(cx)
        .buckets
        .update(name, |bucket| {
            admit(bucket, expected_owner)?;
            change(bucket)
        })
        .unwrap_or_else(|| Err(errors::no_such_bucket(name)))
}

fn check_owner_format(expected: Option<&str>) -> Result<(), ServiceError> {
    match expected {
        Some(text) if text.parse::<AccountId>().is_err() => Err(errors::invalid_bucket_owner(text)),
        _ => Ok(()),
    }
}

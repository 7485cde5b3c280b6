//! Access control lists: canned ones, grants of headers, and policies of documents.

use std::cell::RefCell;

use fogbank_context::AccountId;
use fogbank_service::ServiceError;
use serde::{Deserialize, Serialize};

use crate::errors;

/// A list of grants; the owner is the resource's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Acl {
    /// The canonical id of the owner that the list names.
    pub(crate) owner: String,
    /// The grants in order.
    pub(crate) grants: Vec<Grant>,
}

/// One grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Grant {
    /// To whom.
    pub(crate) grantee: Grantee,
    /// What, as the model spells it.
    pub(crate) permission: String,
}

/// Who holds a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Grantee {
    /// An account by its canonical id.
    User(String),
    /// A predefined group by its URI.
    Group(String),
    /// An account by its e-mail address; none is given any more.
    Email(String),
}

pub(crate) const ALL_USERS: &str = "http://acs.amazonaws.com/groups/global/AllUsers";
pub(crate) const AUTHENTICATED_USERS: &str =
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
pub(crate) const LOG_DELIVERY: &str = "http://acs.amazonaws.com/groups/s3/LogDelivery";
/// The canonical user id of whoever does not sign.
pub(crate) const ANONYMOUS: &str = "65a011a29cdf8ec533ec3d1ccaae921c";
const PERMISSIONS: [&str; 5] = ["FULL_CONTROL", "WRITE", "WRITE_ACP", "READ", "READ_ACP"];

/// The canonical user id of an account: 64 hexadecimal digits, always the same for the account.
pub(crate) fn canonical_id(account: AccountId) -> String {
    thread_local! {
        // Most requests are about one account.
        static LAST: RefCell<Option<(AccountId, String)>> = const { RefCell::new(None) };
    }
    LAST.with_borrow_mut(|last| match last {
        Some((known, id)) if *known == account => id.clone(),
        _ => {
            let id = fogbank_service::canonical_user_id(account);
            *last = Some((account, id.clone()));
            id
        }
    })
}

fn group(uri: &str, permission: &str) -> Grant {
    Grant { grantee: Grantee::Group(uri.to_owned()), permission: permission.to_owned() }
}

impl Acl {
    /// Full control for the owner alone.
    pub(crate) fn private(owner: &str) -> Self {
        let grantee = Grantee::User(owner.to_owned());
        let grants = vec![Grant { grantee, permission: "FULL_CONTROL".to_owned() }];
        Self { owner: owner.to_owned(), grants }
    }

    /// A canned list of the `x-amz-acl` header.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for an unknown name.
    pub(crate) fn canned(
        name: &str,
        owner: &str,
        bucket_owner: &str,
    ) -> Result<Self, ServiceError> {
        let mut acl = Self::private(owner);
        let bucket_owner = |permission: &str| Grant {
            grantee: Grantee::User(bucket_owner.to_owned()),
            permission: permission.to_owned(),
        };
        match name {
            "private" | "aws-exec-read" => {}
            "public-read" => acl.grants.push(group(ALL_USERS, "READ")),
            "public-read-write" => {
                acl.grants.extend([group(ALL_USERS, "READ"), group(ALL_USERS, "WRITE")]);
            }
            "authenticated-read" => acl.grants.push(group(AUTHENTICATED_USERS, "READ")),
            "log-delivery-write" => {
                acl.grants.extend([group(LOG_DELIVERY, "WRITE"), group(LOG_DELIVERY, "READ_ACP")]);
            }
            "bucket-owner-read" | "bucket-owner-full-control" => {
                let permission = if name == "bucket-owner-read" { "READ" } else { "FULL_CONTROL" };
                let grant = bucket_owner(permission);
                if grant.grantee != acl.grants[0].grantee {
                    acl.grants.push(grant);
                }
            }
            _ => {
                return Err(errors::error(
                    "InvalidArgument",
                    400,
                    "",
                    &[("ArgumentName", "x-amz-acl"), ("ArgumentValue", name)],
                ));
            }
        }
        Ok(acl)
    }

    /// Whether the list gives anything to anyone but this owner.
    pub(crate) fn gives_beyond(&self, owner: &str) -> bool {
        self.grants.iter().any(|grant| !matches!(&grant.grantee, Grantee::User(id) if id == owner))
    }

    /// Whether the list gives anything to everyone or to every AWS account.
    pub(crate) fn grants_publicly(&self) -> bool {
        self.grants.iter().any(|grant| {
            matches!(&grant.grantee, Grantee::Group(uri) if uri == ALL_USERS || uri == AUTHENTICATED_USERS)
        })
    }
}

/// The five grant headers of a request.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct GrantHeaders<'a> {
    pub(crate) full_control: Option<&'a str>,
    pub(crate) read: Option<&'a str>,
    pub(crate) read_acp: Option<&'a str>,
    pub(crate) write: Option<&'a str>,
    pub(crate) write_acp: Option<&'a str>,
}

impl<'a> GrantHeaders<'a> {
    fn each(&self) -> impl Iterator<Item = (&'static str, &'static str, &'a str)> {
        [
            ("x-amz-grant-full-control", "FULL_CONTROL", self.full_control),
            ("x-amz-grant-read", "READ", self.read),
            ("x-amz-grant-read-acp", "READ_ACP", self.read_acp),
            ("x-amz-grant-write", "WRITE", self.write),
            ("x-amz-grant-write-acp", "WRITE_ACP", self.write_acp),
        ]
        .into_iter()
        .filter_map(|(header, permission, value)| Some((header, permission, value?)))
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.each().next().is_none()
    }

    /// The grants of the headers.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for a malformed grantee, an unknown id or an unknown group.
    pub(crate) fn grants(&self) -> Result<Vec<Grant>, ServiceError> {
        let mut grants = Vec::new();
        for (header, permission, value) in self.each() {
            for part in value.split(',') {
                let malformed = || {
                    errors::invalid_argument("Argument format not recognized", header, Some(value))
                };
                let (kind, name) = part.trim().split_once('=').ok_or_else(malformed)?;
                let name = name.trim().trim_matches('"');
                let grantee = match kind.trim() {
                    "id" => check_id(name, "id")?,
                    "uri" => check_group(name, "uri")?,
                    "emailAddress" => return Err(errors::email_grantee()),
                    _ => return Err(malformed()),
                };
                grants.push(Grant { grantee, permission: permission.to_owned() });
            }
        }
        Ok(grants)
    }
}

/// The list that a request's headers ask for; none when they say nothing.
///
/// # Errors
///
/// `InvalidRequest` for both kinds at once; those of the kinds.
pub(crate) fn of_headers(
    canned: Option<&str>,
    headers: GrantHeaders<'_>,
    owner: &str,
    bucket_owner: &str,
) -> Result<Option<Acl>, ServiceError> {
    match (canned, headers.is_empty()) {
        (Some(_), false) => Err(errors::invalid_request(
            "Specifying both Canned ACLs and Header Grants is not allowed",
        )),
        (Some(canned), true) => Acl::canned(canned, owner, bucket_owner).map(Some),
        (None, false) => Ok(Some(Acl { owner: owner.to_owned(), grants: headers.grants()? })),
        (None, true) => Ok(None),
    }
}

/// One grant of a document, as far as it was given.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DocumentGrant<'a> {
    pub(crate) kind: Option<&'a str>,
    pub(crate) id: Option<&'a str>,
    pub(crate) uri: Option<&'a str>,
    pub(crate) email: Option<&'a str>,
    pub(crate) permission: Option<&'a str>,
}

/// The list of an `AccessControlPolicy` document.
///
/// # Errors
///
/// `MalformedACLError` for a document without an owner or with unknown permissions or kinds of
/// grantees; `InvalidArgument` for unknown ids and groups.
pub(crate) fn of_document<'a>(
    owner: Option<&str>,
    grants: impl IntoIterator<Item = DocumentGrant<'a>>,
) -> Result<Acl, ServiceError> {
    let owner = owner.ok_or_else(errors::malformed_acl)?;
    let grants: Vec<_> = grants.into_iter().collect();
    check_known(&grants)?;
    check_id(owner, "CanonicalUser/ID")?;
    Ok(Acl { owner: owner.to_owned(), grants: grants_of(grants)? })
}

/// The grants that a document gives beside an owner's.
///
/// # Errors
///
/// Those of [`of_document`].
pub(crate) fn of_grants<'a>(
    grants: impl IntoIterator<Item = DocumentGrant<'a>>,
) -> Result<Vec<Grant>, ServiceError> {
    let grants: Vec<_> = grants.into_iter().collect();
    check_known(&grants)?;
    grants_of(grants)
}

fn check_known(grants: &[DocumentGrant<'_>]) -> Result<(), ServiceError> {
    let known = |grant: &DocumentGrant<'_>| {
        grant.permission.is_some_and(|permission| PERMISSIONS.contains(&permission))
            && matches!(grant.kind, Some("CanonicalUser" | "Group" | "AmazonCustomerByEmail"))
    };
    if grants.iter().all(known) { Ok(()) } else { Err(errors::malformed_acl()) }
}

fn grants_of(grants: Vec<DocumentGrant<'_>>) -> Result<Vec<Grant>, ServiceError> {
    let mut list = Vec::with_capacity(grants.len());
    for grant in grants {
        let grantee = match grant.kind {
            Some("CanonicalUser") => {
                check_id(grant.id.ok_or_else(errors::malformed_acl)?, "CanonicalUser/ID")?
            }
            Some("Group") => {
                check_group(grant.uri.ok_or_else(errors::malformed_acl)?, "Group/URI")?
            }
            _ => {
                grant.email.ok_or_else(errors::malformed_acl)?;
                return Err(errors::email_grantee());
            }
        };
        let permission = grant.permission.unwrap_or_default().to_owned();
        list.push(Grant { grantee, permission });
    }
    Ok(list)
}

fn check_id(id: &str, argument: &'static str) -> Result<Grantee, ServiceError> {
    let valid = id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if valid {
        return Ok(Grantee::User(id.to_owned()));
    }
    Err(errors::invalid_argument("Invalid id", argument, Some(id)))
}

fn check_group(uri: &str, argument: &'static str) -> Result<Grantee, ServiceError> {
    if [ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY].contains(&uri) {
        return Ok(Grantee::Group(uri.to_owned()));
    }
    Err(errors::invalid_argument("Invalid group uri", argument, Some(uri)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(value: &str) -> Result<Vec<Grant>, ServiceError> {
        GrantHeaders { write: Some(value), ..GrantHeaders::default() }.grants()
    }

    #[test]
    fn headers() {
        let id = canonical_id(AccountId::DEFAULT);
        assert_eq!(id.len(), 64);
        let both = format!("id=\"{id}\", uri=\"{LOG_DELIVERY}\"");
        assert_eq!(header(&both).unwrap().len(), 2);
        for (value, message) in [
            ("fakekey=\"1234\"", "Argument format not recognized"),
            ("nothing", "Argument format not recognized"),
            ("id=\"wrong-id\"", "Invalid id"),
            ("uri=\"http://acs.amazonaws.com/groups/s3/FakeGroup\"", "Invalid group uri"),
        ] {
            assert_eq!(header(value).unwrap_err().message(), Some(message), "{value}");
        }
    }

    #[test]
    fn canned() {
        for (name, grants) in [
            ("private", 1),
            ("public-read", 2),
            ("public-read-write", 3),
            ("authenticated-read", 2),
            ("log-delivery-write", 3),
            ("bucket-owner-full-control", 2),
        ] {
            assert_eq!(Acl::canned(name, "o", "b").unwrap().grants.len(), grants, "{name}");
        }
        assert!(Acl::canned("public-read", "o", "b").unwrap().grants_publicly());
        assert!(!Acl::canned("private", "o", "b").unwrap().grants_publicly());
        assert_eq!(Acl::canned("fake-acl", "o", "b").unwrap_err().code(), "InvalidArgument");
    }

    #[test]
    fn documents() {
        let id = canonical_id(AccountId::DEFAULT);
        let grant = DocumentGrant {
            kind: Some("CanonicalUser"),
            id: Some(&id),
            permission: Some("READ"),
            ..DocumentGrant::default()
        };
        assert!(of_document(Some(&id), [grant]).is_ok());
        for (owner, grant, code) in [
            (None, grant, "MalformedACLError"),
            (Some(&*id), DocumentGrant { permission: Some("ALL"), ..grant }, "MalformedACLError"),
            (Some(&*id), DocumentGrant { kind: Some("BadType"), ..grant }, "MalformedACLError"),
            (Some(&*id), DocumentGrant { id: Some("wrong"), ..grant }, "InvalidArgument"),
            (Some("wrong"), grant, "InvalidArgument"),
        ] {
            assert_eq!(of_document(owner, [grant]).unwrap_err().code(), code);
        }
    }
}

//! The tags of everything that has tags.

use fogbank_api_iam::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::{Resource, Table};

use crate::errors;
use crate::ops::credentials::{mfa_devices, server_certificates};
use crate::ops::entities::instance_profiles;
use crate::ops::federation::{oidc, saml};
use crate::ops::policies::managed;
use crate::page::{Page, page_in_order};
use crate::store::{self, IamStore, key};
use crate::tags::Tags;

/// A resource with tags.
trait Tagged: Resource {
    fn tags(&self) -> &Tags;
    fn tags_mut(&mut self) -> &mut Tags;
}

macro_rules! tagged {
    ($($type:ty),*) => {$(
        impl Tagged for $type {
            fn tags(&self) -> &Tags {
                &self.tags
            }
            fn tags_mut(&mut self) -> &mut Tags {
                &mut self.tags
            }
        }
    )*};
}

tagged!(
    store::User,
    store::Role,
    store::Policy,
    store::InstanceProfile,
    store::VirtualMfa,
    store::SamlProvider,
    store::OidcProvider,
    store::ServerCertificate
);

/// Where a tagged resource is: its table, and its key once it is known to be there.
trait Place {
    type Of: Tagged;
    fn table(store: &IamStore) -> &Table<String, Self::Of>;
    fn key(cx: &RequestContext, name: &str) -> Result<String, ServiceError>;
}

macro_rules! place {
    ($name:ident, $type:ty, $table:ident, |$cx:ident, $text:ident| $key:expr) => {
        struct $name;

        impl Place for $name {
            type Of = $type;
            fn table(store: &IamStore) -> &Table<String, $type> {
                &store.$table
            }
            fn key($cx: &RequestContext, $text: &str) -> Result<String, ServiceError> {
                $key
            }
        }
    };
}

place!(Users, store::User, users, |cx, name| {
    Ok(key(&IamStore::of(cx).find::<store::User>(name)?.name))
});
place!(Roles, store::Role, roles, |cx, name| {
    Ok(key(&IamStore::of(cx).find::<store::Role>(name)?.name))
});
place!(Profiles, store::InstanceProfile, instance_profiles, |cx, name| {
    Ok(key(&instance_profiles::find(&IamStore::of(cx), name)?.name))
});
place!(Policies, store::Policy, policies, |cx, arn| Ok(key(&managed::own(cx, arn)?.name)));
place!(Devices, store::VirtualMfa, mfa_devices, |cx, serial| {
    Ok(mfa_devices::find(&IamStore::of(cx), serial)?.serial_number.clone())
});
place!(Saml, store::SamlProvider, saml_providers, |cx, arn| saml::key_of(cx, arn));
place!(Oidc, store::OidcProvider, oidc_providers, |cx, arn| oidc::key_of(cx, arn));
place!(Certificates, store::ServerCertificate, server_certificates, |cx, name| {
    Ok(key(&server_certificates::find(&IamStore::of(cx), name)?.name))
});

fn tag<P: Place>(cx: &RequestContext, name: &str, tags: Vec<Tag>) -> Result<Unit, ServiceError> {
    let key = P::key(cx, name)?;
    let store = IamStore::of(cx);
    let tagged = P::table(&store).try_update(&key, |resource| resource.tags_mut().set(tags));
    // Whatever was deleted meanwhile is not found.
    tagged.unwrap_or_else(|| Err(errors::no_such_entity("The resource cannot be found.")))?;
    Ok(Unit)
}

fn untag<P: Place>(cx: &RequestContext, name: &str, keys: &[String]) -> Result<Unit, ServiceError> {
    let key = P::key(cx, name)?;
    P::table(&IamStore::of(cx)).update(&key, |resource| resource.tags_mut().remove(keys));
    Ok(Unit)
}

fn list<P: Place>(
    cx: &RequestContext,
    name: &str,
    marker: Option<&String>,
    max_items: Option<i32>,
) -> Result<Page<Tag>, ServiceError> {
    let key = P::key(cx, name)?;
    let tags = P::table(&IamStore::of(cx)).read(&key, |resource| resource.tags().list());
    page_in_order(tags.unwrap_or_default(), marker.map(String::as_str), max_items)
}

macro_rules! operations {
    ($place:ident: $tag:ident($tag_in:ident), $untag:ident($untag_in:ident),
     $list:ident($list_in:ident) -> $list_out:ident by $name:ident) => {
        pub(crate) fn $tag(cx: &RequestContext, input: $tag_in) -> Result<Unit, ServiceError> {
            tag::<$place>(cx, &input.$name, input.tags)
        }

        pub(crate) fn $untag(cx: &RequestContext, input: &$untag_in) -> Result<Unit, ServiceError> {
            untag::<$place>(cx, &input.$name, &input.tag_keys)
        }

        pub(crate) fn $list(
            cx: &RequestContext,
            input: &$list_in,
        ) -> Result<$list_out, ServiceError> {
            let page = list::<$place>(cx, &input.$name, input.marker.as_ref(), input.max_items)?;
            Ok($list_out {
                is_truncated: page.is_truncated(),
                tags: page.items,
                marker: page.marker,
            })
        }
    };
}

operations!(Users: tag_user(TagUserRequest), untag_user(UntagUserRequest),
    list_user_tags(ListUserTagsRequest) -> ListUserTagsResponse by user_name);
operations!(Roles: tag_role(TagRoleRequest), untag_role(UntagRoleRequest),
    list_role_tags(ListRoleTagsRequest) -> ListRoleTagsResponse by role_name);
operations!(Profiles: tag_instance_profile(TagInstanceProfileRequest),
    untag_instance_profile(UntagInstanceProfileRequest),
    list_instance_profile_tags(ListInstanceProfileTagsRequest)
    -> ListInstanceProfileTagsResponse by instance_profile_name);
operations!(Policies: tag_policy(TagPolicyRequest), untag_policy(UntagPolicyRequest),
    list_policy_tags(ListPolicyTagsRequest) -> ListPolicyTagsResponse by policy_arn);
operations!(Devices: tag_mfa_device(TagMFADeviceRequest), untag_mfa_device(UntagMFADeviceRequest),
    list_mfa_device_tags(ListMFADeviceTagsRequest)
    -> ListMFADeviceTagsResponse by serial_number);
operations!(Saml: tag_saml_provider(TagSAMLProviderRequest),
    untag_saml_provider(UntagSAMLProviderRequest),
    list_saml_provider_tags(ListSAMLProviderTagsRequest)
    -> ListSAMLProviderTagsResponse by saml_provider_arn);
operations!(Oidc: tag_oidc_provider(TagOpenIDConnectProviderRequest),
    untag_oidc_provider(UntagOpenIDConnectProviderRequest),
    list_oidc_provider_tags(ListOpenIDConnectProviderTagsRequest)
    -> ListOpenIDConnectProviderTagsResponse by open_id_connect_provider_arn);
operations!(Certificates: tag_server_certificate(TagServerCertificateRequest),
    untag_server_certificate(UntagServerCertificateRequest),
    list_server_certificate_tags(ListServerCertificateTagsRequest)
    -> ListServerCertificateTagsResponse by server_certificate_name);

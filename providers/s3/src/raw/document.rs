//! Whether the document of a request has the form of its schema: S3 refuses documents with another
//! root, with elements that the schema does not know, and with two of what it has once.

use aws_smithy_xml::decode::{Document, ScopedDecoder};
use fogbank_api_s3::SCHEMAS;
use fogbank_schema::{Kind, Location, Member, Operation, Shape};
use fogbank_service::ServiceError;

use crate::errors;

/// The shape that a member targets.
fn shape(member: &Member<'static>) -> &'static Shape<'static> {
    SCHEMAS.model().shapes.at(member.target)
}

/// The name of a member's element.
fn element<'a>(member: &Member<'a>) -> &'a str {
    member.xml_name.or(member.wire_name).unwrap_or(member.name)
}

/// Checks the document of an operation on a bucket; what is not XML at all is the parser's to
/// refuse.
///
/// # Errors
///
/// `MalformedXML`, of ACLs `MalformedACLError`.
pub(super) fn check(operation: &Operation<'_>, body: &[u8]) -> Result<(), ServiceError> {
    // Documents about objects come from many clients, some of which know more than the schema.
    if operation.uri.contains("{Key") || operation.name == "DeleteObjects" {
        return Ok(());
    }
    let Some(payload) = payload(operation) else { return Ok(()) };
    let Ok(text) = std::str::from_utf8(body) else { return Ok(()) };
    let mut document = Document::new(text);
    let Ok(mut root) = document.root_element() else { return Ok(()) };
    let target = shape(payload);
    let fits = root.start_el().local() == element(payload) && has_form(&mut root, target);
    match fits {
        true => Ok(()),
        false if operation.name == "PutBucketAcl" => Err(errors::malformed_acl()),
        false => Err(errors::malformed_xml()),
    }
}

/// The member that is the document of an operation; none where it has no structure.
fn payload(operation: &Operation<'_>) -> Option<&'static Member<'static>> {
    let shapes = &SCHEMAS.model().shapes;
    let Kind::Structure(input) = &shapes.at(operation.input?).kind else { return None };
    let member = input.members.get(usize::from(input.payload?))?;
    matches!(shapes.at(member.target).kind, Kind::Structure(_)).then_some(member)
}

fn has_form(
    element_decoder: &mut ScopedDecoder<'_, '_>,
    shape_of: &'static Shape<'static>,
) -> bool {
    let (Kind::Structure(structure) | Kind::Union(structure)) = &shape_of.kind else { return true };
    let mut seen: Vec<&str> = Vec::new();
    while let Some(mut child) = element_decoder.next_tag() {
        let name = child.start_el().local().to_owned();
        let members = structure.members.iter();
        let mut in_body = members.filter(|it| it.location == Location::Body && !it.xml_attribute);
        let Some(member) = in_body.find(|member| element(member) == name) else {
            return false;
        };
        let target = shape(member);
        let fits = match &target.kind {
            Kind::List { member: item, flattened, .. } if *flattened || member.flattened => {
                has_form(&mut child, shape(item))
            }
            Kind::List { member: item, .. } => {
                once(&mut seen, member.name) && has_items(&mut child, item)
            }
            _ => once(&mut seen, member.name) && has_form(&mut child, target),
        };
        if !fits {
            return false;
        }
    }
    true
}

fn once(seen: &mut Vec<&'static str>, name: &'static str) -> bool {
    let first = !seen.contains(&name);
    seen.push(name);
    first
}

fn has_items(list: &mut ScopedDecoder<'_, '_>, item: &Member<'static>) -> bool {
    while let Some(mut child) = list.next_tag() {
        let named = child.start_el().local() == element(item);
        if !named || !has_form(&mut child, shape(item)) {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let check = |operation: &str, body: &str| {
            let operation = SCHEMAS.model().operation(operation).unwrap();
            check(operation, body.as_bytes())
                .map_or_else(|error| error.code().to_owned(), |()| String::new())
        };
        let (fits, xml) = ("", "MalformedXML");
        let ns = "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";
        for (operation, body, code) in [
            (
                "PutBucketVersioning",
                "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
                fits,
            ),
            ("PutBucketVersioning", "<VersioningConfiguration/>", fits),
            ("PutBucketVersioning", "<Versioning><Status>Enabled</Status></Versioning>", xml),
            (
                "PutBucketVersioning",
                "<VersioningConfiguration><State>Enabled</State></VersioningConfiguration>",
                xml,
            ),
            (
                "PutBucketVersioning",
                "<VersioningConfiguration><Status>Enabled</Status><Status>Enabled</Status></VersioningConfiguration>",
                xml,
            ),
            (
                "PutBucketTagging",
                "<Tagging><TagSet><Tag><Key>a</Key><Value/></Tag></TagSet></Tagging>",
                fits,
            ),
            (
                "PutBucketTagging",
                "<Tagging><TagSet><Tags><Key>a</Key><Value/></Tags></TagSet></Tagging>",
                xml,
            ),
            ("PutBucketTagging", "<Tagging><TagSet/><TagSet/></Tagging>", xml),
            (
                "PutBucketCors",
                "<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod>\
                 <AllowedOrigin>*</AllowedOrigin><ID>i</ID></CORSRule><CORSRule/></CORSConfiguration>",
                fits,
            ),
            (
                "PutBucketCors",
                "<CORSConfiguration><CORSRule><Method>GET</Method></CORSRule></CORSConfiguration>",
                xml,
            ),
            (
                "PutBucketAcl",
                "<AccessControlPolicy><Owner><ID>i</ID></Owner><AccessControlList><Grant>\
                 <Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\"><ID>i</ID>\
                 </Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>",
                fits,
            ),
            (
                "PutBucketAcl",
                "<AccessControlPolicy><Other/></AccessControlPolicy>",
                "MalformedACLError",
            ),
            (
                "CreateBucket",
                "<CreateBucketConfiguration><Tags><Tag><Key>a</Key><Value/></Tag></Tags></CreateBucketConfiguration>",
                fits,
            ),
            (
                "CreateBucket",
                "<CreateBucketConfiguration><Region>eu-west-1</Region></CreateBucketConfiguration>",
                xml,
            ),
            (
                "PutBucketLifecycleConfiguration",
                "<LifecycleConfiguration><Rule><ID>a</ID><Filter><And><Prefix/><Tag><Key>a</Key><Value>b</Value></Tag>\
                 <Tag><Key>c</Key><Value>d</Value></Tag></And></Filter><Status>Enabled</Status><Transition><Days>1</Days>\
                 <StorageClass>GLACIER</StorageClass></Transition><Transition/></Rule></LifecycleConfiguration>",
                fits,
            ),
            (
                "PutBucketWebsite",
                "<WebsiteConfiguration><RoutingRules><RoutingRule><Redirect><HostName>h</HostName></Redirect></RoutingRule>\
                 </RoutingRules></WebsiteConfiguration>",
                fits,
            ),
            (
                "PutBucketNotificationConfiguration",
                "<NotificationConfiguration><QueueConfiguration><Id>i</Id><Queue>q</Queue><Event>e</Event><Filter><S3Key>\
                 <FilterRule><Name>prefix</Name><Value>v</Value></FilterRule></S3Key></Filter></QueueConfiguration>\
                 <EventBridgeConfiguration/></NotificationConfiguration>",
                fits,
            ),
            ("PutBucketLogging", "<X/>", xml),
            (
                "PutPublicAccessBlock",
                "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>",
                fits,
            ),
        ] {
            assert_eq!(check(operation, body), code, "{operation} {body}");
            let body = body.replacen("><", &format!(" {ns}><"), 1);
            assert_eq!(check(operation, &body), code, "{operation} {body}");
        }
    }
}

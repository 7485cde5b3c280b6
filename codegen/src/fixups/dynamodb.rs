//! DynamoDB and its streams.

use super::{Fixup, make_union};

const UNION: &str = "botocore's model writes the attribute value as a structure of optional members, \
                     while AWS's own says union: exactly one of them is set";

pub(super) const FIXUPS: &[Fixup] = &[
    Fixup {
        service: "dynamodb",
        reason: UNION,
        apply: |service| make_union(service, "AttributeValue"),
    },
    Fixup {
        service: "dynamodbstreams",
        reason: UNION,
        apply: |service| make_union(service, "AttributeValue"),
    },
];

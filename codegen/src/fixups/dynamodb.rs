//! DynamoDB.

use super::{Fixup, make_union};

pub(super) const FIXUPS: &[Fixup] = &[Fixup {
    service: "dynamodb",
    reason: "botocore's model writes the attribute value as a structure of optional members, while \
             AWS's own says union: exactly one of them is set",
    apply: |service| make_union(service, "AttributeValue"),
}];

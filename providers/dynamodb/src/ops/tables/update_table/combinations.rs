//! Which changes one `UpdateTable` may ask for together.

use fogbank_api_dynamodb::UpdateTableInput;

use crate::engine::validation::Invalid;

/// Changes that have to come alone, with their names in AWS's words.
const ALONE: [(Change, &str); 5] = [
    (
        Change::Encryption,
        "Server-Side Encryption modification must be the only operation in the request",
    ),
    (Change::Class, "TableClass modification must be the only operation in the request"),
    (
        Change::Protection,
        "DeletionProtection modification must be the only operation in the request",
    ),
    (Change::Replicas, "Replica modification must be the only operation in the request"),
    (Change::Warm, "WarmThroughput must be the only operation in the request"),
];

/// Changes that exclude each other.
const APART: [(Change, Change, &str); 3] = [
    (Change::Units, Change::Stream, "You cannot modify stream status while updating table IOPS"),
    (Change::Units, Change::Index, "You cannot create or delete index while updating table IOPS"),
    (
        Change::Stream,
        Change::Index,
        "You cannot create or delete index while changing stream status",
    ),
];

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    /// Capacity units or the way of billing.
    Units,
    /// Limits of on-demand capacity.
    OnDemand,
    Warm,
    Stream,
    /// An index that is made or deleted.
    Index,
    /// An index that is changed.
    IndexUnits,
    Encryption,
    Class,
    Protection,
    Replicas,
}

fn changes(input: &UpdateTableInput) -> Vec<Change> {
    let indexes = input.global_secondary_index_updates.as_deref().unwrap_or_default();
    let made = indexes.iter().any(|it| it.create.is_some() || it.delete.is_some());
    let vectors = input.vector_index_updates.as_ref().is_some_and(|list| !list.is_empty());
    let units = input.provisioned_throughput.is_some() || input.billing_mode.is_some();
    let all = [
        (units, Change::Units),
        (input.on_demand_throughput.is_some(), Change::OnDemand),
        (input.warm_throughput.is_some(), Change::Warm),
        (input.stream_specification.is_some(), Change::Stream),
        (made || vectors, Change::Index),
        (!indexes.is_empty() && !made, Change::IndexUnits),
        (input.sse_specification.is_some(), Change::Encryption),
        (input.table_class.is_some(), Change::Class),
        (input.deletion_protection_enabled.is_some(), Change::Protection),
        (input.replica_updates.is_some(), Change::Replicas),
    ];
    all.into_iter().filter(|(asked, _)| *asked).map(|(_, change)| change).collect()
}

/// Refuses requests that ask for nothing, or for what cannot be done at once.
pub(super) fn check(input: &UpdateTableInput) -> Result<(), Invalid> {
    if input.global_secondary_index_updates.as_ref().is_some_and(Vec::is_empty) {
        return Err(Invalid::parameter("List of GlobalSecondaryIndexUpdates is empty"));
    }
    let changes = changes(input);
    if changes.is_empty() {
        return Err(nothing_asked(input));
    }
    if changes.contains(&Change::Warm) && changes.contains(&Change::Index) {
        return Err(Invalid::parameter(
            "Create global secondary index cannot be specified when updating WarmThroughput",
        ));
    }
    for (alone, detail) in ALONE {
        let beside = |other: &Change| match alone {
            Change::Warm => !matches!(other, Change::Warm | Change::IndexUnits),
            _ => *other != alone,
        };
        if changes.contains(&alone) && changes.iter().any(beside) {
            return Err(Invalid::parameter(detail));
        }
    }
    for (one, other, detail) in APART {
        if changes.contains(&one) && changes.contains(&other) {
            return Err(Invalid::parameter(detail));
        }
    }
    let fits = [Change::OnDemand, Change::Units, Change::IndexUnits];
    if changes.contains(&Change::OnDemand) && !changes.iter().all(|it| fits.contains(it)) {
        return Err(Invalid::parameter(
            "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request",
        ));
    }
    Ok(())
}

/// The members that may be asked for, without those that were given in vain.
fn nothing_asked(input: &UpdateTableInput) -> Invalid {
    let consistency = match input.multi_region_consistency {
        Some(_) => "",
        None => "MultiRegionConsistency, ",
    };
    Invalid::from(format!(
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, \
         GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, \
         ReplicaTransitRoleArn, {consistency}DeletionProtectionEnabled, OnDemandThroughput, \
         WarmThroughput or TableClass is required"
    ))
}

//! From a bus to its archives and rules.

use fogbank_service::BoxFuture;

use crate::delivery::{self, Courier};
use crate::event::Event;
use crate::store::ArchivedEvent;
use crate::store::names::BusAddress;

/// Gives an event that came to a bus to the archives and rules that want it; of the rules, where a replay
/// says so, only these.
pub(crate) fn route<'a>(
    courier: &'a Courier,
    bus: &'a BusAddress,
    event: &'a Event,
    only: Option<&'a [String]>,
    hops: u32,
) -> BoxFuture<'a, ()> {
    Box::pin(async move {
        let store = bus.store(&courier.world);
        if !store.archives.is_empty() && !event.is_replayed() {
            archive(courier, bus, event);
        }
        if store.rules.is_empty() {
            return;
        }
        let first = (bus.name.clone(), String::new());
        let rules = store.rules.range(first..).take_while(|((of, _), _)| *of == bus.name);
        for (_, rule) in rules {
            let wanted = rule.is_enabled()
                && only.is_none_or(|only| only.contains(&rule.arn.to_string()))
                && rule.pattern.as_ref().is_some_and(|pattern| pattern.matches(&event.json));
            if wanted {
                for target in &rule.targets {
                    delivery::send(courier, &rule.arn, target, event, hops).await;
                }
            }
        }
    })
}

fn archive(courier: &Courier, bus: &BusAddress, event: &Event) {
    let store = bus.store(&courier.world);
    let arn = bus.arn();
    for (name, archive) in store.archives.iter() {
        let wanted = archive.event_source == arn
            && archive.pattern.as_ref().is_none_or(|pattern| pattern.matches(&event.json));
        if !wanted {
            continue;
        }
        let now = courier.world.clock().now();
        let archived = ArchivedEvent { event: event.json.to_string().into(), size: event.size };
        store.archives.update(&name, |archive| {
            let number = archive.events.last().map_or(0, |((_, number), _)| number + 1);
            archive.size += archived.size;
            archive.events.insert((now, number), archived);
        });
    }
}

//! The request's id, and the world that it addresses.

use http::HeaderName;

use crate::detection::host::{Host, without_port};
use crate::exchange::{Exchange, Step};
use crate::faults;
use crate::noted::Rare;

/// The header that names a world.
pub(crate) const WORLD: HeaderName = HeaderName::from_static("x-fogbank-world");

/// Takes the world from the header or the host name; otherwise it is the listener's.
pub(crate) fn handle(x: &mut Exchange) -> Step {
    if x.noted().has(Rare::World) {
        let name = x.header(&WORLD).unwrap_or_default().to_owned();
        x.world = x.core.worlds.get(&name).ok_or_else(|| faults::unknown_world(&name))?;
    } else if x.core.worlds.has_forks() {
        let host = without_port(&x.http().host);
        if let Host::Label(label) = x.core.host(host)
            && let Some(world) = x.core.worlds.get(label)
        {
            x.world = world;
        }
    }
    x.request_id = x.world.request_ids().uuid();
    Ok(())
}

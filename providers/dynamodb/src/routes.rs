//! Internal routes: `DELETE /_aws/dynamodb/expired` deletes expired items at once.

use std::sync::Arc;

use fogbank_service::{BoxFuture, ByteStream, Route, RouteAnswer, RouteHandler, RouteRequest};
use fogbank_state::{Regional, World};

use crate::store::DynamoDbStore;
use crate::table::replication;
use crate::table::state::TableState;

/// The routes of the provider.
pub fn routes() -> Vec<Route> {
    vec![Route { path: "dynamodb/expired", handler: Arc::new(Expired) }]
}

struct Expired;

impl RouteHandler for Expired {
    fn handle(&self, request: RouteRequest) -> BoxFuture<'_, RouteAnswer> {
        let (status, body) = match request.http.method {
            http::Method::DELETE => {
                let count = remove_expired(&request.world);
                (http::StatusCode::OK, format!("{{\"ExpiredItems\": {count}}}"))
            }
            _ => (http::StatusCode::METHOD_NOT_ALLOWED, String::new()),
        };
        let mut response = http::Response::new(ByteStream::from(bytes::Bytes::from(body)));
        *response.status_mut() = status;
        let json = http::HeaderValue::from_static("application/json");
        response.headers_mut().insert(http::header::CONTENT_TYPE, json);
        Box::pin(std::future::ready(RouteAnswer::Http(response)))
    }
}

/// Deletes what has expired in all tables of a world and says how many items that were.
pub fn remove_expired(world: &World) -> usize {
    let now = world.clock().now();
    let mut count = 0;
    for (Regional(account, region), store) in world.stores::<DynamoDbStore>() {
        for name in store.tables.keys() {
            let due = store.tables.read(&name, |table| table.has_expired(now));
            if due == Some(true) {
                count +=
                    store.tables.update(&name, |table| table.remove_expired(now, now)).unwrap_or(0);
                if store.tables.read(&name, TableState::has_posted) == Some(true) {
                    replication::deliver(world, account, &region, &name);
                }
            }
        }
    }
    count
}

//! Runs one prepared load.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use crate::connection::Connection;

/// Requests that a run sends.
pub(crate) enum Requests {
    /// The same request again and again.
    Same(Vec<u8>),
    /// The requests in their order, again and again.
    Round(Vec<Vec<u8>>),
    /// Each request once, shared by all connections; the run ends with the last.
    Each(Vec<Vec<u8>>),
}

/// A server and what to send to it.
pub(crate) struct Load {
    pub(crate) address: SocketAddr,
    pub(crate) requests: Requests,
}

/// What a run measured.
pub(crate) struct Measured {
    pub(crate) per_second: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

impl Load {
    /// Sends requests over `connections` connections for `time` and measures each.
    pub(crate) async fn run(self, connections: usize, time: Duration) -> io::Result<Measured> {
        let load = Arc::new(self);
        let next = Arc::new(AtomicUsize::new(0));
        let started = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..connections {
            tasks.spawn(drive(load.clone(), next.clone(), started + time));
        }
        let mut all = Histogram::<u64>::new(3).map_err(io::Error::other)?;
        while let Some(one) = tasks.join_next().await {
            all.add(one.map_err(io::Error::other)??).map_err(io::Error::other)?;
        }
        let elapsed = started.elapsed();
        Ok(Measured {
            per_second: all.len() as f64 / elapsed.as_secs_f64(),
            p50: Duration::from_micros(all.value_at_quantile(0.5)),
            p99: Duration::from_micros(all.value_at_quantile(0.99)),
        })
    }
}

async fn drive(
    load: Arc<Load>,
    next: Arc<AtomicUsize>,
    until: Instant,
) -> io::Result<Histogram<u64>> {
    let mut histogram = Histogram::<u64>::new(3).map_err(io::Error::other)?;
    let mut connection = Connection::open(load.address).await?;
    loop {
        let before = Instant::now();
        if before >= until {
            return Ok(histogram);
        }
        let request = match &load.requests {
            Requests::Same(request) => request,
            Requests::Round(requests) => {
                &requests[next.fetch_add(1, Ordering::Relaxed) % requests.len()]
            }
            Requests::Each(requests) => match requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                Some(request) => request,
                None => return Ok(histogram),
            },
        };
        let answer = connection.call(request, false).await?;
        if answer.status >= 300 {
            return Err(io::Error::other(format!("the server answered {}", answer.status)));
        }
        let micros = u64::try_from(before.elapsed().as_micros()).unwrap_or(u64::MAX);
        histogram.record(micros).map_err(io::Error::other)?;
    }
}

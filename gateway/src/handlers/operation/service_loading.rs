//! Loads the service on its first request.

use crate::exchange::{Exchange, Step};

/// Waits until the service runs; services without a provider of this process need nothing.
pub(crate) async fn handle(x: &mut Exchange) -> Step {
    let slot = x.service()?;
    x.provider = match slot.running() {
        Some(provider) => Some(provider),
        None => {
            let core = x.core.clone();
            let slot = slot.clone();
            // Boxed: it happens once, and the future of every request would carry its size.
            Box::pin(async move { slot.load(&core.config, || core.invoker()).await }).await?
        }
    };
    Ok(())
}

//! What the configuration says about SQS.

use fogbank_config::{Config, ExternalHost, SqsEndpointStrategy};
use fogbank_context::{AccountId, Region};
use fogbank_service::RequestContext;

use crate::queue::url;

/// The port that queue URLs name when neither the configuration nor the request does.
const DEFAULT_PORT: u16 = 4566;

/// The settings of the provider.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The shape of queue URLs.
    pub endpoint_strategy: SqsEndpointStrategy,
    /// The host of queue URLs.
    pub host: ExternalHost,
    /// The account of callers that name none.
    pub default_account: AccountId,
    /// The region of callers that name none.
    pub default_region: Region,
    /// The port that the server listens on; 0 when that is decided at start.
    pub port: u16,
    /// Refuse to purge a queue twice within 60 seconds, as AWS does.
    pub delay_purge_retry: bool,
    /// Refuse to create a queue within 60 seconds after one of its name was deleted, as AWS does.
    pub delay_recently_deleted: bool,
}

impl From<&Config> for Settings {
    fn from(config: &Config) -> Self {
        Self {
            endpoint_strategy: config.sqs_endpoint_strategy,
            host: config.localstack_host.clone(),
            default_account: config.default_account_id,
            default_region: config.default_region.clone(),
            port: config.gateway_listen.first().map_or(0, |listen| listen.port),
            delay_purge_retry: config.sqs_delay_purge_retry,
            delay_recently_deleted: config.sqs_delay_recently_deleted,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::from(&Config::default())
    }
}

impl Settings {
    /// The URL of a queue.
    pub(crate) fn queue_url(
        &self,
        cx: &RequestContext,
        account: AccountId,
        region: &Region,
        name: &str,
    ) -> String {
        let of_request = || cx.http.host.rsplit_once(':')?.1.parse().ok();
        let port = match self.port {
            0 => of_request().unwrap_or(DEFAULT_PORT),
            port => port,
        };
        let authority = self.host.authority(port);
        url::write(self.endpoint_strategy, &authority, &cx.http, (account, region, name))
    }
}

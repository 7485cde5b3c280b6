//! What the configuration says about SNS.

use std::sync::{Arc, OnceLock};

use fogbank_config::{Config, ExternalHost};
use fogbank_context::{AccountId, Region};
use fogbank_service::RequestContext;

use crate::message::signing::CERTIFICATE_FILE;

/// The port in URLs when neither the configuration nor the request names one.
const DEFAULT_PORT: u16 = 4566;

/// The settings of the provider.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The host in URLs of notifications.
    pub host: ExternalHost,
    /// The port that the server listens on; 0 when that is decided at start.
    pub port: u16,
    /// The host of the certificate's URL, where it is to be another.
    pub certificate_host: Option<String>,
    /// The account of developer endpoints when they are asked for none.
    pub default_account: AccountId,
    /// The region of developer endpoints when they are asked for none.
    pub default_region: Region,
    /// The URLs of notifications, once they are known.
    urls: OnceLock<Arc<Urls>>,
}

impl From<&Config> for Settings {
    fn from(config: &Config) -> Self {
        Self {
            host: config.localstack_host.clone(),
            port: config.gateway_listen.first().map_or(0, |listen| listen.port),
            certificate_host: config.sns_cert_url_host.as_ref().map(|it| it.host.clone()),
            default_account: config.default_account_id,
            default_region: config.default_region.clone(),
            urls: OnceLock::new(),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::from(&Config::default())
    }
}

/// The URLs that notifications carry.
#[derive(Clone, Debug)]
pub(crate) struct Urls {
    base: String,
    /// `SigningCertURL`.
    pub(crate) certificate: String,
}

impl Settings {
    /// The URLs for a request's notifications.
    pub(crate) fn urls(&self, cx: &RequestContext) -> Arc<Urls> {
        let of_request = || cx.http.host.rsplit_once(':')?.1.parse().ok();
        match self.port {
            0 => Arc::new(self.urls_at(of_request().unwrap_or(DEFAULT_PORT))),
            port => self.urls.get_or_init(|| Arc::new(self.urls_at(port))).clone(),
        }
    }

    fn urls_at(&self, port: u16) -> Urls {
        let base = format!("http://{}", self.host.authority(port));
        let certificate = match &self.certificate_host {
            Some(host) => format!("https://{host}/{CERTIFICATE_FILE}"),
            None => format!("{base}/_aws/sns/{CERTIFICATE_FILE}"),
        };
        Urls { base, certificate }
    }
}

impl Urls {
    /// Appends `UnsubscribeURL` up to the id of a topic's subscription.
    pub(crate) fn write_unsubscribe(&self, out: &mut String, topic: &str) {
        for part in [&self.base, "/?Action=Unsubscribe&SubscriptionArn=", topic, ":"] {
            out.push_str(part);
        }
    }

    /// `SubscribeURL`.
    pub(crate) fn subscribe(&self, topic: &str, token: &str) -> String {
        format!("{}/?Action=ConfirmSubscription&TopicArn={topic}&Token={token}", self.base)
    }
}

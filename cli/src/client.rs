//! Calls to the `/_fogbank` endpoints of a running server.

use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::StatusCode;

use crate::exit::{Exit, Failure};

/// Talks to one server.
#[derive(Debug)]
pub(crate) struct Client {
    agent: Agent,
    url: String,
}

impl Client {
    /// A client of the server with this URL; `timeout` is for a whole call.
    pub(crate) fn new(url: String, timeout: Duration) -> Self {
        let agent = Agent::config_builder()
            .timeout_global(Some(timeout))
            .http_status_as_error(false)
            .proxy(None)
            .user_agent(concat!("fogbank/", env!("CARGO_PKG_VERSION")))
            .build()
            .into();
        Self { agent, url }
    }

    /// The server's URL.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The server's account of itself and its services.
    pub(crate) fn health(&self) -> Result<Value, Failure> {
        self.get("/_fogbank/health")
    }

    /// Asks for a document.
    pub(crate) fn get(&self, path: &str) -> Result<Value, Failure> {
        let response = self.agent.get(format!("{}{path}", self.url)).call();
        self.read(path, response)
    }

    fn read(
        &self,
        path: &str,
        response: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<Value, Failure> {
        let mut response = response.map_err(|error| self.unreachable(&error))?;
        let status = response.status();
        let text =
            response.body_mut().read_to_string().map_err(|error| self.unreachable(&error))?;
        if status.is_success() {
            return serde_json::from_str(&text).map_err(|_| self.stranger(path, status));
        }
        let answer: Value = serde_json::from_str(&text).unwrap_or_default();
        match answer.get("message").and_then(Value::as_str) {
            Some(message) => Err(Failure::new(Exit::Failed, message)),
            None => Err(self.stranger(path, status)),
        }
    }

    fn unreachable(&self, error: &ureq::Error) -> Failure {
        let message = format!("no fogbank answers on {}: {error}", self.url);
        Failure::new(Exit::Unreachable, message).hint("`fogbank start -d` starts one")
    }

    fn stranger(&self, path: &str, status: StatusCode) -> Failure {
        let message = format!("{} answered {path} with {status}, not as fogbank does", self.url);
        Failure::new(Exit::Unreachable, message)
            .hint("another program may listen there, or another version of fogbank")
    }
}

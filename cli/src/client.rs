//! Calls to the `/_fogbank` endpoints of a running server.

use std::fs::File;
use std::io::Read;
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::{self, StatusCode};

use crate::exit::{Exit, Failure};

/// Talks to one server.
#[derive(Debug)]
pub(crate) struct Client {
    agent: Agent,
    url: String,
}

/// How a document is sent.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Method {
    Delete,
    Patch,
    Post,
}

type Response = http::Response<ureq::Body>;

impl Client {
    /// A client of the server with this URL; `timeout` is for a whole call.
    pub(crate) fn new(url: String, timeout: Duration) -> Self {
        Self::with_timeout(url, Some(timeout))
    }

    /// A client for calls that take as long as what they ask for.
    pub(crate) fn patient(url: String) -> Self {
        Self::with_timeout(url, None)
    }

    fn with_timeout(url: String, timeout: Option<Duration>) -> Self {
        let agent = Agent::config_builder()
            .timeout_global(timeout)
            .timeout_connect(Some(Duration::from_secs(5)))
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
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
        self.get_with_query(path, &[])
    }

    /// Asks for a document with these query parameters, which need not be escaped.
    pub(crate) fn get_with_query(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Value, Failure> {
        let request = self.agent.get(self.uri(path)).query_pairs(query.iter().copied());
        self.document(path, request.call())
    }

    /// Sends a document, or nothing; the answer is null when it has no body.
    pub(crate) fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, Failure> {
        let uri = self.uri(path);
        let json = body.map(Value::to_string).unwrap_or_default();
        let kind = ("content-type", "application/json");
        let response = match method {
            Method::Delete => self.agent.delete(uri).call(),
            Method::Patch => self.agent.patch(uri).header(kind.0, kind.1).send(json),
            Method::Post => self.agent.post(uri).header(kind.0, kind.1).send(json),
        };
        self.document(path, response)
    }

    /// Sends a file.
    pub(crate) fn upload(&self, path: &str, file: File) -> Result<Value, Failure> {
        let request = self.agent.put(self.uri(path));
        self.document(path, request.content_type("application/octet-stream").send(file))
    }

    /// Asks for a file, which is read as it arrives.
    pub(crate) fn download(&self, path: &str) -> Result<impl Read + use<>, Failure> {
        let response = self.agent.get(self.uri(path)).call();
        Ok(self.successful(path, response)?.into_body().into_reader())
    }

    fn uri(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    fn document(
        &self,
        path: &str,
        response: Result<Response, ureq::Error>,
    ) -> Result<Value, Failure> {
        let mut response = self.successful(path, response)?;
        let status = response.status();
        let text = self.text(&mut response)?;
        if text.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&text).map_err(|_| self.stranger(path, status))
    }

    /// The response, unless it is an error.
    fn successful(
        &self,
        path: &str,
        response: Result<Response, ureq::Error>,
    ) -> Result<Response, Failure> {
        let mut response = response.map_err(|error| self.unreachable(&error))?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let answer: Value = serde_json::from_str(&self.text(&mut response)?).unwrap_or_default();
        Err(match answer.get("message").and_then(Value::as_str) {
            Some(message) => Failure::new(Exit::Failed, message),
            None => self.stranger(path, status),
        })
    }

    fn text(&self, response: &mut Response) -> Result<String, Failure> {
        let body = response.body_mut().with_config().limit(64 << 20);
        body.read_to_string().map_err(|error| self.unreachable(&error))
    }

    fn unreachable(&self, error: &ureq::Error) -> Failure {
        let message = format!("no fogbank answers on {}: {error}", self.url);
        Failure::new(Exit::Unreachable, message).hint("`fogbank start -d` starts one")
    }

    fn stranger(&self, path: &str, status: StatusCode) -> Failure {
        let path = path.split('?').next().unwrap_or(path);
        let message = format!("{} answered {path} with {status}, not as fogbank does", self.url);
        Failure::new(Exit::Unreachable, message)
            .hint("another program may listen there, or another version of fogbank")
    }
}

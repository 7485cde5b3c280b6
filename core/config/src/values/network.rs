//! Addresses, hosts, ports and URLs.

use std::fmt;
use std::io;
use std::net::{Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::ops::RangeInclusive;

use http::Uri;

use crate::setting::{Bounds, Kind, SettingType};

const DEFAULT_PORT: u16 = 4566;

const fn kind(name: &'static str, placeholder: &'static str, form: &'static str) -> Kind {
    Kind { name, placeholder, form, render: |number| number.to_string() }
}

static LISTEN: Kind = kind(
    "addresses",
    "ADDRESSES",
    "HOST:PORT, HOST or :PORT, several separated by commas, such as 0.0.0.0:4566",
);
static HOST: Kind = kind("host", "HOST", "HOST or HOST:PORT");
static PORTS: Kind = kind("ports", "PORTS", "FIRST-LAST, such as 4510-4559");
static FALLBACK: Kind = kind("upstream", "UPSTREAM", "none, or upstream:URL");
static BACKEND: Kind = kind("backend", "BACKEND", "embedded, or postgres://…");
static ORIGIN: Kind =
    kind("origins", "ORIGINS", "SCHEME://HOST or SCHEME://HOST:PORT, several separated by commas");

/// An address to listen on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listen {
    /// A host name or an IP address, without brackets.
    pub host: String,
    /// The port; 0 for any free one.
    pub port: u16,
}

impl Listen {
    /// The socket addresses that the host name stands for.
    ///
    /// # Errors
    ///
    /// Fails when the name cannot be resolved.
    pub fn resolve(&self) -> io::Result<Vec<SocketAddr>> {
        Ok((self.host.as_str(), self.port).to_socket_addrs()?.collect())
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", Bracketed(&self.host), self.port)
    }
}

impl SettingType for Listen {
    const KIND: &'static Kind = &LISTEN;

    fn from_text(text: &str, _: Bounds) -> Result<Self, String> {
        if text.contains("://") {
            return Err(format!("{text:?} is a URL; leave out the scheme"));
        }
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(format!("{text:?} is a bare port; write :{text}"));
        }
        let (host, port) = host_and_port(text)?;
        let host = if host.is_empty() { "127.0.0.1".to_owned() } else { host };
        Ok(Self { host, port: port.unwrap_or(DEFAULT_PORT) })
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

/// The host, and the port where it is stated, of URLs that the server hands out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalHost {
    /// A host name or an IP address, without brackets.
    pub host: String,
    /// The port, where one is stated; otherwise the first that the server listens on.
    pub port: Option<u16>,
}

impl ExternalHost {
    /// `host:port` for URLs; `listening` is the port that stands where none is stated.
    pub fn authority(&self, listening: u16) -> String {
        format!("{}:{}", Bracketed(&self.host), self.port.unwrap_or(listening))
    }
}

impl SettingType for ExternalHost {
    const KIND: &'static Kind = &HOST;

    fn from_text(text: &str, _: Bounds) -> Result<Self, String> {
        match host_and_port(text)? {
            (host, _) if host.is_empty() => Err(format!("{text:?} has no host name")),
            (_, Some(0)) => Err("port 0 cannot be called".to_owned()),
            (host, port) => Ok(Self { host, port }),
        }
    }

    fn to_text(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", Bracketed(&self.host)),
            None => Bracketed(&self.host).to_string(),
        }
    }
}

struct Bracketed<'a>(&'a str);

impl fmt::Display for Bracketed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.contains(':') { write!(f, "[{}]", self.0) } else { f.write_str(self.0) }
    }
}

/// Splits `HOST`, `HOST:PORT`, `:PORT`, `[V6]` or `[V6]:PORT`.
fn host_and_port(text: &str) -> Result<(String, Option<u16>), String> {
    let wrong = |what: &str| format!("{text:?} {what}");
    let (host, port) = if let Some(rest) = text.strip_prefix('[') {
        let (host, port) = rest.split_once(']').ok_or_else(|| wrong("lacks a ]"))?;
        host.parse::<Ipv6Addr>().map_err(|_| wrong("has no IPv6 address in its brackets"))?;
        let port = match port {
            "" => None,
            port => Some(port.strip_prefix(':').ok_or_else(|| wrong("is not HOST:PORT"))?),
        };
        (host, port)
    } else if text.parse::<Ipv6Addr>().is_ok() {
        (text, None)
    } else {
        match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        }
    };
    let name = |b: u8| b.is_ascii_alphanumeric() || b"-._:%".contains(&b);
    if !host.bytes().all(name) {
        return Err(wrong("has no valid host name"));
    }
    let port = match port {
        None => None,
        Some(port) if port.bytes().all(|b| b.is_ascii_digit()) => {
            Some(port.parse().map_err(|_| wrong("has no port from 0 to 65535"))?)
        }
        Some(_) => return Err(wrong("has no port from 0 to 65535")),
    };
    Ok((host.to_owned(), port))
}

/// A range of ports, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortRange {
    /// The first port.
    pub first: u16,
    /// The last port.
    pub last: u16,
}

impl PortRange {
    /// The ports in ascending order.
    pub fn ports(self) -> RangeInclusive<u16> {
        self.first..=self.last
    }
}

impl SettingType for PortRange {
    const KIND: &'static Kind = &PORTS;

    fn from_text(text: &str, _: Bounds) -> Result<Self, String> {
        let port = |text: &str| text.trim().parse::<u16>().ok().filter(|port| *port > 0);
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        match (port(first), port(last)) {
            (Some(first), Some(last)) if first <= last => Ok(Self { first, last }),
            (Some(_), Some(_)) => Err(format!("{text:?} ends before it begins")),
            _ => Err(format!("{text:?} is not a range of ports")),
        }
    }

    fn to_text(&self) -> String {
        format!("{}-{}", self.first, self.last)
    }
}

/// The URL of a server that requests are passed on to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamUrl(Uri);

impl UpstreamUrl {
    /// The URL, which has a scheme (http or https) and a host.
    pub fn uri(&self) -> &Uri {
        &self.0
    }

    pub(crate) fn from_text(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is not an http:// or https:// URL");
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let known = matches!(uri.scheme_str(), Some("http" | "https"));
        if !known || uri.host().is_none_or(str::is_empty) {
            return Err(wrong());
        }
        if uri.query().is_some() {
            return Err(format!("{text:?} has a query, which requests bring themselves"));
        }
        Ok(Self(uri))
    }
}

impl fmt::Display for UpstreamUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What becomes of requests for operations that are not emulated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fallback {
    /// They are refused.
    None,
    /// They are passed on.
    Upstream(UpstreamUrl),
}

impl SettingType for Fallback {
    const KIND: &'static Kind = &FALLBACK;

    fn from_text(text: &str, _: Bounds) -> Result<Self, String> {
        match text.split_once(':') {
            _ if text.is_empty() || text.eq_ignore_ascii_case("none") => Ok(Self::None),
            Some(("upstream", url)) => UpstreamUrl::from_text(url).map(Self::Upstream),
            _ => Err(format!("{text:?} is not a fallback")),
        }
    }

    fn to_text(&self) -> String {
        match self {
            Self::None => "none".to_owned(),
            Self::Upstream(url) => format!("upstream:{url}"),
        }
    }
}

/// Where the journal is kept.
#[derive(Clone, PartialEq, Eq)]
pub enum StateBackend {
    /// In DATA_DIR.
    Embedded,
    /// In a PostgreSQL database, by its connection URL.
    Postgres(String),
}

impl fmt::Debug for StateBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl SettingType for StateBackend {
    const KIND: &'static Kind = &BACKEND;

    fn from_text(text: &str, _: Bounds) -> Result<Self, String> {
        match text.split_once("://") {
            _ if text.eq_ignore_ascii_case("embedded") => Ok(Self::Embedded),
            Some(("postgres" | "postgresql", rest)) if !rest.is_empty() => {
                Ok(Self::Postgres(text.to_owned()))
            }
            // The text may hold a password, so it is not repeated.
            Some((scheme, _)) => Err(format!("{scheme}:// is not a known backend")),
            None => Err(format!("{text:?} is not a backend")),
        }
    }

    /// The URL with its password hidden.
    fn to_text(&self) -> String {
        match self {
            Self::Embedded => "embedded".to_owned(),
            Self::Postgres(url) => hide_password(url),
        }
    }
}

fn hide_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let rest = match rest.rsplit_once('@') {
        Some((user, place)) => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{user}@{place}")
        }
        None => rest.to_owned(),
    };
    let rest = match rest.split_once('?') {
        Some((place, query)) if query.contains("password=") => format!("{place}?…"),
        _ => rest,
    };
    format!("{scheme}://{rest}")
}

/// An origin of web pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// The origin as browsers send it: scheme and host in lower case, no trailing slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl SettingType for Origin {
    const KIND: &'static Kind = &ORIGIN;

    fn from_text(text: &str, _: Bounds) -> Result<Self, String> {
        let text = text.trim_end_matches('/').to_ascii_lowercase();
        let wrong = || format!("{text:?} is not an origin");
        let (scheme, authority) = text.split_once("://").ok_or_else(wrong)?;
        let scheme_ok = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
        let (host, _) = host_and_port(authority).map_err(|_| wrong())?;
        if !scheme_ok || host.is_empty() {
            return Err(wrong());
        }
        Ok(Self(text))
    }

    fn to_text(&self) -> String {
        self.0.clone()
    }
}

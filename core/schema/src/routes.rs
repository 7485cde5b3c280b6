//! Which services a REST path can belong to, for requests that say nothing else.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::encode::decompress;
use crate::{DecodeError, ServiceIndex};

/// One route: a method and a path pattern with the services that have it.
///
/// A pattern's segments are literals, `*` for a label and `**` for a greedy label.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Route<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The path with its labels made anonymous, such as `/2015-03-31/functions/*`.
    pub pattern: &'a str,
    /// The services that have this route.
    pub services: Vec<ServiceIndex>,
}

/// Makes a URI pattern's labels anonymous and drops its query; none when the path has no literal
/// segment, because such a path says nothing about its service.
pub fn anonymous(uri: &str) -> Option<String> {
    let path = uri.split_once('?').map_or(uri, |(path, _)| path);
    let segments: Vec<&str> = segments(path)
        .map(|segment| match (segment.starts_with('{'), segment.ends_with("+}")) {
            (true, true) => "**",
            (true, false) => "*",
            _ => segment,
        })
        .collect();
    let literal = segments.iter().any(|segment| !segment.starts_with('*'));
    literal.then(|| format!("/{}", segments.join("/")))
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

/// Encodes routes. Deterministic.
///
/// # Errors
///
/// When the compressor fails.
pub fn encode_routes(routes: &[Route<'_>]) -> Result<Vec<u8>, std::io::Error> {
    let plain = postcard::to_stdvec(routes).map_err(std::io::Error::other)?;
    zstd::bulk::compress(&plain, 19)
}

fn decode_routes(bytes: &[u8]) -> Result<Vec<Route<'static>>, DecodeError> {
    let plain: &'static [u8] = decompress(bytes).map_err(DecodeError::Decompress)?.leak();
    postcard::from_bytes(plain).map_err(DecodeError::Decode)
}

/// The routes of all services, decoded on first use.
pub struct Routes {
    bytes: &'static [u8],
    loaded: OnceLock<Loaded>,
}

/// By method.
type Loaded = HashMap<&'static str, OfMethod>;

/// The most specific come first.
#[derive(Default)]
struct OfMethod {
    by_first_segment: HashMap<&'static str, Vec<Pattern>>,
    /// Those that begin with a label.
    others: Vec<Pattern>,
}

struct Pattern {
    segments: Vec<&'static str>,
    services: Vec<ServiceIndex>,
}

impl Routes {
    /// Routes that these bytes encode.
    pub const fn new(bytes: &'static [u8]) -> Self {
        Self { bytes, loaded: OnceLock::new() }
    }

    fn loaded(&self) -> &Loaded {
        self.loaded.get_or_init(|| {
            let routes =
                decode_routes(self.bytes).expect("regen writes routes that this build decodes");
            let mut loaded = Loaded::new();
            for route in routes {
                let segments: Vec<&str> = segments(route.pattern).collect();
                let first = segments.first().copied().filter(|first| !first.starts_with('*'));
                let pattern = Pattern { segments, services: route.services };
                let of_method = loaded.entry(route.method).or_default();
                match first {
                    Some(first) => of_method.by_first_segment.entry(first).or_default(),
                    None => &mut of_method.others,
                }
                .push(pattern);
            }
            for of_method in loaded.values_mut() {
                of_method.others.sort_by_cached_key(Pattern::generality);
                for patterns in of_method.by_first_segment.values_mut() {
                    patterns.sort_by_cached_key(Pattern::generality);
                }
            }
            loaded
        })
    }

    /// The services whose most specific routes fit a method and a path without its query; empty
    /// when no service has such a path.
    pub fn services(&self, method: &str, path: &str) -> &[ServiceIndex] {
        let Some(of_method) = self.loaded().get(method) else { return &[] };
        let path: Vec<&str> = segments(path).collect();
        let literal = path.first().and_then(|first| of_method.by_first_segment.get(*first));
        literal
            .into_iter()
            .flatten()
            .chain(&of_method.others)
            .find(|pattern| pattern.fits(&path))
            .map_or(&[], |pattern| &pattern.services)
    }
}

impl std::fmt::Debug for Routes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Routes").field("compressed", &self.bytes.len()).finish_non_exhaustive()
    }
}

impl Pattern {
    /// Literal segments before labels, labels before greedy ones, from left to right.
    fn generality(&self) -> Vec<u8> {
        let rank = |segment: &&str| match *segment {
            "**" => 2,
            "*" => 1,
            _ => 0,
        };
        self.segments.iter().map(rank).collect()
    }

    fn fits(&self, path: &[&str]) -> bool {
        let greedy = self.segments.iter().position(|segment| *segment == "**");
        let same = |segments: &[&str], path: &[&str]| {
            segments.iter().zip(path).all(|(segment, given)| *segment == "*" || segment == given)
        };
        match greedy {
            None => path.len() == self.segments.len() && same(&self.segments, path),
            Some(at) => {
                let behind = self.segments.len() - at - 1;
                path.len() > at + behind
                    && same(&self.segments[..at], path)
                    && same(&self.segments[at + 1..], &path[path.len() - behind..])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes() -> Routes {
        let route = |method, pattern, service| Route { method, pattern, services: vec![service] };
        let routes = [
            route("GET", "/functions/*", 1),
            route("GET", "/functions/list", 2),
            route("GET", "/*/vaults", 3),
            route("GET", "/tags/**", 4),
            route("PUT", "/tags/**/end", 5),
        ];
        Routes::new(Vec::leak(encode_routes(&routes).unwrap()))
    }

    #[test]
    fn the_most_specific_route_wins() {
        let routes = routes();
        for (method, path, services) in [
            ("GET", "/functions/f", &[1][..]),
            ("GET", "/functions/list/", &[2]),
            ("GET", "/functions", &[]),
            ("POST", "/functions/f", &[]),
            ("GET", "/-/vaults", &[3]),
            ("GET", "/tags/a/b/c", &[4]),
            ("GET", "/tags", &[]),
            ("PUT", "/tags/a/b/end", &[5]),
            ("PUT", "/tags/end", &[]),
        ] {
            assert_eq!(routes.services(method, path), services, "{method} {path}");
        }
    }

    #[test]
    fn labels_become_anonymous_and_paths_without_literals_are_no_routes() {
        for (uri, pattern) in [
            ("/2015-03-31/functions/{FunctionName}", Some("/2015-03-31/functions/*")),
            ("/tags/{ResourceArn+}?x=1", Some("/tags/**")),
            ("/{Bucket}/{Key+}", None),
            ("/", None),
        ] {
            assert_eq!(anonymous(uri).as_deref(), pattern);
        }
    }
}

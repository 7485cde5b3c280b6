//! Routes of the REST protocols.
//!
//! Of the routes that fit a request, the most specific wins: literal segments before labels,
//! labels before greedy labels, literal queries before none, and then the operation whose required
//! query parameters and headers the request carries (S3 tells `UploadPart` from `PutObject` and
//! `CopyObject` by nothing else).

use std::collections::HashMap;

use fogbank_schema::{Kind, Location, Operation, ServiceModel, Shape};
use http::HeaderName;

use crate::protocol::RequestHead;
use crate::{form, habits};

/// One segment of a URI pattern.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Segment {
    Literal(&'static str),
    Label(&'static str),
    Greedy(&'static str),
}

#[derive(Debug)]
pub(crate) struct Route {
    operation: usize,
    name: &'static str,
    pub(crate) segments: Vec<Segment>,
    /// Of the path, segment by segment, and of the literal query; more is more specific.
    specificity: (Vec<u8>, usize),
    /// Literal parts of the query; none as value: the name alone suffices.
    query: Vec<(&'static str, Option<&'static str>)>,
    required_query: Vec<&'static str>,
    required_headers: Vec<HeaderName>,
    /// Yields to a route that fits as well.
    yields: bool,
    /// What the credential scope has to contain.
    scope: Option<&'static str>,
}

/// The routes of a service.
#[derive(Debug)]
pub(crate) struct Router {
    /// By method and first segment, where that is a literal; most specific first.
    routes: HashMap<(&'static str, Option<&'static str>), Vec<Route>>,
}

/// The raw segments of a path, without empty ones at its end.
pub(crate) fn segments(path: &str) -> Vec<&str> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let mut segments: Vec<&str> = path.split('/').collect();
    while segments.last().is_some_and(|last| last.is_empty()) {
        segments.pop();
    }
    segments
}

/// The segments of a URI pattern.
pub(crate) fn pattern(uri: &'static str) -> Vec<Segment> {
    let path = uri.split_once('?').map_or(uri, |(path, _)| path);
    segments(path)
        .into_iter()
        .map(|segment| match segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) {
            Some(label) => label.strip_suffix('+').map_or(Segment::Label(label), Segment::Greedy),
            None => Segment::Literal(segment),
        })
        .collect()
}

impl Route {
    fn of(model: &'static ServiceModel<'static>, index: usize) -> Self {
        let operation: &'static Operation<'static> = &model.operations[index];
        let query = operation.uri.split_once('?').map_or("", |(_, query)| query);
        let query: Vec<_> = query
            .split('&')
            .filter(|part| !part.is_empty())
            .map(|part| match part.split_once('=') {
                Some((name, value)) if !value.is_empty() => (name, Some(value)),
                Some((name, _)) => (name, None),
                None => (part, None),
            })
            .filter(|(name, _)| *name != "x-id")
            .collect();
        let input = operation.input.map(|input| model.shape(input));
        let segments = pattern(operation.uri);
        let path = segments
            .iter()
            .map(|segment| match segment {
                Segment::Literal(_) => 2,
                Segment::Label(_) => 1,
                Segment::Greedy(_) => 0,
            })
            .collect();
        Self {
            operation: index,
            specificity: (path, query.len()),
            segments,
            query,
            required_query: required(input, Location::Query),
            required_headers: required(input, Location::Header)
                .into_iter()
                .filter_map(|name| HeaderName::from_bytes(name.as_bytes()).ok())
                .collect(),
            name: operation.name,
            yields: habits::yields_route(model.metadata.name, operation.name),
            scope: habits::route_scope(model.metadata.name, operation.name),
        }
    }

    fn fits_path(&self, path: &[&str]) -> bool {
        let mut rest = path;
        for (index, segment) in self.segments.iter().enumerate() {
            match segment {
                Segment::Literal(literal) => {
                    let Some((first, after)) = rest.split_first() else { return false };
                    if !same_segment(first, literal) {
                        return false;
                    }
                    rest = after;
                }
                Segment::Label(_) => {
                    let Some((first, after)) = rest.split_first() else { return false };
                    if first.is_empty() {
                        return false;
                    }
                    rest = after;
                }
                Segment::Greedy(_) => {
                    let behind = self.segments.len() - index - 1;
                    if rest.len() <= behind {
                        return false;
                    }
                    rest = &rest[rest.len() - behind..];
                }
            }
        }
        rest.is_empty()
    }

    fn fits_query(&self, fields: &[(&str, &str)]) -> bool {
        self.query.iter().all(|(name, value)| {
            fields.iter().any(|(key, given)| {
                key == name
                    && value.is_none_or(|value| form::decode(given).is_ok_and(|g| g == value))
            })
        })
    }

    fn fits_scope(&self, head: RequestHead<'_>) -> bool {
        self.scope.is_none_or(|scope| {
            let signed = head.headers.get(http::header::AUTHORIZATION);
            signed.and_then(|value| value.to_str().ok()).is_some_and(|text| text.contains(scope))
        })
    }

    fn carries_required(&self, head: RequestHead<'_>, fields: &[(&str, &str)]) -> bool {
        self.required_query.iter().all(|name| fields.iter().any(|(key, _)| key == name))
            && self.required_headers.iter().all(|name| head.headers.contains_key(name))
    }

    /// More is more specific; what is required only decides between routes that are equal else.
    fn rank(&self) -> (&(Vec<u8>, usize), bool, usize) {
        let required = self.required_query.len() + self.required_headers.len();
        (&self.specificity, self.scope.is_some(), required)
    }
}

fn same_segment(given: &str, literal: &str) -> bool {
    given == literal
        || (given.contains('%')
            && percent_encoding::percent_decode_str(given)
                .decode_utf8()
                .is_ok_and(|g| g == literal))
}

fn required(input: Option<&Shape<'static>>, location: Location) -> Vec<&'static str> {
    let Some(Kind::Structure(structure)) = input.map(|shape| &shape.kind) else {
        return Vec::new();
    };
    structure
        .members
        .iter()
        .filter(|member| member.required && member.location == location)
        .map(|member| member.wire_name.unwrap_or(member.name))
        .collect()
}

/// The operation that a client says it means, where routes alone do not tell: in `x-id`, or by a
/// signature for directory buckets.
fn named_operation<'r>(head: RequestHead<'r>, fields: &[(&'r str, &'r str)]) -> Option<&'r str> {
    if let Some((_, name)) = fields.iter().find(|(key, _)| *key == "x-id") {
        return Some(name);
    }
    let signature = head.headers.get(http::header::AUTHORIZATION)?.to_str().ok()?;
    signature.contains("/s3express/").then_some("ListDirectoryBuckets")
}

impl Router {
    pub(crate) fn of(model: &'static ServiceModel<'static>) -> Self {
        let mut routes: HashMap<_, Vec<Route>> = HashMap::new();
        for (index, operation) in model.operations.iter().enumerate() {
            let route = Route::of(model, index);
            let first = match route.segments.first() {
                Some(Segment::Literal(literal)) => Some(*literal),
                _ => None,
            };
            routes.entry((operation.method, first)).or_default().push(route);
        }
        for routes in routes.values_mut() {
            routes.sort_by(|left, right| right.rank().cmp(&left.rank()));
        }
        Self { routes }
    }

    /// The routes that a path can have, most specific first.
    fn candidates<'r>(
        &'r self,
        method: &'r str,
        path: &[&'r str],
    ) -> impl Iterator<Item = &'r Route> {
        let routes: &'r HashMap<(&'r str, Option<&'r str>), Vec<Route>> = &self.routes;
        let literal = path.first().and_then(|first| routes.get(&(method, Some(*first))));
        literal.into_iter().chain(routes.get(&(method, None))).flatten()
    }

    /// The operation that a request means.
    pub(crate) fn find(&self, head: RequestHead<'_>) -> Option<usize> {
        let path = segments(head.path);
        let fields: Vec<(&str, &str)> =
            head.query.map(|query| form::raw_fields(query).collect()).unwrap_or_default();
        let named = named_operation(head, &fields);
        let mut second_best: Option<&Route> = None;
        for route in self.candidates(head.method.as_str(), &path) {
            if second_best.is_some_and(|other| other.specificity != route.specificity) {
                break;
            }
            if !route.fits_query(&fields) || !route.fits_path(&path) || !route.fits_scope(head) {
                continue;
            }
            let named = named.is_some_and(|name| name == route.name);
            if named || (route.carries_required(head, &fields) && !route.yields) {
                return Some(route.operation);
            }
            // Of what is left, the operation that demands least is meant.
            if second_best.is_none_or(|other| route.yields <= other.yields) {
                second_best = Some(route);
            }
        }
        second_best.map(|route| route.operation)
    }

    /// The path belongs to the service, whatever the method.
    pub(crate) fn knows_path(&self, head: RequestHead<'_>) -> bool {
        let path = segments(head.path);
        self.routes.values().flatten().any(|route| route.fits_path(&path))
    }
}

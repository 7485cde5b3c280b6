//! Where the members of an operation's input travel in HTTP, prepared once.

use std::collections::HashMap;

use fogbank_schema::{Kind, Location, ServiceModel, Shape, TimestampFormat};
use http::HeaderName;

use crate::detect::{Segment, pattern, segments};

/// How the text of a header becomes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeaderForm {
    Scalar,
    /// Elements between commas.
    List,
    /// HTTP dates have a comma each.
    DateList,
    /// JSON in Base64.
    Json,
    /// Base64.
    Text,
}

/// Where the members of one operation's input travel.
#[derive(Debug, Default)]
pub(crate) struct Bindings {
    pattern: Vec<Segment>,
    labels: Vec<(usize, &'static str)>,
    query: Vec<(usize, &'static str)>,
    query_params: Option<usize>,
    literal_query: Vec<&'static str>,
    headers: HashMap<HeaderName, (usize, HeaderForm)>,
    prefix: Option<(usize, &'static str)>,
    document: bool,
}

fn header_form(model: &ServiceModel<'_>, target: &Shape<'_>, json: bool) -> HeaderForm {
    match &target.kind {
        Kind::List { member, .. } => {
            let element = model.shape(member.target);
            let format = member.timestamp_format.or(element.timestamp_format);
            if matches!(element.kind, Kind::Timestamp)
                && matches!(format, None | Some(TimestampFormat::HttpDate))
            {
                HeaderForm::DateList
            } else {
                HeaderForm::List
            }
        }
        Kind::String if json => HeaderForm::Json,
        Kind::String | Kind::Enum(_) => HeaderForm::Text,
        _ => HeaderForm::Scalar,
    }
}

impl Bindings {
    pub(crate) fn of(model: &'static ServiceModel<'static>, op: usize) -> Self {
        let operation = &model.operations[op];
        let mut bindings = Self { pattern: pattern(operation.uri), ..Self::default() };
        if let Some((_, query)) = operation.uri.split_once('?') {
            bindings.literal_query =
                query.split('&').map(|part| part.split('=').next().unwrap_or(part)).collect();
        }
        let Some(input) = operation.input else { return bindings };
        let Kind::Structure(structure) = &model.shape(input).kind else { return bindings };
        for (index, member) in structure.members.iter().enumerate() {
            let name = member.wire_name.unwrap_or(member.name);
            let target = model.shape(member.target);
            match member.location {
                Location::Uri => bindings.labels.push((index, member.name)),
                Location::Query if matches!(target.kind, Kind::Map { .. }) => {
                    bindings.query_params = Some(index);
                }
                Location::Query => bindings.query.push((index, name)),
                Location::Header => {
                    if let Ok(header) = HeaderName::from_bytes(name.as_bytes()) {
                        let form = header_form(model, target, member.json_value);
                        bindings.headers.insert(header, (index, form));
                    }
                }
                Location::Headers => {
                    bindings.prefix = Some((index, member.wire_name.unwrap_or_default()));
                }
                Location::Body => bindings.document = true,
                Location::StatusCode => {}
            }
        }
        bindings
    }

    /// The members in labels with their raw texts, in a path that fits the pattern.
    pub(crate) fn labels(&self, path: &str) -> Vec<(usize, String)> {
        if self.labels.is_empty() {
            return Vec::new();
        }
        let index_of = |label: &str| {
            self.labels.iter().find(|(_, name)| *name == label).map(|(index, _)| *index)
        };
        let mut rest = segments(path);
        let mut found = Vec::with_capacity(self.labels.len());
        for (position, segment) in self.pattern.iter().enumerate() {
            let (taken, name) = match segment {
                Segment::Literal(_) => (1, None),
                Segment::Label(name) => (1, Some(*name)),
                Segment::Greedy(name) => {
                    let behind = self.pattern.len() - position - 1;
                    (rest.len().saturating_sub(behind), Some(*name))
                }
            };
            let last = position + 1 == self.pattern.len();
            let greedy = matches!(segment, Segment::Greedy(_));
            let mut text = rest.iter().take(taken).copied().collect::<Vec<_>>().join("/");
            if greedy && last {
                // Slashes at the end belong to a greedy label: S3's keys may end in them.
                let trailing = path.len() - path.trim_end_matches('/').len();
                text.push_str(&path[path.len() - trailing..]);
            }
            rest.drain(..taken.min(rest.len()));
            if let Some(index) = name.and_then(index_of) {
                found.push((index, text));
            }
        }
        found
    }

    pub(crate) fn has_query(&self) -> bool {
        !self.query.is_empty() || self.query_params.is_some()
    }

    /// The members in query parameters of their own, with the parameters' names.
    pub(crate) fn query(&self) -> impl Iterator<Item = (usize, &'static str)> {
        self.query.iter().copied()
    }

    /// The member that takes all query parameters.
    pub(crate) fn query_params(&self) -> Option<usize> {
        self.query_params
    }

    /// The query parameter belongs to the route.
    pub(crate) fn routes_by(&self, name: &str) -> bool {
        self.literal_query.contains(&name)
    }

    pub(super) fn header(&self, name: &HeaderName) -> Option<(usize, HeaderForm)> {
        self.headers.get(name).copied()
    }

    pub(super) fn has_headers(&self) -> bool {
        !self.headers.is_empty() || self.prefix.is_some()
    }

    pub(super) fn prefix(&self) -> Option<(usize, &'static str)> {
        self.prefix
    }

    /// Some member travels in the body.
    pub(crate) fn has_document(&self) -> bool {
        self.document
    }
}

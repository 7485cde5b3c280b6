//! Templates of resources.

use fogbank_context::AccountId;
use fogbank_schema::{Kind, ServiceModel, ShapeIndex};
use fogbank_wire::dynamic::Value;
use percent_encoding::percent_decode_str;

use super::Place;
use crate::input::{Input, Step, text_of};

/// A resource with places for members of the input:
/// `arn:{partition}:dynamodb:{region}:{account}:table/{RequestItems{}}`.
///
/// `A.B` is a member of a member, `A[]` every element of a list, `A{}` every key of a map; what
/// follows a bar is a [`Filter`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Partition,
    Region,
    Account,
    Caller,
    Member { path: String, filter: Filter },
}

/// What is made of a member's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Filter {
    /// As it is.
    Plain,
    /// Only if it is an ARN.
    Arn,
    /// Without the slash at its start: parameters.
    Bare,
    /// `key/…` before an id, nothing before `alias/…`.
    Key,
    /// A path of IAM, or a slash.
    Path,
    /// What follows the last slash: a queue's name in its URL.
    Last,
    /// The account in a queue's URL.
    Owner,
    /// The topic of a subscription.
    Topic,
    /// A function's name without its version and without its account.
    Function,
    /// Bucket and key of a source to copy.
    Copy,
    /// The root of an account.
    Root,
    /// A role, by ARN or name.
    Role,
    /// Only if it is the ARN of a role.
    Passed,
    /// The table of a PartiQL statement with this verb.
    Statement(&'static str),
    /// Nothing, if the member is there.
    When,
    /// The default event bus where none is named.
    Bus,
    /// What comes before the name of a rule: its bus and a slash, but for the default one.
    OnBus,
}

const FILTERS: &[(&str, Filter)] = &[
    ("arn", Filter::Arn),
    ("bare", Filter::Bare),
    ("key", Filter::Key),
    ("path", Filter::Path),
    ("last", Filter::Last),
    ("owner", Filter::Owner),
    ("topic", Filter::Topic),
    ("function", Filter::Function),
    ("copy", Filter::Copy),
    ("root", Filter::Root),
    ("role", Filter::Role),
    ("passed", Filter::Passed),
    ("select", Filter::Statement("SELECT")),
    ("insert", Filter::Statement("INSERT")),
    ("update", Filter::Statement("UPDATE")),
    ("delete", Filter::Statement("DELETE")),
    ("when", Filter::When),
    ("bus", Filter::Bus),
    ("on", Filter::OnBus),
];

impl Template {
    /// Reads a template of the tables.
    pub(super) fn parse(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(start) = rest.find('{') {
            if start > 0 {
                parts.push(Part::Text(rest[..start].to_owned()));
            }
            let end = closing(rest, start);
            parts.push(match &rest[start + 1..end] {
                "partition" => Part::Partition,
                "region" => Part::Region,
                "account" => Part::Account,
                "caller" => Part::Caller,
                member => member_part(member),
            });
            rest = &rest[end + 1..];
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Self(parts)
    }

    /// The names of the input's own members that it looks at.
    pub(super) fn members(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Member { path, .. } => path.split(['.', '[', '{']).next(),
            _ => None,
        })
    }

    /// The resources of a request; none when a member is not there.
    pub(super) fn fill(
        &self,
        model: &'static ServiceModel<'static>,
        input: &Input<'_>,
        place: Place<'_>,
    ) -> Vec<String> {
        let mut filled = vec![String::with_capacity(96)];
        for part in &self.0 {
            let mut push = |more: &str| filled.iter_mut().for_each(|text| text.push_str(more));
            let values = match part {
                Part::Member { path, filter } => filter.apply(&values(model, input, path)),
                Part::Text(text) => {
                    push(text);
                    continue;
                }
                Part::Partition => {
                    push(place.partition.as_str());
                    continue;
                }
                Part::Region => {
                    push(place.region.as_str());
                    continue;
                }
                Part::Account => {
                    push(&place.account.to_string());
                    continue;
                }
                Part::Caller => {
                    push(place.caller);
                    continue;
                }
            };
            match values.as_slice() {
                [] => return Vec::new(),
                // An ARN stands for the whole.
                [first, ..] if first.starts_with("arn:") => return values,
                [value] => push(value),
                many => {
                    filled = filled
                        .iter()
                        .flat_map(|text| many.iter().map(move |value| format!("{text}{value}")))
                        .collect();
                }
            }
        }
        filled
    }
}

/// The brace that closes the one at `start`; a path may have a pair of its own.
fn closing(text: &str, start: usize) -> usize {
    let mut depth = 0;
    for (at, byte) in text.bytes().enumerate().skip(start) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return at,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    panic!("the tables close their braces: {text}")
}

fn member_part(text: &str) -> Part {
    let (path, filter) = match text.split_once('|') {
        Some((path, name)) => {
            let row = FILTERS.iter().find(|row| row.0 == name);
            (path, row.unwrap_or_else(|| panic!("the tables name filters: {text}")).1)
        }
        None => (text, Filter::Plain),
    };
    Part::Member { path: path.to_owned(), filter }
}

/// The values at a path.
fn values(model: &'static ServiceModel<'static>, input: &Input<'_>, path: &str) -> Vec<String> {
    let (name, steps) = steps(path);
    let member = input
        .structure()
        .and_then(|structure| structure.member_index(name).map(|at| structure.members[at].target));
    let (Some(value), Some(shape)) = (input.get(name), member) else { return Vec::new() };
    let mut found = Vec::new();
    walk(model, shape, value, &steps, &mut found);
    found
}

fn steps(path: &str) -> (&str, Vec<Step<'_>>) {
    let end = path.find(['.', '[', '{']).unwrap_or(path.len());
    let (name, mut rest) = path.split_at(end);
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("[]") {
            steps.push(Step::Each);
            rest = after;
        } else if let Some(after) = rest.strip_prefix("{}") {
            steps.push(Step::Keys);
            rest = after;
        } else {
            rest = rest.trim_start_matches('.');
            let end = rest.find(['.', '[', '{']).unwrap_or(rest.len());
            steps.push(Step::Name(&rest[..end]));
            rest = &rest[end..];
        }
    }
    (name, steps)
}

fn walk(
    model: &'static ServiceModel<'static>,
    shape: ShapeIndex,
    value: &Value,
    steps: &[Step<'_>],
    found: &mut Vec<String>,
) {
    let kind = &model.shape(shape).kind;
    let Some((step, rest)) = steps.split_first() else {
        match text_of(value) {
            Some(text) => found.push(text),
            // Its presence is all that can be told.
            None => found.push(String::new()),
        }
        return;
    };
    match (step, kind, value) {
        (Step::Each, Kind::List { member, .. }, Value::List(values)) => {
            values.iter().for_each(|value| walk(model, member.target, value, rest, found));
        }
        (Step::Keys, _, Value::Map(entries)) => {
            found.extend(entries.iter().map(|(key, _)| key.clone()));
        }
        (
            Step::Name(name),
            Kind::Structure(structure) | Kind::Union(structure),
            Value::Struct(members),
        ) => {
            let Some(at) = structure.member_index(name) else { return };
            if let Some((_, value)) = members.iter().find(|(index, _)| *index == at) {
                walk(model, structure.members[at].target, value, rest, found);
            }
        }
        _ => {}
    }
}

impl Filter {
    fn apply(self, values: &[String]) -> Vec<String> {
        match self {
            Filter::Plain => values.to_vec(),
            Filter::Path if values.is_empty() => vec!["/".to_owned()],
            Filter::When if values.is_empty() => Vec::new(),
            Filter::Bus if values.is_empty() => vec!["default".to_owned()],
            Filter::OnBus if values.is_empty() => vec![String::new()],
            Filter::When => vec![String::new()],
            filter => values.iter().filter_map(|value| filter.of_one(value)).collect(),
        }
    }

    fn of_one(self, value: &str) -> Option<String> {
        Some(match self {
            Filter::Plain | Filter::Path | Filter::When | Filter::Bus => value.to_owned(),
            Filter::OnBus => {
                match value.split_once(":event-bus/").map_or(value, |(_, name)| name) {
                    "default" => String::new(),
                    bus => format!("{bus}/"),
                }
            }
            Filter::Arn => return value.starts_with("arn:").then(|| value.to_owned()),
            Filter::Bare => value.trim_start_matches('/').to_owned(),
            Filter::Key if value.starts_with("arn:") || value.starts_with("alias/") => {
                value.to_owned()
            }
            Filter::Key => format!("key/{value}"),
            Filter::Last => value.trim_end_matches('/').rsplit('/').next()?.to_owned(),
            Filter::Owner => {
                let owner = value.trim_end_matches('/').rsplit('/').nth(1)?;
                owner.parse::<AccountId>().ok()?.to_string()
            }
            Filter::Topic => topic(value),
            Filter::Function => function(value),
            Filter::Copy => {
                let source = value.split("?versionId=").next()?.trim_start_matches('/');
                percent_decode_str(source).decode_utf8_lossy().into_owned()
            }
            Filter::Root => match value.parse::<AccountId>() {
                Ok(account) => format!("arn:aws:iam::{account}:root"),
                Err(_) => value.to_owned(),
            },
            Filter::Role => return (!value.is_empty()).then(|| value.to_owned()),
            Filter::Passed => {
                let role = value.starts_with("arn:") && value.contains(":role/");
                return role.then(|| value.to_owned());
            }
            Filter::Statement(verb) => return table_of(value, verb),
        })
    }
}

/// `arn:aws:sns:region:account:topic` of a subscription's ARN.
fn topic(arn: &str) -> String {
    match arn.match_indices(':').nth(5) {
        Some((end, _)) => arn[..end].to_owned(),
        None => arn.to_owned(),
    }
}

/// `name`, `name:version`, `account:function:name`, or an ARN, which may have a version.
fn function(text: &str) -> String {
    if text.starts_with("arn:") {
        return text.splitn(8, ':').take(7).collect::<Vec<_>>().join(":");
    }
    let name = text.split_once(":function:").map_or(text, |(_, name)| name);
    name.split(':').next().unwrap_or(name).to_owned()
}

/// The table of a PartiQL statement, if it begins with this verb.
fn table_of(statement: &str, verb: &str) -> Option<String> {
    let mut words = statement.split_whitespace();
    if !words.next()?.eq_ignore_ascii_case(verb) {
        return None;
    }
    let table = match verb {
        "SELECT" | "DELETE" => {
            words.skip_while(|word| !word.eq_ignore_ascii_case("FROM")).nth(1)?
        }
        "INSERT" => words.skip_while(|word| !word.eq_ignore_ascii_case("INTO")).nth(1)?,
        _ => words.next()?,
    };
    // `"table"."index"`: the index is a resource below the table.
    let mut names = table.split('.').map(|name| name.trim_matches(['"', '\'', '`', ';']));
    let table = names.next()?;
    Some(match names.next() {
        Some(index) => format!("{table}/index/{index}"),
        None => table.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters() {
        let cases = [
            (Filter::Bare, "/a/b", Some("a/b")),
            (Filter::Key, "1234", Some("key/1234")),
            (Filter::Key, "alias/x", Some("alias/x")),
            (Filter::Last, "http://localhost:4566/000000000000/q", Some("q")),
            (Filter::Owner, "http://localhost:4566/000000000000/q", Some("000000000000")),
            (Filter::Owner, "q", None),
            (Filter::Topic, "arn:aws:sns:r:1:t:uuid", Some("arn:aws:sns:r:1:t")),
            (Filter::Function, "f:live", Some("f")),
            (Filter::Function, "1:function:f", Some("f")),
            (
                Filter::Function,
                "arn:aws:lambda:r:1:function:f:2",
                Some("arn:aws:lambda:r:1:function:f"),
            ),
            (Filter::Copy, "/b/k%20x?versionId=1", Some("b/k x")),
            (Filter::Arn, "name", None),
            (Filter::Role, "name", Some("name")),
            (Filter::Role, "", None),
            (Filter::Passed, "true", None),
            (Filter::Passed, "arn:aws:iam::1:role/r", Some("arn:aws:iam::1:role/r")),
            (Filter::Statement("SELECT"), "select * from \"t\".\"i\" where a=1", Some("t/index/i")),
            (Filter::Statement("INSERT"), "INSERT INTO t VALUE {}", Some("t")),
            (Filter::Statement("UPDATE"), "UPDATE \"t\" SET a=1", Some("t")),
            (Filter::Statement("DELETE"), "UPDATE \"t\" SET a=1", None),
        ];
        for (filter, value, expected) in cases {
            assert_eq!(filter.of_one(value).as_deref(), expected, "{filter:?} {value}");
        }
    }
}

//! Forms of the query protocols: `Action=…&Entries.1.Id=…`, as a tree of dotted names.

use std::borrow::Cow;
use std::cmp::Ordering;

use percent_encoding::percent_decode_str;

use crate::limits::Limits;

/// The most parts that a name has for each level: `member.1.Key`.
const PARTS_OF_LEVEL: usize = 3;

/// Why a form cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FormError {
    /// A name or value is no UTF-8 once its escapes are undone.
    NotUtf8,
    /// More fields than the limits allow.
    TooLarge,
    /// A name of more parts than the limits allow.
    TooDeep,
}

/// One `name=value` of a form, decoded.
type Field<'a> = (Cow<'a, str>, Cow<'a, str>);

/// Undoes `+` and `%XX`.
pub(crate) fn decode(text: &str) -> Result<Cow<'_, str>, FormError> {
    if !text.bytes().any(|b| b == b'+' || b == b'%') {
        return Ok(Cow::Borrowed(text));
    }
    let spaced =
        if text.contains('+') { Cow::Owned(text.replace('+', " ")) } else { Cow::Borrowed(text) };
    let decoded = percent_decode_str(&spaced).decode_utf8().map_err(|_| FormError::NotUtf8)?;
    Ok(Cow::Owned(decoded.into_owned()))
}

/// The fields of a form or query string, undecoded.
pub(crate) fn raw_fields(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split('&')
        .filter(|field| !field.is_empty())
        .map(|field| field.split_once('=').unwrap_or((field, "")))
}

/// The value of one field by its undotted name, without reading the rest.
pub(crate) fn field<'a>(text: &'a str, name: &str) -> Option<Cow<'a, str>> {
    raw_fields(text).find(|(key, _)| *key == name).and_then(|(_, value)| decode(value).ok())
}

pub(crate) struct Node {
    /// Where the last segment of the name stands in the field's name.
    field: u32,
    start: u32,
    end: u32,
    has_value: bool,
    /// Children in the bytewise order of their segments.
    children: Vec<u32>,
}

/// A form as a tree; node 0 is the root.
pub(crate) struct Form<'a> {
    fields: Vec<Field<'a>>,
    nodes: Vec<Node>,
}

pub(crate) const ROOT: u32 = 0;

impl<'a> Form<'a> {
    /// Reads the fields of these texts together (the query string and the body).
    pub(crate) fn parse(texts: &[&'a str], limits: Limits) -> Result<Self, FormError> {
        let mut fields: Vec<Field<'a>> = Vec::new();
        for (name, value) in texts.iter().flat_map(|text| raw_fields(text)) {
            if fields.len() == limits.form_fields {
                return Err(FormError::TooLarge);
            }
            fields.push((decode(name)?, decode(value)?));
        }
        // Stable, so that of equal names the last one given wins below.
        fields.sort_by(|(left, _), (right, _)| compare_names(left, right));
        let mut form = Self { nodes: Vec::with_capacity(fields.len() * 2 + 1), fields };
        form.nodes.push(Node { field: 0, start: 0, end: 0, has_value: false, children: vec![] });
        form.grow(limits.levels() * PARTS_OF_LEVEL)?;
        Ok(form)
    }

    /// Adds the sorted fields; each shares a path with the one before it.
    fn grow(&mut self, parts: usize) -> Result<(), FormError> {
        let mut path: Vec<u32> = vec![ROOT];
        for index in 0..self.fields.len() {
            let name = self.fields[index].0.as_ref();
            if name.bytes().filter(|b| *b == b'.').count() >= parts {
                return Err(FormError::TooDeep);
            }
            let mut depth = 0;
            let mut start = 0;
            let field = offset(index);
            let mut shared = true;
            // Segments of the names before this one, as far as they are the same.
            let segments: Vec<(usize, usize)> = name
                .split('.')
                .map(|segment| {
                    let bounds = (start, start + segment.len());
                    start += segment.len() + 1;
                    bounds
                })
                .collect();
            for (start, end) in segments {
                depth += 1;
                if shared && depth < path.len() && self.segment(path[depth]) == &name[start..end] {
                    continue;
                }
                shared = false;
                path.truncate(depth);
                let node = offset(self.nodes.len());
                self.nodes.push(Node {
                    field,
                    start: offset(start),
                    end: offset(end),
                    has_value: false,
                    children: Vec::new(),
                });
                self.nodes[path[depth - 1] as usize].children.push(node);
                path.push(node);
            }
            path.truncate(depth + 1);
            let leaf = &mut self.nodes[path[depth] as usize];
            // The name up to this node is the same, so the segment's bounds stay right.
            leaf.field = field;
            leaf.has_value = true;
        }
        Ok(())
    }

    fn segment(&self, node: u32) -> &str {
        let node = &self.nodes[node as usize];
        &self.fields[node.field as usize].0[node.start as usize..node.end as usize]
    }

    /// The child with this segment.
    pub(crate) fn child(&self, node: u32, segment: &str) -> Option<u32> {
        let children = &self.nodes[node as usize].children;
        children
            .binary_search_by(|child| self.segment(*child).cmp(segment))
            .ok()
            .map(|position| children[position])
    }

    /// The children whose segments are numbers, in the order of the numbers.
    pub(crate) fn numbered(&self, node: u32) -> Vec<u32> {
        let mut children: Vec<(u64, u32)> = self.nodes[node as usize]
            .children
            .iter()
            .filter_map(|child| Some((self.segment(*child).parse().ok()?, *child)))
            .collect();
        children.sort_unstable();
        children.into_iter().map(|(_, child)| child).collect()
    }

    /// The value given for the node's whole name.
    pub(crate) fn value(&self, node: u32) -> Option<&str> {
        let node = &self.nodes[node as usize];
        node.has_value.then(|| self.fields[node.field as usize].1.as_ref())
    }

    /// The node has neither a child nor a text.
    pub(crate) fn is_blank(&self, node: u32) -> bool {
        self.nodes[node as usize].children.is_empty() && self.value(node).is_none_or(str::is_empty)
    }
}

fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// Bytewise by segments: a dot sorts before everything else.
fn compare_names(left: &str, right: &str) -> Ordering {
    let rank = |byte: u8| if byte == b'.' { 0 } else { u16::from(byte) + 1 };
    let differing = left.bytes().zip(right.bytes()).find(|(left, right)| left != right);
    differing
        .map_or_else(|| left.len().cmp(&right.len()), |(left, right)| rank(left).cmp(&rank(right)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse<'a>(texts: &[&'a str]) -> Result<Form<'a>, FormError> {
        Form::parse(texts, Limits::default())
    }

    fn value_at(form: &Form<'_>, path: &str) -> Option<String> {
        let mut node = ROOT;
        for segment in path.split('.') {
            node = form.child(node, segment)?;
        }
        form.value(node).map(str::to_owned)
    }

    #[test]
    fn dotted_names_make_a_tree() {
        let form = parse(&[
            "Action=Send&Entries.10.Id=ten&Entries.2.Id=two&Entries.2.Body=a+b%2Bc&Entries=x",
            "Version=2012-11-05&Entries.1.Id=%E2%82%AC",
        ])
        .unwrap();
        assert_eq!(value_at(&form, "Action").as_deref(), Some("Send"));
        assert_eq!(value_at(&form, "Entries.2.Body").as_deref(), Some("a b+c"));
        assert_eq!(value_at(&form, "Entries.1.Id").as_deref(), Some("€"));
        assert_eq!(value_at(&form, "Entries").as_deref(), Some("x"));
        assert_eq!(value_at(&form, "Entries.3.Id"), None);
        let entries = form.child(ROOT, "Entries").unwrap();
        let ids: Vec<_> = form
            .numbered(entries)
            .into_iter()
            .map(|node| form.value(form.child(node, "Id").unwrap()).unwrap().to_owned())
            .collect();
        assert_eq!(ids, ["€", "two", "ten"]);
    }

    #[test]
    fn names_that_share_a_beginning_stay_apart() {
        let form = parse(&["Ab.1=x&A.1=y&A-b=z&A=w&A.1.b=v&A.1=last"]).unwrap();
        for (path, value) in
            [("Ab.1", "x"), ("A.1", "last"), ("A-b", "z"), ("A", "w"), ("A.1.b", "v")]
        {
            assert_eq!(value_at(&form, path).as_deref(), Some(value), "{path}");
        }
    }

    #[test]
    fn names_compare_by_their_segments() {
        let names = ["", "a", "a.", "a.1", "a.10", "a.2", "a.b", "a\0", "a-b", "a-b.c", "ab", "é"];
        for left in names {
            for right in names {
                let by_segments = left.split('.').cmp(right.split('.'));
                assert_eq!(compare_names(left, right), by_segments, "{left:?} {right:?}");
            }
        }
    }

    #[test]
    fn what_is_not_text_is_refused() {
        assert_eq!(parse(&["A=%FF"]).err(), Some(FormError::NotUtf8));
        let deep = "a.".repeat(400);
        assert_eq!(parse(&[&deep]).err(), Some(FormError::TooDeep));
    }

    #[test]
    fn limits_hold() {
        let limits = Limits { nesting_depth: 8, form_fields: 3 };
        let parse = |text: &str| Form::parse(&[text], limits).err();
        assert_eq!(parse("a=1&b=2&c=3"), None);
        assert_eq!(parse("a=1&b=2&c=3&d=4"), Some(FormError::TooLarge));
        assert_eq!(parse(&"a.".repeat(23)), None);
        assert_eq!(parse(&"a.".repeat(24)), Some(FormError::TooDeep));
    }
}

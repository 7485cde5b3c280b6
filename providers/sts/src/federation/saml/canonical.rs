//! Exclusive XML canonicalisation 1.0 (<https://www.w3.org/TR/xml-exc-c14n/>), without comments.

use std::collections::BTreeMap;

use roxmltree::{Node, NodeType};

/// The namespace of the prefix `xml`, which needs no declaration.
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// The namespaces that are declared in the output, by prefix; the default one has none.
type Declared<'a> = BTreeMap<&'a str, &'a str>;

/// The canonical form of an element, without one of the elements in it (the signature that it
/// carries) and with the namespaces of some prefixes that are declared where they are in scope.
pub(super) fn of(
    element: Node<'_, '_>,
    without: Option<Node<'_, '_>>,
    inclusive: &[&str],
) -> String {
    let mut form = Form { text: String::with_capacity(4096), without, inclusive };
    form.element(element, &Declared::new());
    form.text
}

struct Form<'a, 'input> {
    text: String,
    without: Option<Node<'a, 'input>>,
    inclusive: &'a [&'a str],
}

/// The name of an element or attribute as it is written: prefix and local name.
fn split(name: &str) -> (&str, &str) {
    name.split_once(':').unwrap_or(("", name))
}

/// The name of an element as it is written.
fn written<'a>(element: Node<'a, '_>) -> &'a str {
    let text = &element.document().input_text()[element.range().start + 1..];
    let end = text.find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/'));
    &text[..end.unwrap_or(text.len())]
}

impl<'a> Form<'a, '_> {
    fn element(&mut self, element: Node<'a, '_>, declared: &Declared<'a>) {
        let name = written(element);
        let source: &'a str = element.document().input_text();
        let mut attributes: Vec<(&'a str, &'a str, &'a str, &'a str)> = element
            .attributes()
            .map(|attribute| {
                let name = &source[attribute.range_qname()];
                (attribute.namespace().unwrap_or(""), attribute.name(), name, attribute.value())
            })
            .collect();
        attributes.sort_unstable();

        // The prefixes that the element itself uses, and those that are always declared.
        let own = attributes.iter().map(|&(_, _, name, _)| split(name).0).filter(|p| !p.is_empty());
        let used = std::iter::once(split(name).0).chain(own);
        let inclusive = self.inclusive.iter().map(|prefix| match *prefix {
            "#default" => "",
            prefix => prefix,
        });
        let mut declared = declared.clone();
        let mut declarations = BTreeMap::new();
        for (prefix, always) in used.map(|p| (p, false)).chain(inclusive.map(|p| (p, true))) {
            let prefix_or_none = (!prefix.is_empty()).then_some(prefix);
            let uri = element.lookup_namespace_uri(prefix_or_none);
            let uri = match uri {
                Some(XML) => continue,
                Some(uri) => uri,
                None if always || !prefix.is_empty() => continue,
                None => "",
            };
            let before = declared.get(prefix).copied();
            if before == Some(uri) || before.is_none() && uri.is_empty() {
                continue;
            }
            declared.insert(prefix, uri);
            declarations.insert(prefix, uri);
        }

        self.text.push('<');
        self.text.push_str(name);
        for (prefix, uri) in declarations {
            self.text.push_str(if prefix.is_empty() { " xmlns" } else { " xmlns:" });
            self.text.push_str(prefix);
            self.text.push_str("=\"");
            self.value(uri);
            self.text.push('"');
        }
        for (_, _, name, value) in attributes {
            self.text.push(' ');
            self.text.push_str(name);
            self.text.push_str("=\"");
            self.value(value);
            self.text.push('"');
        }
        self.text.push('>');
        let without = self.without;
        for child in element.children().filter(|child| Some(*child) != without) {
            match child.node_type() {
                NodeType::Element => self.element(child, &declared),
                NodeType::Text => self.content(child.text().unwrap_or_default()),
                NodeType::PI => self.instruction(child),
                NodeType::Comment | NodeType::Root => {}
            }
        }
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
    }

    fn instruction(&mut self, node: Node<'_, '_>) {
        let Some(pi) = node.pi() else { return };
        self.text.push_str("<?");
        self.text.push_str(pi.target);
        if let Some(value) = pi.value {
            self.text.push(' ');
            self.text.push_str(value);
        }
        self.text.push_str("?>");
    }

    fn value(&mut self, value: &str) {
        for character in value.chars() {
            match character {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '"' => self.text.push_str("&quot;"),
                '\t' => self.text.push_str("&#x9;"),
                '\n' => self.text.push_str("&#xA;"),
                '\r' => self.text.push_str("&#xD;"),
                other => self.text.push(other),
            }
        }
    }

    fn content(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '\r' => self.text.push_str("&#xD;"),
                other => self.text.push(other),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(document: &str, path: &[&str], inclusive: &[&str]) -> String {
        let document = roxmltree::Document::parse(document).unwrap();
        let mut node = document.root_element();
        for name in path {
            node = node.children().find(|child| child.has_tag_name(*name)).unwrap();
        }
        of(node, None, inclusive)
    }

    #[test]
    fn the_examples_of_the_recommendation() {
        // Exclusive XML Canonicalization, section 2.2: the same element in two contexts.
        let first = r#"<n0:local xmlns:n0="foo:bar" xmlns:n3="ftp://example.org"><n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"/></n1:elem2></n0:local>"#;
        let second = r#"<n2:pdu xmlns:n1="http://example.com" xmlns:n2="http://foo.example" xml:lang="fr" xml:space="retain"><n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"/></n1:elem2></n2:pdu>"#;
        let expected = r#"<n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"></n3:stuff></n1:elem2>"#;
        for document in [first, second] {
            let document = roxmltree::Document::parse(document).unwrap();
            let element = document.root_element().first_element_child().unwrap();
            assert_eq!(of(element, None, &[]), expected);
        }
    }

    #[test]
    fn names_are_sorted_and_texts_escaped() {
        let document = "<a xmlns='d' xmlns:x='u' b='2' a='1&#9;\"' x:c='3'><!-- no -->\
            <?p  q?>t&amp;&gt;&#13;<b xmlns=''/><x:e/></a>";
        let expected = "<a xmlns=\"d\" xmlns:x=\"u\" a=\"1&#x9;&quot;\" b=\"2\" x:c=\"3\">\
            <?p q?>t&amp;&gt;&#xD;<b xmlns=\"\"></b><x:e></x:e></a>";
        assert_eq!(canonical(document, &[], &[]), expected);
        let nested = r#"<r xmlns:xs="s" xmlns:y="y"><v/></r>"#;
        assert_eq!(canonical(nested, &["v"], &[]), "<v></v>");
        assert_eq!(canonical(nested, &["v"], &["xs", "#default"]), r#"<v xmlns:xs="s"></v>"#);
    }
}

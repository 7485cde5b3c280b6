use proptest::prelude::*;

use super::*;
use crate::engine::schema::KeyAttribute;
use crate::engine::value::{Kind, Number, Value};

fn n(number: i64) -> Value {
    Value::N(Number::from(number))
}

fn item(entries: &[(&str, Value)]) -> Attributes {
    entries.iter().map(|(name, value)| ((*name).into(), value.clone())).collect()
}

fn song() -> Attributes {
    item(&[
        ("artist", Value::s("Acme")),
        ("title", Value::s("it's")),
        ("year", n(1999)),
        ("nothing", Value::Null),
        ("tags", Value::Ss(vec!["a".into(), "b".into()])),
        ("info", Value::M(item(&[("plays", Value::L(vec![n(1), n(2)]))]))),
    ])
}

#[test]
fn conditions_select_items() {
    let cases = [
        ("artist = 'Acme' AND title = 'it''s'", true),
        ("\"artist\" <> 'Acme'", false),
        ("absent <> 'Acme'", false),
        ("year BETWEEN 1990 AND 2000", true),
        ("year NOT BETWEEN 1990 AND 2000", false),
        ("year IN [1, 1999]", true),
        ("year IN (1, 2)", false),
        ("NOT (year < 1999) AND year != -1", true),
        ("absent IS MISSING AND nothing IS NULL", true),
        ("absent IS NOT MISSING OR year IS NULL", false),
        ("begins_with(artist, 'Ac') and contains(tags, 'b')", true),
        ("info.plays[1] = 2 AND size(tags) >= 2", true),
        ("attribute_type(year, 'N')", true),
        ("artist = ?", true),
    ];
    for (text, holds) in cases {
        let parameters = if text.contains('?') { vec![Value::s("Acme")] } else { Vec::new() };
        let statement =
            parse(&format!("SELECT * FROM songs WHERE {text}"), parameters).expect(text);
        let Statement::Select(Select { condition: Some(condition), .. }) = statement else {
            panic!("{text}")
        };
        assert_eq!(condition.holds(&song()), holds, "{text}");
    }
}

#[test]
fn selects_name_tables_indexes_paths_and_order() {
    let statement = parse(
        "select info.plays[0], title from \"my-songs\".\"by-year\" order by year desc",
        vec![],
    );
    let Ok(Statement::Select(select)) = statement else { panic!("{statement:?}") };
    assert_eq!((select.table.as_str(), select.index.as_deref()), ("my-songs", Some("by-year")));
    assert_eq!(select.paths.map(|paths| paths.len()), Some(2));
    assert_eq!(select.order, Some(("year".to_owned(), true)));
}

#[test]
fn inserts_hold_items_of_all_types() {
    let text = "INSERT INTO songs VALUE {'a': 'x', 'b': -1.5, 'c': true, 'd': null, 'e': [1, 'y'], \
                'f': {'g': <<1, 2>>}, 'h': <<'s'>>, 'i': ?}";
    let statement = parse(text, vec![Value::B(vec![1].into())]);
    let Ok(Statement::Insert { item: found, .. }) = statement else { panic!("{statement:?}") };
    let expected = item(&[
        ("a", Value::s("x")),
        ("b", Value::N(Number::parse("-1.5").expect("a number"))),
        ("c", Value::Bool(true)),
        ("d", Value::Null),
        ("e", Value::L(vec![n(1), Value::s("y")])),
        ("f", Value::M(item(&[("g", Value::Ns(vec![Number::from(1), Number::from(2)]))]))),
        ("h", Value::Ss(vec!["s".into()])),
        ("i", Value::B(vec![1].into())),
    ]);
    assert_eq!(found, expected);
}

#[test]
fn updates_change_items() {
    let text = "UPDATE songs SET year = year + 1 SET info.plays = list_append(info.plays, [3]), \
                tags = set_add(tags, <<'c'>>) REMOVE nothing WHERE artist = 'Acme' AND title = ? \
                RETURNING MODIFIED NEW *";
    let statement = parse(text, vec![Value::s("t")]);
    let Ok(Statement::Update { update, condition, returning, .. }) = statement else {
        panic!("{statement:?}")
    };
    let after = update.apply(&song()).expect("an update");
    assert_eq!(after.get("year"), Some(&n(2000)));
    assert_eq!(after.get("tags"), Some(&Value::Ss(vec!["c".into(), "b".into(), "a".into()])));
    assert_eq!(after.get("nothing"), None);
    assert_eq!(returning, Some(Returning { modified: true, new: true }));
    let key = |name: &str| KeyAttribute { name: name.into(), kind: Kind::S };
    let keys = KeySchema { hash: vec![key("artist")], range: vec![key("title")] };
    let (found, rest) = key_and_rest(condition, &keys).expect("a key");
    assert_eq!(found, item(&[("artist", Value::s("Acme")), ("title", Value::s("t"))]));
    assert_eq!(rest, None);
}

#[test]
fn faulty_statements_are_refused() {
    let start = "Statement wasn't well formed, can't be processed: ";
    let cases = [
        ("", "Expected data manipulation"),
        ("DROP TABLE songs", "Expected data manipulation"),
        ("SELECT * FROM", "unexpected end of statement"),
        ("SELECT * FROM songs WHERE", "unexpected end of statement"),
        ("SELECT * FROM songs extra", "unexpected token 'extra'"),
        ("SELECT * FROM songs WHERE a = 'x", "a quote is not closed"),
        ("INSERT INTO songs VALUE 'x'", "VALUE must be followed by a map"),
        ("UPDATE songs SET a = 1", "unexpected end of statement"),
        ("UPDATE songs WHERE a = 1", "unexpected token 'WHERE'"),
        ("DELETE FROM songs", "unexpected end of statement"),
        ("SELECT * FROM songs WHERE a ; 1", "unexpected character ';'"),
    ];
    for (text, detail) in cases {
        let error = parse(text, vec![]).expect_err(text);
        assert_eq!(error.to_string(), format!("{start}{detail}"), "{text}");
    }
    let error = parse("SELECT * FROM songs WHERE a = ?", vec![]).expect_err("no parameter");
    assert_eq!(error.to_string(), "Number of parameters in request and statement don't match.");
}

fn statement_like() -> impl Strategy<Value = String> {
    let words = [
        "SELECT",
        "INSERT INTO",
        "UPDATE",
        "DELETE FROM",
        "FROM",
        "WHERE",
        "SET",
        "REMOVE",
        "VALUE",
        "AND",
        "OR",
        "NOT",
        "IN",
        "IS",
        "MISSING",
        "BETWEEN",
        "RETURNING ALL OLD *",
        "t",
        "a",
        "*",
        "'x'",
        "\"q\"",
        "1",
        "-",
        "+",
        "=",
        "<",
        "<<",
        ">>",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ":",
        ",",
        ".",
        "?",
        "size(",
        "contains(",
        "list_append(",
        "é",
        "''",
        "1e5",
        "null",
    ];
    proptest::collection::vec(proptest::sample::select(words.to_vec()), 0..40)
        .prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn parsing_never_panics(text in prop_oneof![statement_like(), "\\PC{0,80}"]) {
        let _ = parse(&text, vec![]);
        let _ = parse(&text, vec![Value::Null]);
        let _ = parse(&"[".repeat(text.len() * 20), vec![]);
    }
}

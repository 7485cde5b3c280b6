use super::*;
use crate::engine::value::Number;

fn key(name: &str, kind: Kind) -> KeyAttribute {
    KeyAttribute { name: name.into(), kind }
}

fn schema() -> KeySchema {
    KeySchema { hash: vec![key("pk", Kind::S)], range: vec![key("sk", Kind::N)] }
}

fn item(entries: &[(&str, Value)]) -> Attributes {
    entries.iter().map(|(name, value)| ((*name).into(), value.clone())).collect()
}

fn n(number: i64) -> Value {
    Value::N(Number::from(number))
}

#[test]
fn keys_that_do_not_fit_are_refused_in_awss_words() {
    let mismatch = "The provided key element does not match the schema";
    let cases = [
        (item(&[("pk", Value::s("a"))]), mismatch),
        (item(&[("pk", Value::s("a")), ("sk", n(1)), ("x", n(1))]), mismatch),
        (item(&[("pk", Value::s("a")), ("sx", n(1))]), mismatch),
        (item(&[("pk", n(1)), ("sk", n(1))]), mismatch),
        (
            item(&[("pk", Value::s("")), ("sk", n(1))]),
            "One or more parameter values are not valid. The AttributeValue for a key attribute \
             cannot contain an empty string value. Key: pk",
        ),
        (
            item(&[("pk", Value::s("x".repeat(2049))), ("sk", n(1))]),
            "One or more parameter values were invalid: Size of hashkey has exceeded the maximum \
             size limit of2048 bytes",
        ),
    ];
    for (key, message) in cases {
        let error = schema().row_key_of_key(&key).expect_err(message);
        assert_eq!(error.to_string(), message);
    }
    assert!(
        schema().row_key_of_key(&item(&[("pk", Value::s("x".repeat(2048))), ("sk", n(1))])).is_ok()
    );
}

#[test]
fn items_without_a_fitting_key_are_refused_in_awss_words() {
    let cases = [
        (item(&[("sk", n(1))]), "Missing the key pk in the item"),
        (item(&[("pk", Value::s("a"))]), "Missing the key sk in the item"),
        (
            item(&[("pk", Value::s("a")), ("sk", Value::s("a"))]),
            "Type mismatch for key sk expected: N actual: S",
        ),
    ];
    for (item, message) in cases {
        let error = schema().row_key_of_item(&item).expect_err(message);
        assert_eq!(
            error.to_string(),
            format!("One or more parameter values were invalid: {message}")
        );
    }
}

#[test]
fn index_keys_may_be_missing_but_not_unfit() {
    let index = KeySchema { hash: vec![key("g", Kind::S)], range: vec![] };
    assert_eq!(index.index_row_key(&item(&[]), b"row"), None);
    assert!(index.check_index_item(&item(&[])).is_ok());
    let wrong = index.check_index_item(&item(&[("g", n(1))])).expect_err("a number");
    assert_eq!(
        wrong.for_put("by-g").to_string(),
        "One or more parameter values were invalid: Type mismatch for Index Key g Expected: S \
         Actual: N IndexName: by-g"
    );
    let empty = index.check_index_item(&item(&[("g", Value::s(""))])).expect_err("empty");
    assert_eq!(
        empty.for_put("by-g").to_string(),
        "One or more parameter values are not valid. A value specified for a secondary index key \
         is not supported. The AttributeValue for a key attribute cannot contain an empty string \
         value. IndexName: by-g, IndexKey: g"
    );
}

#[test]
fn segments_cover_every_row_once() {
    let rows: Vec<Vec<u8>> = (0..500)
        .map(|number| KeySchema::partition_prefix(&[&Value::s(format!("key-{number}"))]))
        .collect();
    for total in [1, 2, 3, 7, 1000, 1_000_000] {
        for row in &rows {
            let inside = |segment: u32| {
                let (from, to) = segment_bounds(segment, total);
                *row >= from && to.is_none_or(|to| *row < to)
            };
            // Rows are found by their hash; the neighbours must not hold them too.
            let hash = u64::from(u32::from_be_bytes([row[0], row[1], row[2], row[3]]));
            let near = ((hash * u64::from(total)) >> 32) as u32;
            let holders =
                (near.saturating_sub(1)..=(near + 1).min(total - 1)).filter(|s| inside(*s));
            assert_eq!(holders.count(), 1, "{total} segments");
        }
    }
}

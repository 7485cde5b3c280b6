use std::collections::BTreeMap;

use proptest::prelude::*;

use super::legacy::{self, Comparison, Expectation, UpdateAction};
use super::*;
use crate::engine::schema::{KeyAttribute, KeySchema};
use crate::engine::validation::Invalid;
use crate::engine::value::{Attributes, Kind, Number, Value};

fn n(number: i64) -> Value {
    Value::N(Number::from(number))
}

fn s(text: &str) -> Value {
    Value::s(text)
}

fn l(list: &[Value]) -> Value {
    Value::L(list.to_vec())
}

fn m(entries: &[(&str, Value)]) -> Value {
    Value::M(attributes(entries))
}

fn ss(members: &[&str]) -> Value {
    Value::Ss(members.iter().map(|&member| member.into()).collect())
}

fn attributes(entries: &[(&str, Value)]) -> Attributes {
    entries.iter().map(|(name, value)| ((*name).into(), value.clone())).collect()
}

/// The placeholders that all cases share.
fn placeholders() -> Placeholders {
    let names = [("#n", "name"), ("#d", "a.b"), ("#p", "pk")];
    let values = [
        (":a", s("a")),
        (":b", s("b")),
        (":c", s("c")),
        (":one", n(1)),
        (":two", n(2)),
        (":ten", n(10)),
        (":l", l(&[n(7)])),
        (":m", m(&[("x", n(1))])),
        (":ss", ss(&["a", "z"])),
        (":t", Value::Bool(true)),
        (":type", s("N")),
        (":bin", Value::B(vec![1].into())),
    ];
    Placeholders::new(
        Some(names.map(|(key, name)| (key.to_owned(), name.to_owned()))),
        Some(values.map(|(key, value)| (key.to_owned(), value))),
    )
    .expect("well-formed placeholders")
}

fn item() -> Attributes {
    attributes(&[
        ("pk", s("k")),
        ("name", s("abc")),
        ("a", s("a")),
        ("one", n(1)),
        ("a.b", n(5)),
        ("nothing", Value::Null),
        ("doc", m(&[("parts", l(&[n(1), m(&[("deep", s("x"))]), n(3)])), ("n", n(4))])),
        ("tags", ss(&["a", "b"])),
        ("bytes", Value::B(vec![1, 2].into())),
    ])
}

fn condition(text: &str) -> Result<Condition, Invalid> {
    Condition::parse(ExpressionKind::Condition, text, &mut placeholders())
}

#[test]
fn conditions_hold_or_not() {
    let cases = [
        ("a = :a", true),
        ("a = :b", false),
        ("a <> :b", true),
        ("absent <> :b", true),
        ("absent = :b", false),
        ("NOT absent = :b", true),
        ("one < :two", true),
        ("one < :a", false),
        ("one >= :one AND one <= :one", true),
        ("one > :one OR a = :a", true),
        ("a = :b AND a = :a OR one = :one", true),
        ("a = :b AND (a = :a OR one = :one)", false),
        ("NOT a = :b AND one = :one", true),
        ("not (a = :a and one = :one)", false),
        ("NOT NOT a = :a", true),
        ("one BETWEEN :one AND :two", true),
        ("one between :two and :ten", false),
        ("one IN (:two, :ten, :one)", true),
        ("one IN (:a)", false),
        ("absent IN (:a)", false),
        ("attribute_exists(doc.parts[1].deep)", true),
        ("attribute_exists(doc.parts[5])", false),
        ("attribute_exists(nothing)", true),
        ("attribute_not_exists(absent)", true),
        ("attribute_not_exists(doc.n)", false),
        ("attribute_type(one, :type)", true),
        ("attribute_type(a, :type)", false),
        ("begins_with(#n, :a)", true),
        ("begins_with(#n, :b)", false),
        ("begins_with(bytes, :bin)", true),
        ("begins_with(one, :a)", false),
        ("contains(#n, :b)", true),
        ("contains(tags, :a)", true),
        ("contains(tags, :c)", false),
        ("contains(doc.parts, :one)", true),
        ("contains(bytes, :bin)", true),
        ("size(#n) > :two", true),
        ("size(doc.parts) > :two", true),
        ("size(one) > :one", false),
        (":ten > size(tags)", true),
        ("#d = :one", false),
        ("#d < :ten", true),
        ("(size(a)) < :two", true),
        (":a = :a", true),
        ("doc.parts[0] = one", true),
    ];
    for (text, holds) in cases {
        let condition = condition(text).expect(text);
        assert_eq!(condition.holds(&item()), holds, "{text}");
    }
}

#[test]
fn faulty_conditions_are_refused_in_awss_words() {
    let cases = [
        ("", "The expression can not be empty;"),
        ("  ", "The expression can not be empty;"),
        ("a-b", "Syntax error; token: \"-\", near: \"a-b\""),
        (
            "#articleId attribute_not_exists :c",
            "Syntax error; token: \"attribute_not_exists\", near: \"#articleId attribute_not_exists :c\"",
        ),
        ("a", "Syntax error; token: \"<EOF>\", near: \"a\""),
        ("a =", "Syntax error; token: \"<EOF>\", near: \"=\""),
        ("a = 4", "Syntax error; token: \"4\", near: \"= 4\""),
        ("a = :a AND", "Syntax error; token: \"<EOF>\", near: \"AND\""),
        ("(a = :a", "Syntax error; token: \"<EOF>\", near: \":a\""),
        ("a == :a", "Syntax error; token: \"=\", near: \"== :a\""),
        ("attribute_exists()", "Syntax error; token: \")\", near: \"()\""),
        ("a = :a b", "Syntax error; token: \"b\", near: \":a b\""),
        ("a.[0] = :a", "Syntax error; token: \"[\", near: \".[0\""),
        ("é = :a", "Syntax error; token: \"é\", near: \"é =\""),
        ("((a = :a))", "The expression has redundant parentheses;"),
        ("name = :a", "Attribute name is a reserved keyword; reserved keyword: name"),
        ("doc.Size = :a", "Attribute name is a reserved keyword; reserved keyword: Size"),
        (
            "#x = :a",
            "An expression attribute name used in the document path is not defined; attribute name: #x",
        ),
        (
            "a = :x",
            "An expression attribute value used in expression is not defined; attribute value: :x",
        ),
        ("#x = :x AND name = :a", "Attribute name is a reserved keyword; reserved keyword: name"),
        ("foo(a)", "Invalid function name; function: foo"),
        (
            "if_not_exists(a, :a)",
            "The function is not allowed in a condition expression; function: if_not_exists",
        ),
        (
            "size(a)",
            "The function is not allowed to be used this way in an expression; function: size",
        ),
        (
            "contains(a, attribute_exists(b))",
            "The function is not allowed to be used this way in an expression; function: attribute_exists",
        ),
        (
            "attribute_exists(a) = :a",
            "The function is not allowed to be used this way in an expression; function: attribute_exists",
        ),
        (
            "attribute_exists(a, b)",
            "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2",
        ),
        (
            "begins_with(a)",
            "Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1",
        ),
        (
            "attribute_exists(:a)",
            "Operator or function requires a document path; operator or function: attribute_exists",
        ),
        (
            "begins_with(a, :one)",
            "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
        ),
        (
            "a < :t",
            "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL",
        ),
        (
            "attribute_type(a, :a)",
            "Invalid attribute type name found; type: a, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
        ),
        (
            "attribute_type(a, :one)",
            "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N",
        ),
        (
            "a = a",
            "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]",
        ),
        (
            "contains(doc.parts[0], doc.parts[0])",
            "The first operand must be distinct from the remaining operands for this operator or function; operator: contains, first operand: [doc, parts, [0]]",
        ),
        (
            "a BETWEEN :b AND :a",
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {S:b}, upper bound operand: AttributeValue: {S:a}",
        ),
        (
            "a BETWEEN :a AND :one",
            "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {S:a}, upper bound operand: AttributeValue: {N:1}",
        ),
        ("a[1000000] = :a", "List index is not within the allowable range; index: [1000000]"),
    ];
    for (text, message) in cases {
        let error = condition(text).expect_err(text);
        assert_eq!(error.to_string(), format!("Invalid ConditionExpression: {message}"), "{text}");
    }
}

#[test]
fn expressions_have_limits() {
    let many = |count: usize| vec!["a = :a"; count].join(" OR ");
    assert!(condition(&many(150)).is_ok(), "299 operators");
    let error = condition(&many(151)).expect_err("301 operators");
    assert_eq!(
        error.to_string(),
        "Invalid ConditionExpression: The expression contains too many operators; operator count: 301"
    );

    let list = |count: usize| format!("a IN ({})", vec![":a"; count].join(","));
    assert!(condition(&list(100)).is_ok());
    let error = condition(&list(101)).expect_err("101 operands");
    assert_eq!(
        error.to_string(),
        "Invalid ConditionExpression: The IN operator is provided with too many operands; number of operands: 101"
    );

    let long = |length: usize| format!("a = {}:a", " ".repeat(length - 6));
    assert!(condition(&long(4096)).is_ok());
    let error = condition(&long(4097)).expect_err("4097 bytes");
    assert_eq!(
        error.to_string(),
        "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression size: 4097"
    );
}

#[test]
fn deep_nesting_is_refused_and_does_no_harm() {
    for text in [
        "(".repeat(4000),
        format!("{}a = :a{}", "(".repeat(2000), ")".repeat(2000)),
        "NOT ".repeat(1000),
        format!("{}a", "size(".repeat(800)),
    ] {
        assert!(condition(&text).is_err());
    }
}

#[test]
fn placeholders_have_to_be_used_and_well_formed() {
    let with = |names: &[(&str, &str)], values: &[&str]| {
        let own = |&(key, name): &(&str, &str)| (key.to_owned(), name.to_owned());
        Placeholders::new(
            Some(names.iter().map(own).collect::<Vec<_>>()),
            Some(values.iter().map(|&key| (key.to_owned(), n(1))).collect::<Vec<_>>()),
        )
    };
    let mut unused = with(&[("#a", "a"), ("#b", "b"), ("#c", "c")], &[":v"]).expect("well formed");
    Condition::parse(ExpressionKind::Filter, "#b = :v", &mut unused).expect("a condition");
    let error = unused.check_all_used().expect_err("two are left over");
    assert_eq!(
        error.to_string(),
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #c}"
    );
    let error = with(&[("a", "a")], &[]).expect_err("no mark");
    assert_eq!(
        error.to_string(),
        "ExpressionAttributeNames contains invalid key: Syntax error; key: \"a\""
    );
    let error = with(&[], &[":a-b"]).expect_err("a bad character");
    assert_eq!(
        error.to_string(),
        "ExpressionAttributeValues contains invalid key: Syntax error; key: \":a-b\""
    );
}

#[test]
fn projections_select_parts() {
    let cases = [
        ("a, absent", attributes(&[("a", s("a"))])),
        ("#d", attributes(&[("a.b", n(5))])),
        ("doc.n", attributes(&[("doc", m(&[("n", n(4))]))])),
        ("doc.parts[2], doc.parts[0]", attributes(&[("doc", m(&[("parts", l(&[n(1), n(3)]))]))])),
        (
            "doc.parts[1].deep, one",
            attributes(&[("doc", m(&[("parts", l(&[m(&[("deep", s("x"))])]))])), ("one", n(1))]),
        ),
        ("doc[0], a.b", attributes(&[])),
    ];
    for (text, expected) in cases {
        let projection = Projection::parse(text, &mut placeholders()).expect(text);
        assert_eq!(projection.apply(&item()), expected, "{text}");
    }
}

#[test]
fn faulty_projections_are_refused_in_awss_words() {
    let cases = [
        ("!!", "Syntax error; token: \"!\", near: \"!!\""),
        ("a,", "Syntax error; token: \"<EOF>\", near: \",\""),
        (
            "a, a",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]",
        ),
        (
            "a.b.c, a.b",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b, c], path two: [a, b]",
        ),
        (
            "a[1], a.b",
            "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, [1]], path two: [a, b]",
        ),
        ("a, size", "Attribute name is a reserved keyword; reserved keyword: size"),
        (
            "#zz",
            "An expression attribute name used in the document path is not defined; attribute name: #zz",
        ),
        (":a", "Syntax error; token: \":a\", near: \":a\""),
    ];
    for (text, message) in cases {
        let error = Projection::parse(text, &mut placeholders()).expect_err(text);
        assert_eq!(error.to_string(), format!("Invalid ProjectionExpression: {message}"), "{text}");
    }
}

fn update(text: &str) -> Result<Update, Invalid> {
    Update::parse(text, &mut placeholders())
}

#[test]
fn updates_change_items() {
    let before = attributes(&[
        ("n", n(1)),
        ("s", s("x")),
        ("l", l(&[n(0), n(1), n(2), n(3)])),
        ("m", m(&[("a", n(1)), ("nest", l(&[m(&[("k", n(9))])]))])),
        ("group1", ss(&["a", "b"])),
    ]);
    let with = |changes: &[(&str, Option<Value>)]| {
        let mut after = before.clone();
        for (name, value) in changes {
            match value {
                Some(value) => drop(after.insert(*name, value.clone())),
                None => drop(after.remove(name)),
            }
        }
        after
    };
    let cases = [
        ("SET n = :ten", with(&[("n", Some(n(10)))])),
        ("set n = n + :ten, extra = n", with(&[("n", Some(n(11))), ("extra", Some(n(1)))])),
        ("SET n = :ten - n - :two", with(&[("n", Some(n(7)))])),
        ("SET n = ((n + :one) - (:ten))", with(&[("n", Some(n(-8)))])),
        ("SET n = (n + :one) - :ten", with(&[("n", Some(n(-8)))])),
        ("SET n = if_not_exists(n, :ten), o = if_not_exists(o, :ten)", with(&[("o", Some(n(10)))])),
        ("SET c = if_not_exists(c, :one) + :two", with(&[("c", Some(n(3)))])),
        ("SET l = list_append(l, :l)", with(&[("l", Some(l(&[n(0), n(1), n(2), n(3), n(7)])))])),
        ("SET l = list_append(:l, l)", with(&[("l", Some(l(&[n(7), n(0), n(1), n(2), n(3)])))])),
        ("SET o = list_append(if_not_exists(o, :l), :l)", with(&[("o", Some(l(&[n(7), n(7)])))])),
        ("SET l[1] = :ten", with(&[("l", Some(l(&[n(0), n(10), n(2), n(3)])))])),
        (
            "SET l[20] = :ten, l[10] = :two",
            with(&[("l", Some(l(&[n(0), n(1), n(2), n(3), n(2), n(10)])))]),
        ),
        (
            "SET m.b = :a",
            with(&[(
                "m",
                Some(m(&[("a", n(1)), ("b", s("a")), ("nest", l(&[m(&[("k", n(9))])]))])),
            )]),
        ),
        (
            "SET m.#n = m.nest[0].k REMOVE m.a, m.nest[0].k",
            with(&[("m", Some(m(&[("name", n(9)), ("nest", l(&[m(&[])]))])))]),
        ),
        ("REMOVE n, absent", with(&[("n", None)])),
        ("REMOVE l[0], l[2], l[9]", with(&[("l", Some(l(&[n(1), n(3)])))])),
        ("REMOVE l[1] SET l[2] = :ten", with(&[("l", Some(l(&[n(0), n(10), n(3)])))])),
        ("REMOVE m.absent", with(&[])),
        ("ADD n :two, o :ten", with(&[("n", Some(n(3))), ("o", Some(n(10)))])),
        ("ADD group1 :ss", with(&[("group1", Some(ss(&["a", "b", "z"])))])),
        (
            "ADD m.a :two",
            with(&[("m", Some(m(&[("a", n(3)), ("nest", l(&[m(&[("k", n(9))])]))])))]),
        ),
        ("DELETE group1 :ss", with(&[("group1", Some(ss(&["b"])))])),
        ("DELETE absent :ss", with(&[])),
        (
            "DELETE group1 :ss ADD n :one REMOVE s SET z = :t",
            with(&[
                ("group1", Some(ss(&["b"]))),
                ("n", Some(n(2))),
                ("s", None),
                ("z", Some(Value::Bool(true))),
            ]),
        ),
    ];
    for (text, expected) in cases {
        let update = update(text).expect(text);
        assert_eq!(update.apply(&before), Ok(expected), "{text}");
    }
    let emptied = update("DELETE letters :ss").expect("an update");
    let after = emptied.apply(&attributes(&[("letters", ss(&["z", "a"]))]));
    assert_eq!(after, Ok(Attributes::new()), "an emptied set is removed");
}

#[test]
fn updates_that_do_not_fit_the_item_are_refused() {
    let before =
        attributes(&[("n", n(1)), ("s", s("x")), ("l", l(&[n(0)])), ("group1", ss(&["a"]))]);
    let absent = "The provided expression refers to an attribute that does not exist in the item";
    let operand = "An operand in the update expression has an incorrect data type";
    let path = "The document path provided in the update expression is invalid for update";
    let cases = [
        ("SET x = absent", absent),
        ("SET x = absent + :one", absent),
        ("SET x = s + :one", operand),
        ("SET x = list_append(n, :l)", operand),
        ("ADD s :one", operand),
        ("ADD n :ss", operand),
        ("DELETE n :ss", operand),
        ("SET absent.x = :one", path),
        ("SET n.x = :one", path),
        ("SET l.x = :one", path),
        ("SET s[0] = :one", path),
        ("REMOVE absent.x", path),
        ("REMOVE n[0]", path),
    ];
    for (text, message) in cases {
        let error = update(text).expect(text).apply(&before).expect_err(text);
        assert_eq!(error.to_string(), message, "{text}");
    }
}

#[test]
fn faulty_updates_are_refused_in_awss_words() {
    let cases = [
        ("", "The expression can not be empty;"),
        ("INVALID SYNTAX HERE", "Syntax error; token: \"INVALID\", near: \"INVALID SYNTAX\""),
        ("SET hits : incr", "Syntax error; token: \":\", near: \"hits : incr\""),
        ("SET", "Syntax error; token: \"<EOF>\", near: \"SET\""),
        ("SET a = :a,", "Syntax error; token: \"<EOF>\", near: \",\""),
        ("SET a = :a REMOVE", "Syntax error; token: \"<EOF>\", near: \"REMOVE\""),
        ("SET a :a", "Syntax error; token: \":a\", near: \"a :a\""),
        ("SET a = ((:one))", "The expression has redundant parentheses;"),
        ("SET a = :one + ((a - :one))", "The expression has redundant parentheses;"),
        ("ADD a b", "Syntax error; token: \"b\", near: \"a b\""),
        (
            "SET a = :a SET b = :b",
            "The \"SET\" section can only be used once in an update expression;",
        ),
        ("SET user = :a", "Attribute name is a reserved keyword; reserved keyword: user"),
        ("SET a = size(b)", "The function is not allowed in an update expression; function: size"),
        ("SET a = foo(b)", "Invalid function name; function: foo"),
        (
            "SET a = if_not_exists(b)",
            "Incorrect number of operands for operator or function; operator or function: if_not_exists, number of operands: 1",
        ),
        (
            "SET a = if_not_exists(:a, :b)",
            "Operator or function requires a document path; operator or function: if_not_exists",
        ),
        (
            "SET a = list_append(a, :a)",
            "Incorrect operand type for operator or function; operator or function: list_append, operand type: S",
        ),
        (
            "SET a = a + :a",
            "Incorrect operand type for operator or function; operator or function: +, operand type: S",
        ),
        (
            "ADD a :a",
            "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND",
        ),
        (
            "ADD a :m",
            "Incorrect operand type for operator or function; operator: ADD, operand type: MAP, typeSet: ALLOWED_FOR_ADD_OPERAND",
        ),
        (
            "DELETE a :one",
            "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND",
        ),
        (
            "SET a = :a, a.b = :b",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]",
        ),
        (
            "SET a[1] = :a REMOVE a.b",
            "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, [1]], path two: [a, b]",
        ),
        (
            "SET a = :nope",
            "An expression attribute value used in expression is not defined; attribute value: :nope",
        ),
    ];
    for (text, message) in cases {
        let error = update(text).expect_err(text);
        assert_eq!(error.to_string(), format!("Invalid UpdateExpression: {message}"), "{text}");
    }
}

fn key_schema() -> KeySchema {
    let key = |name: &str, kind| KeyAttribute { name: name.into(), kind };
    KeySchema { hash: vec![key("pk", Kind::S)], range: vec![key("sk", Kind::N)] }
}

fn key_condition(text: &str) -> Result<KeyCondition, Invalid> {
    KeyCondition::bind(key_condition::parse(text, &mut placeholders())?, &key_schema())
}

#[test]
fn key_conditions_select_ranges_of_a_partition() {
    let cases: [(&str, &[i64]); 9] = [
        ("pk = :a", &[-5, 0, 1, 2, 10]),
        (":a = #p AND sk = :one", &[1]),
        ("sk < :one AND pk = :a", &[-5, 0]),
        ("pk = :a AND sk <= :one", &[-5, 0, 1]),
        ("pk = :a AND sk > :one", &[2, 10]),
        ("pk = :a AND sk >= :one", &[1, 2, 10]),
        ("pk = :a AND :one > sk", &[-5, 0]),
        ("(pk = :a) AND (sk BETWEEN :one AND :two)", &[1, 2]),
        ("pk = :b", &[]),
    ];
    for (text, expected) in cases {
        let (from, to) = key_condition(text).expect(text).range();
        let found: Vec<i64> = [-5, 0, 1, 2, 10]
            .into_iter()
            .filter(|number| {
                let item = attributes(&[("pk", s("a")), ("sk", n(*number))]);
                let row = key_schema().row_key_of_item(&item).expect("a key");
                from <= row && row < to
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn faulty_key_conditions_are_refused_in_awss_words() {
    let cases = [
        ("pk = :a OR sk = :one", "Invalid operator used in KeyConditionExpression: OR"),
        ("NOT pk = :a", "Invalid operator used in KeyConditionExpression: NOT"),
        ("pk IN (:a)", "Invalid operator used in KeyConditionExpression: IN"),
        ("pk <> :a", "Invalid operator used in KeyConditionExpression: <>"),
        (
            "attribute_exists(pk)",
            "Invalid operator used in KeyConditionExpression: attribute_exists",
        ),
        ("contains(pk, :a)", "Invalid operator used in KeyConditionExpression: contains"),
        (
            "pk = sk",
            "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
        ),
        (":a = :b", "Invalid condition in KeyConditionExpression: No key attribute specified"),
        ("pk.x = :a", "KeyConditionExpressions cannot have conditions on nested attributes"),
        ("pk = :a AND pk = :b", "KeyConditionExpressions must only contain one condition per key"),
        ("sk = :one", "Query condition missed key schema element: pk"),
        ("pk = :a AND extra = :one", "Query condition missed key schema element: sk"),
        ("pk > :a", "Query key condition not supported"),
        (
            "pk = :a AND begins_with(sk, :a)",
            "One or more parameter values were invalid: Condition parameter type does not match schema type",
        ),
        (
            "pk = :one",
            "One or more parameter values were invalid: Condition parameter type does not match schema type",
        ),
        ("pk = :a AND sk = :one AND extra = :a", "Query key condition not supported"),
        (
            "pk = :a AND sk =",
            "Invalid KeyConditionExpression: Syntax error; token: \"<EOF>\", near: \"=\"",
        ),
    ];
    for (text, message) in cases {
        assert_eq!(key_condition(text).expect_err(text).to_string(), message, "{text}");
    }
}

#[test]
fn legacy_conditions_hold_or_not() {
    let cases = [
        ("one", Comparison::Eq, vec![n(1)], true),
        ("absent", Comparison::Ne, vec![n(1)], true),
        ("one", Comparison::In, vec![n(3), n(1)], true),
        ("one", Comparison::Lt, vec![n(1)], false),
        ("one", Comparison::Between, vec![n(1), n(2)], true),
        ("one", Comparison::NotNull, vec![], true),
        ("one", Comparison::Null, vec![], false),
        ("tags", Comparison::Contains, vec![s("a")], true),
        ("tags", Comparison::NotContains, vec![s("a")], false),
        ("absent", Comparison::NotContains, vec![s("a")], false),
        ("name", Comparison::BeginsWith, vec![s("ab")], true),
        ("a.b", Comparison::Eq, vec![n(5)], true),
    ];
    for (attribute, comparison, values, holds) in cases {
        let condition = legacy::condition(attribute, comparison, values).expect(attribute);
        assert_eq!(condition.holds(&item()), holds, "{attribute} {}", comparison.name());
    }
}

#[test]
fn faulty_legacy_parameters_are_refused_in_awss_words() {
    let expectation = |value: Option<Value>, exists, comparison, list| {
        let entry = Expectation { value, exists, comparison, list };
        legacy::expected("a", entry).map(drop)
    };
    let condition = |comparison, values: &[Value]| {
        legacy::condition("a", comparison, values.to_vec()).map(drop)
    };
    let update = |action, value| legacy::update([("a", action, value)]).map(drop);
    let cases = [
        (
            condition(Comparison::Eq, &[]),
            "Invalid number of argument(s) for the EQ ComparisonOperator",
        ),
        (
            condition(Comparison::Null, &[n(1)]),
            "Invalid number of argument(s) for the NULL ComparisonOperator",
        ),
        (
            condition(Comparison::Contains, &[l(&[])]),
            "ComparisonOperator CONTAINS is not valid for L AttributeValue type",
        ),
        (
            condition(Comparison::Between, &[n(2), n(1)]),
            "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound",
        ),
        (
            condition(Comparison::In, &[n(2), s("a")]),
            "AttributeValues inside AttributeValueList must be of same type",
        ),
        (
            expectation(None, None, None, None),
            "Value must be provided when Exists is null for Attribute: a",
        ),
        (
            expectation(None, Some(true), None, None),
            "Value must be provided when Exists is true for Attribute: a",
        ),
        (
            expectation(Some(n(1)), Some(false), None, None),
            "Value cannot be used when Exists is set to false for Attribute: a",
        ),
        (
            expectation(None, None, None, Some(vec![])),
            "AttributeValueList can only be used with a ComparisonOperator for Attribute: a",
        ),
        (
            expectation(None, None, Some(Comparison::Eq), None),
            "Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: a",
        ),
        (
            expectation(None, Some(true), Some(Comparison::Eq), None),
            "Exists and ComparisonOperator cannot be used together for Attribute: a",
        ),
        (
            update(UpdateAction::Put, None),
            "Only DELETE action is allowed when no attribute value is specified",
        ),
        (update(UpdateAction::Add, Some(m(&[]))), "ADD action is not supported for the type M"),
        (
            update(UpdateAction::Delete, Some(n(1))),
            "DELETE action with value is not supported for the type N",
        ),
    ];
    for (result, message) in cases {
        let error = result.expect_err(message);
        assert_eq!(
            error.to_string(),
            format!("One or more parameter values were invalid: {message}")
        );
    }
}

#[test]
fn legacy_updates_add_to_lists_and_word_errors_their_way() {
    let before = attributes(&[("l", l(&[n(1)])), ("n", n(1))]);
    let entries = [
        ("l", UpdateAction::Add, Some(l(&[n(2)]))),
        ("n", UpdateAction::Delete, None),
        ("p", UpdateAction::Put, Some(s("x"))),
    ];
    let after = legacy::update(entries).expect("an update").apply(&before);
    assert_eq!(after, Ok(attributes(&[("l", l(&[n(1), n(2)])), ("p", s("x"))])));
    let wrong = legacy::update([("n", UpdateAction::Add, Some(l(&[])))]).expect("an update");
    assert_eq!(wrong.apply(&before), Err(Invalid::new("Type mismatch for attribute to update")));
}

#[test]
fn key_terms_are_indexable_comparisons() {
    let error = legacy::key_term("pk", Comparison::Contains, vec![s("a")]).expect_err("contains");
    assert_eq!(error.to_string(), "Attempted conditional constraint is not an indexable operation");
}

/// Texts that look like expressions more often than not.
fn expression_like() -> impl Strategy<Value = String> {
    let words = [
        "a",
        "doc",
        "#n",
        "#zz",
        ":a",
        ":one",
        ":zz",
        "(",
        ")",
        "[",
        "]",
        "0",
        "99",
        ".",
        ",",
        "=",
        "<>",
        "<",
        "<=",
        ">",
        ">=",
        "+",
        "-",
        "AND",
        "OR",
        "NOT",
        "BETWEEN",
        "IN",
        "SET",
        "REMOVE",
        "ADD",
        "DELETE",
        "size",
        "contains",
        "begins_with",
        "attribute_exists",
        "attribute_type",
        "if_not_exists",
        "list_append",
        "foo",
        " ",
        "é",
        "#",
        ":",
        "!",
    ];
    proptest::collection::vec(proptest::sample::select(words.to_vec()), 0..40)
        .prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn parsers_never_panic(text in prop_oneof![expression_like(), "\\PC{0,80}"]) {
        for kind in [ExpressionKind::Condition, ExpressionKind::Filter] {
            if let Ok(condition) = Condition::parse(kind, &text, &mut placeholders()) {
                condition.holds(&item());
            }
        }
        if let Ok(update) = Update::parse(&text, &mut placeholders()) {
            let _ = update.apply(&item());
        }
        if let Ok(projection) = Projection::parse(&text, &mut placeholders()) {
            projection.apply(&item());
        }
        if let Ok(condition) = key_condition(&text) {
            let (from, to) = condition.range();
            prop_assert!(from <= to);
        }
    }

    #[test]
    fn a_touched_projection_only_shows_touched_roots(text in expression_like()) {
        if let Ok(update) = update(&format!("SET {text}")) {
            let roots: BTreeMap<_, _> = update.actions.iter().map(|a| (a.path().root.clone(), ())).collect();
            for (name, _) in update.touched().apply(&item()).iter() {
                prop_assert!(roots.contains_key(name));
            }
        }
    }
}

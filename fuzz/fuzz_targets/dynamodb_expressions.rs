//! DynamoDB's expressions: no text makes a parser or an evaluation panic.

#![no_main]

use fogbank_provider_dynamodb::engine::expression::{
    Condition, ExpressionKind, Placeholders, Projection, Update, key_condition,
};
use fogbank_provider_dynamodb::engine::value::{Attributes, Number, Value};
use libfuzzer_sys::fuzz_target;

fn placeholders() -> Placeholders {
    let names = [("#n".to_owned(), "name".to_owned())];
    let values = [
        (":s".to_owned(), Value::s("text")),
        (":n".to_owned(), Value::N(Number::from(7))),
        (":l".to_owned(), Value::L(vec![Value::Null])),
    ];
    Placeholders::new(Some(names), Some(values)).expect("well-formed placeholders")
}

fn item() -> Attributes {
    [
        ("a".into(), Value::N(Number::from(1))),
        ("b".into(), Value::L(vec![Value::s("x"), Value::M(Attributes::new())])),
        ("name".into(), Value::s("text")),
    ]
    .into_iter()
    .collect()
}

fuzz_target!(|text: &str| {
    if let Ok(condition) = Condition::parse(ExpressionKind::Filter, text, &mut placeholders()) {
        condition.holds(&item());
    }
    if let Ok(update) = Update::parse(text, &mut placeholders()) {
        let _ = update.apply(&item());
        update.touched().apply(&item());
    }
    if let Ok(projection) = Projection::parse(text, &mut placeholders()) {
        projection.apply(&item());
    }
    let _ = key_condition::parse(text, &mut placeholders());
});

//! A cloud with DynamoDB, tables to work on, and short ways to write items.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use fogbank_api_dynamodb::*;
use fogbank_provider_dynamodb::settings::Settings;
use fogbank_provider_dynamodb::{DynamoDbProvider, DynamoDbStreamsProvider};
use fogbank_service::ServiceError;
use fogbank_testkit::Cloud;

pub(crate) type Attributes = BTreeMap<String, AttributeValue>;

/// A cloud and a client for it.
pub(crate) struct Fixture {
    pub(crate) cloud: Cloud,
    pub(crate) db: DynamoDbClient,
}

pub(crate) fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

pub(crate) fn n(number: impl ToString) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

pub(crate) fn attributes(entries: &[(&str, AttributeValue)]) -> Attributes {
    entries.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

pub(crate) fn names(entries: &[(&str, &str)]) -> Option<BTreeMap<String, String>> {
    Some(entries.iter().map(|(key, name)| ((*key).to_owned(), (*name).to_owned())).collect())
}

/// What values look like, since they cannot be compared.
pub(crate) fn shown(value: &impl Debug) -> String {
    format!("{value:?}")
}

/// The code and the message of an error.
pub(crate) fn failure<T: Debug>(result: Result<T, ServiceError>) -> (String, String) {
    let error = result.expect_err("the request should have been refused");
    (error.name().to_owned(), error.message().unwrap_or_default().to_owned())
}

/// The message of a `ValidationException`.
pub(crate) fn invalid<T: Debug>(result: Result<T, ServiceError>) -> String {
    let (code, message) = failure(result);
    assert_eq!(code, "ValidationException", "{message}");
    message
}

pub(crate) fn definition(name: &str, kind: &str) -> AttributeDefinition {
    AttributeDefinition { attribute_name: name.to_owned(), attribute_type: kind.into() }
}

pub(crate) fn key_schema(hash: &str, range: Option<&str>) -> Vec<KeySchemaElement> {
    let element =
        |name: &str, key_type| KeySchemaElement { attribute_name: name.to_owned(), key_type };
    let mut elements = vec![element(hash, KeyType::Hash)];
    elements.extend(range.map(|range| element(range, KeyType::Range)));
    elements
}

pub(crate) fn projection(kind: &str, attributes: &[&str]) -> Projection {
    Projection {
        projection_type: Some(kind.into()),
        non_key_attributes: (!attributes.is_empty())
            .then(|| attributes.iter().map(|&name| name.to_owned()).collect()),
    }
}

/// A table with `pk` (S) and `sk` (N), a local index on `l` (S), and two global ones on `g` (S):
/// `all` with everything, and `some` with `extra`.
pub(crate) fn indexed(name: &str) -> CreateTableInput {
    CreateTableInput {
        table_name: name.to_owned(),
        attribute_definitions: Some(vec![
            definition("pk", "S"),
            definition("sk", "N"),
            definition("l", "S"),
            definition("g", "S"),
        ]),
        key_schema: Some(key_schema("pk", Some("sk"))),
        billing_mode: Some(BillingMode::PayPerRequest),
        local_secondary_indexes: Some(vec![LocalSecondaryIndex {
            index_name: "local".to_owned(),
            key_schema: key_schema("pk", Some("l")),
            projection: projection("KEYS_ONLY", &[]),
        }]),
        global_secondary_indexes: Some(vec![
            GlobalSecondaryIndex {
                index_name: "all".to_owned(),
                key_schema: key_schema("g", Some("sk")),
                projection: projection("ALL", &[]),
                ..GlobalSecondaryIndex::default()
            },
            GlobalSecondaryIndex {
                index_name: "some".to_owned(),
                key_schema: key_schema("g", None),
                projection: projection("INCLUDE", &["extra"]),
                ..GlobalSecondaryIndex::default()
            },
        ]),
        ..CreateTableInput::default()
    }
}

/// A table with `pk` (S) alone.
pub(crate) fn plain(name: &str) -> CreateTableInput {
    CreateTableInput {
        table_name: name.to_owned(),
        attribute_definitions: Some(vec![definition("pk", "S")]),
        key_schema: Some(key_schema("pk", None)),
        billing_mode: Some(BillingMode::PayPerRequest),
        ..CreateTableInput::default()
    }
}

impl Fixture {
    /// A cloud without tables.
    pub(crate) fn empty() -> Fixture {
        Fixture::with_settings(Settings::default())
    }

    /// A cloud without tables, whose provider has these settings.
    pub(crate) fn with_settings(settings: Settings) -> Fixture {
        let streams = Arc::new(DynamoDbStreamsProvider::new());
        let cloud = Cloud::new()
            .with(service(Arc::new(DynamoDbProvider::with_settings(settings))))
            .with(fogbank_api_dynamodbstreams::service(streams));
        let db = DynamoDbClient::new(cloud.caller());
        Fixture { cloud, db }
    }

    /// A cloud with these tables.
    pub(crate) async fn with(tables: impl IntoIterator<Item = CreateTableInput>) -> Fixture {
        let fixture = Fixture::empty();
        for table in tables {
            fixture.db.create_table(table).await.expect("a table");
        }
        fixture
    }

    /// Puts an item.
    pub(crate) async fn put(&self, table: &str, item: &[(&str, AttributeValue)]) {
        let input = PutItemInput {
            table_name: table.to_owned(),
            item: attributes(item),
            ..PutItemInput::default()
        };
        self.db.put_item(input).await.expect("an item");
    }

    /// Gets an item.
    pub(crate) async fn get(
        &self,
        table: &str,
        key: &[(&str, AttributeValue)],
    ) -> Option<Attributes> {
        let input = GetItemInput {
            table_name: table.to_owned(),
            key: attributes(key),
            ..GetItemInput::default()
        };
        let item = self.db.get_item(input).await.expect("an answer").item;
        item.map(|item| item.to_value())
    }
}

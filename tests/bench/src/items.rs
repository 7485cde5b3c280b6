//! DynamoDB's table, its items, and the requests that write them.

use std::io;

use serde_json::{Value, json};

use crate::cases::dynamodb;
use crate::connection::Connection;

/// Makes a table with a partition key and a sort key, and waits until it can be used.
pub(crate) async fn create_table(connection: &mut Connection, name: &str) -> io::Result<()> {
    let attribute = |name, kind| json!({"AttributeName": name, "AttributeType": kind});
    let key = |name, kind| json!({"AttributeName": name, "KeyType": kind});
    let create = json!({
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [attribute("pk", "S"), attribute("sk", "S")],
        "KeySchema": [key("pk", "HASH"), key("sk", "RANGE")],
    });
    connection.call(&dynamodb("CreateTable", &create), true).await?;
    let describe = dynamodb("DescribeTable", &json!({"TableName": name}));
    loop {
        let answer = connection.call(&describe, true).await?;
        let described: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
        if described["Table"]["TableStatus"] == "ACTIVE" {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

pub(crate) fn item(number: usize) -> Value {
    json!({
        "pk": {"S": format!("p{}", number % 1000)},
        "sk": {"S": format!("s{number}")},
        "value": {"S": "0123456789abcdef0123456789abcdef"},
        "count": {"N": "42"},
    })
}

pub(crate) fn put_item(number: usize) -> Vec<u8> {
    dynamodb("PutItem", &json!({"TableName": "bench", "Item": item(number)}))
}

/// A put, an update and a check of three items.
pub(crate) fn transact_write_items(number: usize) -> Vec<u8> {
    let key = |number: usize| {
        json!({
            "pk": {"S": format!("t{}", number % 1000)},
            "sk": {"S": format!("s{number}")},
        })
    };
    let put = json!({"TableName": "bench", "Item": item(number)});
    let update = json!({
        "TableName": "bench",
        "Key": key(number),
        "UpdateExpression": "ADD #n :one",
        "ExpressionAttributeNames": {"#n": "count"},
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    });
    let check = json!({
        "TableName": "bench",
        "Key": key(number + 100_000),
        "ConditionExpression": "attribute_not_exists(pk)",
    });
    let items = json!([{"Put": put}, {"Update": update}, {"ConditionCheck": check}]);
    dynamodb("TransactWriteItems", &json!({"TransactItems": items}))
}

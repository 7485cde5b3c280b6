//! Rust types as DynamoDB items, by `serde_dynamo`.

use std::collections::{BTreeMap, HashSet};

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use aws_sdk_s3::config::{BehaviorVersion, Region};
use serde::{Deserialize, Serialize};
use serde_dynamo::aws_sdk_dynamodb_1::{from_item, from_items, to_attribute_value, to_item};

use crate::{REGION, create_table, credentials, http_client, start};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Delivery {
    Post { street: String, floor: Option<u8> },
    Pickup { at: u64 },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Order {
    id: String,
    total: f64,
    positions: Vec<(String, u32)>,
    #[serde(with = "serde_dynamo::string_set")]
    tags: HashSet<String>,
    notes: BTreeMap<String, Option<String>>,
    delivery: Delivery,
    paid: bool,
}

fn order(number: u32) -> Order {
    Order {
        id: format!("order-{number}"),
        total: f64::from(number) + 0.25,
        positions: vec![("espresso".to_owned(), number), ("water".to_owned(), 1)],
        tags: ["bar", "morning"].map(str::to_owned).into(),
        notes: [("empty", Some(String::new())), ("none", None)]
            .map(|(key, note)| (key.to_owned(), note))
            .into(),
        delivery: match number % 2 {
            0 => Delivery::Post { street: "Via Roma".to_owned(), floor: None },
            _ => Delivery::Pickup { at: 1_700_000_000 },
        },
        paid: number.is_multiple_of(2),
    }
}

#[tokio::test]
async fn orders_come_back_as_they_were() {
    let server = start().await;
    let dynamodb = client!(aws_sdk_dynamodb, server);
    create_table(&dynamodb, "orders").await;
    let orders: Vec<Order> = (0..4).map(order).collect();
    for order in &orders {
        let item = to_item(order).unwrap();
        dynamodb.put_item().table_name("orders").set_item(Some(item)).send().await.unwrap();
    }

    let id = AttributeValue::S("order-2".to_owned());
    let got = dynamodb.get_item().table_name("orders").key("id", id.clone()).send().await.unwrap();
    assert_eq!(from_item::<Order>(got.item.unwrap()).unwrap(), orders[2]);

    let unpaid = dynamodb
        .scan()
        .table_name("orders")
        .filter_expression("paid = :paid AND delivery.kind = :kind AND contains(tags, :tag)")
        .expression_attribute_values(":paid", to_attribute_value(false).unwrap())
        .expression_attribute_values(":kind", to_attribute_value("Pickup").unwrap())
        .expression_attribute_values(":tag", to_attribute_value("bar").unwrap())
        .send()
        .await
        .unwrap();
    let mut unpaid: Vec<Order> = from_items(unpaid.items.unwrap()).unwrap();
    unpaid.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(unpaid, [order(1), order(3)]);

    let changed = dynamodb
        .update_item()
        .table_name("orders")
        .key("id", id)
        .update_expression(
            "SET delivery.floor = :floor, #total = #total + :more REMOVE positions[0]",
        )
        .expression_attribute_names("#total", "total")
        .expression_attribute_values(":floor", to_attribute_value(3).unwrap())
        .expression_attribute_values(":more", to_attribute_value(0.5).unwrap())
        .return_values(ReturnValue::AllNew)
        .send()
        .await
        .unwrap();
    let changed: Order = from_item(changed.attributes.unwrap()).unwrap();
    let before = order(2);
    let delivery = Delivery::Post { street: "Via Roma".to_owned(), floor: Some(3) };
    let positions = before.positions[1..].to_vec();
    assert_eq!(changed, Order { total: 2.75, positions, delivery, ..before });
}

//! What the wire costs: reading requests and writing responses of real services, beside
//! `serde_json` and `quick-xml` on hand-written structs as the limit.
//!
//! `cargo bench -p fogbank-wire`

#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark fails by panicking")]

use std::collections::BTreeMap;
use std::hint::black_box;

use bytes::Bytes;
use divan::Bencher;
use fogbank_api_dynamodb as dynamodb;
use fogbank_api_s3 as s3;
use fogbank_api_sqs as sqs;
use fogbank_api_sts as sts;
use fogbank_schema::{Protocol, Schemas};
use fogbank_service::shape::{InputShape, OutputShape};
use fogbank_service::{Reply, WireInput};
use fogbank_wire::{RequestIds, ServiceWire, dynamic};
use http::request::Parts;

const ID: RequestIds<'static> = RequestIds::new("b3c0ffee-0000-4000-8000-000000000001");

fn main() {
    divan::main();
}

fn parts(method: &str, uri: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = http::Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap().into_parts().0
}

/// Detection and reading of one request.
fn bench_read<I: InputShape>(
    bencher: Bencher<'_, '_>,
    schemas: &'static Schemas,
    protocol: Protocol,
    parts: &Parts,
    body: &[u8],
) {
    let wire = ServiceWire::for_service(schemas, protocol);
    let body = Bytes::copy_from_slice(body);
    bencher.bench_local(|| {
        let op = wire.operation_of(black_box(parts), &body).unwrap();
        let mut request = wire.request(op, parts, body.clone());
        let mut input = I::default();
        request.read(&mut |from| input.read_members(from)).unwrap();
        input
    });
}

fn bench_write<O: OutputShape + Clone>(
    bencher: Bencher<'_, '_>,
    schemas: &'static Schemas,
    protocol: Protocol,
    operation: &str,
    output: &O,
) {
    let wire = ServiceWire::for_service(schemas, protocol);
    let op = wire.model().operation_index(operation).unwrap();
    bencher
        .with_inputs(|| Reply::for_wire(output.clone()))
        .bench_local_values(|reply| wire.response(op, reply, ID));
}

mod sts_query {
    use super::{Bencher, Protocol, bench_read, bench_write, parts, sts};

    #[divan::bench]
    fn read(bencher: Bencher<'_, '_>) {
        let parts = parts("POST", "/", &[("content-type", "application/x-www-form-urlencoded")]);
        let body = b"Action=GetCallerIdentity&Version=2011-06-15";
        bench_read::<sts::GetCallerIdentityRequest>(
            bencher,
            &sts::SCHEMAS,
            Protocol::AwsQuery,
            &parts,
            body,
        );
    }

    #[divan::bench]
    fn write(bencher: Bencher<'_, '_>) {
        let output = sts::GetCallerIdentityResponse {
            user_id: Some("AKIAIOSFODNN7EXAMPLE".to_owned()),
            account: Some("000000000000".to_owned()),
            arn: Some("arn:aws:iam::000000000000:root".to_owned()),
        };
        let (schemas, protocol) = (&sts::SCHEMAS, Protocol::AwsQuery);
        bench_write(bencher, schemas, protocol, "GetCallerIdentity", &output);
    }
}

mod sqs_send_message {
    use super::{Bencher, Bytes, Protocol, bench_read, bench_write, black_box, parts, sqs};

    const JSON: &[u8] = br#"{"QueueUrl":"http://sqs.us-east-1.localhost:4566/000000000000/q","MessageBody":"hello world, hello world, hello world"}"#;

    #[divan::bench]
    fn read_json(bencher: Bencher<'_, '_>) {
        let parts = parts("POST", "/", &[("x-amz-target", "AmazonSQS.SendMessage")]);
        bench_read::<sqs::SendMessageRequest>(
            bencher,
            &sqs::SCHEMAS,
            Protocol::AwsJson1_0,
            &parts,
            JSON,
        );
    }

    #[divan::bench]
    fn read_json_limit(bencher: Bencher<'_, '_>) {
        #[derive(serde::Deserialize)]
        #[serde(rename_all = "PascalCase")]
        #[allow(dead_code)]
        struct SendMessage {
            queue_url: String,
            message_body: String,
        }
        let body = Bytes::from_static(JSON);
        bencher.bench_local(|| serde_json::from_slice::<SendMessage>(black_box(&body)).unwrap());
    }

    #[divan::bench]
    fn read_query(bencher: Bencher<'_, '_>) {
        let parts = parts("POST", "/", &[("content-type", "application/x-www-form-urlencoded")]);
        let body = b"Action=SendMessage&Version=2012-11-05&QueueUrl=http%3A%2F%2Fsqs.us-east-1.\
            localhost%3A4566%2F000000000000%2Fq&MessageBody=hello+world%2C+hello+world";
        bench_read::<sqs::SendMessageRequest>(
            bencher,
            &sqs::SCHEMAS,
            Protocol::AwsQuery,
            &parts,
            body,
        );
    }

    fn output() -> sqs::SendMessageResult {
        sqs::SendMessageResult {
            md5_of_message_body: Some("5eb63bbbe01eeed093cb22bb8f5acdc3".to_owned()),
            message_id: Some("b3c0ffee-0000-4000-8000-000000000002".to_owned()),
            ..Default::default()
        }
    }

    #[divan::bench]
    fn write_json(bencher: Bencher<'_, '_>) {
        let (schemas, protocol) = (&sqs::SCHEMAS, Protocol::AwsJson1_0);
        bench_write(bencher, schemas, protocol, "SendMessage", &output());
    }

    #[divan::bench]
    fn write_query(bencher: Bencher<'_, '_>) {
        let (schemas, protocol) = (&sqs::SCHEMAS, Protocol::AwsQuery);
        bench_write(bencher, schemas, protocol, "SendMessage", &output());
    }
}

mod dynamodb_items {
    use super::{
        BTreeMap, Bencher, Bytes, Protocol, bench_read, bench_write, black_box, dynamodb, parts,
    };

    fn put(attributes: usize) -> Vec<u8> {
        let item: Vec<String> = (0..attributes)
            .map(|index| format!("\"attribute{index}\":{{\"S\":\"some value of {index}\"}}"))
            .collect();
        format!("{{\"TableName\":\"bench\",\"Item\":{{{}}}}}", item.join(",")).into_bytes()
    }

    #[divan::bench(args = [3, 100])]
    fn read_put_item(bencher: Bencher<'_, '_>, attributes: usize) {
        let parts = parts("POST", "/", &[("x-amz-target", "DynamoDB_20120810.PutItem")]);
        bench_read::<dynamodb::PutItemInput>(
            bencher,
            &dynamodb::SCHEMAS,
            Protocol::AwsJson1_0,
            &parts,
            &put(attributes),
        );
    }

    #[derive(serde::Deserialize, serde::Serialize, Clone)]
    enum Attribute {
        S(String),
    }

    #[derive(serde::Deserialize)]
    #[serde(rename_all = "PascalCase")]
    #[allow(dead_code)]
    struct Put {
        table_name: String,
        item: BTreeMap<String, Attribute>,
    }

    #[derive(serde::Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct Query {
        items: Vec<BTreeMap<String, Attribute>>,
        count: i32,
    }

    #[divan::bench(args = [3, 100])]
    fn read_put_item_limit(bencher: Bencher<'_, '_>, attributes: usize) {
        let body = Bytes::from(put(attributes));
        bencher.bench_local(|| serde_json::from_slice::<Put>(black_box(&body)).unwrap());
    }

    fn keys(index: usize) -> impl Iterator<Item = (String, String)> {
        (0..4).map(move |key| (format!("attribute{key}"), format!("value {index}")))
    }

    #[divan::bench(args = [1, 100])]
    fn write_query(bencher: Bencher<'_, '_>, items: usize) {
        let item = |index| -> BTreeMap<_, _> {
            keys(index).map(|(k, v)| (k, dynamodb::AttributeValue::S(v))).collect()
        };
        let items: Vec<_> = (0..items).map(|index| item(index).into()).collect();
        let count = i32::try_from(items.len()).unwrap();
        let output =
            dynamodb::QueryOutput { items: Some(items), count: Some(count), ..Default::default() };
        let (schemas, protocol) = (&dynamodb::SCHEMAS, Protocol::AwsJson1_0);
        bench_write(bencher, schemas, protocol, "Query", &output);
    }

    #[divan::bench(args = [1, 100])]
    fn write_query_limit(bencher: Bencher<'_, '_>, items: usize) {
        let items: Vec<BTreeMap<_, _>> = (0..items)
            .map(|index| keys(index).map(|(k, v)| (k, Attribute::S(v))).collect())
            .collect();
        let output = Query { count: i32::try_from(items.len()).unwrap(), items };
        bencher.bench_local(|| serde_json::to_vec(black_box(&output)).unwrap());
    }
}

mod s3_objects {
    use super::{Bencher, Protocol, bench_read, bench_write, black_box, parts, s3};

    #[divan::bench]
    fn read_put_object(bencher: Bencher<'_, '_>) {
        let parts = parts(
            "PUT",
            "/bucket/a/key/with%20escapes",
            &[
                ("host", "localhost:4566"),
                ("content-length", "1024"),
                ("content-type", "binary/octet-stream"),
                ("x-amz-meta-a", "b"),
                ("x-amz-checksum-crc32", "AAAAAA=="),
                ("x-amz-date", "20260101T000000Z"),
                ("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
                ("authorization", "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4"),
            ],
        );
        let (schemas, protocol) = (&s3::SCHEMAS, Protocol::RestXml);
        bench_read::<s3::PutObjectRequest>(bencher, schemas, protocol, &parts, &[0; 1024]);
    }

    fn listing(keys: usize) -> s3::ListObjectsV2Output {
        let contents = (0..keys)
            .map(|index| s3::Object {
                key: Some(format!("a/key/{index}")),
                e_tag: Some("\"5eb63bbbe01eeed093cb22bb8f5acdc3\"".to_owned()),
                size: Some(1024),
                ..Default::default()
            })
            .collect();
        s3::ListObjectsV2Output {
            name: Some("bucket".to_owned()),
            contents: Some(contents),
            ..Default::default()
        }
    }

    #[divan::bench(args = [1, 1000])]
    fn write_list_objects(bencher: Bencher<'_, '_>, keys: usize) {
        let (schemas, protocol) = (&s3::SCHEMAS, Protocol::RestXml);
        bench_write(bencher, schemas, protocol, "ListObjectsV2", &listing(keys));
    }

    #[divan::bench(args = [1, 1000])]
    fn write_list_objects_limit(bencher: Bencher<'_, '_>, keys: usize) {
        #[derive(serde::Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct Listing {
            name: String,
            contents: Vec<Object>,
        }
        #[derive(serde::Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct Object {
            key: String,
            #[serde(rename = "ETag")]
            e_tag: String,
            size: i64,
        }
        let contents = (0..keys)
            .map(|index| Object {
                key: format!("a/key/{index}"),
                e_tag: "\"5eb63bbbe01eeed093cb22bb8f5acdc3\"".to_owned(),
                size: 1024,
            })
            .collect();
        let listing = Listing { name: "bucket".to_owned(), contents };
        bencher.bench_local(|| quick_xml::se::to_string(black_box(&listing)).unwrap());
    }

    #[divan::bench]
    fn write_put_object(bencher: Bencher<'_, '_>) {
        let output = s3::PutObjectOutput {
            e_tag: Some("\"5eb63bbbe01eeed093cb22bb8f5acdc3\"".to_owned()),
            checksum_crc32: Some("AAAAAA==".to_owned()),
            ..Default::default()
        };
        let (schemas, protocol) = (&s3::SCHEMAS, Protocol::RestXml);
        bench_write(bencher, schemas, protocol, "PutObject", &output);
    }
}

/// Services without a crate of their own, read and written by the model alone.
mod by_model {
    use aws_smithy_schema::codec::{Codec, FinishSerializer};
    use aws_smithy_schema::serde::ShapeSerializer;
    use fogbank_wire::dynamic::{DynamicStruct, Value};

    use super::{
        Bencher, Bytes, ID, Parts, Protocol, Reply, Schemas, ServiceWire, WireInput, black_box,
        dynamic, parts,
    };

    const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

    fn load(service: &str) -> &'static Schemas {
        let models = concat!(env!("CARGO_MANIFEST_DIR"), "/../../generated/index/models");
        let bytes = std::fs::read(format!("{models}/{service}.bin")).unwrap();
        Box::leak(Box::new(Schemas::new(Vec::leak(bytes))))
    }

    fn read(
        bencher: Bencher<'_, '_>,
        schemas: &'static Schemas,
        protocol: Protocol,
        parts: &Parts,
        body: Vec<u8>,
    ) {
        let wire = ServiceWire::for_service(schemas, protocol);
        let body = Bytes::from(body);
        bencher.bench_local(|| {
            let op = wire.operation_of(black_box(parts), &body).unwrap();
            let mut request = wire.request(op, parts, body.clone());
            let mut value = Value::Null;
            request
                .read(&mut |from| {
                    value = dynamic::read_input(schemas, op, from)?;
                    Ok(())
                })
                .unwrap();
            value
        });
    }

    fn members(schemas: &'static Schemas, shape: u32, json: &serde_json::Value) -> DynamicStruct {
        let Value::Struct(members) = dynamic::from_json(schemas, shape, json).unwrap() else {
            panic!("a structure is an object")
        };
        DynamicStruct::new(schemas, shape, members)
    }

    fn write(
        bencher: Bencher<'_, '_>,
        service: &str,
        protocol: Protocol,
        operation: &str,
        json: &serde_json::Value,
    ) {
        let schemas = load(service);
        let wire = ServiceWire::for_service(schemas, protocol);
        let op = wire.model().operation_index(operation).unwrap();
        let output = members(schemas, wire.model().operations[op].output.unwrap(), json);
        bencher
            .with_inputs(|| Reply::for_wire(output.clone()))
            .bench_local_values(|reply| wire.response(op, reply, ID));
    }

    fn many(count: usize, one: impl Fn(usize) -> serde_json::Value) -> serde_json::Value {
        (0..count).map(one).collect()
    }

    #[divan::bench(args = [1, 100])]
    fn read_rest_json(bencher: Bencher<'_, '_>, variables: usize) {
        let entries: serde_json::Map<_, _> =
            (0..variables).map(|at| (format!("KEY_{at}"), format!("value {at}").into())).collect();
        let body = serde_json::json!({"Environment": {"Variables": entries}}).to_string();
        let parts = parts("PUT", "/2015-03-31/functions/f/configuration", &[]);
        read(bencher, load("lambda"), Protocol::RestJson1, &parts, body.into_bytes());
    }

    #[divan::bench(args = [1, 100])]
    fn read_ec2(bencher: Bencher<'_, '_>, tags: usize) {
        let mut body = "Action=RunInstances&MinCount=1&MaxCount=1".to_owned();
        for at in 1..=tags {
            let tag = format!("TagSpecification.1.Tag.{at}");
            body.push_str(&format!("&{tag}.Key=key{at}&{tag}.Value=value+{at}"));
        }
        let parts = parts("POST", "/", &[FORM]);
        read(bencher, load("ec2"), Protocol::Ec2Query, &parts, body.into_bytes());
    }

    #[divan::bench(args = [1, 100])]
    fn read_cbor(bencher: Bencher<'_, '_>, data: usize) {
        let schemas = load("cloudwatch");
        let op = schemas.model().operation_index("PutMetricData").unwrap();
        let data =
            many(data, |at| serde_json::json!({"MetricName": format!("m{at}"), "Value": 1.5}));
        let json = serde_json::json!({"Namespace": "bench", "MetricData": data});
        let input = members(schemas, schemas.model().operations[op].input.unwrap(), &json);
        let mut serializer = aws_smithy_cbor::codec::CborCodec::default().create_serializer();
        serializer.write_struct(schemas.input(op), &input).unwrap();
        let path = "/service/GraniteServiceVersion20100801/operation/PutMetricData";
        let parts = parts("POST", path, &[("smithy-protocol", "rpc-v2-cbor")]);
        read(bencher, schemas, Protocol::RpcV2Cbor, &parts, serializer.finish());
    }

    #[divan::bench(args = [1, 100])]
    fn write_rest_json(bencher: Bencher<'_, '_>, functions: usize) {
        let functions = many(
            functions,
            |at| serde_json::json!({"FunctionName": format!("f{at}"), "Runtime": "java21", "Timeout": 3}),
        );
        let json = serde_json::json!({"Functions": functions});
        write(bencher, "lambda", Protocol::RestJson1, "ListFunctions", &json);
    }

    #[divan::bench(args = [1, 100])]
    fn write_ec2(bencher: Bencher<'_, '_>, vpcs: usize) {
        let vpcs = many(
            vpcs,
            |at| serde_json::json!({"VpcId": format!("vpc-{at}"), "CidrBlock": "10.0.0.0/16"}),
        );
        let json = serde_json::json!({"Vpcs": vpcs});
        write(bencher, "ec2", Protocol::Ec2Query, "DescribeVpcs", &json);
    }

    #[divan::bench(args = [1, 100])]
    fn write_cbor(bencher: Bencher<'_, '_>, metrics: usize) {
        let metrics = many(
            metrics,
            |at| serde_json::json!({"Namespace": "bench", "MetricName": format!("m{at}")}),
        );
        let json = serde_json::json!({"Metrics": metrics});
        write(bencher, "cloudwatch", Protocol::RpcV2Cbor, "ListMetrics", &json);
    }
}

/// The first request to a service: its model is decoded, its schemas are built.
mod first_use {
    use super::{Bytes, Protocol, Schemas, ServiceWire, WireInput, dynamic, parts};

    #[divan::bench(sample_count = 20, sample_size = 1)]
    fn ec2(bencher: super::Bencher<'_, '_>) {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../generated/index/models/ec2.bin");
        let bytes: &'static [u8] = Vec::leak(std::fs::read(path).unwrap());
        let parts = parts("POST", "/", &[("content-type", "application/x-www-form-urlencoded")]);
        let body = Bytes::from_static(
            b"Action=RunInstances&Version=2016-11-15&MinCount=1&MaxCount=1&ImageId=ami-1",
        );
        bencher.bench_local(|| {
            let schemas: &'static Schemas = Box::leak(Box::new(Schemas::new(bytes)));
            let wire = ServiceWire::for_service(schemas, Protocol::Ec2Query);
            let op = wire.operation_of(&parts, &body).unwrap();
            let mut request = wire.request(op, &parts, body.clone());
            let mut value = None;
            request
                .read(&mut |from| {
                    value = Some(dynamic::read_input(schemas, op, from)?);
                    Ok(())
                })
                .unwrap();
            value
        });
    }
}

"""Exports to S3, imports from it, and what the files look like."""

import base64
import gzip
import hashlib
import json

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def dynamodb(server):
    return server.client("dynamodb")


@pytest.fixture
def s3(server):
    return server.client("s3")


@pytest.fixture
def bucket(s3, unique):
    name = unique("exports")
    s3.create_bucket(Bucket=name)
    return name


KEYS = {
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "n", "AttributeType": "N"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.fixture
def table(dynamodb, unique):
    name = unique("table")
    arn = dynamodb.create_table(TableName=name, **KEYS)["TableDescription"]["TableArn"]
    for n in range(3):
        item = {"pk": {"S": "a"}, "n": {"N": str(n)}, "b": {"B": b"\0"}, "m": {"M": {"x": {"L": [{"NULL": True}]}}}}
        dynamodb.put_item(TableName=name, Item=item)
    return name, arn


def recover(dynamodb, name):
    on = {"PointInTimeRecoveryEnabled": True}
    dynamodb.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=on)


def test_an_export_can_be_imported(dynamodb, s3, bucket, table, unique):
    name, arn = table
    with pytest.raises(ClientError) as refused:
        dynamodb.export_table_to_point_in_time(TableArn=arn, S3Bucket=bucket)
    assert refused.value.response["Error"]["Code"] == "PointInTimeRecoveryUnavailableException"
    recover(dynamodb, name)
    answer = dynamodb.export_table_to_point_in_time(TableArn=arn, S3Bucket=bucket, S3Prefix="p")
    assert answer["ExportDescription"]["ExportStatus"] == "IN_PROGRESS"
    export = dynamodb.describe_export(ExportArn=answer["ExportDescription"]["ExportArn"])["ExportDescription"]
    assert (export["ExportStatus"], export["ItemCount"]) == ("COMPLETED", 3)

    read = lambda key: s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    manifest = json.loads(read(export["ExportManifest"]))
    files = [json.loads(line) for line in read(manifest["manifestFilesS3Key"]).splitlines()]
    data = read(files[0]["dataFileS3Key"])
    assert base64.b64encode(hashlib.md5(data).digest()).decode() == files[0]["md5Checksum"]
    lines = [json.loads(line)["Item"] for line in gzip.decompress(data).splitlines()]
    assert sorted(line["n"]["N"] for line in lines) == ["0", "1", "2"]

    copy = unique("copy")
    prefix = files[0]["dataFileS3Key"].rsplit("/", 1)[0]
    answer = dynamodb.import_table(
        S3BucketSource={"S3Bucket": bucket, "S3KeyPrefix": prefix},
        InputFormat="DYNAMODB_JSON",
        InputCompressionType="GZIP",
        TableCreationParameters={"TableName": copy, **KEYS},
    )
    imported = dynamodb.describe_import(ImportArn=answer["ImportTableDescription"]["ImportArn"])
    imported = imported["ImportTableDescription"]
    assert (imported["ImportStatus"], imported["ImportedItemCount"], imported["ErrorCount"]) == ("COMPLETED", 3, 0)
    assert dynamodb.scan(TableName=copy)["Items"] == dynamodb.scan(TableName=name)["Items"]
    assert dynamodb.list_imports()["ImportSummaryList"][0]["ImportStatus"] == "COMPLETED"


def test_csv_has_typed_keys_and_strings(dynamodb, s3, bucket, unique):
    s3.put_object(Bucket=bucket, Key="x.csv", Body='pk;n;text\na;1;"x;y"\nb;no number;z\nc;2;\n'.encode())
    name = unique("csv")
    answer = dynamodb.import_table(
        S3BucketSource={"S3Bucket": bucket},
        InputFormat="CSV",
        InputFormatOptions={"Csv": {"Delimiter": ";"}},
        TableCreationParameters={"TableName": name, **KEYS},
    )
    imported = dynamodb.describe_import(ImportArn=answer["ImportTableDescription"]["ImportArn"])
    imported = imported["ImportTableDescription"]
    assert (imported["ProcessedItemCount"], imported["ImportedItemCount"], imported["ErrorCount"]) == (3, 2, 1)
    item = dynamodb.get_item(TableName=name, Key={"pk": {"S": "a"}, "n": {"N": "1"}})["Item"]
    assert item["text"] == {"S": "x;y"}


def test_what_cannot_be_read_fails(dynamodb, unique):
    parameters = {"TableName": unique("none"), **KEYS}
    source = {"S3Bucket": unique("no-bucket")}
    answer = dynamodb.import_table(
        S3BucketSource=source, InputFormat="DYNAMODB_JSON", TableCreationParameters=parameters
    )
    imported = dynamodb.describe_import(ImportArn=answer["ImportTableDescription"]["ImportArn"])
    assert imported["ImportTableDescription"]["ImportStatus"] == "FAILED"
    assert imported["ImportTableDescription"]["FailureCode"] == "S3NoSuchBucket"
    with pytest.raises(ClientError) as refused:
        dynamodb.import_table(S3BucketSource=source, InputFormat="ION", TableCreationParameters=parameters)
    assert "ION" in refused.value.response["Error"]["Message"]


def test_an_export_takes_what_a_filter_selects(dynamodb, s3, bucket, table):
    name, arn = table
    recover(dynamodb, name)
    select = {
        "KeyConditionExpression": "pk = :a AND n > :zero",
        "FilterExpression": "n < :two",
        "ProjectionExpression": "pk, n",
        "ExpressionAttributeValues": {":a": {"S": "a"}, ":zero": {"N": "0"}, ":two": {"N": "2"}},
    }
    answer = dynamodb.export_table_to_point_in_time(TableArn=arn, S3Bucket=bucket, FilterSpecification=select)
    export = dynamodb.describe_export(ExportArn=answer["ExportDescription"]["ExportArn"])["ExportDescription"]
    assert (export["ExportStatus"], export["ItemCount"], export["FilterSpecification"]) == ("COMPLETED", 1, select)
    root = export["ExportManifest"].rsplit("/", 1)[0]
    data = s3.list_objects_v2(Bucket=bucket, Prefix=f"{root}/data/")["Contents"][0]["Key"]
    lines = gzip.decompress(s3.get_object(Bucket=bucket, Key=data)["Body"].read()).splitlines()
    assert [json.loads(line) for line in lines] == [{"Item": {"pk": {"S": "a"}, "n": {"N": "1"}}}]


def test_a_token_is_for_one_import(dynamodb, s3, bucket, unique):
    s3.put_object(Bucket=bucket, Key="x.csv", Body=b"pk,n\na,1\n")
    request = {
        "ClientToken": "token",
        "S3BucketSource": {"S3Bucket": bucket},
        "InputFormat": "CSV",
        "TableCreationParameters": {"TableName": unique("once"), **KEYS},
    }
    arns = {dynamodb.import_table(**request)["ImportTableDescription"]["ImportArn"] for _ in range(2)}
    assert len(arns) == 1
    with pytest.raises(ClientError) as refused:
        dynamodb.import_table(**{**request, "InputFormatOptions": {"Csv": {"Delimiter": ";"}}})
    assert refused.value.response["Error"]["Code"] == "ImportConflictException"

import gzip

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def s3(server):
    return server.client("s3", s3={"addressing_style": "path"})


@pytest.fixture
def bucket(s3, unique):
    name = unique("queries")
    s3.create_bucket(Bucket=name)
    return name


def select(s3, bucket, expression, **serialization):
    answer = s3.select_object_content(
        Bucket=bucket,
        Key="people",
        Expression=expression,
        ExpressionType="SQL",
        InputSerialization={"CSV": {"FileHeaderInfo": "USE"}, **serialization},
        OutputSerialization={"JSON": {}},
    )
    events = list(answer["Payload"])
    assert [name for event in events for name in event][-2:] == ["Stats", "End"]
    return b"".join(event["Records"]["Payload"] for event in events if "Records" in event)


def test_a_query_streams_its_rows(s3, bucket):
    people = b"name,age\nAnn,31\nBob,7\n"
    s3.put_object(Bucket=bucket, Key="people", Body=people)
    rows = select(s3, bucket, "SELECT s.name FROM S3Object s WHERE CAST(s.age AS INT) > 10")
    assert rows == b'{"name":"Ann"}\n'
    s3.put_object(Bucket=bucket, Key="people", Body=gzip.compress(people))
    assert select(s3, bucket, "SELECT COUNT(*) AS n FROM S3Object", CompressionType="GZIP") == b'{"n":2}\n'
    with pytest.raises(ClientError) as error:
        select(s3, bucket, "SELEKT")
    assert error.value.response["Error"]["Code"] == "ParseUnexpectedToken"


def test_parquet_is_queried(s3, bucket):
    arrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    import io

    import pyarrow.parquet

    table = arrow.table({
        "name": ["Ann", "Bob", None],
        "age": arrow.array([31, 7, 50], arrow.int32()),
        "score": [1.5, None, 0.25],
        "tags": [["a", "b"], [], None],
        "at": arrow.array([0, 1_700_000_000_000, None], arrow.timestamp("ms")),
    })

    def put(**options):
        file = io.BytesIO()
        pyarrow.parquet.write_table(table, file, **options)
        s3.put_object(Bucket=bucket, Key="people", Body=file.getvalue())

    def query(expression):
        answer = s3.select_object_content(
            Bucket=bucket, Key="people", Expression=expression, ExpressionType="SQL",
            InputSerialization={"Parquet": {}}, OutputSerialization={"JSON": {}},
        )
        return b"".join(event["Records"]["Payload"] for event in answer["Payload"] if "Records" in event)

    for compression in ["snappy", "gzip", "none"]:
        put(compression=compression)
        assert query("SELECT s.name, s.age FROM S3Object s WHERE s.age > 10 AND s.name IS NOT NULL") == (
            b'{"name":"Ann","age":31}\n'
        ), compression
    assert query("SELECT COUNT(*) AS n FROM S3Object s") == b'{"n":3}\n'
    assert query("SELECT s.score, s.tags, s.\"at\" FROM S3Object s LIMIT 1") == (
        b'{"score":1.5,"tags":["a","b"],"at":"1970-01-01T00:00:00Z"}\n'
    )
    for body, code in [(b"PAR1 nonsense PAR1", "ParquetParsingError"), (b"", "ParquetParsingError")]:
        s3.put_object(Bucket=bucket, Key="people", Body=body)
        with pytest.raises(ClientError) as error:
            query("SELECT * FROM S3Object")
        assert error.value.response["Error"]["Code"] == code
    put(compression="zstd")
    with pytest.raises(ClientError) as error:
        query("SELECT * FROM S3Object")
    assert error.value.response["Error"]["Code"] == "ParquetUnsupportedCompressionCodec"


def test_documents_have_what_their_schemas_require(s3, bucket):
    tag = {"TagSet": [{"Key": "only a key", "Value": ""}]}
    s3.put_bucket_tagging(Bucket=bucket, Tagging=tag)
    with pytest.raises(ClientError) as error:
        s3.put_bucket_policy(Bucket=bucket, Policy='{"Statement":[{"Effect":"Allow"}]}')
    assert error.value.response["Error"]["Code"] == "MalformedPolicy"


def test_the_cli_signs_urls_and_configures_websites(aws, unique, tmp_path):
    bucket = unique("site")
    aws("s3", "mb", f"s3://{bucket}")
    page = tmp_path / "index.html"
    page.write_text("hello")
    aws("s3", "cp", page, f"s3://{bucket}/index.html")
    aws("s3", "mv", f"s3://{bucket}/index.html", f"s3://{bucket}/home.html")
    assert "Signature=" in aws("s3", "presign", f"s3://{bucket}/home.html").stdout
    aws("s3", "website", f"s3://{bucket}", "--index-document", "home.html")
    assert "home.html" in aws("s3api", "get-bucket-website", "--bucket", bucket).stdout
    aws("s3", "rb", "--force", f"s3://{bucket}")

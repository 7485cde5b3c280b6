use base64::Engine as _;
use fogbank_api_s3::*;
use fogbank_service::ByteStream;

use super::super::cloud::{BUCKET, failure, put, put_input, with_bucket};

const PEOPLE: &str = "name,age,city\nAnn,31,\"Paris, 5e\"\nBob,,Rome\nCarl,7,Oslo\n";
const LINES: &str =
    "{\"name\":\"Ann\",\"tags\":[\"a\",\"b\"],\"at\":{\"x\":1}}\n{\"name\":\"Bob\"}\n";

fn request(key: &str, expression: &str, json_out: bool) -> SelectObjectContentRequest {
    let csv = key.ends_with(".csv");
    SelectObjectContentRequest {
        bucket: BUCKET.to_owned(),
        key: key.to_owned(),
        expression: expression.to_owned(),
        expression_type: "SQL".into(),
        input_serialization: InputSerialization {
            csv: csv
                .then(|| CSVInput { file_header_info: Some("USE".into()), ..Default::default() }),
            json: (!csv).then(|| JSONInput { r#type: Some("LINES".into()) }),
            ..Default::default()
        },
        output_serialization: OutputSerialization {
            csv: (!json_out).then(CSVOutput::default),
            json: json_out.then(JSONOutput::default),
        },
        ..Default::default()
    }
}

async fn rows(s3: &S3Client, request: SelectObjectContentRequest) -> String {
    let mut events = s3.select_object_content(request).await.unwrap().payload;
    let (mut text, mut ended) = (String::new(), false);
    while let Some(event) = events.next().await {
        match event.unwrap() {
            SelectObjectContentEventStream::Records(it) => {
                text.push_str(std::str::from_utf8(&it.payload.unwrap()).unwrap());
            }
            SelectObjectContentEventStream::End(_) => ended = true,
            _ => {}
        }
    }
    assert!(ended);
    text
}

#[tokio::test]
async fn queries() {
    let (_cloud, s3) = with_bucket().await;
    put(&s3, "people.csv", PEOPLE).await;
    put(&s3, "lines.json", LINES).await;
    for (key, expression, expected) in [
        ("people.csv", "SELECT * FROM S3Object", "Ann,31,\"Paris, 5e\"\nBob,,Rome\nCarl,7,Oslo\n"),
        (
            "people.csv",
            "select s.name from s3object s where s.age <> '' and cast(s.age as int) > 10",
            "Ann\n",
        ),
        ("people.csv", "SELECT s._1, s.city FROM S3Object s LIMIT 1", "Ann,\"Paris, 5e\"\n"),
        (
            "people.csv",
            "SELECT COUNT(*), MAX(CAST(age AS INT)) FROM S3Object WHERE age <> ''",
            "2,31\n",
        ),
        ("people.csv", "SELECT AVG(CAST(age AS INT)) + 1 FROM S3Object WHERE age != ''", "20\n"),
        (
            "people.csv",
            "SELECT name FROM S3Object WHERE name LIKE '_a%' OR name IN ('Bob')",
            "Bob\nCarl\n",
        ),
        (
            "people.csv",
            "SELECT UPPER(name) || '!' FROM S3Object s WHERE s.name BETWEEN 'B' AND 'C'",
            "BOB!\n",
        ),
        (
            "people.csv",
            "SELECT CASE WHEN age = '' THEN 'none' ELSE age END FROM S3Object",
            "31\nnone\n7\n",
        ),
        (
            "people.csv",
            "SELECT TRIM(LEADING 'A' FROM name), SUBSTRING(city, 1, 2) FROM S3Object LIMIT 1",
            "nn,Pa\n",
        ),
        ("lines.json", "SELECT s.tags[1], s.at.x FROM S3Object[*] s", "b,1\n,\n"),
        ("lines.json", "SELECT COUNT(*) FROM S3Object[*].tags[*] t", "2\n"),
        ("lines.json", "SELECT s.name FROM S3Object s WHERE s.tags IS MISSING", "Bob\n"),
        (
            "lines.json",
            "SELECT DATE_ADD(month, 1, TO_TIMESTAMP('2020-01-31T')), EXTRACT(YEAR FROM UTCNOW()), \
             TO_STRING(`2007-02-23T12:14Z`, 'MMM d, y') FROM S3Object LIMIT 1",
            "2020-02-29,2026,\"Feb 23, 2007\"\n",
        ),
        (
            "lines.json",
            "SELECT DATE_DIFF(day, `2010-01-01T`, CAST('2010-02-01' AS TIMESTAMP)) FROM S3Object s \
             WHERE `2010T` < UTCNOW() AND s.name = 'Bob'",
            "31\n",
        ),
    ] {
        assert_eq!(rows(&s3, request(key, expression, false)).await, expected, "{expression}");
    }
    let json =
        rows(&s3, request("people.csv", "SELECT name AS n, age FROM S3Object LIMIT 1", true));
    assert_eq!(json.await, "{\"n\":\"Ann\",\"age\":\"31\"}\n".to_owned());
}

#[tokio::test]
async fn what_cannot_be_asked() {
    let (_cloud, s3) = with_bucket().await;
    put(&s3, "people.csv", PEOPLE).await;
    for (expression, code) in [
        ("SELEKT *", "ParseUnexpectedToken"),
        ("SELECT * WHERE a", "ParseSelectMissingFrom"),
        ("SELECT * FROM table", "ParseUnsupportedSelect"),
        ("SELECT * FROM S3Object ORDER BY a", "UnsupportedSqlStructure"),
        ("SELECT 'open FROM S3Object", "LexerInvalidLiteral"),
        ("SELECT CAST(name AS INT) FROM S3Object", "CastFailed"),
        ("SELECT NOW() FROM S3Object", "UnsupportedFunction"),
        ("SELECT EXTRACT(week FROM UTCNOW()) FROM S3Object", "ParseExpectedDatePart"),
        ("SELECT TO_TIMESTAMP('yesterday') FROM S3Object", "CastFailed"),
        ("SELECT `x y` FROM S3Object", "LexerInvalidIONLiteral"),
        (
            "SELECT TO_STRING(UTCNOW(), 'q') FROM S3Object",
            "EvaluatorInvalidTimestampFormatPatternSymbol",
        ),
    ] {
        let got = s3.select_object_content(request("people.csv", expression, false)).await;
        assert_eq!(failure(got), (code.to_owned(), 400), "{expression}");
    }
    let mut parquet = request("people.csv", "SELECT * FROM S3Object", false);
    parquet.input_serialization =
        InputSerialization { parquet: Some(ParquetInput {}), ..Default::default() };
    let damaged = failure(s3.select_object_content(parquet).await);
    assert_eq!(damaged, ("ParquetParsingError".to_owned(), 400));
    let missing =
        s3.select_object_content(request("no.csv", "SELECT * FROM S3Object", false)).await;
    assert_eq!(failure(missing).0, "NoSuchKey");
}

/// A line of JSON, compressed by bzip2.
const BZIP2: &str =
    "QlpoOTFBWSZTWZS/eNcAAAxbgAAQEAQ4EAAKPAAACiAAIanqGgyeUKYAAdJLbJ7PrUAZuBSb+LuSKcKEhKX7xrg=";

#[tokio::test]
async fn compressed_files_and_lines_in_quotes() {
    let (_cloud, s3) = with_bucket().await;
    let file = base64::engine::general_purpose::STANDARD.decode(BZIP2).unwrap();
    let input = PutObjectRequest { body: ByteStream::from(file), ..put_input("z.json", "") };
    s3.put_object(input).await.unwrap();
    let mut zipped = request("z.json", "SELECT * FROM S3Object", true);
    zipped.input_serialization.compression_type = Some("BZIP2".into());
    // Members come in the order of their document.
    assert_eq!(rows(&s3, zipped).await, "{\"b\":1,\"a\":[{\"d\":2,\"c\":3}]}\n");
    put(&s3, "quoted.csv", "name,age\n\"A\nnn\",1\n").await;
    let mut quoted = request("quoted.csv", "SELECT age FROM S3Object", false);
    let refused = failure(s3.select_object_content(quoted.clone()).await);
    assert_eq!(refused, ("CSVUnescapedQuote".to_owned(), 400));
    if let Some(csv) = &mut quoted.input_serialization.csv {
        csv.allow_quoted_record_delimiter = Some(true);
    }
    assert_eq!(rows(&s3, quoted.clone()).await, "1\n");
    quoted.scan_range = Some(ScanRange { start: Some(0), end: Some(3) });
    let refused = failure(s3.select_object_content(quoted).await);
    assert_eq!(refused.0, "UnsupportedScanRangeInput");
}

/// A file that pyarrow wrote: three rows of `name`, `age`, `score`, `tags` and `at`.
const PARQUET: &str = "UEFSMRUAFSgVLCwVBhUAFQYVBhwAAAAUTAIAAAADAwMAAABBbm4DAAAAQm9iFQAVJBUoLBUGFQAVBhUGHAAA\
    ABJEAgAAAAYBHwAAAAcAAAAyAAAAFQAVLBUwLBUGFQAVBhUGHAAAABZUAgAAAAMFAAAAAAAA+D8AAAAAAADQ\
    PxUAFS4VMCwVCBUAFQYVBhwAAAAXGAIAAAADAgMBBiwfAAEAAABhAQAAAGIVABUsFTAsFQYVABUGFQYcAAAA\
    FlQCAAAAAwMAAAAAAAAAAABo5c+LAQAAFQQZjDUAGAZzY2hlbWEVCgAVDCUCGARuYW1lJQBMHAAAABUCJQIY\
    A2FnZQAVCiUCGAVzY29yZQA1AhgEdGFncxUCFQZMPAAAADUEGARsaXN0FQIAFQwlAhgHZWxlbWVudCUATBwA\
    AAAVBCUCGAJhdCUSTIwSHBwAAAAAABYGGRwZXCYAHBUMGSUGABkYBG5hbWUVAhYGFk4WUiYISRwVABUAFQIA\
    PBYMGQYZJgIEAAAAJgAcFQIZJQYAGRgDYWdlFQIWBhZKFk4mWkkcFQAVABUCADwpBhkmAAYAAAAmABwVChkl\
    BgAZGAVzY29yZRUCFgYWUhZWJqgBSRwVABUAFQIAPCkGGSYCBAAAACYAHBUMGSUGABk4BHRhZ3MEbGlzdAdl\
    bGVtZW50FQIWCBZUFlYm/gFJHBUAFQAVAgA8FgQZJgYCGUYCAgAEAAAAJgAcFQQZJQYAGRgCYXQVAhYGFlIW\
    VibUAkkcFQAVABUCADwpBhkmAgQAAAAWkAMWBiYIFqIDACggcGFycXVldC1jcHAtYXJyb3cgdmVyc2lvbiAy\
    Ni4wLjEZXBwAABwAABwAABwAABwAAAC4AQAAUEFSMQ==";

#[tokio::test]
async fn queries_of_parquet() {
    let (_cloud, s3) = with_bucket().await;
    let file = base64::engine::general_purpose::STANDARD.decode(PARQUET).unwrap();
    let body = ByteStream::from(file);
    s3.put_object(PutObjectRequest { body, ..put_input("people", "") }).await.unwrap();
    for (expression, expected) in [
        ("SELECT s.name, s.age FROM S3Object s WHERE s.age > 10", "Ann,31\n,50\n"),
        ("SELECT s.name FROM S3Object s WHERE s.score IS NULL", "Bob\n"),
        ("SELECT s.score, s.\"at\" FROM S3Object s LIMIT 1", "1.5,1970-01-01T00:00:00Z\n"),
        ("SELECT COUNT(*) FROM S3Object s", "3\n"),
    ] {
        let mut asked = request("people", expression, false);
        asked.input_serialization =
            InputSerialization { parquet: Some(ParquetInput {}), ..Default::default() };
        assert_eq!(rows(&s3, asked).await, expected, "{expression}");
    }
    let mut tags = request("people", "SELECT s.tags FROM S3Object s LIMIT 1", true);
    tags.input_serialization =
        InputSerialization { parquet: Some(ParquetInput {}), ..Default::default() };
    assert_eq!(rows(&s3, tags).await, "{\"tags\":[\"a\",\"b\"]}\n");
}

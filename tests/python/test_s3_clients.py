"""Clients of S3 beside boto3; each is skipped with a message where it is not installed."""

import io
import os
import pathlib
import shutil
import subprocess
import sys
import urllib.request

import boto3.s3.transfer
import pytest

from conftest import REGION

MANY = int(os.environ.get("SYNC_FILES", "300"))


@pytest.fixture
def s3(server):
    return server.client("s3", s3={"addressing_style": "path"})


@pytest.fixture
def bucket(s3, unique):
    name = unique("clients")
    s3.create_bucket(Bucket=name)
    return name


def keys(s3, bucket, prefix=""):
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [entry["Key"] for page in pages for entry in page.get("Contents", [])]


def test_cli_moves_presigns_and_makes_websites(aws, s3, bucket, tmp_path):
    (tmp_path / "page.html").write_text("<p>hello</p>")
    aws("s3", "cp", "page.html", f"s3://{bucket}/a/page.html")
    aws("s3", "mv", f"s3://{bucket}/a/page.html", f"s3://{bucket}/index.html")
    assert keys(s3, bucket) == ["index.html"]
    assert s3.head_object(Bucket=bucket, Key="index.html")["ContentType"] == "text/html"
    url = aws("s3", "presign", f"s3://{bucket}/index.html").stdout.strip()
    assert urllib.request.urlopen(url).read() == b"<p>hello</p>"
    aws("s3", "website", f"s3://{bucket}", "--index-document", "index.html")
    assert s3.get_bucket_website(Bucket=bucket)["IndexDocument"] == {"Suffix": "index.html"}
    aws("s3", "rm", "--recursive", f"s3://{bucket}")
    assert keys(s3, bucket) == []


def test_cli_syncs_many_files(aws, s3, bucket, tmp_path):
    """SYNC_FILES=10000 makes it the long way."""
    tree = tmp_path / "tree"
    for number in range(MANY):
        folder = tree / f"{number % 20:02}"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{number:05}.txt"
        file.write_text(str(number))
        # S3 tells whole seconds: what was written in the second of its upload looks newer.
        os.utime(file, (0, 1_700_000_000))
    aws("s3", "sync", "--quiet", tree, f"s3://{bucket}/copy")
    assert len(keys(s3, bucket)) == MANY
    assert aws("s3", "sync", tree, f"s3://{bucket}/copy").stdout == "", "nothing is left to do"
    (tree / "00" / "00000.txt").unlink()
    aws("s3", "sync", "--quiet", "--delete", tree, f"s3://{bucket}/copy")
    assert len(keys(s3, bucket)) == MANY - 1
    back = tmp_path / "back"
    aws("s3", "sync", "--quiet", f"s3://{bucket}/copy", back)
    assert sum(1 for path in back.rglob("*.txt")) == MANY - 1


def test_boto3_transfers_and_copies_in_parts(s3, bucket):
    content = os.urandom(17 << 20)
    config = boto3.s3.transfer.TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20)
    s3.upload_fileobj(io.BytesIO(content), bucket, "large", Config=config)
    s3.copy({"Bucket": bucket, "Key": "large"}, bucket, "copy", Config=config)
    back = io.BytesIO()
    s3.download_fileobj(bucket, "copy", back, Config=config)
    assert back.getvalue() == content


def test_s3fs(server, s3, bucket):
    """In an environment of its own beside that of the tests, see clients/s3fs.txt."""
    python = pathlib.Path(sys.prefix).with_name("s3fs") / "bin/python"
    if not python.exists():
        pytest.skip("s3fs is not installed")
    script = pathlib.Path(__file__).parent / "clients/s3fs_files.py"
    done = subprocess.run([python, script, server.endpoint, bucket], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert keys(s3, bucket) == ["two.txt"]


def test_pyarrow_and_duckdb_read_parquet(server, bucket):
    arrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    import pyarrow.fs
    import pyarrow.parquet

    files = pyarrow.fs.S3FileSystem(
        access_key="test",
        secret_key="test",
        region=REGION,
        endpoint_override=f"127.0.0.1:{server.port}",
        scheme="http",
    )
    table = arrow.table({"n": list(range(1000)), "square": [n * n for n in range(1000)]})
    pyarrow.parquet.write_to_dataset(table, f"{bucket}/table", filesystem=files)
    back = pyarrow.parquet.read_table(f"{bucket}/table", filesystem=files, columns=["square"])
    assert sum(back["square"].to_pylist()) == sum(n * n for n in range(1000))
    info = files.get_file_info(pyarrow.fs.FileSelector(bucket, recursive=True))
    assert [entry.extension for entry in info if entry.is_file] == ["parquet"]

    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    extensions = pytest.importorskip("duckdb_extensions", reason="duckdb-extension-httpfs is not installed")
    database = duckdb.connect()
    extensions.import_extension("httpfs", con=database)
    database.execute(
        f"CREATE SECRET (TYPE s3, KEY_ID 'test', SECRET 'test', REGION '{REGION}', USE_SSL false,"
        f" ENDPOINT '127.0.0.1:{server.port}', URL_STYLE 'path')"
    )
    query = f"SELECT count(*), max(square) FROM 's3://{bucket}/table/*.parquet' WHERE n >= 10"
    assert database.execute(query).fetchone() == (990, 999 * 999)


def test_object_store_writes_on_conditions(server, bucket):
    """The Rust crate object_store, by its Python binding."""
    obstore = pytest.importorskip("obstore", reason="obstore is not installed")
    from obstore.exceptions import AlreadyExistsError, PreconditionError
    from obstore.store import S3Store

    store = S3Store(
        bucket,
        endpoint=server.endpoint,
        access_key_id="test",
        secret_access_key="test",
        region=REGION,
        virtual_hosted_style_request=False,
        client_options={"allow_http": True},
    )
    first = {"e_tag": obstore.put(store, "k", b"one", mode="create")["e_tag"]}
    with pytest.raises(AlreadyExistsError):
        obstore.put(store, "k", b"two", mode="create")
    obstore.put(store, "k", b"two", mode=first)
    with pytest.raises(PreconditionError):
        obstore.put(store, "k", b"three", mode=first)
    assert bytes(obstore.get(store, "k").bytes()) == b"two"
    obstore.put(store, "large", io.BytesIO(b"x" * (12 << 20)), use_multipart=True)
    assert [entry["path"] for entry in obstore.list(store).collect()] == ["k", "large"]
    obstore.copy(store, "k", "copy")
    obstore.delete(store, ["k", "large"])
    assert [entry["path"] for entry in obstore.list(store).collect()] == ["copy"]


def test_s3cmd(server, s3, bucket, tmp_path):
    script = pathlib.Path(sys.executable).with_name("s3cmd")
    if not script.exists():
        pytest.skip("s3cmd is not installed")
    place = f"127.0.0.1:{server.port}"
    configuration = tmp_path / "s3cfg"
    configuration.write_text(
        "[default]\naccess_key = test\nsecret_key = test\nuse_https = False\n"
        f"host_base = {place}\nhost_bucket = {place}\nbucket_location = {REGION}\n"
    )

    def run(*arguments):
        command = [sys.executable, script, "-c", configuration, "--no-progress", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return done.stdout

    (tmp_path / "one.txt").write_text("one")
    (tmp_path / "large").write_bytes(b"x" * (16 << 20))
    run("put", "one.txt", f"s3://{bucket}/one.txt")
    run("put", "--multipart-chunk-size-mb=5", "large", f"s3://{bucket}/large")
    assert "one.txt" in run("ls", f"s3://{bucket}")
    run("get", f"s3://{bucket}/large", "back")
    assert (tmp_path / "back").stat().st_size == 16 << 20
    run("mv", f"s3://{bucket}/one.txt", f"s3://{bucket}/two.txt")
    run("expire", "--expiry-days=365", f"s3://{bucket}")
    assert s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"][0]["Expiration"]["Days"] == 365
    run("del", "--recursive", "--force", f"s3://{bucket}")
    assert keys(s3, bucket) == []


def test_rclone(server, s3, bucket, tmp_path):
    beside = pathlib.Path(sys.executable).parent
    program = shutil.which("rclone", path=os.pathsep.join([str(beside), os.environ["PATH"]]))
    if not program:
        pytest.skip("rclone is not installed")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "RCLONE_CONFIG_FOG_TYPE": "s3",
        "RCLONE_CONFIG_FOG_PROVIDER": "Other",
        "RCLONE_CONFIG_FOG_ACCESS_KEY_ID": "test",
        "RCLONE_CONFIG_FOG_SECRET_ACCESS_KEY": "test",
        "RCLONE_CONFIG_FOG_REGION": REGION,
        "RCLONE_CONFIG_FOG_ENDPOINT": server.endpoint,
        "RCLONE_CONFIG_FOG_FORCE_PATH_STYLE": "true",
    }

    def run(*arguments):
        command = [program, "--retries", "1", *map(str, arguments)]
        done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    tree = tmp_path / "tree"
    (tree / "a dir").mkdir(parents=True)
    (tree / "a dir" / "\u00fcn+i%code.txt").write_text("one")
    (tree / "two.txt").write_text("two")
    (tree / "large").write_bytes(os.urandom(12 << 20))
    parts = ["--s3-upload-cutoff=5Mi", "--s3-chunk-size=5Mi"]
    run("copy", *parts, "tree", f"fog:{bucket}/copy")
    run("check", "--download", "tree", f"fog:{bucket}/copy")
    assert sorted(keys(s3, bucket)) == ["copy/a dir/\u00fcn+i%code.txt", "copy/large", "copy/two.txt"]
    assert s3.head_object(Bucket=bucket, Key="copy/large")["ETag"].endswith('-3"')
    run("moveto", f"fog:{bucket}/copy/two.txt", f"fog:{bucket}/moved.txt")
    assert run("cat", f"fog:{bucket}/moved.txt") == "two"
    (tree / "two.txt").unlink()
    assert run("sync", "tree", f"fog:{bucket}/copy") == ""
    run("sync", f"fog:{bucket}/copy", "back")
    assert sorted(path.name for path in (tmp_path / "back").rglob("*")) == ["a dir", "large", "\u00fcn+i%code.txt"]
    run("purge", f"fog:{bucket}/copy")
    assert keys(s3, bucket) == ["moved.txt"]

"""Works with files in a bucket: python s3fs_files.py ENDPOINT BUCKET."""

import sys

import s3fs

endpoint, bucket = sys.argv[1:]
files = s3fs.S3FileSystem(key="test", secret="test", endpoint_url=endpoint, skip_instance_cache=True)

with files.open(f"{bucket}/dir/one.txt", "w") as file:
    file.write("one")
with files.open(f"{bucket}/large", "wb", block_size=5 << 20) as file:
    file.write(b"x" * (11 << 20))
assert files.ls(f"{bucket}/dir", detail=False) == [f"{bucket}/dir/one.txt"]
assert files.info(f"{bucket}/large")["size"] == 11 << 20
with files.open(f"{bucket}/large", "rb", block_size=1 << 20) as file:
    file.seek(-3, 2)
    assert file.read() == b"xxx"
with files.open(f"{bucket}/large", "ab", block_size=5 << 20) as file:
    file.write(b"the end")
assert files.tail(f"{bucket}/large", 8) == b"xthe end"
assert files.info(f"{bucket}/large")["size"] == (11 << 20) + 7
files.mv(f"{bucket}/dir/one.txt", f"{bucket}/two.txt")
assert files.cat(f"{bucket}/two.txt") == b"one"
assert not files.exists(f"{bucket}/dir/one.txt")
files.pipe({f"{bucket}/many/{number}": str(number).encode() for number in range(30)})
assert files.du(f"{bucket}/many") == 50
assert files.cat(files.find(f"{bucket}/many"))[f"{bucket}/many/7"] == b"7"
files.copy(f"{bucket}/many", f"{bucket}/more", recursive=True)
assert len(files.glob(f"{bucket}/more/1*")) == 11
files.put_tags(f"{bucket}/two.txt", {"kind": "text"})
assert files.get_tags(f"{bucket}/two.txt") == {"kind": "text"}
files.setxattr(f"{bucket}/two.txt", copy_kwargs={"ContentType": "text/plain"}, note="kept")
assert files.getxattr(f"{bucket}/two.txt", "note") == "kept"
try:
    files.cat(f"{bucket}/nothing")
except FileNotFoundError:
    pass
else:
    raise AssertionError("what is not there was read")
try:
    files.pipe_file(f"{bucket}/two.txt", b"again", mode="create")
except FileExistsError:
    pass
else:
    raise AssertionError("what is there was written over")
files.rm([f"{bucket}/large", f"{bucket}/many", f"{bucket}/more"], recursive=True)
assert files.find(bucket) == [f"{bucket}/two.txt"]

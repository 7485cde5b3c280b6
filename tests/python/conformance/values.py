"""Values for every member of a shape, and their canonical JSON form.

The canonical form is what the server reports of a request and what it is told to answer:
structures and maps are objects, blobs base64, timestamps seconds since the epoch.
"""

import base64
import collections
import datetime
import io
import json

# Structures that contain themselves are filled to this depth and left out below it.
DEEPEST_RECURSION = 2
EPOCH = datetime.datetime(2026, 2, 3, 4, 5, 6, tzinfo=datetime.timezone.utc)
BLOB = b"blob \x00\xff bytes"

# How often a rule that loosens the comparison let something pass that is not literally the same.
LOOSENED = collections.Counter()
EMPTY = "a list, map or structure of nothing and an absent one are the same"
EVERYTHING = "a map of all query parameters or headers may hold more than was put into it"
ROUNDED = "numbers and times with a fraction may differ by less than a thousandth"
JSON_TEXT = "JSON in a string is compared as JSON"


class Filler:
    """Makes values for shapes; with `full`, every member of every structure has one."""

    def __init__(self, full, outgoing=False):
        self.full = full
        self.outgoing = outgoing
        self.counter = 0

    def value(self, shape, name="", trail=(), location=None):
        self.counter += 1
        return getattr(self, f"_{shape.type_name}")(shape, name, trail, location)

    def _structure(self, shape, name, trail, location):
        if shape.is_document_type:
            return {"document": [1, "two", None, {"three": 3.5}]}
        depth = trail.count(shape.name)
        members = {}
        names = list(shape.members)
        if shape.is_tagged_union:
            # A union has one member; the first that does not lead back to itself.
            names = sorted(names, key=lambda n: recursion(shape.members[n], trail + (shape.name,)))[:1]
        elif not self.full:
            names = [n for n in names if n in shape.required_members]
        for member_name in names:
            member = shape.members[member_name]
            if member.serialization.get("eventstream") or member.type_name == "structure" and getattr(
                member, "is_eventstream", False
            ):
                continue
            if depth >= DEEPEST_RECURSION and leads_to(member, shape.name):
                continue
            where = member.serialization.get("location")
            members[member_name] = self.value(member, member_name, trail + (shape.name,), where)
        return members

    def _list(self, shape, name, trail, location):
        if trail.count(shape.name) >= DEEPEST_RECURSION:
            return []
        count = 2 if self.full and len(trail) < 4 else 1
        return [self.value(shape.member, name, trail + (shape.name,), location) for _ in range(count)]

    def _map(self, shape, name, trail, location):
        if trail.count(shape.name) >= DEEPEST_RECURSION:
            return {}
        keys = [self._key(shape.key, index) for index in range(1)]
        return {key: self.value(shape.value, name, trail + (shape.name,), location) for key in keys}

    def _key(self, shape, index):
        return shape.enum[index] if getattr(shape, "enum", None) else f"key{index}"

    def _string(self, shape, name, trail, location):
        if name == "ChecksumAlgorithm" and "SHA256" in (shape.enum or ()):
            return "SHA256"  # the others need an extension of botocore
        if getattr(shape, "enum", None):
            return shape.enum[self.counter % len(shape.enum)]
        if shape.serialization.get("jsonvalue"):
            return {"json": [1, "ü"]} if location == "header" else '{"json": [1, "ü"]}'
        if location in ("header", "headers", "statusCode"):
            return f"{name}-{self.counter}"
        if location == "uri" and name == "Bucket":
            return "bucket"
        if name == "KvsARN":  # botocore takes it apart for its endpoint
            return "arn:aws:cloudfront::000000000000:key-value-store/12345678-1234-1234-1234-123456789012"
        if name == "EndpointId":  # a part of a host name
            return "abcde.veo"
        if location == "uri":
            return f"{name}/é {self.counter}" if self.full else f"{name}{self.counter}"
        return f"{name} <&> ü {self.counter}"

    _character = _string

    def _boolean(self, shape, name, trail, location):
        return self.counter % 2 == 0

    def _integer(self, shape, name, trail, location):
        return 200 if location == "statusCode" else 100 + self.counter % 50

    def _long(self, shape, name, trail, location):
        if name == "ContentLength":
            return len(BLOB)
        return 2**53 - self.counter

    def _float(self, shape, name, trail, location):
        return self.counter + 0.5

    _double = _float

    def _timestamp(self, shape, name, trail, location):
        return EPOCH + datetime.timedelta(seconds=self.counter)

    def _blob(self, shape, name, trail, location):
        return BLOB


def leads_to(shape, name, seen=()):
    """Whether a structure of this name is somewhere inside the shape."""
    if shape.name == name:
        return True
    if shape.name in seen:
        return False
    seen = (*seen, shape.name)
    if shape.type_name == "structure":
        return any(leads_to(member, name, seen) for member in shape.members.values())
    if shape.type_name == "list":
        return leads_to(shape.member, name, seen)
    if shape.type_name == "map":
        return leads_to(shape.value, name, seen)
    return False


def recursion(shape, trail):
    return any(leads_to(shape, name) for name in trail)


def canonical(shape, value):
    """The canonical JSON form of a value."""
    if value is None:
        return None
    kind = shape.type_name
    if kind == "structure":
        if shape.is_document_type:
            return value
        return {
            name: canonical(shape.members[name], member)
            for name, member in value.items()
            if name in shape.members and member is not None
        }
    if kind == "list":
        return [canonical(shape.member, item) for item in value]
    if kind == "map":
        return {key: canonical(shape.value, item) for key, item in value.items()}
    if kind == "timestamp":
        return value.timestamp()
    if kind == "blob":
        data = value.encode() if isinstance(value, str) else value
        data = data.read() if hasattr(data, "read") else data
        return base64.b64encode(data).decode()
    if kind in ("string", "character") and not isinstance(value, str):
        return json.dumps(value)
    return value


def streaming(shape, value):
    """The value with its streaming blob as a file, as clients pass it."""
    payload = shape.serialization.get("payload")
    if payload and payload in value and shape.members[payload].type_name == "blob":
        if shape.members[payload].serialization.get("streaming"):
            return {**value, payload: io.BytesIO(value[payload])}
    return value


def same(shape, meant, got):
    """Differences between two canonical values, as sentences; empty when they mean the same."""
    return list(_differences(shape, meant, got, ""))


def empty(value):
    """Whether a value is nothing, or a collection of nothing."""
    if isinstance(value, dict):
        return all(empty(item) for item in value.values())
    if isinstance(value, list):
        return all(empty(item) for item in value)
    return value is None


def holds_everything(shape):
    """Whether a map holds all parameters or headers, also those that are members of their own."""
    return shape.serialization.get("location") in ("querystring", "headers")


def _differences(shape, meant, got, path):
    kind = shape.type_name
    if kind == "structure" and not shape.is_document_type:
        for name in sorted({*(meant or {}), *(got or {})}):
            if name not in shape.members:
                yield f"{path}.{name}: not a member"
                continue
            member = shape.members[name]
            ours, theirs = (meant or {}).get(name), (got or {}).get(name)
            # A collection of nothing and an absent one are the same on most wires.
            if empty(ours) and empty(theirs) and member.type_name in ("list", "map", "structure"):
                LOOSENED[EMPTY] += ours != theirs
                continue
            yield from _differences(member, ours, theirs, f"{path}.{name}")
    elif kind == "list" and isinstance(meant, list) and isinstance(got, list):
        if len(meant) != len(got):
            yield f"{path}: {len(meant)} elements, not {len(got)}"
            return
        for index, (ours, theirs) in enumerate(zip(meant, got)):
            yield from _differences(shape.member, ours, theirs, f"{path}[{index}]")
    elif kind == "map" and (holds_everything(shape) or isinstance(meant, dict) and isinstance(got, dict)):
        meant, got, everything = meant or {}, got or {}, holds_everything(shape)
        LOOSENED[EVERYTHING] += everything and bool(got.keys() - meant.keys())
        for key in sorted(meant if everything else {*meant, *got}):
            yield from _differences(shape.value, meant.get(key), got.get(key), f"{path}[{key!r}]")
    elif kind in ("float", "double", "timestamp"):
        if meant is None or got is None or abs(float(meant) - float(got)) > 1e-3:
            yield f"{path}: {meant!r} became {got!r}"
        else:
            LOOSENED[ROUNDED] += meant != got
    elif kind in ("string", "character") and shape.serialization.get("jsonvalue"):
        if json.loads(meant) != json.loads(got or "null"):
            yield f"{path}: {meant!r} became {got!r}"
        else:
            LOOSENED[JSON_TEXT] += meant != got
    elif meant != got:
        yield f"{path}: {meant!r} became {got!r}"

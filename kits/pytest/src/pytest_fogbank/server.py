"""A fogbank server, its worlds and their clocks."""

import datetime
import json
import os
import re
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request

import boto3

ACCOUNT = "000000000000"
REGION = "us-east-1"


class World:
    """All state of all services, with a clock of its own; reached at `endpoint`."""

    def __init__(self, endpoint, name="main"):
        self.endpoint = endpoint
        self.name = name
        self.clock = Clock(self)

    def client(self, service, account=ACCOUNT, region=REGION, **options):
        """A boto3 client of this world; `account` is any twelve digits."""
        return boto3.client(service, **self._options(account, region), **options)

    def resource(self, service, account=ACCOUNT, region=REGION, **options):
        """A boto3 resource of this world."""
        return boto3.resource(service, **self._options(account, region), **options)

    def fork(self, name=None):
        """A world with the same state; what happens in one is not seen in the other."""
        asked = {"from": self.name} | ({"name": name} if name else {})
        world = self.call("POST", "/_fogbank/worlds", asked)
        return World(world["endpoint"], world["name"])

    def reset(self):
        """Empties the world."""
        self.call("POST", f"/_fogbank/worlds/{self.name}/reset")

    def drop(self):
        """Ends the world and gives its memory back."""
        self.call("DELETE", f"/_fogbank/worlds/{self.name}")

    def call(self, method, path, body=None):
        """One call of the server's own API; the answer's JSON, or None."""
        request = urllib.request.Request(
            self.endpoint + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                text = response.read()
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {error.code} {error.read().decode()}") from None
        return json.loads(text) if text else None

    def _options(self, account, region):
        return {
            "endpoint_url": self.endpoint,
            "region_name": region,
            "aws_access_key_id": account,
            "aws_secret_access_key": "test",
        }


class Clock:
    """The time that a world sees."""

    def __init__(self, world):
        self._world = world

    def now(self):
        """The world's current time."""
        return datetime.datetime.fromisoformat(self._world.call("GET", "/_fogbank/clock")["now"])

    def freeze(self):
        """Stops the clock."""
        return self._act(action="freeze")

    def set(self, moment):
        """Moves the clock to a moment; what falls due on the way runs first."""
        return self._act(action="set", to=moment.isoformat())

    def advance(self, **duration):
        """Lets time pass (`hours=1`, as `datetime.timedelta` takes it); what falls due runs first."""
        return self._act(action="advance", by=datetime.timedelta(**duration).total_seconds())

    def scale(self, rate):
        """Makes the clock run faster or slower than real time."""
        return self._act(action="scale", rate=rate)

    def real(self):
        """Returns to real time."""
        return self._act(action="real")

    def _act(self, **action):
        return self._world.call("POST", "/_fogbank/clock", action)


class Server(World):
    """A server of this process, or one that runs already."""

    def __init__(self, endpoint=None, binary=None):
        self.process = None
        super().__init__(endpoint or self._start(binary))

    def _start(self, binary):
        binary = binary or os.environ.get("FOGBANK_BINARY") or shutil.which("fogbank")
        if not binary:
            raise RuntimeError("fogbank is neither on the PATH nor named by FOGBANK_BINARY")
        environment = {**os.environ, "GATEWAY_LISTEN": "127.0.0.1:0"}
        self.process = subprocess.Popen(
            [os.path.abspath(binary), "start"],
            cwd=tempfile.mkdtemp(prefix="fogbank-"),
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if found := re.search(r"http://[\w.]+:(\d+)", line):
                return f"http://127.0.0.1:{found[1]}"
        raise RuntimeError(f"fogbank did not start: {''.join(lines)}")

    def stop(self):
        """Stops the server, if this object started it."""
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=30)
            self.process.stdout.close()

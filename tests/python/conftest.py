"""Starts the real binary on a free port and hands out clients for it."""

import os
import pathlib
import re
import subprocess
import sys
import uuid

import boto3
import botocore.config
import pytest

BINARY = pathlib.Path(os.environ.get("FOGBANK_BINARY", "target/debug/fogbank"))
ACCOUNT = "000000000000"
REGION = "us-east-1"


class Server:
    """One running server; restartable on the same port and data directory."""

    def __init__(self, directory, **environment):
        self.directory = directory
        self.environment = environment
        self.port = 0
        self.start()

    def start(self):
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("AWS_")},
            "GATEWAY_LISTEN": f"127.0.0.1:{self.port}",
            "DATA_DIR": str(self.directory),
            **self.environment,
        }
        self.process = subprocess.Popen(
            [BINARY.resolve(), "start"],
            cwd=self.directory,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=sys.stderr,
            text=True,
        )
        banner = []
        for line in self.process.stdout:
            banner.append(line)
            if found := re.search(r"http://[\w.]+:(\d+)", line):
                self.port = int(found[1])
                self.endpoint = f"http://127.0.0.1:{self.port}"
                return
        raise RuntimeError(f"the server did not start: {''.join(banner)}")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)

    def client(self, service, account=ACCOUNT, region=REGION, **config):
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=region,
            aws_access_key_id=account,
            aws_secret_access_key="test",
            config=botocore.config.Config(retries={"total_max_attempts": 1}, **config),
        )


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("fogbank"))
    yield server
    server.stop()


@pytest.fixture
def aws(server, tmp_path):
    """Runs the AWS CLI of the test environment against the server."""

    def run(*arguments, check=True, stdin=None):
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_PAGER": "",
            "AWS_MAX_ATTEMPTS": "1",
        }
        command = [sys.executable, "-m", "awscli", "--endpoint-url", server.endpoint, *map(str, arguments)]
        done = subprocess.run(
            command, env=environment, cwd=tmp_path, text=True, capture_output=True, input=stdin
        )
        if check and done.returncode:
            raise AssertionError(f"aws {' '.join(command[3:])}: {done.stderr}")
        return done

    return run


@pytest.fixture
def unique():
    """A name that no other test uses."""
    return lambda prefix: f"{prefix}-{uuid.uuid4().hex[:8]}"

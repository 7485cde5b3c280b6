"""The fixtures."""

import os

import pytest

from .server import Server


@pytest.fixture(scope="session")
def fogbank():
    """The server of this test session."""
    server = Server(endpoint=os.environ.get("FOGBANK_ENDPOINT"))
    yield server
    server.stop()


@pytest.fixture
def fogbank_world(fogbank):
    """A world of this test alone: a fork of the server's state, with its own clock."""
    world = fogbank.fork()
    yield world
    world.drop()


@pytest.fixture
def fogbank_client(fogbank_world):
    """Makes boto3 clients of the test's world."""
    return fogbank_world.client


@pytest.fixture
def fogbank_resource(fogbank_world):
    """Makes boto3 resources of the test's world."""
    return fogbank_world.resource

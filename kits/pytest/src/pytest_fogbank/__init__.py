"""Tests against AWS without AWS."""

from .server import Clock, Server, World

__all__ = ["Clock", "Server", "World"]

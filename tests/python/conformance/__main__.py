"""`python -m conformance ENDPOINT`: the whole catalog, or a sample of it."""

import argparse
import pathlib
import random
import sys

from .driver import Driver, Outcome
from .report import render


def main():
    parser = argparse.ArgumentParser(prog="conformance", description=__doc__)
    parser.add_argument("endpoint")
    parser.add_argument("--service", action="append", help="only these services")
    parser.add_argument("--operation", help="only this operation")
    parser.add_argument("--sample", type=int, help="a fixed sample of so many operations, and each service's first")
    parser.add_argument("--report", type=pathlib.Path, help="where the table goes")
    parser.add_argument("--corpus", type=pathlib.Path, help="where requests go that are seeds of fuzz targets")
    parser.add_argument("--least", type=float, default=100.0, help="per cent of sound operations that is enough")
    arguments = parser.parse_args()
    driver = Driver(arguments.endpoint, arguments.corpus)
    outcomes = list(run(driver, arguments))
    text = render(outcomes, driver.shared)
    if arguments.report:
        arguments.report.write_text(text)
    sound = sum(outcome.sound() for outcome in outcomes)
    for outcome in [o for o in outcomes if not o.sound()][:40]:
        causes = {c: getattr(outcome, c) for c in Outcome.CHECKS if getattr(outcome, c) != "ok"}
        print(outcome.service, outcome.operation, outcome.protocol, causes, file=sys.stderr)
    print(f"{sound} passed, {len(outcomes) - sound} failed")
    sys.exit(100 * sound < arguments.least * len(outcomes))


def run(driver, arguments):
    chosen = set(sample(driver, arguments.sample)) if arguments.sample else None
    for service in arguments.service or driver.clients.services():
        for protocol in driver.clients.protocols(service):
            client = driver.clients.client(service, protocol)
            for operation in client.meta.service_model.operation_names:
                if arguments.operation not in (None, operation):
                    continue
                if chosen is None or (service, operation) in chosen:
                    yield driver.run(service, client, operation, protocol)
            client.close()


def sample(driver, size):
    """The same operations on every run: each service's first, and a seeded choice of the others."""
    everything = []
    for service in driver.clients.services():
        model = driver.loader.load_service_model(service, "service-2")
        names = sorted(model["operations"])
        yield service, names[0]
        everything += [(service, name) for name in names]
    yield from random.Random(4566).sample(everything, size)


main()

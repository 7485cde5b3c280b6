"""The table of a run, as Markdown."""

import collections

from .client import CHANGED, SAME_REQUEST
from .driver import Outcome
from .values import LOOSENED

OTHERS = [
    "## Other clients",
    "",
    "The same, with every member and an error, in the tests of each change:",
    "",
    "- the SDK for JavaScript, `tests/js/test/wire.test.js`: fourteen services in all seven protocols, event streams both ways;",
    "  `http.test.js` beside it sends what waits for leave to continue, chunks with trailers, five checksums, HTTP/2;",
    "- the client protocols of the SDK for Rust, `core/wire/tests/rust_clients`: thirteen services in all protocols but ec2Query, for",
    "  which it has none over schemas.",
    "",
]

TITLES = {
    "detected": "detected",
    "minimal": "minimal input",
    "input": "full input",
    "output": "output",
    "error": "error",
}


def render(outcomes, shared):
    lines = [
        "# Wire conformance",
        "",
        "Written by `cargo xtask conformance`: botocore's own serialisers and parsers against the server,",
        "every member of every input, output and first error filled (recursive shapes to depth 2).",
        "*detected*: service and operation were recognised; *minimal input*, *full input*: the server read",
        "what was sent; *output*, *error*: botocore read what the server meant.",
        "",
        "| protocol | operations | " + " | ".join(TITLES[c] for c in Outcome.CHECKS) + " |",
        "|---|--:|" + "--:|" * len(Outcome.CHECKS),
    ]
    groups = collections.defaultdict(list)
    for outcome in outcomes:
        groups[outcome.protocol].append(outcome)
    for protocol in sorted(groups):
        lines.append(row(protocol, groups[protocol]))
    lines += [row("**all**", outcomes), ""]
    lines += told_by_host(shared) + by_botocore() + loosened() + OTHERS
    broken = [outcome for outcome in outcomes if not outcome.sound()]
    if broken:
        lines += ["## Exceptions", "", "| service | operation | protocol | check | cause |", "|---|---|---|---|---|"]
    for outcome in broken:
        for check in Outcome.CHECKS:
            verdict = getattr(outcome, check)
            if verdict != "ok":
                cause = verdict.replace("|", "\\|").replace("\n", " ")[:200]
                lines.append(
                    f"| {outcome.service} | {outcome.operation} | {outcome.protocol} | {check} | {cause} |"
                )
    return "\n".join(lines) + "\n"


def told_by_host(shared):
    """Services that botocore's requests do not tell from another one."""
    if not shared:
        return []
    lines = [
        "## Told apart by the client",
        "",
        "AWS gives these operations the same request in two services and tells them apart by the endpoint.",
        "With one endpoint for all services, other SDKs name the service in their user agent; botocore does not.",
        "There the second service answers, unless the endpoint names the first",
        "(`http://docdb.us-east-1.localhost.localstack.cloud:4566`); so they were sent here.",
        "",
        "| service | else it is | operations |",
        "|---|---|--:|",
    ]
    return lines + [f"| {ours} | {other} | {len(names)} |" for (ours, other), names in sorted(shared.items())] + [""]


def by_botocore():
    """What botocore does to requests before they leave."""
    lines = [
        "## What the client does",
        "",
        "Members that botocore adds or takes out itself are not compared:",
        "",
        "| service | operation | member | botocore |",
        "|---|---|---|---|",
    ]
    lines += [f"| {s} | {'all' if o == '*' else o} | {m} | {reason} |" for (s, o, m), reason in CHANGED.items()]
    lines += ["", "It has no streams of events to send; such requests come with an empty one.", ""]
    lines += ["Deprecated operations whose request AWS has given to another one, which answers:", ""]
    lines += [f"- {service}.{old}: {new}" for (service, old), new in SAME_REQUEST.items()]
    return lines + [""]


def loosened():
    """The rules that let pass what is not literally the same, with how often they did."""
    lines = [
        "## Where the comparison is loose",
        "",
        "What was let pass though it is not literally the same, and how often in this run:",
        "",
        "| rule | times |",
        "|---|--:|",
    ]
    return lines + [f"| {rule} | {count} |" for rule, count in sorted(LOOSENED.items()) if count] + [""]


def row(title, outcomes):
    counts = [sum(getattr(o, check) == "ok" for o in outcomes) for check in Outcome.CHECKS]
    return f"| {title} | {len(outcomes)} | " + " | ".join(map(str, counts)) + " |"

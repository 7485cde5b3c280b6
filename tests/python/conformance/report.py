"""The table of a run, as Markdown."""

import collections

from .driver import Outcome

TITLES = {
    "detected": "detected",
    "minimal": "minimal input",
    "input": "full input",
    "output": "output",
    "error": "error",
}


def render(outcomes):
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
    broken = [outcome for outcome in outcomes if not outcome.sound()]
    if broken:
        lines += ["## Exceptions", "", "| service | operation | protocol | check | cause |", "|---|---|---|---|---|"]
    for outcome in broken:
        for check in Outcome.CHECKS:
            verdict = getattr(outcome, check)
            if verdict != "ok":
                cause = verdict.replace("|", "\\|").replace("\n", " ")
                lines.append(
                    f"| {outcome.service} | {outcome.operation} | {outcome.protocol} | {check} | {cause} |"
                )
    return "\n".join(lines) + "\n"


def row(title, outcomes):
    counts = [sum(getattr(o, check) == "ok" for o in outcomes) for check in Outcome.CHECKS]
    return f"| {title} | {len(outcomes)} | " + " | ".join(map(str, counts)) + " |"

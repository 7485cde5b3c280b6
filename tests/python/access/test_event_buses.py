"""What policies let EventBridge do, and what it lets others do."""

import json

from enforcing import OTHER, policy, refused, strict  # noqa: F401

from conftest import ACCOUNT, REGION


def entries(bus):
    return [{"Source": "shop", "DetailType": "order", "Detail": "{}", "EventBusName": bus}]


def queue(server, name, account=ACCOUNT):
    """A queue that EventBridge may send to."""
    sqs = server.client("sqs", account)
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = f"arn:aws:sqs:{REGION}:{account}:{name}"
    statement = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy(statement)})
    return arn, lambda: len(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []))


def test_events_go_to_the_buses_that_policies_name(strict, unique):
    bus = unique("bus")
    arn = strict.client("events").create_event_bus(Name=bus)["EventBusArn"]
    events = strict.user("events:PutEvents", resource=arn).client("events")
    assert events.put_events(Entries=entries(bus))["FailedEntryCount"] == 0
    answer = refused(events.put_events, Entries=entries("default"))
    assert answer["Error"]["Code"] == "AccessDeniedException"
    assert answer["Error"]["Message"].count(f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default") == 1
    answer = refused(events.put_rule, Name="r", EventBusName=bus, EventPattern=json.dumps({"source": ["shop"]}))
    assert f"on resource: arn:aws:events:{REGION}:{ACCOUNT}:rule/{bus}/r " in answer["Error"]["Message"]


def test_buses_of_other_accounts_let_in_whom_they_name(strict, unique):
    own, theirs = strict.client("events"), strict.client("events", OTHER)
    name, source = unique("bus"), unique("source")
    pattern = json.dumps({"source": [source]})
    bus = theirs.create_event_bus(Name=name)["EventBusArn"]
    arn, received = queue(strict, unique("queue"), OTHER)
    theirs.put_rule(Name="r", EventBusName=name, EventPattern=pattern)
    theirs.put_targets(Rule="r", EventBusName=name, Targets=[{"Id": "1", "Arn": arn}])
    rule = unique("rule")
    own.put_rule(Name=rule, EventPattern=pattern)
    own.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": bus}])
    event = entries("default")[0] | {"Source": source}
    own.put_events(Entries=[event])
    refused(own.put_events, Entries=[event | {"EventBusName": bus}])
    assert received() == 0
    theirs.put_permission(EventBusName=name, Action="events:PutEvents", Principal=ACCOUNT, StatementId="own")
    own.put_events(Entries=[event])
    own.put_events(Entries=[event | {"EventBusName": bus}])
    assert received() == 2


def test_roles_of_targets_need_the_permission(strict, unique):
    iam, events = strict.client("iam"), strict.client("events")
    name, source, role = unique("bus"), unique("source"), unique("role")
    pattern = json.dumps({"source": [source]})
    bus = events.create_event_bus(Name=name)["EventBusArn"]
    arn, received = queue(strict, unique("queue"), ACCOUNT)
    events.put_rule(Name="r", EventBusName=name, EventPattern=pattern)
    events.put_targets(Rule="r", EventBusName=name, Targets=[{"Id": "1", "Arn": arn}])
    trust = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role_arn = iam.create_role(
        RoleName=role, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )["Role"]["Arn"]
    rule = unique("rule")
    events.put_rule(Name=rule, EventPattern=pattern)
    events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": bus, "RoleArn": role_arn}])
    event = entries("default")[0] | {"Source": source}
    events.put_events(Entries=[event])
    assert received() == 0
    allow = {"Effect": "Allow", "Action": "events:PutEvents", "Resource": bus}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    iam.put_role_policy(RoleName=role, PolicyName="p", PolicyDocument=document)
    events.put_events(Entries=[event])
    assert received() == 1

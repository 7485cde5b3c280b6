"""Tables of what services refuse, and how their rows are tried.

A row is an operation, its arguments, the code of the error, and its message: a text, a pattern for the whole of it, or
None where AWS's words are not known. `{name}` in arguments and messages stands for what the test has made under that name.
"""

import re

import pytest
from botocore.exceptions import ClientError


# A value that is not there, and one that messages do not show.
NULL, HIDDEN = object(), object()


def several(*found):
    """The message about values that the model does not allow: the member, the value and the constraint of each."""

    def one(member, value, constraint):
        shown = {NULL: " null", HIDDEN: ""}.get(value, f" '{value}'")
        return f"Value{shown} at '{member}' failed to satisfy constraint: Member must {constraint}"

    errors = "error" if len(found) == 1 else "errors"
    return f"{len(found)} validation {errors} detected: " + "; ".join(one(*it) for it in found)


def detected(member, value, constraint):
    """The message about one such value."""
    return several((member, value, constraint))


def no_enum(member, value):
    """The pattern of the message about a value that is none of an enumeration's, whose values come in no order."""
    return re.compile(re.escape(detected(member, value, "satisfy enum value set: ")) + r"\[[^\[]+\]")


def rows(*tables):
    """Tries each row of the tables in a test of its own."""
    return pytest.mark.parametrize("row", [row for table in tables for row in table], ids=lambda row: row[0])


def filled(value, made):
    if isinstance(value, dict):
        return {name: filled(member, made) for name, member in value.items()}
    if isinstance(value, list):
        return [filled(member, made) for member in value]
    if not isinstance(value, str):
        return value
    for name, text in made.items():
        value = value.replace(f"{{{name}}}", text)
    return value


def check(client, row, **made):
    """Calls the row's operation, which answers with the row's error."""
    operation, arguments, code, message = row
    with pytest.raises(ClientError) as raised:
        answer = getattr(client, operation)(**filled(arguments, made))
        pytest.fail(f"{operation} answered {answer}")
    error = raised.value.response["Error"]
    assert error["Code"] == code, error["Message"]
    if isinstance(message, re.Pattern):
        assert message.fullmatch(error["Message"]), error["Message"]
    elif message is not None:
        assert error["Message"] == filled(message, made)

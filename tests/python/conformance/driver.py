"""Sends one operation both ways and says what came of it."""

import dataclasses
import json
import urllib.request

import botocore.eventstream
import botocore.exceptions

from .client import SAME_REQUEST, Clients, changed
from .values import LOOSENED, Filler, canonical, same, streaming

MESSAGE = "the message <&> ü"
HEAD_CODE = "the error of a HEAD has no body: its status stands for its code, its message is not there"
NO_BODY = "the error 304 has no body: its message is not there"
IN_HEADERS = "members of errors in headers, which botocore does not read, are not compared"
NO_ERROR = "the operation has no modelled error, so none is sent"


@dataclasses.dataclass
class Outcome:
    """What one operation over one protocol came to; each field is "ok", or what went wrong."""

    service: str
    operation: str
    protocol: str
    detected: str = "not reached"
    minimal: str = "not reached"
    input: str = "not reached"
    output: str = "not reached"
    error: str = "not reached"

    CHECKS = ("detected", "minimal", "input", "output", "error")

    def sound(self):
        return all(getattr(self, check) == "ok" for check in self.CHECKS)


class Driver:
    def __init__(self, endpoint, corpus=None):
        self.endpoint = endpoint
        self.clients = Clients(endpoint, corpus)
        self.loader = self.clients.loader
        # Services whose requests are told apart by the host name alone: what else they are.
        self.shared = {}

    @property
    def token(self):
        return self.clients.token

    @token.setter
    def token(self, token):
        self.clients.token = token

    def _register(self, service, operation, output=None, error=None):
        body = {"service": service, "operation": operation, "output": output, "error": error}
        self.token = self._call("POST", "", body)["token"]

    def _report(self):
        return self._call("GET", f"/{self.token}")

    def _call(self, method, path, body=None):
        request = urllib.request.Request(
            f"{self.endpoint}/_fogbank/conformance{path}",
            method=method,
            data=json.dumps(body).encode() if body is not None else None,
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)

    def run(self, service, client, operation, protocol):
        """All checks of one operation; by the endpoint alone, and else by the service's host name."""
        outcome = self._run(service, client, operation, protocol)
        other = outcome.detected.split(",")[0].split(".")
        if len(other) == 2 and other[0] != service:
            client.by_name = True
            named = self._run(service, client, operation, protocol)
            client.by_name = False
            if named.detected == "ok":
                self.shared.setdefault((service, other[0]), []).append(operation)
                return named
        return outcome

    def _run(self, service, client, operation, protocol):
        model = client.meta.service_model.operation_model(operation)
        outcome = Outcome(service, operation, protocol)
        try:
            self._check_input(outcome, client, model, full=False)
            self._check_input(outcome, client, model, full=True)
            if (service, operation) not in SAME_REQUEST:
                self._check_error(outcome, client, model)
        except Exception as failure:  # a report of everything is worth more than the first failure
            outcome.detected = f"{type(failure).__name__}: {failure}"[:300]
        return outcome

    def _send(self, client, model, parameters):
        """Calls the operation past the parameter checks and customisations of the client."""
        return client._make_api_call(model.name, parameters)

    def _check_input(self, outcome, client, model, full):
        self.clients.first = not full
        input_shape, output_shape = model.input_shape, model.output_shape
        parameters = self._parameters(model, full)
        answer = Filler(full=True, outgoing=True).value(output_shape) if output_shape and full else {}
        meant_answer = canonical(output_shape, answer) if output_shape else None
        self._register(outcome.service, model.name, output=meant_answer or {})
        failure = response = None
        try:
            sent = streaming(input_shape, parameters) if input_shape else {}
            response = self._send(client, model, sent)
        except Exception as error:
            failure = f"{type(error).__name__}: {error}"[:300]
        report = self._report()
        expected = f"{outcome.service}.{model.name}"
        detected = report.get("detected")
        if other := SAME_REQUEST.get((outcome.service, model.name)):
            alike = detected == f"{outcome.service}.{other}"
            verdict = "ok" if alike else f"{detected}"
            outcome.detected = outcome.minimal = outcome.input = outcome.output = outcome.error = verdict
            return
        outcome.detected = "ok" if detected == expected else f"{detected}, {failure}"
        differences = [report["failed"]] if report.get("failed") else []
        if input_shape and not differences:
            meant, got = canonical(input_shape, parameters), report.get("input") or {}
            for member in changed(outcome.service, model.name):
                meant.pop(member, None)
                got.pop(member, None)
            differences = same(input_shape, meant, got)
        verdict = "; ".join(differences[:3]) or "ok"
        if not full:
            outcome.minimal = verdict
            return
        outcome.input = verdict
        if failure:
            outcome.output = failure
        elif output_shape:
            response.pop("ResponseMetadata", None)
            got = canonical(output_shape, {k: self._read(v) for k, v in response.items()})
            outcome.output = "; ".join(same(output_shape, meant_answer, got)[:3]) or "ok"
        else:
            outcome.output = "ok"

    def _parameters(self, model, full):
        if not model.input_shape:
            return {}
        parameters = Filler(full).value(model.input_shape)
        if "PredictEndpoint" in parameters:  # where botocore sends the request
            parameters["PredictEndpoint"] = f"{self.endpoint}/"
        return parameters

    def _read(self, value):
        """Event streams are read to their end; the driver has none sent."""
        if isinstance(value, botocore.eventstream.EventStream):
            return next(iter(value), None)
        return value

    def _check_error(self, outcome, client, model):
        self.clients.first = True
        shape = next(iter(model.error_shapes), None)
        if shape is None:
            LOOSENED[NO_ERROR] += 1
            outcome.error = "ok"
            return
        members = Filler(full=True, outgoing=True).value(shape)
        message_member = next((n for n in shape.members if n.lower() == "message"), None)
        if message_member:
            members[message_member] = MESSAGE
        error = {"shape": shape.name, "message": MESSAGE, "members": canonical(shape, members)}
        self._register(outcome.service, model.name, error=error)
        parameters = self._parameters(model, full=False)
        try:
            sent = streaming(model.input_shape, parameters) if model.input_shape else {}
            self._send(client, model, sent)
            outcome.error = "no error was raised"
        except botocore.exceptions.ClientError as raised:
            outcome.error = self._compare_error(shape, members, raised, model.http.get("method"))
        except Exception as raised:
            outcome.error = f"{type(raised).__name__}: {raised}"[:300]
        self._report()

    def _compare_error(self, shape, members, raised, method):
        traits = shape.metadata.get("error", {})
        codes = {shape.name, shape.error_code, traits.get("code")}
        error = raised.response["Error"]
        if method == "HEAD":  # without a body the status is the code
            codes.add(str(traits.get("httpStatusCode", 400)))
        if error.get("Code") not in codes and error.get("QueryErrorCode") not in codes:
            return f"code {error.get('Code')!r} for {shape.name}"
        located = {name for name, m in shape.members.items() if m.serialization.get("location")}
        not_modified = raised.response["ResponseMetadata"].get("HTTPStatusCode") == 304
        if method == "HEAD" or not_modified:
            LOOSENED[HEAD_CODE if method == "HEAD" else NO_BODY] += 1
            return "ok"
        if error.get("Message") != MESSAGE:
            return f"message {error.get('Message')!r}"
        LOOSENED[IN_HEADERS] += bool(located)
        got = {k: v for k, v in raised.response.items() if k not in ("Error", "ResponseMetadata")}
        own = {name for name in shape.members if name.lower() not in ("message", "code", "type")} - located
        meant = {k: v for k, v in members.items() if k in own}
        got = {k: v for k, v in got.items() if k in own}
        differences = same(shape, canonical(shape, meant), canonical(shape, got))
        return "; ".join(differences[:3]) or "ok"

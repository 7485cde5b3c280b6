"""Sends one operation both ways and says what came of it."""

import dataclasses
import json
import socket
import urllib.request

import botocore
import botocore.config
import botocore.eventstream
import botocore.exceptions
import botocore.session
import botocore.tokens

from .values import Filler, canonical, same, streaming

# botocore's names of protocols.
PROTOCOLS = {"smithy-rpc-v2-cbor", "json", "query", "ec2", "rest-json", "rest-xml"}
MESSAGE = "the message <&> ü"


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


class Token:
    """A bearer token for the services that take no signature."""

    def load_token(self, **_):
        return botocore.tokens.FrozenAuthToken("token")


def with_signature_v4(signature_version, **_):
    """Another signature where botocore wants TLS or an extension for the service's own."""
    if signature_version is botocore.UNSIGNED or signature_version in ("none", None):
        return None
    plain = str(signature_version).startswith(("v4", "s3v4")) and "v4a" not in str(signature_version)
    return None if plain else "v4"


def only_here(getaddrinfo):
    """Names that a client makes of the endpoint (`000000000000.127.0.0.1`) are the endpoint."""

    def resolve(host, *rest, **more):
        name = host.decode() if isinstance(host, bytes) else host
        return getaddrinfo("127.0.0.1" if name.endswith(".127.0.0.1") else host, *rest, **more)

    return resolve


class Driver:
    def __init__(self, endpoint):
        self.endpoint = endpoint
        socket.getaddrinfo = only_here(socket.getaddrinfo)
        self.session = botocore.session.Session()
        self.session.register_component("token_provider", Token())
        self.loader = self.session.get_component("data_loader")
        self.token = None

    def services(self):
        return self.loader.list_available_services("service-2")

    def protocols(self, service):
        metadata = self.loader.load_service_model(service, "service-2")["metadata"]
        listed = metadata.get("protocols") or [metadata["protocol"]]
        return [protocol for protocol in listed if protocol in PROTOCOLS]

    def client(self, service, protocol):
        """A client that speaks this protocol of the service, whatever botocore would prefer."""

        loader = self.loader
        model = loader.load_service_model(service, "service-2")
        original = model["metadata"].get("protocols"), model["metadata"]["protocol"]
        model["metadata"]["protocols"], model["metadata"]["protocol"] = [protocol], protocol
        try:
            client = self.session.create_client(
                service,
                region_name="us-east-1",
                endpoint_url=self.endpoint,
                aws_access_key_id="000000000000",
                aws_secret_access_key="test",
                aws_session_token=None,
                config=botocore.config.Config(
                    retries={"total_max_attempts": 1},
                    parameter_validation=False,
                    inject_host_prefix=False,
                    s3={"addressing_style": "path"},
                    request_checksum_calculation="when_required",
                    response_checksum_validation="when_required",
                ),
            )
        finally:
            listed, single = original
            if listed is None:
                del model["metadata"]["protocols"]
            else:
                model["metadata"]["protocols"] = listed
            model["metadata"]["protocol"] = single
        client.meta.events.register("before-send.*.*", self._add_token)
        client.meta.events.register_first("choose-signer.*.*", with_signature_v4)
        return client

    def _add_token(self, request, **_):
        request.headers["x-fogbank-conformance"] = self.token

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
        """All checks of one operation."""
        model = client.meta.service_model.operation_model(operation)
        outcome = Outcome(service, operation, protocol)
        try:
            self._check_input(outcome, client, model, full=False)
            self._check_input(outcome, client, model, full=True)
            self._check_error(outcome, client, model)
        except Exception as failure:  # a report of everything is worth more than the first failure
            outcome.detected = f"{type(failure).__name__}: {failure}"[:300]
        return outcome

    def _send(self, client, model, parameters):
        """Calls the operation past the parameter checks and customisations of the client."""
        return client._make_api_call(model.name, parameters)

    def _check_input(self, outcome, client, model, full):
        input_shape, output_shape = model.input_shape, model.output_shape
        parameters = Filler(full).value(input_shape) if input_shape else {}
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
        outcome.detected = "ok" if detected == expected else f"{detected}, {failure}"
        differences = [report["failed"]] if report.get("failed") else []
        if input_shape and not differences:
            differences = same(input_shape, canonical(input_shape, parameters), report.get("input") or {})
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

    def _read(self, value):
        """Event streams are read to their end; the driver has none sent."""
        if isinstance(value, botocore.eventstream.EventStream):
            return next(iter(value), None)
        return value

    def _check_error(self, outcome, client, model):
        shape = next(iter(model.error_shapes), None)
        if shape is None:
            outcome.error = "ok"
            return
        members = Filler(full=True, outgoing=True).value(shape)
        message_member = next((n for n in shape.members if n.lower() == "message"), None)
        if message_member:
            members[message_member] = MESSAGE
        error = {"shape": shape.name, "message": MESSAGE, "members": canonical(shape, members)}
        self._register(outcome.service, model.name, error=error)
        parameters = Filler(full=False).value(model.input_shape) if model.input_shape else {}
        try:
            sent = streaming(model.input_shape, parameters) if model.input_shape else {}
            self._send(client, model, sent)
            outcome.error = "no error was raised"
        except botocore.exceptions.ClientError as raised:
            outcome.error = self._compare_error(shape, members, raised)
        except Exception as raised:
            outcome.error = f"{type(raised).__name__}: {raised}"[:300]
        self._report()

    def _compare_error(self, shape, members, raised):
        codes = {shape.name, shape.error_code, shape.metadata.get("error", {}).get("code")}
        error = raised.response["Error"]
        if error.get("Code") not in codes and error.get("QueryErrorCode") not in codes:
            return f"code {error.get('Code')!r} for {shape.name}"
        body_bound = not any(m.serialization.get("location") for m in shape.members.values())
        if error.get("Message") != MESSAGE and raised.response["ResponseMetadata"].get("HTTPStatusCode") != 304:
            return f"message {error.get('Message')!r}"
        if not body_bound:
            return "ok"
        got = {k: v for k, v in raised.response.items() if k not in ("Error", "ResponseMetadata")}
        meant = {k: v for k, v in members.items() if k.lower() not in ("message", "code", "type")}
        got = {k: v for k, v in got.items() if k.lower() not in ("message", "code", "type")}
        differences = same(shape, canonical(shape, meant), canonical(shape, got))
        return "; ".join(differences[:3]) or "ok"

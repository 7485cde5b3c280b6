"""botocore's clients, made to send everything to one server, and what they change on their own."""

import urllib.parse

import botocore
import botocore.auth
import botocore.config
import botocore.session
import botocore.tokens

# botocore's names of protocols.
PROTOCOLS = {"smithy-rpc-v2-cbor", "json", "query", "ec2", "rest-json", "rest-xml"}

# Members that botocore itself adds to a request or takes out of it: (service, operation, member) and
# why; "*" is any.
CHANGED = {
    ("s3", "*", "ChecksumAlgorithm"): "names the checksum that it computes for the operation",
    ("s3", "*", "ContentLength"): "states the length of the body, which the model makes a member",
    ("s3control", "*", "ContentLength"): "states the length of the body",
    ("glacier", "*", "checksum"): "computes the tree hash of the body",
    ("apigateway", "GetExport", "accepts"): "asks API Gateway for JSON",
    ("bedrock-agentcore", "InvokeAgentRuntimeCommand", "contentType"): "has a media type for every body",
    ("neptunedata", "*", "encoding"): "its HTTP client states the encodings that it accepts",
    ("ec2", "CopySnapshot", "DestinationRegion"): "fills it with the client's region",
    ("ec2", "CopySnapshot", "PresignedUrl"): "presigns the request to the source region",
    ("rds", "*", "SourceRegion"): "presigns for it and does not send it",
    ("docdb", "*", "SourceRegion"): "presigns for it and does not send it",
    ("neptune", "*", "SourceRegion"): "presigns for it and does not send it",
    ("rds", "*", "PreSignedUrl"): "presigns the request to the source region",
    ("docdb", "*", "PreSignedUrl"): "presigns the request to the source region",
    ("neptune", "*", "PreSignedUrl"): "presigns the request to the source region",
    ("machinelearning", "Predict", "PredictEndpoint"): "sends the request there",
}

# Operations that AWS has given the request of another one: nothing tells them apart.
SAME_REQUEST = {
    ("s3", "GetBucketLifecycle"): "GetBucketLifecycleConfiguration",
    ("s3", "GetBucketNotification"): "GetBucketNotificationConfiguration",
    ("s3", "PutBucketLifecycle"): "PutBucketLifecycleConfiguration",
    ("s3", "PutBucketNotification"): "PutBucketNotificationConfiguration",
}


# Requests that are seeds of fuzz targets: the body, or for the routes the target of the request.
SEEDS = {
    ("dynamodb", "PutItem", "json"): "wire_json",
    ("iam", "CreateRole", "query"): "wire_query",
    ("ec2", "RunInstances", "ec2"): "wire_ec2",
    ("lambda", "CreateFunction", "rest-json"): "wire_rest_json",
    ("s3", "PutBucketLifecycleConfiguration", "rest-xml"): "wire_rest_xml",
    ("cloudwatch", "PutMetricData", "smithy-rpc-v2-cbor"): "wire_cbor",
}
ROUTED = ("s3", "apigateway")


def changed(service, operation):
    """The members of an operation that botocore changes, with why."""
    return {
        member: reason
        for (of, name, member), reason in CHANGED.items()
        if of == service and name in ("*", operation)
    }


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


class Clients:
    """Makes clients for one server; `token` goes with every request."""

    def __init__(self, endpoint, corpus=None):
        self.endpoint = urllib.parse.urlsplit(endpoint)
        self.corpus = corpus
        self.token = None
        # Whether the request is one of required members only.
        self.first = True
        # The asymmetric signature needs an extension; the server verifies none.
        botocore.auth.AUTH_TYPE_MAPS["v4a"] = botocore.auth.SigV4Auth
        botocore.auth.AUTH_TYPE_MAPS["s3v4a"] = botocore.auth.S3SigV4Auth
        self.session = botocore.session.Session()
        self.session.register_component("token_provider", Token())
        self.loader = self.session.get_component("data_loader")

    def services(self):
        return self.loader.list_available_services("service-2")

    def protocols(self, service):
        metadata = self.loader.load_service_model(service, "service-2")["metadata"]
        listed = metadata.get("protocols") or [metadata["protocol"]]
        return [protocol for protocol in listed if protocol in PROTOCOLS]

    def named(self, service):
        """The host name that means the service and no other."""
        return f"{service}.us-east-1.localhost.localstack.cloud:{self.endpoint.port}"

    def client(self, service, protocol):
        """A client that speaks this protocol of the service, whatever botocore would prefer."""
        model = self.loader.load_service_model(service, "service-2")
        original = model["metadata"].get("protocols"), model["metadata"]["protocol"]
        model["metadata"]["protocols"], model["metadata"]["protocol"] = [protocol], protocol
        try:
            client = self.session.create_client(
                service,
                region_name="us-east-1",
                endpoint_url=self.endpoint.geturl(),
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
        client.meta.events.register_first("before-send.*.*", self._to_server)
        if self.corpus:
            client.meta.events.register("before-send.*.*", lambda **sent: self._keep(service, protocol, **sent))
        client.meta.events.register_first("choose-signer.*.*", with_signature_v4)
        client.by_name = False
        client.meta.events.register("before-send.*.*", lambda request, **_: self._name(client, request))
        client.meta.events.register("before-send.*.*", lambda **sent: self._stream(client, **sent))
        return client

    def _to_server(self, request, **_):
        """Endpoints that a client makes up (an account's, a token's) are this server all the same."""
        request.headers["x-fogbank-conformance"] = self.token
        url = urllib.parse.urlsplit(request.url)
        if url.netloc != self.endpoint.netloc:
            request.url = url._replace(scheme="http", netloc=self.endpoint.netloc).geturl()

    def _keep(self, service, protocol, request, event_name, **_):
        """Keeps a request as a seed of the fuzz target that reads such requests."""
        operation = event_name.rsplit(".", 1)[1]
        body = request.body.encode() if isinstance(request.body, str) else request.body
        if service in ROUTED:
            url = urllib.parse.urlsplit(request.url)
            target = url._replace(scheme="", netloc="").geturl()
            self._seed("wire_route", f"{service}-{operation}", target.encode())
        if (name := SEEDS.get((service, operation, protocol))) and isinstance(body, bytes):
            # The request with every member comes after the one with the required ones.
            self._seed(name, f"{operation}-{'minimal' if self.first else 'full'}", body)

    def _seed(self, target, name, content):
        folder = self.corpus / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)

    def _stream(self, client, request, event_name, **_):
        """An empty stream of events, where botocore, which has none, sends an empty document."""
        operation = client.meta.service_model.operation_model(event_name.rsplit(".", 1)[1])
        if operation.has_event_stream_input:
            request.body = b""
            request.headers["Content-Length"] = "0"

    def _name(self, client, request):
        if client.by_name:
            request.headers["Host"] = self.named(client.meta.service_model.service_name)

import base64
import json
import urllib.request

import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from conftest import ACCOUNT


def test_caller_identity_is_the_root_of_the_default_account(server):
    identity = server.client("sts").get_caller_identity()
    assert identity["Account"] == ACCOUNT
    assert identity["Arn"] == f"arn:aws:iam::{ACCOUNT}:root"
    assert identity["ResponseMetadata"]["HTTPHeaders"]["x-fogbank-operation"] == "sts.GetCallerIdentity"


def test_a_twelve_digit_access_key_is_an_account(server):
    identity = server.client("sts", account="123456789012").get_caller_identity()
    assert identity["Account"] == "123456789012"


def test_an_assumed_role_is_its_own_principal(server):
    sts = server.client("sts")
    role = "arn:aws:iam::210987654321:role/deploy"
    assumed = sts.assume_role(RoleArn=role, RoleSessionName="build")
    assert assumed["AssumedRoleUser"]["Arn"] == "arn:aws:sts::210987654321:assumed-role/deploy/build"
    session = server.client("sts", account=assumed["Credentials"]["AccessKeyId"])
    identity = session.get_caller_identity()
    assert identity["Account"] == "210987654321"
    assert identity["Arn"] == "arn:aws:sts::210987654321:assumed-role/deploy/build"
    assert identity["UserId"] == assumed["AssumedRoleUser"]["AssumedRoleId"]


def test_a_broken_parameter_gets_the_words_of_aws(server):
    sts = server.client("sts", parameter_validation=False)
    with pytest.raises(ClientError) as error:
        sts.assume_role(RoleArn="arn:aws:iam::000000000000:role/x", RoleSessionName="a:b")
    assert error.value.response["Error"] == {
        "Type": "Sender",
        "Code": "ValidationError",
        "Message": "1 validation error detected: Value 'a:b' at 'roleSessionName' failed to satisfy "
        r"constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*",
    }


def test_cli(aws):
    assert ACCOUNT in aws("sts", "get-caller-identity").stdout


def test_tokens_for_the_world_outside_are_signed_and_taken_back(server):
    account = "131313131313"
    iam, sts = server.client("iam", account), server.client("sts", account)
    request = {"Audience": ["https://example.com"], "SigningAlgorithm": "ES384"}
    with pytest.raises(sts.exceptions.OutboundWebIdentityFederationDisabledException):
        sts.get_web_identity_token(**request)
    issuer = iam.enable_outbound_web_identity_federation()["IssuerIdentifier"]
    with urllib.request.urlopen(f"{server.endpoint}/_aws/sts/jwks") as answer:
        assert json.load(answer)["keys"] == []
    for algorithm in ("ES384", "RS256"):
        tags = [{"Key": "team", "Value": "red"}]
        token = sts.get_web_identity_token(**{**request, "SigningAlgorithm": algorithm, "Tags": tags})
        header, claims, signature = token["WebIdentityToken"].split(".")
        header, claims = (json.loads(decoded(part)) for part in (header, claims))
        assert (claims["iss"], claims["aud"]) == (issuer, "https://example.com")
        assert claims["exp"] - claims["iat"] == 300
        assert claims["https://sts.amazonaws.com/"]["request_tags"] == {"team": "red"}
        with urllib.request.urlopen(f"{server.endpoint}/_aws/sts/jwks") as answer:
            keys = {key["kid"]: key for key in json.load(answer)["keys"]}
        verify(keys[header["kid"]], token["WebIdentityToken"])
        role = {"RoleArn": f"arn:aws:iam::{account}:role/any", "RoleSessionName": "session"}
        sts.assume_role_with_web_identity(**role, WebIdentityToken=token["WebIdentityToken"])
        forged = token["WebIdentityToken"].rsplit(".", 1)[0] + "." + signature[::-1]
        with pytest.raises(sts.exceptions.InvalidIdentityTokenException):
            sts.assume_role_with_web_identity(**role, WebIdentityToken=forged)
    with pytest.raises(ClientError) as error:
        sts.get_web_identity_token(**{**request, "SigningAlgorithm": "HS256"})
    assert error.value.response["Error"]["Code"] == "ValidationError"


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def verify(key, token):
    signed, signature = token.rsplit(".", 1)
    signature = decoded(signature)
    number = lambda name: int.from_bytes(decoded(key[name]), "big")
    if key["kty"] == "RSA":
        public = rsa.RSAPublicNumbers(number("e"), number("n")).public_key()
        public.verify(signature, signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    else:
        public = ec.EllipticCurvePublicNumbers(number("x"), number("y"), ec.SECP384R1()).public_key()
        half = (int.from_bytes(part, "big") for part in (signature[:48], signature[48:]))
        public.verify(encode_dss_signature(*half), signed.encode(), ec.ECDSA(hashes.SHA384()))

from hashlib import shake_256

import aws_encryption_sdk
import pytest
from aws_encryption_sdk.identifiers import CommitmentPolicy
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_der_public_key
from dilithium_py.ml_dsa import ML_DSA_44, ML_DSA_65, ML_DSA_87

from conftest import Server


@pytest.fixture
def kms(server):
    return server.client("kms")


def create(kms, **arguments):
    return kms.create_key(**arguments)["KeyMetadata"]["Arn"]


def test_the_encryption_sdk_encrypts_and_decrypts(server, kms, monkeypatch):
    # The SDK makes its own clients.
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    sdk = aws_encryption_sdk.EncryptionSDKClient(
        commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
    )
    provider = aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[create(kms)])
    sealed, _ = sdk.encrypt(
        source=b"a message", encryption_context={"purpose": "test"}, key_provider=provider
    )
    opened, header = sdk.decrypt(source=sealed, key_provider=provider)
    assert opened == b"a message"
    assert header.encryption_context["purpose"] == "test"


def verify_rsa(key, signature, message, algorithm):
    scheme = padding.PKCS1v15()
    if "PSS" in algorithm:
        scheme = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
    key.verify(signature, message, scheme, hashes.SHA256())


VERIFY = {
    "RSASSA_PKCS1_V1_5_SHA_256": ("RSA_2048", verify_rsa),
    "RSASSA_PSS_SHA_256": ("RSA_2048", verify_rsa),
    "ECDSA_SHA_256": ("ECC_SECG_P256K1", lambda k, s, m, _: k.verify(s, m, ec.ECDSA(hashes.SHA256()))),
    "ECDSA_SHA_384": ("ECC_NIST_P384", lambda k, s, m, _: k.verify(s, m, ec.ECDSA(hashes.SHA384()))),
    "ED25519_SHA_512": ("ECC_NIST_EDWARDS25519", lambda k, s, m, _: k.verify(s, m)),
}


@pytest.mark.parametrize("algorithm", VERIFY)
def test_openssl_verifies_signatures(kms, algorithm):
    spec, verify = VERIFY[algorithm]
    key = create(kms, KeySpec=spec, KeyUsage="SIGN_VERIFY")
    signature = kms.sign(KeyId=key, Message=b"m", SigningAlgorithm=algorithm)["Signature"]
    public = load_der_public_key(kms.get_public_key(KeyId=key)["PublicKey"])
    verify(public, signature, b"m", algorithm)


# In Python alone, so nothing of the server's library verifies its own work.
ML_DSA = {"ML_DSA_44": (ML_DSA_44, 1312), "ML_DSA_65": (ML_DSA_65, 1952), "ML_DSA_87": (ML_DSA_87, 2592)}


@pytest.mark.parametrize("spec", ML_DSA)
def test_signatures_of_lattices_are_verified_elsewhere(kms, spec):
    scheme, length = ML_DSA[spec]
    key = create(kms, KeySpec=spec, KeyUsage="SIGN_VERIFY")
    signed = kms.sign(KeyId=key, Message=b"m", SigningAlgorithm="ML_DSA_SHAKE_256")["Signature"]
    public = kms.get_public_key(KeyId=key)["PublicKey"][-length:]
    assert scheme.verify(public, b"m", signed)
    assert not scheme.verify(public, b"other", signed)


@pytest.mark.parametrize("spec", ML_DSA)
def test_representatives_of_messages_are_signed(kms, spec):
    scheme, length = ML_DSA[spec]
    key = create(kms, KeySpec=spec, KeyUsage="SIGN_VERIFY")
    public = kms.get_public_key(KeyId=key)["PublicKey"][-length:]
    mu = shake_256(shake_256(public).digest(64) + bytes(2) + b"m").digest(64)
    request = {"KeyId": key, "SigningAlgorithm": "ML_DSA_SHAKE_256"}
    signed = kms.sign(**request, Message=mu, MessageType="EXTERNAL_MU")["Signature"]
    assert scheme.verify(public, b"m", signed)
    signed = kms.sign(**request, Message=b"m")["Signature"]
    assert kms.verify(**request, Message=mu, MessageType="EXTERNAL_MU", Signature=signed)["SignatureValid"]


def test_data_key_pairs_are_pairs(kms):
    key = create(kms)
    for spec in ("RSA_2048", "ECC_NIST_P521", "ECC_NIST_EDWARDS25519"):
        pair = kms.generate_data_key_pair(KeyId=key, KeyPairSpec=spec)
        private = load_der_private_key(pair["PrivateKeyPlaintext"], password=None)
        public = private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        assert public == pair["PublicKey"]
        opened = kms.decrypt(CiphertextBlob=pair["PrivateKeyCiphertextBlob"])
        assert opened["Plaintext"] == pair["PrivateKeyPlaintext"]


def test_the_next_start_decrypts(tmp_path):
    server = Server(tmp_path, PERSISTENCE="1")
    try:
        kms = server.client("kms")
        key = create(kms)
        blob = kms.encrypt(KeyId=key, Plaintext=b"kept")["CiphertextBlob"]
        server.kill()
        server.start()
        assert server.client("kms").decrypt(CiphertextBlob=blob)["Plaintext"] == b"kept"
    finally:
        server.kill()


def test_errors_have_their_words(kms):
    with pytest.raises(kms.exceptions.NotFoundException) as error:
        kms.describe_key(KeyId="fake")
    assert error.value.response["message"] == "Invalid keyId 'fake'"
    with pytest.raises(ClientError) as error:
        kms.generate_random()
    assert error.value.response["Error"] == {
        "Code": "ValidationException",
        "Message": "NumberOfBytes is required.",
    }

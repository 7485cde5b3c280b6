"""What applications load their settings with."""

import pytest
from aws_lambda_powertools.utilities.parameters import SecretsProvider, SSMProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from aws_secretsmanager_caching import SecretCache, SecretCacheConfig
from ssm_cache import InvalidParameterError, SecretsManagerParameter, SSMParameter, SSMParameterGroup
from ssm_cache.refreshable import Refreshable


def test_powertools_load_a_tree_of_parameters(server, unique):
    ssm, kms = server.client("ssm"), server.client("kms")
    service = unique("service")
    # As chamber lays it out: a tree for each service, encrypted with a key of its own.
    alias = f"alias/{unique('parameter_store_key')}"
    kms.create_alias(AliasName=alias, TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
    for name, value in (("db_url", "postgres://db"), ("nested/token", "t0p")):
        ssm.put_parameter(Name=f"/{service}/{name}", Value=value, Type="SecureString", KeyId=alias)
    ssm.put_parameter(Name=f"/{service}/limits", Value='{"rate": 5}', Type="String")
    provider = SSMProvider(boto3_client=ssm)
    loaded = provider.get_multiple(f"/{service}", decrypt=True, recursive=True)
    assert loaded == {"db_url": "postgres://db", "nested/token": "t0p", "limits": '{"rate": 5}'}
    assert provider.get(f"/{service}/limits", transform="json") == {"rate": 5}
    by_name = provider.get_parameters_by_name({f"/{service}/db_url": {"decrypt": True}}, max_age=0)
    assert by_name == {f"/{service}/db_url": "postgres://db"}
    with pytest.raises(GetParameterError):
        provider.get(f"/{service}/none")


def test_secrets_are_loaded_and_cached(server, unique):
    secrets = server.client("secretsmanager")
    name = unique("secret")
    secrets.create_secret(Name=name, SecretString='{"user": "admin"}')
    assert SecretsProvider(boto3_client=secrets).get(name, transform="json") == {"user": "admin"}
    cache = SecretCache(config=SecretCacheConfig(secret_refresh_interval=0), client=secrets)
    assert cache.get_secret_string(name) == '{"user": "admin"}'
    secrets.put_secret_value(SecretId=name, SecretString="rotated")
    assert SecretCache(client=secrets).get_secret_string(name) == "rotated"
    assert SecretCache(client=secrets).get_secret_string(name, "AWSPREVIOUS") == '{"user": "admin"}'


def test_ssm_cache_groups_versions_and_secrets(server, unique):
    ssm, secrets = server.client("ssm"), server.client("secretsmanager")
    Refreshable.set_ssm_client(ssm)
    path, secret = f"/{unique('app')}", unique("secret")
    for n in range(12):
        ssm.put_parameter(Name=f"{path}/p{n:02}", Value=str(n), Type="SecureString")
    ssm.put_parameter(Name=f"{path}/list", Value="a,b", Type="StringList")
    ssm.put_parameter(Name=f"{path}/p00", Value="new", Overwrite=True)
    group = SSMParameterGroup(base_path=path)
    assert group.parameter("/p00").value == "new"
    assert len(group.parameters("/")) == 13
    assert group.parameter("/list").value == ["a", "b"]
    assert SSMParameter(f"{path}/p00:1").value == "0"
    secrets.create_secret(Name=secret, SecretString="hush")
    assert SecretsManagerParameter(secret).value == "hush"
    with pytest.raises(InvalidParameterError):
        SSMParameter(f"{path}/none").value

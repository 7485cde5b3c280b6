//! How a connection authorises requests: as requests give it, as it is kept, as it is shown.

use fogbank_api_events::*;
use fogbank_service::ServiceError;

use crate::delivery::http::secret_parameters;
use crate::errors;
use crate::event::json::Json;
use crate::store::{Authorization, Connection, HttpParameter, HttpParameters, OAuth};

/// What a request gives.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) authorization: Authorization,
    /// Without secret values.
    pub(super) invocation: Option<HttpParameters>,
    /// What the secret holds.
    pub(super) secret: Json,
    /// The resource configuration of the authorization server.
    pub(super) connectivity: Option<String>,
}

/// The parameters of requests that are to make or change a connection, with whatever is given.
#[derive(Debug, Default)]
struct Wanted {
    basic: Option<(Option<String>, Option<String>)>,
    api_key: Option<(Option<String>, Option<String>)>,
    oauth: Option<WantedOAuth>,
    invocation: Option<HttpParameters>,
    connectivity: Option<String>,
}

#[derive(Debug, Default)]
struct WantedOAuth {
    client_id: Option<String>,
    client_secret: Option<String>,
    endpoint: Option<String>,
    method: Option<String>,
    parameters: Option<HttpParameters>,
}

impl Given {
    /// What a request gives that makes a connection.
    pub(super) fn created(
        kind: &ConnectionAuthorizationType,
        given: CreateConnectionAuthRequestParameters,
    ) -> Result<Self, ServiceError> {
        let wanted = Wanted {
            basic: given.basic_auth_parameters.map(|it| (Some(it.username), Some(it.password))),
            api_key: given
                .api_key_auth_parameters
                .map(|it| (Some(it.api_key_name), Some(it.api_key_value))),
            oauth: given.o_auth_parameters.map(|it| WantedOAuth {
                client_id: Some(it.client_parameters.client_id),
                client_secret: Some(it.client_parameters.client_secret),
                endpoint: Some(it.authorization_endpoint),
                method: Some(it.http_method.as_str().to_owned()),
                parameters: it.o_auth_http_parameters.map(from_wire),
            }),
            invocation: given.invocation_http_parameters.map(from_wire),
            connectivity: given
                .connectivity_parameters
                .map(|it| it.resource_parameters.resource_configuration_arn),
        };
        Self::new(kind, wanted, &Json::Object(Vec::new()), None)
    }

    /// What a request gives that changes a connection; what it does not give is as before.
    pub(super) fn updated(
        old: &Connection,
        secret: &Json,
        kind: Option<&ConnectionAuthorizationType>,
        given: UpdateConnectionAuthRequestParameters,
    ) -> Result<Self, ServiceError> {
        let wanted = Wanted {
            basic: given.basic_auth_parameters.map(|it| (it.username, it.password)),
            api_key: given.api_key_auth_parameters.map(|it| (it.api_key_name, it.api_key_value)),
            oauth: given.o_auth_parameters.map(|it| {
                let client = it.client_parameters.unwrap_or_default();
                WantedOAuth {
                    client_id: client.client_id,
                    client_secret: client.client_secret,
                    endpoint: it.authorization_endpoint,
                    method: it.http_method.map(|method| method.as_str().to_owned()),
                    parameters: it.o_auth_http_parameters.map(from_wire),
                }
            }),
            invocation: given.invocation_http_parameters.map(from_wire),
            connectivity: given
                .connectivity_parameters
                .map(|it| it.resource_parameters.resource_configuration_arn),
        };
        let kind = kind.cloned().unwrap_or_else(|| self::kind(&old.authorization));
        Self::new(&kind, wanted, secret, Some(old))
    }

    fn new(
        kind: &ConnectionAuthorizationType,
        wanted: Wanted,
        secret: &Json,
        old: Option<&Connection>,
    ) -> Result<Self, ServiceError> {
        let mismatch = || {
            let reason = format!("Parameters for authorization type {kind} must be specified.");
            errors::not_valid_because("AuthParameters", &reason)
        };
        let given = [
            (ConnectionAuthorizationType::Basic, wanted.basic.is_some()),
            (ConnectionAuthorizationType::ApiKey, wanted.api_key.is_some()),
            (ConnectionAuthorizationType::OauthClientCredentials, wanted.oauth.is_some()),
        ];
        if given.iter().any(|(other, given)| *given && other != kind) {
            return Err(mismatch());
        }
        // What is not given is as it was.
        let value = |given: Option<String>, name: &str| {
            let before = secret.get(name).and_then(Json::as_str).map(str::to_owned);
            given.or(before).ok_or_else(mismatch)
        };
        let mut members: Vec<(Box<str>, Json)> = Vec::new();
        let mut add = |name: &str, value: &str| members.push((name.into(), Json::text(value)));
        let authorization = match kind {
            ConnectionAuthorizationType::Basic => {
                let (user, password) = wanted.basic.unwrap_or_default();
                let user = value(user, "username")?;
                add("username", &user);
                add("password", &value(password, "password")?);
                Authorization::Basic(user)
            }
            ConnectionAuthorizationType::ApiKey => {
                let (name, key) = wanted.api_key.unwrap_or_default();
                let name = value(name, "api_key_name")?;
                add("api_key_name", &name);
                add("api_key_value", &value(key, "api_key_value")?);
                Authorization::ApiKey(name)
            }
            ConnectionAuthorizationType::OauthClientCredentials => {
                let oauth = wanted.oauth.unwrap_or_default();
                let client_id = value(oauth.client_id, "client_id")?;
                let endpoint = value(oauth.endpoint, "authorization_endpoint")?;
                let method = value(oauth.method, "http_method")?;
                add("client_id", &client_id);
                add("client_secret", &value(oauth.client_secret, "client_secret")?);
                add("authorization_endpoint", &endpoint);
                add("http_method", &method);
                let before = match old.map(|old| &old.authorization) {
                    Some(Authorization::OAuth(oauth)) => oauth.parameters.clone(),
                    _ => None,
                };
                let name = "oauth_http_parameters";
                let kept = parameters(&mut members, name, oauth.parameters, before, secret);
                Authorization::OAuth(OAuth { client_id, endpoint, method, parameters: kept })
            }
            ConnectionAuthorizationType::Unknown(_) => return Err(mismatch()),
        };
        let before = old.and_then(|old| old.invocation.clone());
        let name = "invocation_http_parameters";
        let invocation = parameters(&mut members, name, wanted.invocation, before, secret);
        let connectivity = wanted.connectivity;
        Ok(Self { authorization, invocation, secret: Json::Object(members), connectivity })
    }
}

/// Adds parameters to what the secret holds, given or as before; what is kept of them beside it.
fn parameters(
    members: &mut Vec<(Box<str>, Json)>,
    name: &str,
    given: Option<HttpParameters>,
    before: Option<HttpParameters>,
    secret: &Json,
) -> Option<HttpParameters> {
    let Some(given) = given else {
        members.extend(secret.get(name).map(|old| (name.into(), old.clone())));
        return before;
    };
    let kinds = [
        ("header_parameters", &given.headers),
        ("query_string_parameters", &given.query),
        ("body_parameters", &given.body),
    ];
    let kinds = kinds.into_iter().filter_map(|(kind, list)| {
        list.as_ref().map(|list| (kind.into(), secret_parameters(list)))
    });
    members.push((name.into(), Json::Object(kinds.collect())));
    let hide = |list: Option<Vec<HttpParameter>>| {
        list.map(|list| {
            let hidden = |mut it: HttpParameter| {
                if it.is_value_secret {
                    it.value.clear();
                }
                it
            };
            list.into_iter().map(hidden).collect()
        })
    };
    Some(HttpParameters {
        headers: hide(given.headers),
        query: hide(given.query),
        body: hide(given.body),
    })
}

fn from_wire(given: ConnectionHttpParameters) -> HttpParameters {
    let parameter =
        |key: Option<String>, value: Option<String>, secret: Option<bool>| HttpParameter {
            key: key.unwrap_or_default(),
            value: value.unwrap_or_default(),
            is_value_secret: secret.unwrap_or(false),
        };
    HttpParameters {
        headers: given.header_parameters.map(|list| {
            list.into_iter().map(|it| parameter(it.key, it.value, it.is_value_secret)).collect()
        }),
        query: given.query_string_parameters.map(|list| {
            list.into_iter().map(|it| parameter(it.key, it.value, it.is_value_secret)).collect()
        }),
        body: given.body_parameters.map(|list| {
            list.into_iter().map(|it| parameter(it.key, it.value, it.is_value_secret)).collect()
        }),
    }
}

fn to_wire(kept: &HttpParameters) -> ConnectionHttpParameters {
    let value = |it: &HttpParameter| (!it.is_value_secret).then(|| it.value.clone());
    ConnectionHttpParameters {
        header_parameters: kept.headers.as_ref().map(|list| {
            let shown = |it: &HttpParameter| ConnectionHeaderParameter {
                key: Some(it.key.clone()),
                value: value(it),
                is_value_secret: Some(it.is_value_secret),
            };
            list.iter().map(shown).collect()
        }),
        query_string_parameters: kept.query.as_ref().map(|list| {
            let shown = |it: &HttpParameter| ConnectionQueryStringParameter {
                key: Some(it.key.clone()),
                value: value(it),
                is_value_secret: Some(it.is_value_secret),
            };
            list.iter().map(shown).collect()
        }),
        body_parameters: kept.body.as_ref().map(|list| {
            let shown = |it: &HttpParameter| ConnectionBodyParameter {
                key: Some(it.key.clone()),
                value: value(it),
                is_value_secret: Some(it.is_value_secret),
            };
            list.iter().map(shown).collect()
        }),
    }
}

/// The type of an authorization.
pub(super) fn kind(authorization: &Authorization) -> ConnectionAuthorizationType {
    match authorization {
        Authorization::Basic(_) => ConnectionAuthorizationType::Basic,
        Authorization::ApiKey(_) => ConnectionAuthorizationType::ApiKey,
        Authorization::OAuth(_) => ConnectionAuthorizationType::OauthClientCredentials,
    }
}

/// How a connection authorises requests, without what is secret of it.
pub(super) fn shown(connection: &Connection) -> ConnectionAuthResponseParameters {
    let mut shown = ConnectionAuthResponseParameters {
        invocation_http_parameters: connection.invocation.as_ref().map(to_wire),
        connectivity_parameters: connectivity(connection.connectivity.1.as_deref()),
        ..Default::default()
    };
    match &connection.authorization {
        Authorization::Basic(user) => {
            let username = Some(user.clone());
            shown.basic_auth_parameters = Some(ConnectionBasicAuthResponseParameters { username });
        }
        Authorization::ApiKey(name) => {
            let api_key_name = Some(name.clone());
            shown.api_key_auth_parameters =
                Some(ConnectionApiKeyAuthResponseParameters { api_key_name });
        }
        Authorization::OAuth(oauth) => {
            let client_id = Some(oauth.client_id.clone());
            shown.o_auth_parameters = Some(ConnectionOAuthResponseParameters {
                client_parameters: Some(ConnectionOAuthClientResponseParameters { client_id }),
                authorization_endpoint: Some(oauth.endpoint.clone()),
                http_method: Some(oauth.method.as_str().into()),
                o_auth_http_parameters: oauth.parameters.as_ref().map(to_wire),
            });
        }
    }
    shown
}

/// The resource configuration that a connection goes through.
pub(super) fn connectivity(arn: Option<&str>) -> Option<DescribeConnectionConnectivityParameters> {
    arn.map(|arn| DescribeConnectionConnectivityParameters {
        resource_parameters: DescribeConnectionResourceParameters {
            resource_configuration_arn: arn.to_owned(),
            resource_association_arn: arn.to_owned(),
        },
    })
}

//! When services were last accessed, by what the access keys and sessions of users and roles were
//! used for.

use fogbank_api_iam::*;
use fogbank_service::{KeyUse, RequestContext, ServiceError, ServiceUse};

use super::subject::{Subject, allowed_namespaces, document};
use super::uses;
use crate::ops::entities::members;
use crate::ops::policies::managed;
use crate::page::page;
use crate::store::{AccessJob, Entity, Grants, Group, IamStore, Role, User, key};
use crate::{arns, errors};

/// The names of the services that policies speak of most, by namespace.
const SERVICES: &[(&str, &str)] = &[
    ("acm", "AWS Certificate Manager"),
    ("apigateway", "Manage - Amazon API Gateway"),
    ("athena", "Amazon Athena"),
    ("autoscaling", "Amazon EC2 Auto Scaling"),
    ("cloudformation", "AWS CloudFormation"),
    ("cloudfront", "Amazon CloudFront"),
    ("cloudtrail", "AWS CloudTrail"),
    ("cloudwatch", "Amazon CloudWatch"),
    ("cognito-idp", "Amazon Cognito User Pools"),
    ("dynamodb", "Amazon DynamoDB"),
    ("ec2", "Amazon EC2"),
    ("ecr", "Amazon Elastic Container Registry"),
    ("ecs", "Amazon Elastic Container Service"),
    ("eks", "Amazon Elastic Kubernetes Service"),
    ("elasticache", "Amazon ElastiCache"),
    ("elasticloadbalancing", "Elastic Load Balancing"),
    ("events", "Amazon EventBridge"),
    ("firehose", "Amazon Kinesis Firehose"),
    ("glue", "AWS Glue"),
    ("iam", "AWS Identity and Access Management"),
    ("kinesis", "Amazon Kinesis"),
    ("kms", "AWS Key Management Service"),
    ("lambda", "AWS Lambda"),
    ("logs", "Amazon CloudWatch Logs"),
    ("organizations", "AWS Organizations"),
    ("rds", "Amazon RDS"),
    ("route53", "Amazon Route 53"),
    ("s3", "Amazon S3"),
    ("secretsmanager", "AWS Secrets Manager"),
    ("ses", "Amazon SES"),
    ("sns", "Amazon SNS"),
    ("sqs", "Amazon SQS"),
    ("ssm", "AWS Systems Manager"),
    ("states", "AWS Step Functions"),
    ("sts", "AWS Security Token Service"),
    ("xray", "AWS X-Ray"),
];

fn start(cx: &RequestContext, job: AccessJob) -> String {
    let id = cx.ids().uuid();
    IamStore::of(cx).access_jobs.insert(id.clone(), job);
    id
}

fn find(cx: &RequestContext, id: &str, organization: bool) -> Result<AccessJob, ServiceError> {
    let job = IamStore::of(cx).access_jobs.get(id).map(|job| (*job).clone());
    job.filter(|job| job.organization == organization)
        .ok_or_else(|| errors::no_such_entity(format!("Job with id {id} cannot be found.")))
}

/// The documents that a job looks at.
fn documents(cx: &RequestContext, arn: &str) -> Result<Vec<String>, ServiceError> {
    if arns::path_and_name(&arns::parse(arn)?, "policy").is_some() {
        let policy = managed::by_arn(cx, arn)?;
        return Ok(document(&policy).iter().map(ToString::to_string).collect());
    }
    let subject = Subject::find(cx, arn)?;
    let documents = subject.policies.iter().filter_map(|policy| policy.document.as_ref());
    Ok(documents.map(ToString::to_string).collect())
}

pub(crate) fn generate(
    cx: &RequestContext,
    input: GenerateServiceLastAccessedDetailsRequest,
) -> Result<GenerateServiceLastAccessedDetailsResponse, ServiceError> {
    documents(cx, &input.arn)?;
    let granularity = input.granularity.as_ref().map(AccessAdvisorUsageGranularityType::as_str);
    let granularity = granularity.unwrap_or("SERVICE_LEVEL").to_owned();
    let job = AccessJob { subject: input.arn, organization: false, granularity, created: cx.now() };
    Ok(GenerateServiceLastAccessedDetailsResponse { job_id: Some(start(cx, job)) })
}

/// The services that the documents allow something of, by namespace.
fn services(documents: &[String]) -> Vec<(String, String)> {
    let mut found = std::collections::BTreeMap::new();
    for namespace in documents.iter().flat_map(|document| allowed_namespaces(document)) {
        if namespace == "*" {
            let all = SERVICES
                .iter()
                .map(|(namespace, name)| ((*namespace).to_owned(), (*name).to_owned()));
            found.extend(all);
            continue;
        }
        let name = SERVICES.iter().find(|(known, _)| *known == namespace);
        let name = name.map_or(namespace.clone(), |(_, name)| (*name).to_owned());
        found.insert(namespace, name);
    }
    found.into_iter().collect()
}

/// A user or role that a report is about, with what it did.
struct Actor {
    info: EntityInfo,
    used: Option<KeyUse>,
}

impl Actor {
    fn of_user(cx: &RequestContext, user: &User) -> Self {
        Self { info: info(cx, user), used: uses::of_user(cx, user) }
    }

    fn of_role(cx: &RequestContext, role: &Role) -> Self {
        Self { info: info(cx, role), used: uses::of_role(cx, role) }
    }

    /// The latest request to a service.
    fn last(&self, namespace: &str) -> Option<&ServiceUse> {
        self.used.as_ref()?.services.get(namespace)
    }
}

fn info<E: Entity>(cx: &RequestContext, entity: &E) -> EntityInfo {
    EntityInfo {
        arn: arns::of_entity(cx, entity),
        name: entity.name().to_owned(),
        r#type: PolicyOwnerEntityType::from(E::NOUN.to_ascii_uppercase()),
        id: entity.id().to_owned(),
        path: Some(entity.path().to_owned()),
    }
}

/// The users and roles that a report is about: itself, the users of a group, all that have a policy.
fn actors(cx: &RequestContext, arn: &str) -> Vec<Actor> {
    let store = IamStore::of(cx);
    let Ok(parsed) = arns::parse(arn) else { return Vec::new() };
    let name = |noun| arns::path_and_name(&parsed, noun).map(|(_, name)| key(name));
    if let Some(name) = name(User::NOUN) {
        let user = store.users.get(&name);
        return user.iter().map(|user| Actor::of_user(cx, user)).collect();
    }
    if let Some(name) = name(Role::NOUN) {
        let role = store.roles.get(&name);
        return role.iter().map(|role| Actor::of_role(cx, role)).collect();
    }
    if let Some(name) = name(Group::NOUN) {
        let members = members(&store, &name);
        return members.iter().map(|user| Actor::of_user(cx, user)).collect();
    }
    let has = |grants: &Grants| grants.attached.iter().any(|attached| attached == arn);
    let groups: Vec<String> =
        store.groups.iter().filter(|(_, group)| has(&group.grants)).map(|(key, _)| key).collect();
    let in_group = |user: &User| groups.iter().any(|group| user.groups.contains(group));
    let users = store.users.iter().filter(|(_, user)| has(&user.grants) || in_group(user));
    let roles = store.roles.iter().filter(|(_, role)| has(&role.grants));
    let users = users.map(|(_, user)| Actor::of_user(cx, &user));
    users.chain(roles.map(|(_, role)| Actor::of_role(cx, &role))).collect()
}

pub(crate) fn details(
    cx: &RequestContext,
    input: &GetServiceLastAccessedDetailsRequest,
) -> Result<GetServiceLastAccessedDetailsResponse, ServiceError> {
    let job = find(cx, &input.job_id, false)?;
    let services = services(&documents(cx, &job.subject).unwrap_or_default());
    let services =
        services.into_iter().map(|(namespace, name)| (namespace.clone(), (namespace, name)));
    let page = page(services, input.marker.as_deref(), input.max_items)?;
    let actors = actors(cx, &job.subject);
    let page = page.map(|(service_namespace, service_name)| {
        let uses = actors.iter().filter_map(|actor| {
            let last = actor.last(&service_namespace)?;
            Some((actor, last))
        });
        let total = uses.clone().count();
        let latest = uses.max_by_key(|(_, last)| last.at);
        ServiceLastAccessed {
            service_name,
            service_namespace: service_namespace.clone(),
            last_authenticated: latest.map(|(_, last)| last.at.to_wire_secs()),
            last_authenticated_entity: latest.map(|(actor, _)| actor.info.arn.clone()),
            last_authenticated_region: latest.map(|(_, last)| last.region.clone()),
            total_authenticated_entities: i32::try_from(total).ok(),
            tracked_actions_last_accessed: None,
        }
    });
    Ok(GetServiceLastAccessedDetailsResponse {
        job_status: JobStatusType::from("COMPLETED"),
        job_type: Some(AccessAdvisorUsageGranularityType::from(job.granularity)),
        job_creation_date: job.created.to_wire_secs(),
        is_truncated: page.is_truncated(),
        services_last_accessed: page.items,
        job_completion_date: job.created.to_wire_secs(),
        marker: page.marker,
        error: None,
    })
}

pub(crate) fn with_entities(
    cx: &RequestContext,
    input: &GetServiceLastAccessedDetailsWithEntitiesRequest,
) -> Result<GetServiceLastAccessedDetailsWithEntitiesResponse, ServiceError> {
    let job = find(cx, &input.job_id, false)?;
    let entity = |actor: Actor| {
        let last = actor.last(&input.service_namespace).map(|last| last.at.to_wire_secs());
        let details = EntityDetails { entity_info: actor.info, last_authenticated: last };
        (details.entity_info.arn.clone(), details)
    };
    let mut entities: Vec<_> = actors(cx, &job.subject).into_iter().map(entity).collect();
    entities.sort_by(|(a, _), (b, _)| a.cmp(b));
    let page = page(entities, input.marker.as_deref(), input.max_items)?;
    Ok(GetServiceLastAccessedDetailsWithEntitiesResponse {
        job_status: JobStatusType::from("COMPLETED"),
        job_creation_date: job.created.to_wire_secs(),
        job_completion_date: job.created.to_wire_secs(),
        is_truncated: page.is_truncated(),
        entity_details_list: page.items,
        marker: page.marker,
        error: None,
    })
}

pub(crate) fn generate_for_organization(
    cx: &RequestContext,
    input: GenerateOrganizationsAccessReportRequest,
) -> Result<GenerateOrganizationsAccessReportResponse, ServiceError> {
    let job = AccessJob {
        subject: input.entity_path,
        organization: true,
        granularity: "SERVICE_LEVEL".to_owned(),
        created: cx.now(),
    };
    Ok(GenerateOrganizationsAccessReportResponse { job_id: Some(start(cx, job)) })
}

/// No organisation is emulated, so the job has failed as it does where Organizations does not know the
/// entity.
pub(crate) fn organization_report(
    cx: &RequestContext,
    input: &GetOrganizationsAccessReportRequest,
) -> Result<GetOrganizationsAccessReportResponse, ServiceError> {
    let job = find(cx, &input.job_id, true)?;
    Ok(GetOrganizationsAccessReportResponse {
        job_status: JobStatusType::from("FAILED"),
        job_creation_date: job.created.to_wire_secs(),
        job_completion_date: Some(job.created.to_wire_secs()),
        is_truncated: Some(false),
        error_details: Some(ErrorDetails {
            message: format!("The entity {} cannot be found in an organization.", job.subject),
            code: "EntityNotFound".to_owned(),
        }),
        ..Default::default()
    })
}

//! When services were last accessed. What is accessed is not recorded, so nothing ever was.

use fogbank_api_iam::*;
use fogbank_service::{RequestContext, ServiceError};

use super::subject::{Subject, allowed_namespaces, document};
use crate::ops::policies::managed;
use crate::page::{page, page_in_order};
use crate::store::{AccessJob, IamStore};
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

pub(crate) fn details(
    cx: &RequestContext,
    input: &GetServiceLastAccessedDetailsRequest,
) -> Result<GetServiceLastAccessedDetailsResponse, ServiceError> {
    let job = find(cx, &input.job_id, false)?;
    let services = services(&documents(cx, &job.subject).unwrap_or_default());
    let services =
        services.into_iter().map(|(namespace, name)| (namespace.clone(), (namespace, name)));
    let page = page(services, input.marker.as_deref(), input.max_items)?;
    let page = page.map(|(service_namespace, service_name)| ServiceLastAccessed {
        service_name,
        service_namespace,
        total_authenticated_entities: Some(0),
        ..Default::default()
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
    let none: Vec<EntityDetails> = Vec::new();
    let page = page_in_order(none, input.marker.as_deref(), input.max_items)?;
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

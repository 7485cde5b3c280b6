//! Service-linked roles.

use fogbank_api_iam::*;
use fogbank_service::{RequestContext, ServiceError};

use super::roles;
use crate::errors;
use crate::ids::{self, prefix};
use crate::store::{self, DeletionTask, Entity as _, Grants, IamStore, Role, key};
use crate::tags::Tags;

/// The services that make roles of their own: the role's name, and the policy that it has.
const SERVICES: &[(&str, &str, &str)] = &[
    (
        "access-analyzer.amazonaws.com",
        "AWSServiceRoleForAccessAnalyzer",
        "AccessAnalyzerServiceRolePolicy",
    ),
    (
        "accountdiscovery.ssm.amazonaws.com",
        "AWSServiceRoleForAmazonSSM_AccountDiscovery",
        "AWSSystemsManagerAccountDiscoveryServicePolicy",
    ),
    (
        "acm.amazonaws.com",
        "AWSServiceRoleForCertificateManager",
        "CertificateManagerServiceRolePolicy",
    ),
    ("airflow.amazonaws.com", "AWSServiceRoleForAmazonMWAA", "AmazonMWAAServiceRolePolicy"),
    (
        "apidestinations.events.amazonaws.com",
        "AWSServiceRoleForAmazonEventBridgeApiDestinations",
        "AmazonEventBridgeApiDestinationsServiceRolePolicy",
    ),
    (
        "application-insights.amazonaws.com",
        "AWSServiceRoleForApplicationInsights",
        "CloudwatchApplicationInsightsServiceLinkedRolePolicy",
    ),
    ("appmesh.amazonaws.com", "AWSServiceRoleForAppMesh", "AWSAppMeshServiceRolePolicy"),
    (
        "appstream.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_AppStreamFleet",
        "AWSApplicationAutoscalingAppStreamFleetPolicy",
    ),
    (
        "autoscaling-plans.amazonaws.com",
        "AWSServiceRoleForAutoScalingPlans_EC2AutoScaling",
        "AWSAutoScalingPlansEC2AutoScalingPolicy",
    ),
    ("autoscaling.amazonaws.com", "AWSServiceRoleForAutoScaling", "AutoScalingServiceRolePolicy"),
    (
        "backup.amazonaws.com",
        "AWSServiceRoleForBackup",
        "AWSBackupServiceLinkedRolePolicyForBackup",
    ),
    ("batch.amazonaws.com", "AWSServiceRoleForBatch", "BatchServiceRolePolicy"),
    (
        "cassandra.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_CassandraTable",
        "AWSApplicationAutoscalingCassandraTablePolicy",
    ),
    ("chime.amazonaws.com", "AWSServiceRoleForAmazonChime", "AmazonChimeServiceRolePolicy"),
    (
        "cks.kms.amazonaws.com",
        "AWSServiceRoleForKeyManagementServiceCustomKeyStores",
        "AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy",
    ),
    ("cloudtrail.amazonaws.com", "AWSServiceRoleForCloudTrail", "CloudTrailServiceRolePolicy"),
    (
        "codestar-notifications.amazonaws.com",
        "AWSServiceRoleForCodeStarNotifications",
        "AWSCodeStarNotificationsServiceRolePolicy",
    ),
    (
        "comprehend.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_ComprehendEndpoint",
        "AWSApplicationAutoscalingComprehendEndpointPolicy",
    ),
    ("config.amazonaws.com", "AWSServiceRoleForConfig", "AWSConfigServiceRolePolicy"),
    (
        "connect.amazonaws.com",
        "AWSServiceRoleForAmazonConnect",
        "AmazonConnectServiceLinkedRolePolicy",
    ),
    (
        "dms-fleet-advisor.amazonaws.com",
        "AWSServiceRoleForDMSFleetAdvisor",
        "AWSDMSFleetAdvisorServiceRolePolicy",
    ),
    ("dms.amazonaws.com", "AWSServiceRoleForDMSServerless", "AWSDMSServerlessServiceRolePolicy"),
    (
        "docdb-elastic.amazonaws.com",
        "AWSServiceRoleForDocDB-Elastic",
        "AmazonDocDB-ElasticServiceRolePolicy",
    ),
    (
        "dynamodb.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
        "AWSApplicationAutoscalingDynamoDBTablePolicy",
    ),
    (
        "ec2-instance-connect.amazonaws.com",
        "AWSServiceRoleForEc2InstanceConnect",
        "Ec2InstanceConnectEndpoint",
    ),
    (
        "ec2.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_EC2SpotFleetRequest",
        "AWSApplicationAutoscalingEC2SpotFleetRequestPolicy",
    ),
    ("ec2fleet.amazonaws.com", "AWSServiceRoleForEC2Fleet", "AWSEC2FleetServiceRolePolicy"),
    ("ecr.amazonaws.com", "AWSServiceRoleForECRTemplate", "ECRTemplateServiceRolePolicy"),
    ("ecs.amazonaws.com", "AWSServiceRoleForECS", "AmazonECSServiceRolePolicy"),
    (
        "ecs.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_ECSService",
        "AWSApplicationAutoscalingECSServicePolicy",
    ),
    (
        "eks-connector.amazonaws.com",
        "AWSServiceRoleForAmazonEKSConnector",
        "AmazonEKSConnectorServiceRolePolicy",
    ),
    (
        "eks-fargate.amazonaws.com",
        "AWSServiceRoleForAmazonEKSForFargate",
        "AmazonEKSForFargateServiceRolePolicy",
    ),
    (
        "eks-nodegroup.amazonaws.com",
        "AWSServiceRoleForAmazonEKSNodegroup",
        "AWSServiceRoleForAmazonEKSNodegroup",
    ),
    ("eks.amazonaws.com", "AWSServiceRoleForAmazonEKS", "AmazonEKSServiceRolePolicy"),
    ("elasticache.amazonaws.com", "AWSServiceRoleForElastiCache", "ElastiCacheServiceRolePolicy"),
    (
        "elasticache.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_ElastiCacheRG",
        "AWSApplicationAutoscalingElastiCacheRGPolicy",
    ),
    (
        "elasticbeanstalk.amazonaws.com",
        "AWSServiceRoleForElasticBeanstalk",
        "AWSElasticBeanstalkServiceRolePolicy",
    ),
    (
        "elasticfilesystem.amazonaws.com",
        "AWSServiceRoleForAmazonElasticFileSystem",
        "AmazonElasticFileSystemServiceRolePolicy",
    ),
    (
        "elasticloadbalancing.amazonaws.com",
        "AWSServiceRoleForElasticLoadBalancing",
        "AWSElasticLoadBalancingServiceRolePolicy",
    ),
    ("elasticmapreduce.amazonaws.com", "AWSServiceRoleForEMRCleanup", "AmazonEMRCleanupPolicy"),
    (
        "elasticmapreduce.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_EMRInstanceGroup",
        "AWSApplicationAutoscalingEMRInstanceGroupPolicy",
    ),
    (
        "email.cognito-idp.amazonaws.com",
        "AWSServiceRoleForAmazonCognitoIdpEmailService",
        "AmazonCognitoIdpEmailServiceRolePolicy",
    ),
    (
        "emr-containers.amazonaws.com",
        "AWSServiceRoleForAmazonEMRContainers",
        "AmazonEMRContainersServiceRolePolicy",
    ),
    ("emrwal.amazonaws.com", "AWSServiceRoleForEMRWAL", "EMRDescribeClusterPolicyForEMRWAL"),
    (
        "es.amazonaws.com",
        "AWSServiceRoleForAmazonElasticsearchService",
        "AmazonElasticsearchServiceRolePolicy",
    ),
    (
        "events.amazonaws.com",
        "AWSServiceRoleForCloudWatchEvents",
        "CloudWatchEventsServiceRolePolicy",
    ),
    ("fis.amazonaws.com", "AWSServiceRoleForFIS", "AmazonFISServiceRolePolicy"),
    ("fms.amazonaws.com", "AWSServiceRoleForFMS", "FMSServiceRolePolicy"),
    (
        "globalaccelerator.amazonaws.com",
        "AWSServiceRoleForGlobalAccelerator",
        "AWSGlobalAcceleratorSLRPolicy",
    ),
    (
        "grafana.amazonaws.com",
        "AWSServiceRoleForAmazonGrafana",
        "AmazonGrafanaServiceLinkedRolePolicy",
    ),
    (
        "guardduty.amazonaws.com",
        "AWSServiceRoleForAmazonGuardDuty",
        "AmazonGuardDutyServiceRolePolicy",
    ),
    (
        "imagebuilder.amazonaws.com",
        "AWSServiceRoleForImageBuilder",
        "AWSServiceRoleForImageBuilder",
    ),
    (
        "inspector.amazonaws.com",
        "AWSServiceRoleForAmazonInspector",
        "AmazonInspectorServiceRolePolicy",
    ),
    (
        "inspector2.amazonaws.com",
        "AWSServiceRoleForAmazonInspector2",
        "AmazonInspector2ServiceRolePolicy",
    ),
    (
        "iotmanagedintegrations.amazonaws.com",
        "AWSServiceRoleForIoTManagedIntegrations",
        "AWSIoTManagedIntegrationsRolePolicy",
    ),
    ("kafka.amazonaws.com", "AWSServiceRoleForKafka", "KafkaServiceRolePolicy"),
    (
        "kafka.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_KafkaCluster",
        "AWSApplicationAutoscalingKafkaClusterPolicy",
    ),
    (
        "kafkaconnect.amazonaws.com",
        "AWSServiceRoleForKafkaConnect",
        "KafkaConnectServiceRolePolicy",
    ),
    (
        "kinesisreplication.dynamodb.amazonaws.com",
        "AWSServiceRoleForDynamoDBKinesisDataStreamsReplication",
        "DynamoDBKinesisReplicationServiceRolePolicy",
    ),
    (
        "lakeformation.amazonaws.com",
        "AWSServiceRoleForLakeFormationDataAccess",
        "LakeFormationDataAccessServiceRolePolicy",
    ),
    (
        "lambda.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_LambdaConcurrency",
        "AWSApplicationAutoscalingLambdaConcurrencyPolicy",
    ),
    ("lex.amazonaws.com", "AWSServiceRoleForLexBots", "AmazonLexBotPolicy"),
    ("lexv2.amazonaws.com", "AWSServiceRoleForLexV2Bots", "AmazonLexV2BotPolicy"),
    ("lightsail.amazonaws.com", "AWSServiceRoleForLightsail", "LightsailExportAccess"),
    ("logger.cloudfront.amazonaws.com", "AWSServiceRoleForCloudFrontLogger", "AWSCloudFrontLogger"),
    ("m2.amazonaws.com", "AWSServiceRoleForAWSM2", "AWSM2ServicePolicy"),
    ("macie.amazonaws.com", "AWSServiceRoleForAmazonMacie", "AmazonMacieServiceRolePolicy"),
    ("memorydb.amazonaws.com", "AWSServiceRoleForMemoryDB", "MemoryDBServiceRolePolicy"),
    ("mq.amazonaws.com", "AWSServiceRoleForAmazonMQ", "AmazonMQServiceRolePolicy"),
    (
        "mrk.kms.amazonaws.com",
        "AWSServiceRoleForKeyManagementServiceMultiRegionKeys",
        "AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy",
    ),
    (
        "neptune.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_NeptuneCluster",
        "AWSApplicationAutoscalingNeptuneClusterPolicy",
    ),
    (
        "network-firewall.amazonaws.com",
        "AWSServiceRoleForNetworkFirewall",
        "AWSNetworkFirewallServiceRolePolicy",
    ),
    (
        "networkmanager.amazonaws.com",
        "AWSServiceRoleForNetworkManager",
        "AWSNetworkManagerServiceRolePolicy",
    ),
    (
        "notifications.amazonaws.com",
        "AWSServiceRoleForAwsUserNotifications",
        "AWSUserNotificationsServiceLinkedRolePolicy",
    ),
    (
        "observability.aoss.amazonaws.com",
        "AWSServiceRoleForAmazonOpenSearchServerless",
        "AmazonOpenSearchServerlessServiceRolePolicy",
    ),
    (
        "opensearchservice.amazonaws.com",
        "AWSServiceRoleForAmazonOpenSearchService",
        "AmazonOpenSearchServiceRolePolicy",
    ),
    ("ops.apigateway.amazonaws.com", "AWSServiceRoleForAPIGateway", "APIGatewayServiceRolePolicy"),
    (
        "ops.emr-serverless.amazonaws.com",
        "AWSServiceRoleForAmazonEMRServerless",
        "AmazonEMRServerlessServiceRolePolicy",
    ),
    (
        "opsdatasync.ssm.amazonaws.com",
        "AWSServiceRoleForSystemsManagerOpsDataSync",
        "AWSSystemsManagerOpsDataSyncServiceRolePolicy",
    ),
    (
        "opsinsights.ssm.amazonaws.com",
        "AWSServiceRoleForAmazonSSM_OpsInsights",
        "AWSSSMOpsInsightsServiceRolePolicy",
    ),
    (
        "organizations.amazonaws.com",
        "AWSServiceRoleForOrganizations",
        "AWSOrganizationsServiceTrustPolicy",
    ),
    (
        "pullthroughcache.ecr.amazonaws.com",
        "AWSServiceRoleForECRPullThroughCache",
        "AWSECRPullThroughCache_ServiceRolePolicy",
    ),
    (
        "ram.amazonaws.com",
        "AWSServiceRoleForResourceAccessManager",
        "AWSResourceAccessManagerServiceRolePolicy",
    ),
    ("rds.amazonaws.com", "AWSServiceRoleForRDS", "AmazonRDSServiceRolePolicy"),
    (
        "rds.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_RDSCluster",
        "AWSApplicationAutoscalingRDSClusterPolicy",
    ),
    (
        "redshift.amazonaws.com",
        "AWSServiceRoleForRedshift",
        "AmazonRedshiftServiceLinkedRolePolicy",
    ),
    (
        "replication.cassandra.amazonaws.com",
        "AWSServiceRoleForKeyspacesReplication",
        "KeyspacesReplicationServiceRolePolicy",
    ),
    (
        "replication.dynamodb.amazonaws.com",
        "AWSServiceRoleForDynamoDBReplication",
        "DynamoDBReplicationServiceRolePolicy",
    ),
    (
        "replication.ecr.amazonaws.com",
        "AWSServiceRoleForECRReplication",
        "ECRReplicationServiceRolePolicy",
    ),
    ("replicator.lambda.amazonaws.com", "AWSServiceRoleForLambdaReplicator", "AWSLambdaReplicator"),
    (
        "repository.sync.codeconnections.amazonaws.com",
        "AWSServiceRoleForGitSync",
        "AWSGitSyncServiceRolePolicy",
    ),
    (
        "resource-explorer-2.amazonaws.com",
        "AWSServiceRoleForResourceExplorer",
        "AWSResourceExplorerServiceRolePolicy",
    ),
    (
        "rolesanywhere.amazonaws.com",
        "AWSServiceRoleForRolesAnywhere",
        "AWSRolesAnywhereServicePolicy",
    ),
    ("s2svpn.amazonaws.com", "AWSServiceRoleForVPCS2SVPN", "AWSVPCS2SVpnServiceRolePolicy"),
    (
        "s3-outposts.amazonaws.com",
        "AWSServiceRoleForS3OnOutposts",
        "AWSS3OnOutpostsServiceRolePolicy",
    ),
    (
        "sagemaker.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint",
        "AWSApplicationAutoscalingSageMakerEndpointPolicy",
    ),
    (
        "scraper.aps.amazonaws.com",
        "AWSServiceRoleForAmazonPrometheusScraper",
        "AmazonPrometheusScraperServiceRolePolicy",
    ),
    (
        "securityhub.amazonaws.com",
        "AWSServiceRoleForSecurityHub",
        "AWSSecurityHubServiceRolePolicy",
    ),
    ("ses.amazonaws.com", "AWSServiceRoleForAmazonSES", "AmazonSESServiceRolePolicy"),
    ("shield.amazonaws.com", "AWSServiceRoleForAWSShield", "AWSShieldServiceRolePolicy"),
    ("spot.amazonaws.com", "AWSServiceRoleForEC2Spot", "AWSEC2SpotServiceRolePolicy"),
    (
        "spotfleet.amazonaws.com",
        "AWSServiceRoleForEC2SpotFleet",
        "AWSEC2SpotFleetServiceRolePolicy",
    ),
    (
        "ssm-incidents.amazonaws.com",
        "AWSServiceRoleForIncidentManager",
        "AWSIncidentManagerServiceRolePolicy",
    ),
    ("ssm-quicksetup.amazonaws.com", "AWSServiceRoleForSSMQuickSetup", "SSMQuickSetupRolePolicy"),
    ("ssm.amazonaws.com", "AWSServiceRoleForAmazonSSM", "AmazonSSMServiceRolePolicy"),
    ("sso.amazonaws.com", "AWSServiceRoleForSSO", "AWSSSOServiceRolePolicy"),
    ("support.amazonaws.com", "AWSServiceRoleForSupport", "AWSSupportServiceRolePolicy"),
    (
        "transitgateway.amazonaws.com",
        "AWSServiceRoleForVPCTransitGateway",
        "AWSVPCTransitGatewayServiceRolePolicy",
    ),
    (
        "trustedadvisor.amazonaws.com",
        "AWSServiceRoleForTrustedAdvisor",
        "AWSTrustedAdvisorServiceRolePolicy",
    ),
    (
        "vpcorigin.cloudfront.amazonaws.com",
        "AWSServiceRoleForCloudFrontVPCOrigin",
        "AWSCloudFrontVPCOriginServiceRolePolicy",
    ),
    ("waf.amazonaws.com", "AWSServiceRoleForWAFLogging", "WAFLoggingServiceRolePolicy"),
    ("wafv2.amazonaws.com", "AWSServiceRoleForWAFV2Logging", "WAFV2LoggingServiceRolePolicy"),
];

/// The services whose roles can have a suffix.
const WITH_SUFFIX: &[&str] = &[
    "autoscaling.amazonaws.com",
    "connect.amazonaws.com",
    "custom-resource.application-autoscaling.amazonaws.com",
    "lexv2.amazonaws.com",
];

pub(crate) fn create(
    cx: &RequestContext,
    input: CreateServiceLinkedRoleRequest,
) -> Result<CreateServiceLinkedRoleResponse, ServiceError> {
    let service = input.aws_service_name;
    let found = SERVICES.iter().find(|(name, _, _)| *name == service);
    let (_, base, policy) = found.ok_or_else(|| {
        errors::invalid_input(format!("Service {service} does not have a service-linked role."))
    })?;
    let name = match input.custom_suffix {
        None => (*base).to_owned(),
        Some(suffix) if WITH_SUFFIX.contains(&service.as_str()) => format!("{base}_{suffix}"),
        Some(_) => {
            let message = format!("Custom suffix is not allowed for {service}");
            return Err(errors::invalid_input(message));
        }
    };
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":"{service}"}},"Action":"sts:AssumeRole"}}]}}"#
    );
    let partition = cx.partition();
    let role = Role {
        name: name.clone(),
        path: format!("{}{service}/", store::SERVICE_LINKED_PATH),
        id: ids::unique(prefix::ROLE, cx.ids()),
        created: cx.now(),
        trust: trust.into(),
        description: input.description,
        max_session_duration: 3600,
        tags: Tags::default(),
        grants: Grants {
            attached: vec![format!("arn:{partition}:iam::aws:policy/aws-service-role/{policy}")],
            ..Grants::default()
        },
    };
    let output = roles::created(cx, &role);
    IamStore::of(cx).roles.insert_new(key(&name), role).map_err(|_| {
        errors::invalid_input(format!(
            "Service role name {name} has been taken in this account, please try a different \
             suffix."
        ))
    })?;
    Ok(CreateServiceLinkedRoleResponse { role: Some(output) })
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: &DeleteServiceLinkedRoleRequest,
) -> Result<DeleteServiceLinkedRoleResponse, ServiceError> {
    let store = IamStore::of(cx);
    let role = store.find::<Role>(&input.role_name)?;
    if !role.is_protected() {
        return Err(errors::cannot_be_found::<Role>(&input.role_name));
    }
    store.roles.remove(&key(&role.name));
    let id = format!("task{}{}/{}", role.path, role.name, cx.ids().uuid());
    let task = DeletionTask { role: role.name.clone(), created: cx.now() };
    store.deletion_tasks.insert(id.clone(), task);
    Ok(DeleteServiceLinkedRoleResponse { deletion_task_id: id })
}

pub(crate) fn deletion_status(
    cx: &RequestContext,
    input: &GetServiceLinkedRoleDeletionStatusRequest,
) -> Result<GetServiceLinkedRoleDeletionStatusResponse, ServiceError> {
    let id = &input.deletion_task_id;
    if !IamStore::of(cx).deletion_tasks.contains(id.as_str()) {
        let message = format!("Deletion id {id} not found.");
        return Err(errors::no_such_entity(message));
    }
    Ok(GetServiceLinkedRoleDeletionStatusResponse {
        status: DeletionTaskStatusType::Succeeded,
        reason: None,
    })
}

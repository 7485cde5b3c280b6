//! Who does the work of a job: the role that the job was given.

use std::sync::Arc;

use bytes::Bytes;
use fogbank_api_s3::{GetObjectRequest, PutObjectRequest, S3Client};
use fogbank_context::{AccountId, Arn, Region};
use fogbank_service::{ByteStream, Caller, Intent, Invoker, Principal, ServiceError};
use fogbank_state::World;

use crate::errors;

/// Batch operations as policies know them.
const ITSELF: &str = "batchoperations.s3.amazonaws.com";

/// Where a job is and who calls S3 for it.
pub(super) struct Runner {
    pub(super) world: Arc<World>,
    pub(super) account: AccountId,
    pub(super) region: Region,
    pub(super) client: S3Client,
    caller: Caller,
    /// None where the job's role is not the ARN of one.
    role: Option<Arn>,
}

impl Runner {
    /// The runner of a job with a role.
    pub(super) fn new(
        world: &Arc<World>,
        invoker: Arc<dyn Invoker>,
        account: AccountId,
        region: &Region,
        role: &str,
    ) -> Self {
        let name = role.rsplit('/').next().unwrap_or(role);
        let partition = region.partition();
        let session = format!("assumed-role/{name}/s3-batch-operations");
        let principal = Principal {
            access_key_id: None,
            account,
            arn: Arn::global(partition, "sts", account, session),
            user_id: format!("{name}:s3-batch-operations"),
            session_token: None,
            service: None,
        };
        let caller = Caller {
            invoker,
            request_id: String::new(),
            principal: Arc::new(principal),
            account,
            region: region.clone(),
            world: world.clone(),
            late: None,
        };
        let client = S3Client::new(caller.clone());
        let role = role.parse().ok();
        Self { world: world.clone(), account, region: region.clone(), client, caller, role }
    }

    /// Asks the policies whether the job's role may do something with an object.
    pub(super) async fn permit(
        &self,
        operation: &'static str,
        bucket: &str,
        key: &str,
    ) -> Result<(), ServiceError> {
        let role = self.role.clone().ok_or_else(errors::access_denied)?;
        let intent = || {
            Intent::in_role(ITSELF, role, "s3", operation)
                .with("Bucket", bucket.to_owned())
                .with("Key", key.to_owned())
        };
        self.caller.permit(intent).await
    }

    /// An object and its entity tag.
    pub(super) async fn fetch(
        &self,
        bucket: &str,
        key: &str,
        version_id: Option<String>,
        most: usize,
    ) -> Result<(Bytes, String), ServiceError> {
        self.permit("GetObject", bucket, key).await?;
        let input = GetObjectRequest {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            version_id,
            ..GetObjectRequest::default()
        };
        let output = self.client.get_object(input).await?;
        let content = output
            .body
            .collect(most)
            .await
            .map_err(|error| ServiceError::new("InternalError", 500, error.to_string()))?;
        Ok((content, output.e_tag.unwrap_or_default()))
    }

    /// Writes an object; its entity tag.
    pub(super) async fn write(
        &self,
        bucket: &str,
        key: String,
        content: Bytes,
        expected_owner: Option<String>,
    ) -> Result<String, ServiceError> {
        self.permit("PutObject", bucket, &key).await?;
        let input = PutObjectRequest {
            bucket: bucket.to_owned(),
            key,
            body: ByteStream::from(content),
            expected_bucket_owner: expected_owner,
            server_side_encryption: Some("AES256".into()),
            ..PutObjectRequest::default()
        };
        let output = self.client.put_object(input).await?;
        Ok(output.e_tag.unwrap_or_default())
    }
}

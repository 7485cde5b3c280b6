//! `DeleteDocument`.

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};

use crate::document::{self, tags_key};
use crate::errors;
use crate::store::store;

pub(crate) fn run(
    cx: &RequestContext,
    input: &api::DeleteDocumentRequest,
) -> Result<api::DeleteDocumentResult, ServiceError> {
    let store = store(cx);
    let name = document::bare(cx, &input.name);
    let used = |association: &crate::association::Association| {
        association.current().name.as_deref() == Some(name)
    };
    if store.associations.iter().any(|(_, association)| used(&association)) {
        return Err(errors::associated_instances(
            "You must disassociate a document from all managed nodes before you can delete it.",
        ));
    }
    let one = input.document_version.is_some() || input.version_name.is_some();
    document::edit(cx, &store, name, |document| {
        if !document.shared.is_empty() {
            return Err(errors::invalid_document_operation(
                "Must unshare document first before deleting.",
            ));
        }
        let forced = input.force == Some(true);
        let schema = document.version(None, None)?.description.document_type.clone();
        if schema == Some(api::DocumentType::ApplicationConfigurationSchema) && !forced {
            return Err(errors::invalid_document_operation(
                "You must specify a Force flag to delete a document of type \
                 ApplicationConfigurationSchema.",
            ));
        }
        if !one {
            return Ok(());
        }
        let version = document
            .version(input.document_version.as_deref(), input.version_name.as_deref())?
            .description
            .document_version
            .as_deref()
            .and_then(|number| number.parse().ok())
            .unwrap_or(document.default_version);
        if version == document.default_version {
            return Err(errors::invalid_document_operation(
                "Default version of the document can't be deleted.",
            ));
        }
        document.versions.remove(&version);
        Ok(())
    })?;
    if !one {
        store.documents.remove(name);
        store.tags.remove(&tags_key(name));
    }
    Ok(api::DeleteDocumentResult {})
}

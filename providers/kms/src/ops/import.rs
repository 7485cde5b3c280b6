//! `GetParametersForImport`, `ImportKeyMaterial`, `DeleteImportedKeyMaterial`.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use fogbank_api_kms::{
    DeleteImportedKeyMaterialRequest, DeleteImportedKeyMaterialResponse, ExpirationModelType,
    ExpiredImportTokenException, GetParametersForImportRequest, GetParametersForImportResponse,
    ImportKeyMaterialRequest, ImportKeyMaterialResponse, ImportType, InvalidImportTokenException,
};
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};

use crate::crypto::engine::{self, Engine};
use crate::crypto::wrapping;
use crate::errors;
use crate::key::spec::KeySpec;
use crate::key::{due, locate, new};
use crate::store::{ImportParameters, Key, Material, MaterialId, Origin, State};

/// How long wrapping keys can be used.
const VALIDITY: Duration = Duration::from_secs(24 * 60 * 60);
/// How many wrapping keys of a key are remembered.
const REMEMBERED: usize = 20;

fn check_external(key: &Key) -> Result<(), ServiceError> {
    if key.origin == Origin::External {
        Ok(())
    } else {
        Err(errors::wrong_origin(&key.arn_text, key.origin.as_str()))
    }
}

pub(crate) async fn parameters(
    cx: &RequestContext,
    input: GetParametersForImportRequest,
) -> Result<GetParametersForImportResponse, ServiceError> {
    let found = locate::find_customer_key(cx, &input.key_id, "GetParametersForImport")?;
    check_external(&found.key)?;
    found.key.check_changeable()?;
    let algorithm = input.wrapping_algorithm.to_string();
    let spec = KeySpec::named(input.wrapping_key_spec.as_str())
        .filter(|spec| wrapping::key_size(spec.name).is_some() && !algorithm.starts_with("SM2"))
        .ok_or_else(|| {
            errors::unsupported("SM2 wrapping keys are available only in China Regions.")
        })?;
    let private_key = engine::generate(spec, cx.ids()).await?;
    let public = Engine::new(spec, &private_key).and_then(|engine| engine.public_key());
    let valid_to = Timestamp::from_nanos(
        cx.now().as_nanos() + i64::try_from(VALIDITY.as_nanos()).expect("a day"),
    );
    let token = Bytes::copy_from_slice(&cx.ids().bytes::<256>());
    let parameters = ImportParameters { token: token.clone(), private_key, algorithm, valid_to };
    found.change(|key| {
        key.check_changeable()?;
        if key.imports.len() >= REMEMBERED {
            key.imports.remove(0);
        }
        key.imports.push(parameters);
        Ok(())
    })?;
    Ok(GetParametersForImportResponse {
        key_id: found.arn_member(),
        import_token: Some(token),
        public_key: public,
        parameters_valid_to: Some(valid_to.to_wire()),
    })
}

pub(crate) fn import(
    cx: &RequestContext,
    input: &ImportKeyMaterialRequest,
) -> Result<ImportKeyMaterialResponse, ServiceError> {
    let found = locate::find_customer_key(cx, &input.key_id, "ImportKeyMaterial")?;
    let key = &found.key;
    check_external(key)?;
    key.check_changeable()?;
    let now = cx.now();
    let valid_to = valid_to(input, now)?;
    let parameters = key.imports.iter().find(|import| import.token == input.import_token);
    let parameters = parameters.ok_or_else(InvalidImportTokenException::default)?;
    if parameters.valid_to <= now {
        return Err(ExpiredImportTokenException::default().into());
    }
    let wrapped = &input.encrypted_key_material;
    if !wrapping::fits(&parameters.private_key, &parameters.algorithm, wrapped) {
        return Err(errors::validation("Invalid encrypted key size."));
    }
    let secret = wrapping::unwrap(&parameters.private_key, &parameters.algorithm, wrapped);
    let secret = Bytes::from(secret.ok_or_else(errors::invalid_ciphertext)?);
    if !key.accepts(&secret) {
        return Err(errors::incorrect_material(format!(
            "The key material is not valid for a KMS key with key spec {}.",
            key.spec.name
        )));
    }
    let mut material = Material::new(MaterialId::of(key.id(), &secret), secret);
    material.valid_to = valid_to;
    material.description.clone_from(&input.key_material_description);
    let id = material.id;
    if input.key_material_id.as_ref().is_some_and(|wanted| *wanted != id.to_string()) {
        return Err(errors::incorrect_material(
            "The key material does not have the specified KeyMaterialId.",
        ));
    }
    found.change(|key| {
        key.check_changeable()?;
        add(key, material, input.import_type.as_ref())?;
        if key.state == State::PendingImport && key.has_material() {
            key.state = State::Enabled;
        }
        Ok(())
    })?;
    new::index(&found.store, id, found.key.id());
    Ok(ImportKeyMaterialResponse {
        key_id: found.arn_member(),
        key_material_id: found.key.spec.is_symmetric().then(|| id.to_string()),
    })
}

/// When the material expires, by what the request says.
fn valid_to(
    input: &ImportKeyMaterialRequest,
    now: Timestamp,
) -> Result<Option<Timestamp>, ServiceError> {
    let model = input.expiration_model.as_ref();
    let expires = *model.unwrap_or(&ExpirationModelType::KeyMaterialExpires)
        == ExpirationModelType::KeyMaterialExpires;
    match (&input.valid_to, expires) {
        (None, false) => Ok(None),
        (None, true) => Err(errors::validation(
            "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES",
        )),
        (Some(_), false) => Err(errors::validation(
            "A validTo date must not be set if the ExpirationModel is \
             KEY_MATERIAL_DOES_NOT_EXPIRE",
        )),
        (Some(at), true) => {
            let at = Timestamp::from_wire(at);
            if at <= now || at > due::days_after(now, 365) {
                return Err(errors::validation(
                    "The validTo date must be in the future and within 365 days.",
                ));
            }
            Ok(Some(at))
        }
    }
}

/// Puts material into a key: again, as its first, or to wait for the next rotation.
fn add(
    key: &mut Key,
    material: Material,
    import_type: Option<&ImportType>,
) -> Result<(), ServiceError> {
    let id = material.id;
    if let Some(known) = key.materials.iter_mut().find(|known| known.id == id) {
        let description = material.description.or_else(|| known.description.clone());
        let Material { rotated, pending, .. } = **known;
        *known = Arc::new(Material { description, rotated, pending, ..material });
        return Ok(());
    }
    if key.materials.is_empty() {
        key.materials.push(Arc::new(material));
        key.current = Some(id);
        return Ok(());
    }
    if import_type != Some(&ImportType::NewKeyMaterial) {
        return Err(errors::incorrect_material(
            "The key material is not one that was imported into the KMS key before.",
        ));
    }
    if !key.spec.is_symmetric() {
        return Err(errors::unsupported_type());
    }
    if let Some(pending) = key.materials.iter().find(|known| known.pending) {
        return Err(errors::invalid_state(format!(
            "New key material (id: {id}) cannot be imported into KMS key {}, because another key \
             material (id: {}) is pending rotation.",
            key.arn_text, pending.id
        )));
    }
    key.materials.push(Arc::new(Material { pending: true, ..material }));
    Ok(())
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: &DeleteImportedKeyMaterialRequest,
) -> Result<DeleteImportedKeyMaterialResponse, ServiceError> {
    let found = locate::find_customer_key(cx, &input.key_id, "DeleteImportedKeyMaterial")?;
    check_external(&found.key)?;
    let deleted = found.change(|key| {
        key.check_changeable()?;
        let wanted = match &input.key_material_id {
            Some(id) => Some(id.clone()),
            None => key.current.map(|id| id.to_string()),
        };
        let Some(wanted) = wanted else { return Ok(None) };
        let place = key.materials.iter().position(|material| material.id.to_string() == wanted);
        let place = place.ok_or_else(|| {
            errors::not_found(format!("Key material with ID {wanted} does not exist"))
        })?;
        if key.materials[place].pending {
            key.materials.remove(place);
        } else {
            let gone = Material::clone(&key.materials[place]).without_secret();
            key.materials[place] = Arc::new(gone);
            key.state = State::PendingImport;
        }
        Ok(Some(wanted))
    })?;
    Ok(DeleteImportedKeyMaterialResponse {
        key_id: found.arn_member(),
        key_material_id: deleted.filter(|_| found.key.spec.is_symmetric()),
    })
}

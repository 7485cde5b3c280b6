//! Virtual MFA devices.

use std::sync::Arc;

use data_encoding::BASE32_NOPAD;
use fogbank_api_iam::*;
use fogbank_service::mfa::{self, MfaDevice, MfaStore};
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Edit;

use crate::crypto::qr_code;
use crate::ops::entities::{path_of, user_or_caller, user_or_root, users};
use crate::page::page;
use crate::store::{self, Entity as _, IamStore, VirtualMfa};
use crate::tags::Tags;
use crate::{arns, errors};

/// How many MFA devices a user can have.
const LIMIT: usize = 8;
/// How many bytes a seed has.
const SEED: usize = 40;

fn not_found(serial: &str) -> ServiceError {
    errors::no_such_entity(format!("VirtualMFADevice with serial number {serial} doesn't exist."))
}

/// The device with this serial number.
pub(crate) fn find(store: &IamStore, serial: &str) -> Result<Arc<VirtualMfa>, ServiceError> {
    store.mfa_devices.get(serial).ok_or_else(|| not_found(serial))
}

pub(crate) fn create(
    cx: &RequestContext,
    input: CreateVirtualMFADeviceRequest,
) -> Result<CreateVirtualMFADeviceResponse, ServiceError> {
    let name = input.virtual_mfa_device_name;
    let tags = Tags::new(input.tags)?;
    let serial = arns::of(cx, "mfa", &path_of(input.path), &name).to_string();
    let seed = cx.ids().bytes::<SEED>().to_vec();
    let text = BASE32_NOPAD.encode(&seed);
    let uri = format!(
        "otpauth://totp/Amazon%20Web%20Services:{name}@{account}?secret={text}&issuer=Amazon%20Web\
         %20Services",
        account = cx.account
    );
    let device =
        VirtualMfa { serial_number: serial.clone(), seed, user: None, enabled: None, tags };
    let output = VirtualMFADevice {
        serial_number: serial.clone(),
        base32_string_seed: Some(text.into_bytes().into()),
        qr_code_png: Some(qr_code::png(&uri).into()),
        tags: device.tags.some(),
        ..Default::default()
    };
    IamStore::of(cx).mfa_devices.insert_new(serial, device).map_err(|_| {
        errors::already_exists("MFADevice entity at the same path and name already exists.")
    })?;
    Ok(CreateVirtualMFADeviceResponse { virtual_mfa_device: output })
}

/// The step of the second of two codes in a row.
fn check_codes(
    cx: &RequestContext,
    device: &VirtualMfa,
    first: &str,
    second: &str,
) -> Result<i64, ServiceError> {
    mfa::consecutive(&device.seed, cx.now(), first, second).ok_or_else(|| {
        let message = "Authentication code for device is not valid.";
        InvalidAuthenticationCodeException::new(message).into()
    })
}

pub(crate) fn enable(
    cx: &RequestContext,
    input: &EnableMFADeviceRequest,
) -> Result<Unit, ServiceError> {
    let store = IamStore::of(cx);
    let (name, serial) = (&input.user_name, &input.serial_number);
    store.find::<store::User>(name)?;
    let device = find(&store, serial)?;
    if device.user.is_some() {
        return Err(errors::already_exists("MFA Device is already in use."));
    }
    let last_step =
        check_codes(cx, &device, &input.authentication_code1, &input.authentication_code2)?;
    let now = cx.now();
    let owner = store.edit(name, |user: &mut Edit<'_, store::User>| {
        if user.mfa_devices.len() >= LIMIT {
            return Err(errors::quota("MFADevicesPerUser", LIMIT));
        }
        user.mfa_devices.insert(serial.clone(), now);
        Ok(arns::of(cx, store::User::NOUN, &user.path, &user.name))
    })?;
    // STS asks for the codes of devices that are enabled.
    let enabled = MfaDevice { seed: device.seed.clone(), owner, last_step };
    cx.world.global::<MfaStore>().devices.insert(serial.clone(), enabled);
    store.mfa_devices.update(serial.as_str(), |device| {
        device.user = Some(name.clone());
        device.enabled = Some(now);
    });
    Ok(Unit)
}

pub(crate) fn resync(
    cx: &RequestContext,
    input: &ResyncMFADeviceRequest,
) -> Result<Unit, ServiceError> {
    let store = IamStore::of(cx);
    let user = store.find::<store::User>(&input.user_name)?;
    let device = enabled(&store, &user, &input.serial_number)?;
    let step = check_codes(cx, &device, &input.authentication_code1, &input.authentication_code2)?;
    let devices = &cx.world.global::<MfaStore>().devices;
    devices.update(&device.serial_number, |device| device.last_step = step);
    Ok(Unit)
}

/// A device that is enabled for this user.
fn enabled(
    store: &IamStore,
    user: &store::User,
    serial: &str,
) -> Result<Arc<VirtualMfa>, ServiceError> {
    if !user.mfa_devices.contains_key(serial) {
        let message = format!("Device with serial number: {serial} not found.");
        return Err(errors::no_such_entity(message));
    }
    find(store, serial)
}

pub(crate) fn deactivate(
    cx: &RequestContext,
    input: DeactivateMFADeviceRequest,
) -> Result<Unit, ServiceError> {
    let name = user_or_caller(cx, input.user_name)?;
    let store = IamStore::of(cx);
    let user = store.find::<store::User>(&name)?;
    let device = enabled(&store, &user, &input.serial_number)?;
    store.edit(&name, |user: &mut Edit<'_, store::User>| {
        user.mfa_devices.remove(&device.serial_number);
        Ok(())
    })?;
    cx.world.global::<MfaStore>().devices.remove(&device.serial_number);
    store.mfa_devices.update(device.serial_number.as_str(), |device| {
        device.user = None;
        device.enabled = None;
    });
    Ok(Unit)
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: &DeleteVirtualMFADeviceRequest,
) -> Result<Unit, ServiceError> {
    let store = IamStore::of(cx);
    let serial = &input.serial_number;
    find(&store, serial)?;
    let removed = store.mfa_devices.remove_if(serial.as_str(), |device| device.user.is_none());
    removed
        .map(|_| Unit)
        .ok_or_else(|| errors::delete_conflict("MFA VirtualDevice in use. Must deactivate first."))
}

pub(crate) fn get(
    cx: &RequestContext,
    input: GetMFADeviceRequest,
) -> Result<GetMFADeviceResponse, ServiceError> {
    let store = IamStore::of(cx);
    let serial = input.serial_number;
    let name = user_or_caller(cx, input.user_name)?;
    let user = store.find::<store::User>(&name)?;
    let device = enabled(&store, &user, &serial)?;
    Ok(GetMFADeviceResponse {
        user_name: Some(name),
        serial_number: serial,
        enable_date: device.enabled.map(|at| at.to_wire_secs()),
        certifications: None,
    })
}

pub(crate) fn list(
    cx: &RequestContext,
    input: ListMFADevicesRequest,
) -> Result<ListMFADevicesResponse, ServiceError> {
    let Some(name) = user_or_root(cx, input.user_name)? else {
        return Ok(ListMFADevicesResponse { is_truncated: Some(false), ..Default::default() });
    };
    let user = IamStore::of(cx).find::<store::User>(&name)?;
    let devices = user.mfa_devices.iter().map(|(serial, at)| (serial.clone(), (serial, at)));
    let page = page(devices, input.marker.as_deref(), input.max_items)?;
    let page = page.map(|(serial, enabled)| MFADevice {
        user_name: name.clone(),
        serial_number: serial.clone(),
        enable_date: enabled.to_wire_secs(),
    });
    Ok(ListMFADevicesResponse {
        is_truncated: page.is_truncated(),
        mfa_devices: page.items,
        marker: page.marker,
    })
}

pub(crate) fn list_virtual(
    cx: &RequestContext,
    input: &ListVirtualMFADevicesRequest,
) -> Result<ListVirtualMFADevicesResponse, ServiceError> {
    let store = IamStore::of(cx);
    let wanted = input.assignment_status.as_ref().map(AssignmentStatusType::as_str);
    let devices = store.mfa_devices.iter().filter(|(_, device)| match wanted {
        Some("Assigned") => device.user.is_some(),
        Some("Unassigned") => device.user.is_none(),
        _ => true,
    });
    let page = page(devices, input.marker.as_deref(), input.max_items)?;
    let page = page.map(|device| {
        let user = device.user.as_ref().and_then(|name| store.find::<store::User>(name).ok());
        VirtualMFADevice {
            serial_number: device.serial_number.clone(),
            user: user.map(|user| users::full(cx, &user)),
            enable_date: device.enabled.map(|at| at.to_wire_secs()),
            ..Default::default()
        }
    });
    Ok(ListVirtualMFADevicesResponse {
        is_truncated: page.is_truncated(),
        virtual_mfa_devices: page.items,
        marker: page.marker,
    })
}

//! ML-DSA (FIPS 204) over the representative µ of a message, which `aws-lc-rs` does not offer.

use aws_lc_rs::encoding::{AsRawBytes as _, PqdsaPrivateKeyRaw};
use aws_lc_rs::signature::{KeyPair as _, PqdsaKeyPair};
use ml_dsa::{ExpandedSigningKey, MlDsa44, MlDsa65, MlDsa87, MlDsaParams, Signature, VerifyingKey};

/// How many bytes a representative has.
pub(crate) const LENGTH: usize = 64;

/// The lengths of the signatures of ML-DSA-44 and ML-DSA-65.
const OF_44: usize = 2_420;
const OF_65: usize = 3_309;

/// Signs a representative; none if it has another length.
pub(crate) fn sign(pair: &PqdsaKeyPair, mu: &[u8]) -> Option<Vec<u8>> {
    match pair.algorithm().signature_len() {
        OF_44 => sign_as::<MlDsa44>(pair, mu),
        OF_65 => sign_as::<MlDsa65>(pair, mu),
        _ => sign_as::<MlDsa87>(pair, mu),
    }
}

fn sign_as<P: MlDsaParams>(pair: &PqdsaKeyPair, mu: &[u8]) -> Option<Vec<u8>> {
    let private: PqdsaPrivateKeyRaw<'_> = pair.private_key().as_raw_bytes().ok()?;
    // Keys that were imported need not have a seed.
    #[expect(deprecated, reason = "the library that made or checked the key tells it expanded")]
    let key = ExpandedSigningKey::<P>::from_expanded(private.as_ref().try_into().ok()?);
    Some(key.sign_mu_deterministic(mu.try_into().ok()?).encode().to_vec())
}

/// Whether the signature of a representative holds.
pub(crate) fn verify(pair: &PqdsaKeyPair, mu: &[u8], signature: &[u8]) -> bool {
    let holds = match pair.algorithm().signature_len() {
        OF_44 => verify_as::<MlDsa44>(pair, mu, signature),
        OF_65 => verify_as::<MlDsa65>(pair, mu, signature),
        _ => verify_as::<MlDsa87>(pair, mu, signature),
    };
    holds == Some(true)
}

fn verify_as<P: MlDsaParams>(pair: &PqdsaKeyPair, mu: &[u8], signature: &[u8]) -> Option<bool> {
    let public = VerifyingKey::<P>::decode(pair.public_key().as_ref().try_into().ok()?);
    let signature = Signature::<P>::try_from(signature).ok()?;
    Some(public.verify_mu(mu.try_into().ok()?, &signature))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{
        ML_DSA_44, ML_DSA_44_SIGNING, ML_DSA_65, ML_DSA_65_SIGNING, ML_DSA_87, ML_DSA_87_SIGNING,
        UnparsedPublicKey,
    };
    use ml_dsa::signature::digest::Update;

    use super::*;

    fn representative<P: MlDsaParams>(pair: &PqdsaKeyPair, message: &[u8]) -> Vec<u8> {
        let public = pair.public_key().as_ref().try_into().expect("a public key");
        let public = VerifyingKey::<P>::decode(public);
        let mu = public.compute_mu(
            |hash| {
                absorb(hash, message);
                Ok(())
            },
            &[],
        );
        mu.expect("no context").to_vec()
    }

    fn absorb(hash: &mut impl Update, message: &[u8]) {
        hash.update(message);
    }

    #[test]
    fn signatures_of_messages_and_of_their_representatives_are_the_same_to_a_verifier() {
        let message = b"message";
        for (signing, verification, representative) in [
            (&ML_DSA_44_SIGNING, &ML_DSA_44, representative::<MlDsa44> as fn(&_, &_) -> _),
            (&ML_DSA_65_SIGNING, &ML_DSA_65, representative::<MlDsa65>),
            (&ML_DSA_87_SIGNING, &ML_DSA_87, representative::<MlDsa87>),
        ] {
            let pair = PqdsaKeyPair::generate(signing).expect("a key");
            let mu: Vec<u8> = representative(&pair, message);
            let signature = sign(&pair, &mu).expect("signed");
            let public = UnparsedPublicKey::new(verification, pair.public_key().as_ref());
            assert!(public.verify(message, &signature).is_ok());
            let mut signature = vec![0; signing.signature_len()];
            pair.sign(message, &mut signature).expect("signed");
            assert!(verify(&pair, &mu, &signature));
            assert!(!verify(&pair, &[0; LENGTH], &signature));
            assert!(!verify(&pair, &mu[1..], &signature));
            assert!(sign(&pair, &mu[1..]).is_none());
        }
    }
}

//! The regions of AWS.

use std::sync::LazyLock;

use fogbank_context::Region;
use rustc_hash::FxHashMap;

/// The names of AWS's regions, sorted.
#[rustfmt::skip]
static NAMES: [&str; 48] = [
    "af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3",
    "ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3",
    "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-central-1",
    "ca-west-1", "cn-north-1", "cn-northwest-1", "eu-central-1", "eu-central-2", "eu-isoe-west-1",
    "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3",
    "eusc-de-east-1", "il-central-1", "me-central-1", "me-south-1", "me-west-1", "mx-central-1",
    "sa-east-1", "sa-west-1", "us-east-1", "us-east-2", "us-gov-east-1", "us-gov-west-1",
    "us-iso-east-1", "us-iso-west-1", "us-isob-east-1", "us-isob-west-1", "us-isof-east-1",
    "us-isof-south-1", "us-west-1", "us-west-2",
];

static REGIONS: LazyLock<FxHashMap<&str, Region>> =
    LazyLock::new(|| NAMES.iter().map(|name| (*name, Region::new(name))).collect());

/// The region of AWS with this name.
pub(crate) fn known(name: &str) -> Option<&'static Region> {
    REGIONS.get(name)
}

/// Pseudo-regions of endpoints that serve a whole partition, and the region they stand for.
pub(crate) fn of_partition(name: &str) -> Option<&'static str> {
    Some(match name {
        "aws-global" => "us-east-1",
        "aws-cn-global" => "cn-north-1",
        "aws-us-gov-global" => "us-gov-west-1",
        "aws-iso-global" => "us-iso-east-1",
        "aws-iso-b-global" => "us-isob-east-1",
        "aws-iso-e-global" => "eu-isoe-west-1",
        "aws-iso-f-global" => "us-isof-south-1",
        _ => return None,
    })
}

/// Whether a word has the form of a region's name: `xx-word-1`.
pub(crate) fn has_form(word: &str) -> bool {
    let mut parts = word.split('-');
    let first = parts.next().unwrap_or_default();
    let last = parts.next_back().unwrap_or_default();
    let letters = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
    let middle = parts.clone().count();
    (2..=4).contains(&first.len())
        && letters(first)
        && (1..=2).contains(&middle)
        && parts.all(letters)
        && (1..=2).contains(&last.len())
        && last.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_region_is_found_and_has_the_form() {
        assert!(NAMES.is_sorted());
        for name in NAMES {
            assert_eq!(known(name).map(Region::as_str), Some(name));
            assert!(has_form(name), "{name}");
        }
    }

    #[test]
    fn other_words_are_no_regions() {
        for word in ["s3", "my-bucket", "us-east", "a-b-1", "sqs", "us-east-1a", "UP-east-1", ""] {
            assert!(known(word).is_none() && !has_form(word), "{word}");
        }
    }
}

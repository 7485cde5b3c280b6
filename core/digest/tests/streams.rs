//! The MD5 of streams, beside another implementation.

#![allow(clippy::unwrap_used)]

use bytes::Bytes;
use fogbank_digest::{Md5, Md5Stream};
use futures_util::future::join_all;
use md5::Digest as _;
use proptest::prelude::*;

fn expected(content: &[u8]) -> [u8; 16] {
    md5::Md5::digest(content).into()
}

fn content(length: usize, seed: usize) -> Bytes {
    (0..length).map(|at| (at ^ (at >> 8)).wrapping_mul(2 * seed + 1) as u8).collect()
}

/// Cuts content into chunks of these lengths, again and again.
fn chunks(mut content: Bytes, lengths: &[usize]) -> Vec<Bytes> {
    let mut chunks = Vec::new();
    let mut lengths = lengths.iter().cycle();
    while !content.is_empty() {
        let length = lengths.next().map_or(1, |length| (*length).min(content.len()));
        chunks.push(content.split_to(length));
    }
    chunks
}

async fn digest(content: Bytes, announced: bool, lengths: &[usize]) -> [u8; 16] {
    let mut md5 = Md5Stream::new(announced.then_some(content.len() as u64));
    for chunk in chunks(content, lengths) {
        md5.update(&chunk).await;
    }
    md5.finish().await
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn pieces_are_as_one(
        length in 0usize..2_000,
        lengths in prop::collection::vec(1usize..200, 1..8),
    ) {
        let content = content(length, 3);
        let mut md5 = Md5::default();
        for chunk in chunks(content.clone(), &lengths) {
            md5.update(&chunk);
        }
        prop_assert_eq!(md5.finish(), expected(&content));
        prop_assert_eq!(Md5::of(&content), expected(&content));
    }

    /// Streams of different lengths and chunks that begin and end at different times; some are
    /// given up.
    #[test]
    fn streams_beside_each_other(
        streams in prop::collection::vec(
            (
                0usize..600_000,
                prop::collection::vec(1_000usize..200_000, 1..6),
                any::<bool>(),
                0usize..5,
            ),
            1..40,
        ),
    ) {
        let runtime = runtime();
        let running = streams.iter().enumerate().map(|(at, (length, lengths, announced, fate))| {
            let (content, lengths) = (content(*length, at), lengths.clone());
            let (announced, given_up) = (*announced, *fate == 0);
            runtime.spawn(async move {
                if given_up {
                    let mut md5 = Md5Stream::new(None);
                    for chunk in chunks(content, &lengths).into_iter().skip(1) {
                        md5.update(&chunk).await;
                    }
                    return true;
                }
                digest(content.clone(), announced, &lengths).await == expected(&content)
            })
        });
        let right: Vec<bool> = runtime
            .block_on(join_all(running.collect::<Vec<_>>()))
            .into_iter()
            .map(Result::unwrap)
            .collect();
        prop_assert!(right.iter().all(|right| *right), "{right:?}");
    }
}

#[tokio::test]
async fn chunks_that_do_not_fit_blocks() {
    for lengths in [&[63usize][..], &[65], &[1, 64, 127], &[100_000, 3], &[7, 300_000]] {
        let content = content(700_001, 5);
        assert_eq!(digest(content.clone(), true, lengths).await, expected(&content), "{lengths:?}");
    }
}

/// A stream whose chunks do not come does not keep the others.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_that_pause_keep_nobody() {
    let content = content(2_000_000, 9);
    let paused: Vec<Md5Stream> = (0..20).map(|_| Md5Stream::new(Some(1 << 30))).collect();
    let mut slow = Md5Stream::new(Some(1 << 30));
    slow.update(&content.slice(..10)).await;
    assert_eq!(digest(content.clone(), true, &[50_000]).await, expected(&content));
    drop(paused);
    slow.update(&content.slice(10..)).await;
    assert_eq!(slow.finish().await, expected(&content));
}

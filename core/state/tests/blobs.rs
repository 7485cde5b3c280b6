//! The blob store.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use bytes::Bytes;
use fogbank_state::{Blob, BlobOptions, BlobStore};

fn small_limit() -> BlobStore {
    BlobStore::new(BlobOptions { memory_limit: 100, ..BlobOptions::default() })
}

fn pattern(len: usize, seed: u8) -> Bytes {
    (0..len).map(|i| (i as u8).wrapping_mul(31).wrapping_add(seed)).collect()
}

async fn write(store: &BlobStore, payload: &Bytes, step: usize) -> Blob {
    let mut writer = store.writer(None);
    for chunk in payload.chunks(step) {
        writer.write(Bytes::copy_from_slice(chunk)).await.unwrap();
    }
    writer.finish().await.unwrap()
}

#[tokio::test]
async fn what_is_written_is_read_in_memory_and_in_files() {
    let store = small_limit();
    for (len, step) in [(0, 1), (1, 1), (100, 7), (101, 7), (300_000, 1000), (3_000_000, 70_000)] {
        let payload = pattern(len, 3);
        let blob = write(&store, &payload, step).await;
        assert_eq!(blob.len(), len as u64);
        assert_eq!(blob.as_bytes().is_some(), len <= 100, "{len}");
        assert_eq!(blob.bytes().await.unwrap(), payload);
        for (from, to) in [(0, 0), (0, 1), (1, 99), (99, 262_200), (5, u64::MAX)] {
            let end = (len as u64).min(to) as usize;
            let start = (from as usize).min(end);
            let part = blob.slice(from..to);
            assert_eq!(part.bytes().await.unwrap(), payload[start..end], "{len} {from}..{to}");
        }
    }
}

#[tokio::test]
async fn concatenations_share_and_nest() {
    let store = small_limit();
    let parts = [pattern(50, 1), pattern(5_000, 2), pattern(0, 3), pattern(700, 4)];
    let mut blobs = Vec::new();
    for part in &parts {
        blobs.push(store.put(part.clone()).await.unwrap());
    }
    let whole = parts.concat();
    let joined =
        Blob::concat([Blob::concat(blobs[..2].to_vec()), Blob::concat(blobs[2..].to_vec())]);
    drop(blobs);
    assert_eq!(joined.bytes().await.unwrap(), whole);
    assert_eq!(joined.slice(40..=5_100).bytes().await.unwrap(), whole[40..=5_100]);
    let nested = joined.slice(10..).slice(30..5_000);
    assert_eq!(nested.bytes().await.unwrap(), whole[40..5_010]);
    assert_eq!(joined.slices(..).unwrap().len(), 3);
}

#[tokio::test]
async fn files_are_shared_and_go_with_their_last_handle() {
    let ours = format!("fogbank-blobs-{}-", std::process::id());
    let directories = || {
        let entries = std::fs::read_dir(std::env::temp_dir()).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let is_ours =
            |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with(&ours);
        paths.filter(is_ours).collect::<Vec<_>>()
    };
    // All but the file that says that the directory is in use.
    let count = |path: &PathBuf| std::fs::read_dir(path).unwrap().count() - 1;
    let files = || directories().iter().map(count).sum::<usize>();
    let abandoned = std::env::temp_dir().join("fogbank-blobs-0-0");
    std::fs::create_dir_all(&abandoned).unwrap();
    std::fs::write(abandoned.join("lock"), "").unwrap();
    let store = small_limit();
    let one = store.put(pattern(1_000, 1)).await.unwrap();
    let two = Blob::concat([one.clone()]);
    assert_eq!(files(), 1);
    assert!(!abandoned.exists());
    let part = one.slice(1..10);
    drop((one, two));
    let mut abandoned = store.writer(None);
    abandoned.write(pattern(2_000, 9)).await.unwrap();
    drop(abandoned);
    assert_eq!(part.bytes().await.unwrap(), pattern(1_000, 1)[1..10]);
    drop(part);
    for _ in 0..200 {
        if files() == 0 {
            drop(store);
            assert_eq!(directories(), Vec::<PathBuf>::new());
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{} files are left", files());
}

#[tokio::test]
async fn files_that_are_kept_are_shared_by_content() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().to_owned();
    let options = BlobOptions { memory_limit: 100, directory: Some(path.clone()), sync: false };
    let store = BlobStore::new(options);
    let one = store.put(pattern(1_000, 1)).await.unwrap();
    let two = store.put(pattern(1_000, 1)).await.unwrap();
    assert_eq!(std::fs::read_dir(path).unwrap().count(), 1);
    drop(one);
    assert_eq!(two.bytes().await.unwrap(), pattern(1_000, 1));
}

/// Files of blobs that are gone serve others, which do not touch what is still read of them.
#[tokio::test]
async fn spare_files_are_written_again() {
    const LEN: usize = 2_000_000;
    let store = small_limit();
    let announced = async |seed| {
        let payload = pattern(LEN - usize::from(seed), seed);
        let mut writer = store.writer(Some(payload.len() as u64));
        for chunk in payload.chunks(300_000) {
            writer.write(Bytes::copy_from_slice(chunk)).await.unwrap();
        }
        (writer.finish().await.unwrap(), payload)
    };
    let (kept, kept_payload) = announced(0).await;
    let mut reader = kept.read(1_000..);
    let first = reader.next().await.unwrap().unwrap();
    assert_eq!(first, kept_payload[1_000..1_000 + first.len()]);
    let slices = kept.slices(..).unwrap();
    drop(kept);
    for seed in 1..20 {
        let (blob, payload) = announced(seed).await;
        assert_eq!(blob.len(), payload.len() as u64);
        assert_eq!(blob.bytes().await.unwrap(), payload);
        assert_eq!(blob.slices(..).unwrap().len(), 1);
        drop(blob);
        tokio::task::yield_now().await;
    }
    let mut rest = first.to_vec();
    while let Some(chunk) = reader.next().await {
        rest.extend_from_slice(&chunk.unwrap());
    }
    assert_eq!(rest, kept_payload[1_000..]);
    let [fogbank_state::BlobSlice::File { file, len, .. }] = &slices[..] else { panic!("a file") };
    let mut content = Vec::new();
    std::io::Read::read_to_end(&mut &*file, &mut content).unwrap();
    assert_eq!((content.len() as u64, Bytes::from(content)), (*len, kept_payload));
}

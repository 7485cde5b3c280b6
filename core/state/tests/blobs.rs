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
    let two = store.put(pattern(1_000, 1)).await.unwrap();
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

//! Reading a file of frames while what was read is worked on.

use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};

use bytes::Bytes;

use super::segment::FrameReader;
use crate::journal::JournalError;

/// Smaller files are read by the thread that works on them.
const ALONE: u64 = 4 * 1024 * 1024;
/// How many bytes of frames change hands at once, and how often before the reader waits.
const PIECE: usize = 1024 * 1024;
const PIECES: usize = 8;

/// Frames, each with the place behind it.
type Frames = Vec<(u64, Bytes)>;

/// Shows each good frame of a file that lies before `end`, with the place behind it; returns the
/// place behind the last and the length of the file.
pub(super) fn read_ahead(
    path: &Path,
    end: Option<u64>,
    show: &mut dyn FnMut(u64, Bytes) -> Result<(), JournalError>,
) -> Result<(u64, u64), JournalError> {
    let mut frames = FrameReader::open(path)?;
    if frames.len() < ALONE {
        while let Some(frame) = frames.next(end)? {
            show(frames.good(), frame)?;
        }
        return Ok((frames.good(), frames.len()));
    }
    std::thread::scope(|scope| {
        let (pieces, received) = sync_channel(PIECES);
        let reader = scope.spawn(move || read(frames, end, &pieces));
        for piece in received {
            for (at, frame) in piece {
                show(at, frame)?;
            }
        }
        reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Reads to the end, or until nobody wants any more.
fn read(
    mut frames: FrameReader,
    end: Option<u64>,
    pieces: &SyncSender<Frames>,
) -> Result<(u64, u64), JournalError> {
    let (mut piece, mut bytes) = (Frames::new(), 0);
    while let Some(frame) = frames.next(end)? {
        bytes += frame.len();
        piece.push((frames.good(), frame));
        if bytes >= PIECE {
            bytes = 0;
            if pieces.send(std::mem::take(&mut piece)).is_err() {
                break;
            }
        }
    }
    // Fails when nobody wants it.
    let _ = pieces.send(piece);
    Ok((frames.good(), frames.len()))
}

//! Files of frames.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use bytes::{Buf, BufMut, Bytes, BytesMut};

use crate::journal::{Dropped, JournalError, Sync};

const MAGIC: &[u8; 8] = b"FOGBANK\n";
/// The version of the format; raised when older programs could not read a file.
const FORMAT: u32 = 1;
/// Magic, format, and the good length of the log before this one plus one, or 0.
const HEADER: usize = 8 + 4 + 8;
const FRAME_HEADER: usize = 8 + 4;
/// How much is read at once.
const WINDOW: usize = 4 * 1024 * 1024;

fn checksum(len: u64, payload: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&len.to_le_bytes());
    crc.update(payload);
    crc.finalize()
}

fn frame(out: &mut Vec<u8>, payload: &[u8]) {
    let len = payload.len() as u64;
    out.put_u64_le(len);
    out.put_u32_le(checksum(len, payload));
    out.put_slice(payload);
}

fn header(previous: Option<u64>) -> Vec<u8> {
    let mut header = MAGIC.to_vec();
    header.put_u32_le(FORMAT);
    header.put_u64_le(previous.map_or(0, |len| len + 1));
    header
}

/// Reads the header of a file: the good length of the log before it, where it says.
fn read_header(path: &Path, file: &mut File) -> Result<Option<Option<u64>>, JournalError> {
    let mut bytes = Vec::with_capacity(HEADER);
    let read = file.take(HEADER as u64).read_to_end(&mut bytes);
    read.map_err(|error| JournalError::io(path, error))?;
    let mut header = &bytes[..];
    if bytes.len() < HEADER {
        // The process ended while it made the file: nothing is in it.
        return Ok(None);
    }
    if !header.starts_with(MAGIC) {
        return Err(JournalError::Damaged { path: path.into(), at: 0 });
    }
    header.advance(MAGIC.len());
    match header.get_u32_le() {
        FORMAT => Ok(Some(header.get_u64_le().checked_sub(1))),
        found => Err(JournalError::Format { path: path.into(), found, known: FORMAT }),
    }
}

/// The good length of the log before the one at `path`, where that is known.
pub(super) fn previous_len(path: &Path) -> Result<Option<u64>, JournalError> {
    let mut file = File::open(path).map_err(|error| JournalError::io(path, error))?;
    Ok(read_header(path, &mut file)?.flatten())
}

/// Cuts the end of a file off and keeps a copy of it.
pub(super) fn cut_off(path: &Path, at: u64) -> Result<Dropped, JournalError> {
    let failed = |error| JournalError::io(path, error);
    let content = fs::read(path).map_err(failed)?;
    let rest = &content[usize::try_from(at).unwrap_or(usize::MAX).min(content.len())..];
    let copy = path.with_extension(format!("dropped-{at}"));
    fs::write(&copy, rest).map_err(|error| JournalError::io(&copy, error))?;
    let file = File::options().write(true).open(path).map_err(failed)?;
    file.set_len(at).and_then(|()| file.sync_all()).map_err(failed)?;
    let bytes = rest.len() as u64;
    Ok(Dropped { path: path.into(), at, bytes, saved_as: Some(copy) })
}

/// The log that is written to.
#[derive(Debug)]
pub(super) struct Segment {
    path: PathBuf,
    file: File,
    len: u64,
    /// What is behind `len` could not be taken back.
    broken: bool,
    buffer: Vec<u8>,
}

impl Segment {
    pub(super) fn create(
        path: PathBuf,
        previous: Option<u64>,
        first: Option<&[u8]>,
    ) -> Result<Self, JournalError> {
        let mut start = header(previous);
        first.iter().for_each(|first| frame(&mut start, first));
        let written = File::options().write(true).create(true).truncate(true).open(&path).and_then(
            |mut file| {
                file.write_all(&start)?;
                Ok(file)
            },
        );
        let file = written.map_err(|error| JournalError::io(&path, error))?;
        Ok(Self { path, file, len: start.len() as u64, broken: false, buffer: Vec::new() })
    }

    pub(super) fn len(&self) -> u64 {
        self.len
    }

    pub(super) fn is_broken(&self) -> bool {
        self.broken
    }

    pub(super) fn append(&mut self, batches: &[Vec<u8>]) -> Result<(), JournalError> {
        self.buffer.clear();
        batches.iter().for_each(|batch| frame(&mut self.buffer, batch));
        if let Err(error) = self.file.write_all(&self.buffer) {
            self.broken = self.take_back().is_err();
            return Err(JournalError::io(&self.path, error));
        }
        self.len += self.buffer.len() as u64;
        self.buffer.shrink_to(WINDOW);
        Ok(())
    }

    /// Removes what a failed write left.
    fn take_back(&mut self) -> io::Result<()> {
        use std::io::Seek;
        self.file.set_len(self.len)?;
        self.file.seek(io::SeekFrom::Start(self.len)).map(drop)
    }

    pub(super) fn start_sync(&self) -> Result<Sync, JournalError> {
        let path = self.path.clone();
        let file = self.file.try_clone().map_err(|error| JournalError::io(&path, error))?;
        Ok(Box::new(move || file.sync_data().map_err(|error| JournalError::io(path, error))))
    }
}

/// Writes a file of frames as a whole.
#[derive(Debug)]
pub(crate) struct FrameWriter {
    path: PathBuf,
    file: File,
    len: u64,
}

impl FrameWriter {
    pub(crate) fn create(path: impl Into<PathBuf>) -> Result<Self, JournalError> {
        let path = path.into();
        let written = File::create(&path).and_then(|mut file| {
            file.write_all(&header(None))?;
            Ok(file)
        });
        let file = written.map_err(|error| JournalError::io(&path, error))?;
        Ok(Self { path, file, len: HEADER as u64 })
    }

    pub(crate) fn write(&mut self, payload: &[u8]) -> Result<(), JournalError> {
        let mut bytes = Vec::with_capacity(payload.len() + FRAME_HEADER);
        frame(&mut bytes, payload);
        self.len += bytes.len() as u64;
        self.file.write_all(&bytes).map_err(|error| JournalError::io(&self.path, error))
    }

    /// Brings the file to the disk; returns its length.
    pub(crate) fn finish(self) -> Result<u64, JournalError> {
        self.file.sync_all().map_err(|error| JournalError::io(&self.path, error))?;
        Ok(self.len)
    }
}

/// Reads a file of frames.
#[derive(Debug)]
pub(crate) struct FrameReader {
    path: PathBuf,
    file: File,
    window: BytesMut,
    len: u64,
    good: u64,
}

impl FrameReader {
    pub(crate) fn open(path: &Path) -> Result<Self, JournalError> {
        let failed = |error| JournalError::io(path, error);
        let mut file = File::open(path).map_err(failed)?;
        let len = file.metadata().map_err(failed)?.len();
        let good = if read_header(path, &mut file)?.is_some() { HEADER as u64 } else { len };
        Ok(Self { path: path.into(), file, window: BytesMut::new(), len, good })
    }

    /// The place behind the last good frame.
    pub(crate) fn good(&self) -> u64 {
        self.good
    }

    /// The length of the file.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// The payload of the next frame that lies before `end`; none at the end and where no good
    /// frame follows.
    pub(crate) fn next(&mut self, end: Option<u64>) -> Result<Option<Bytes>, JournalError> {
        let end = end.unwrap_or(self.len).min(self.len);
        let left = end.saturating_sub(self.good);
        if left < FRAME_HEADER as u64 || !self.fill(FRAME_HEADER)? {
            return Ok(None);
        }
        let mut head = &self.window[..FRAME_HEADER];
        let (len, crc) = (head.get_u64_le(), head.get_u32_le());
        if len > left - FRAME_HEADER as u64 {
            return Ok(None);
        }
        let Ok(size) = usize::try_from(len) else { return Ok(None) };
        if !self.fill(FRAME_HEADER + size)? {
            return Ok(None);
        }
        if checksum(len, &self.window[FRAME_HEADER..FRAME_HEADER + size]) != crc {
            return Ok(None);
        }
        self.window.advance(FRAME_HEADER);
        self.good += FRAME_HEADER as u64 + len;
        Ok(Some(self.window.split_to(size).freeze()))
    }

    /// Reads until the window holds `want` bytes; false at the end of the file.
    fn fill(&mut self, want: usize) -> Result<bool, JournalError> {
        while self.window.len() < want {
            let more = (want - self.window.len()).max(WINDOW);
            let mut rest = (&mut self.file).take(more as u64);
            let mut chunk = Vec::with_capacity(self.window.len() + more);
            chunk.extend_from_slice(&self.window);
            let read = rest.read_to_end(&mut chunk);
            let read = read.map_err(|error| JournalError::io(&self.path, error))?;
            if read == 0 {
                return Ok(false);
            }
            self.window = BytesMut::from(Bytes::from(chunk));
        }
        Ok(true)
    }
}

//! The encoded form of changes.
//!
//! An operation is a tag byte and fields, each a length or number in LEB128 followed by bytes. Tables
//! are named once ([`Op::Define`]) and then by number.

use std::collections::{HashMap, HashSet};

use bytes::{Buf, Bytes};
use serde::{Deserialize, Serialize};

use super::Recorder;
use crate::blob::BlobHash;
use crate::codec::{self, Saved};
use crate::store::StoreAddress;

/// What a number in a batch stands for: a table, or a row map of the resources of a table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TableName {
    /// The store.
    pub store: StoreAddress,
    /// The table.
    pub table: String,
    /// The row map, or none for the table itself.
    pub rows: Option<String>,
    /// The version of the values.
    pub version: u32,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// From here on, the number stands for the table.
    Define(u32, TableName),
    /// The header of a resource.
    Put {
        /// The table.
        table: u32,
        /// The resource.
        key: Bytes,
        /// The header.
        value: Bytes,
        /// The files of blobs in it.
        blobs: Vec<BlobHash>,
    },
    /// A resource is gone, with its rows.
    Drop {
        /// The table.
        table: u32,
        /// The resource.
        key: Bytes,
    },
    /// A row of a resource.
    PutRow {
        /// The row map.
        table: u32,
        /// The resource.
        key: Bytes,
        /// The row.
        row: Bytes,
        /// Its value.
        value: Bytes,
        /// The files of blobs in it.
        blobs: Vec<BlobHash>,
    },
    /// A row is gone.
    DropRow {
        /// The row map.
        table: u32,
        /// The resource.
        key: Bytes,
        /// The row.
        row: Bytes,
    },
    /// All rows of a row map of a resource are gone.
    Clear {
        /// The row map.
        table: u32,
        /// The resource.
        key: Bytes,
    },
    /// Everything is gone.
    Wipe,
    /// The content of a blob's file; only in exported files.
    Blob {
        /// The hash of the whole content.
        hash: BlobHash,
        /// A piece of the content; an empty one is the last.
        piece: Bytes,
    },
    /// The end of a file that is written as a whole, with the number of operations before it.
    End(u64),
}

const DEFINE: u8 = 1;
const PUT: u8 = 2;
const DROP: u8 = 3;
const PUT_ROW: u8 = 4;
const DROP_ROW: u8 = 5;
const CLEAR: u8 = 6;
const WIPE: u8 = 7;
const BLOB: u8 = 8;
const END: u8 = 9;

fn number(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value as u8) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn field(out: &mut Vec<u8>, bytes: &[u8]) {
    number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn value(out: &mut Vec<u8>, saved: &Saved) {
    field(out, &saved.bytes);
    number(out, saved.blobs.len() as u64);
    saved.blobs.iter().for_each(|hash| out.extend_from_slice(&hash.0));
}

fn start(out: &mut Vec<u8>, tag: u8, table: u32) {
    out.push(tag);
    number(out, table.into());
}

pub(crate) fn define(out: &mut Vec<u8>, id: u32, name: &TableName) {
    start(out, DEFINE, id);
    field(out, &codec::encode(name));
}

pub(crate) fn put(out: &mut Vec<u8>, table: u32, key: &[u8], header: &Saved) {
    start(out, PUT, table);
    field(out, key);
    value(out, header);
}

pub(crate) fn drop_resource(out: &mut Vec<u8>, table: u32, key: &[u8]) {
    start(out, DROP, table);
    field(out, key);
}

pub(crate) fn put_row(out: &mut Vec<u8>, table: u32, key: &[u8], row: &[u8], saved: &Saved) {
    start(out, PUT_ROW, table);
    field(out, key);
    field(out, row);
    value(out, saved);
}

pub(crate) fn drop_row(out: &mut Vec<u8>, table: u32, key: &[u8], row: &[u8]) {
    start(out, DROP_ROW, table);
    field(out, key);
    field(out, row);
}

pub(crate) fn clear(out: &mut Vec<u8>, table: u32, key: &[u8]) {
    start(out, CLEAR, table);
    field(out, key);
}

pub(crate) fn wipe(out: &mut Vec<u8>) {
    out.push(WIPE);
}

pub(crate) fn blob(out: &mut Vec<u8>, hash: BlobHash, piece: &[u8]) {
    out.push(BLOB);
    out.extend_from_slice(&hash.0);
    field(out, piece);
}

pub(crate) fn end(out: &mut Vec<u8>, ops: u64) {
    out.push(END);
    number(out, ops);
}

/// Reads fields off the front of a batch; none when it is cut off or makes no sense.
struct Fields<'a>(&'a mut Bytes);

impl Fields<'_> {
    fn byte(&mut self) -> Option<u8> {
        self.0.has_remaining().then(|| self.0.get_u8())
    }

    fn number(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn id(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    fn take(&mut self, len: u64) -> Option<Bytes> {
        let len = usize::try_from(len).ok()?;
        (len <= self.0.len()).then(|| self.0.split_to(len))
    }

    fn field(&mut self) -> Option<Bytes> {
        let len = self.number()?;
        self.take(len)
    }

    fn hash(&mut self) -> Option<BlobHash> {
        Some(BlobHash(<[u8; 32]>::try_from(&self.take(32)?[..]).ok()?))
    }

    fn hashes(&mut self) -> Option<Vec<BlobHash>> {
        (0..self.number()?).map(|_| self.hash()).collect()
    }

    fn op(&mut self) -> Option<Op> {
        Some(match self.byte()? {
            DEFINE => Op::Define(self.id()?, codec::decode(&self.field()?).ok()?),
            PUT => Op::Put {
                table: self.id()?,
                key: self.field()?,
                value: self.field()?,
                blobs: self.hashes()?,
            },
            DROP => Op::Drop { table: self.id()?, key: self.field()? },
            PUT_ROW => Op::PutRow {
                table: self.id()?,
                key: self.field()?,
                row: self.field()?,
                value: self.field()?,
                blobs: self.hashes()?,
            },
            DROP_ROW => Op::DropRow { table: self.id()?, key: self.field()?, row: self.field()? },
            CLEAR => Op::Clear { table: self.id()?, key: self.field()? },
            WIPE => Op::Wipe,
            BLOB => Op::Blob { hash: self.hash()?, piece: self.field()? },
            END => Op::End(self.number()?),
            _ => return None,
        })
    }
}

impl Op {
    /// Reads the operations of a batch one after the other; false, after those before, where it
    /// makes no sense.
    pub fn read_all(batch: Bytes, mut read: impl FnMut(Op)) -> bool {
        let mut batch = batch;
        while batch.has_remaining() {
            match Fields(&mut batch).op() {
                Some(op) => read(op),
                None => return false,
            }
        }
        true
    }
}

/// Gives tables their numbers and collects operations, to be written in pieces.
pub(crate) struct OpSink<'a> {
    ids: HashMap<TableName, u32>,
    /// Gives the numbers, where they have to be those of a journal.
    recorder: Option<&'a Recorder>,
    /// The files of blobs in what was added.
    blobs: HashSet<BlobHash>,
    batch: Vec<u8>,
    ops: u64,
    failed: Option<crate::JournalError>,
    write: &'a mut dyn FnMut(&[u8]) -> Result<(), crate::JournalError>,
}

/// A batch of a file that is written as a whole is written when it has this size.
const PIECE: usize = 1024 * 1024;

impl<'a> OpSink<'a> {
    pub(crate) fn new(write: &'a mut dyn FnMut(&[u8]) -> Result<(), crate::JournalError>) -> Self {
        Self {
            ids: HashMap::new(),
            recorder: None,
            blobs: HashSet::new(),
            batch: Vec::new(),
            ops: 0,
            failed: None,
            write,
        }
    }

    /// A sink whose batches are for the journal of a recorder.
    pub(crate) fn numbered_by(
        recorder: &'a Recorder,
        write: &'a mut dyn FnMut(&[u8]) -> Result<(), crate::JournalError>,
    ) -> Self {
        Self { recorder: Some(recorder), ..Self::new(write) }
    }

    /// The number of a table, defined where it is new.
    pub(crate) fn id(&mut self, name: TableName) -> u32 {
        if let Some(recorder) = self.recorder {
            return recorder.id(name);
        }
        if let Some(id) = self.ids.get(&name) {
            return *id;
        }
        let id = u32::try_from(self.ids.len()).expect("fewer tables than 2^32");
        self.add(|out| define(out, id, &name));
        self.ids.insert(name, id);
        id
    }

    /// Adds an operation. Errors come up in [`OpSink::finish`].
    pub(crate) fn add(&mut self, op: impl FnOnce(&mut Vec<u8>)) {
        op(&mut self.batch);
        self.ops += 1;
        if self.batch.len() >= PIECE {
            self.flush();
        }
    }

    /// Adds the header of a resource.
    pub(crate) fn put(&mut self, table: u32, key: &[u8], header: &Saved) {
        self.blobs.extend(&header.blobs);
        self.add(|out| put(out, table, key, header));
    }

    /// Adds a row of a resource.
    pub(crate) fn put_row(&mut self, table: u32, key: &[u8], row: &[u8], saved: &Saved) {
        self.blobs.extend(&saved.blobs);
        self.add(|out| put_row(out, table, key, row, saved));
    }

    /// The files of blobs in what was added so far.
    pub(crate) fn take_blobs(&mut self) -> HashSet<BlobHash> {
        std::mem::take(&mut self.blobs)
    }

    fn flush(&mut self) {
        if self.failed.is_none() && !self.batch.is_empty() {
            self.failed = (self.write)(&self.batch).err();
        }
        self.batch.clear();
    }

    /// Writes the end mark and what is left; returns the number of operations.
    pub(crate) fn finish(mut self) -> Result<u64, crate::JournalError> {
        end(&mut self.batch, self.ops);
        self.flush();
        self.failed.map_or(Ok(self.ops), Err)
    }
}

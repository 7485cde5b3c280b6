//! MD5 of many streams at once.
//!
//! Each step of MD5 waits for the one before it, so one stream leaves most of a processor idle and
//! no instruction makes it faster. Several streams do not wait for each other: in the lanes of
//! vector registers sixteen of them (AVX-512) or eight (AVX2) take little longer than one.
//!
//! [`Md5`] is the hash of one piece after the other, on the spot. [`Md5Stream`] is that of a stream
//! of chunks: one thread of the process hashes what waits of all streams together, while they are
//! received and written elsewhere.

mod md5;
mod stream;
mod worker;

pub use md5::Md5;
pub use stream::Md5Stream;

//! One large object, put and got: how much memory that takes, and whether it comes back as it went.

use std::io;
use std::time::Instant;

use crate::cases::request;
use crate::connection::Connection;
use crate::server::Server;

const MIB: usize = 1 << 20;

/// A number of bytes such as `5GiB`, `64MiB` or `1000`.
pub(crate) fn size(text: &str) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let unit = match &text[digits..] {
        "" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return None,
    };
    text[..digits].parse::<u64>().ok()?.checked_mul(unit)
}

/// Puts an object of this many bytes, gets it, and prints what the server held at most.
pub(crate) async fn measure(binary: &str, bytes: u64) -> io::Result<()> {
    let fogbank = Server::fogbank(binary)?;
    let mut connection = Connection::open(fogbank.address).await?;
    let call = |method: &str, path: &str| request(method, path, "s3", &[], b"");
    connection.call(&call("PUT", "/large-bucket"), false).await?;
    let before = fogbank.most_resident_mib();
    let headers = [("x-amz-content-sha256", "UNSIGNED-PAYLOAD")];
    let put = request("PUT", "/large-bucket/object", "s3", &headers, b"");
    let put = String::from_utf8_lossy(&put)
        .replace("content-length: 0\r\n", &format!("content-length: {bytes}\r\n"));
    let started = Instant::now();
    let mut sent = 0;
    let answer = connection.call_with_body(put.as_bytes(), || {
        let piece = piece(sent / MIB as u64, bytes - sent);
        sent += piece.len() as u64;
        (!piece.is_empty()).then_some(piece)
    });
    let status = answer.await?.status;
    if status != 200 {
        return Err(io::Error::other(format!("the server answered {status} to PutObject")));
    }
    let (put_time, after_put) = (started.elapsed(), fogbank.most_resident_mib());
    let started = Instant::now();
    let mut got = 0;
    let status = connection
        .call_for_body(&call("GET", "/large-bucket/object"), |mut found| {
            while !found.is_empty() {
                let piece = piece(got / MIB as u64, bytes - got / MIB as u64 * MIB as u64);
                let expected = &piece[(got % MIB as u64) as usize..];
                let same = expected.len().min(found.len());
                if same == 0 || expected[..same] != found[..same] {
                    return Err(io::Error::other(format!("another content at byte {got}")));
                }
                got += same as u64;
                found = &found[same..];
            }
            Ok(())
        })
        .await?;
    if status != 200 || got != bytes {
        return Err(io::Error::other(format!("GetObject: {status} and {got} bytes")));
    }
    let (get_time, after_get) = (started.elapsed(), fogbank.most_resident_mib());
    connection.call(&call("DELETE", "/large-bucket/object"), false).await?;
    println!("| | seconds | most resident, MiB |");
    println!("|---|--:|--:|");
    println!("| before | | {before:.0} |");
    println!("| PutObject of {bytes} bytes | {:.1} | {after_put:.0} |", put_time.as_secs_f64());
    println!("| GetObject, compared | {:.1} | {after_get:.0} |", get_time.as_secs_f64());
    Ok(())
}

/// A piece of the content by its number: no two are the same.
fn piece(number: u64, left: u64) -> Vec<u8> {
    let length = usize::try_from(left).unwrap_or(MIB).min(MIB);
    let mut piece = number.to_be_bytes().repeat(length.div_ceil(8));
    piece.truncate(length);
    piece
}

//! QR codes as PNG images.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use qrcodegen::{QrCode, QrCodeEcc};

/// Pixels of a module's side.
const SCALE: i32 = 5;
/// Modules around the code that stay white.
const MARGIN: i32 = 4;

/// The image of a QR code that says `text`; nothing for a text that is too long for one.
pub(crate) fn png(text: &str) -> Vec<u8> {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else { return Vec::new() };
    let side = (code.size() + 2 * MARGIN) * SCALE;
    let mut rows = Vec::new();
    for y in 0..side {
        // Each row begins with its filter: none.
        rows.push(0);
        let dark = |x: i32| code.get_module(x / SCALE - MARGIN, y / SCALE - MARGIN);
        rows.extend((0..side).map(|x| if dark(x) { 0 } else { 0xff_u8 }));
    }
    let side = u32::try_from(side).unwrap_or(0).to_be_bytes();
    // Eight bits of grey, and the only methods that there are.
    let header = [side.as_slice(), &side, &[8, 0, 0, 0, 0]].concat();
    let mut image = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut image, *b"IHDR", &header);
    chunk(&mut image, *b"IDAT", &deflated(&rows));
    chunk(&mut image, *b"IEND", &[]);
    image
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("writing to memory does not fail");
    encoder.finish().expect("writing to memory does not fail")
}

fn chunk(image: &mut Vec<u8>, kind: [u8; 4], contents: &[u8]) {
    image.extend(u32::try_from(contents.len()).unwrap_or(0).to_be_bytes());
    let body = [kind.as_slice(), contents].concat();
    let checksum = crc32fast::hash(&body);
    image.extend(body);
    image.extend(checksum.to_be_bytes());
}

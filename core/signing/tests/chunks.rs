//! The examples of chunked bodies in the S3 API reference, "Transferring payload in multiple
//! chunks", with and without a trailing checksum.

#![allow(clippy::unwrap_used)]

use fogbank_signing::{Algorithm, Chunks, Claims, SigningKey};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// Follows a body whose chunks have 65,536, 1,024 and no bytes.
fn follow(seed: &str) -> Chunks {
    let claims = Claims {
        algorithm: Algorithm::Hmac,
        access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
        scope: "20130524/us-east-1/s3/aws4_request".into(),
        signed_headers: String::new(),
        signature: seed.into(),
        time: "20130524T000000Z".into(),
        expires: None,
        presigned: false,
        token: None,
    };
    Chunks::new(SigningKey::new(&claims, SECRET).unwrap(), &claims)
}

fn take(chunks: &mut Chunks, signatures: [&str; 3]) -> [bool; 3] {
    let mut sizes = [65_536, 1_024, 0].into_iter();
    signatures.map(|signature| {
        let size: usize = sizes.next().unwrap();
        // Data comes in pieces of any size.
        for piece in vec![b'a'; size].chunks(1_000) {
            chunks.update(piece);
        }
        chunks.end_chunk(signature)
    })
}

#[test]
fn chunks_sign_the_ones_before_them() {
    let signatures = [
        "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
        "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
        "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
    ];
    let seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
    assert_eq!(take(&mut follow(seed), signatures), [true; 3]);
    // The second is told from another, and takes those behind it along.
    let [first, second, third] = signatures;
    assert_eq!(take(&mut follow(seed), [first, third, second]), [true, false, false]);
    assert_eq!(take(&mut follow(&seed.replace('4', "5")), signatures), [false, true, true]);
}

#[test]
fn trailers_are_signed_last() {
    let seed = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
    let signatures = [
        "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
        "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
        "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
    ];
    let trailer = "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435";
    for (text, expected) in [
        ("x-amz-checksum-crc32c:sOO8/Q==\n", true),
        ("x-amz-checksum-crc32c:sOO8/Q==", false),
        ("x-amz-checksum-crc32c:AAAAAA==\n", false),
    ] {
        let mut chunks = follow(seed);
        assert_eq!(take(&mut chunks, signatures), [true; 3]);
        assert_eq!(chunks.end_trailers(text, trailer), expected, "{text}");
    }
}

//! DynamoDB's numbers: their text, their order and their sums belong together.

#![no_main]

use fogbank_provider_dynamodb::engine::value::Number;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|texts: (&str, &str)| {
    let (Ok(a), Ok(b)) = (Number::parse(texts.0), Number::parse(texts.1)) else { return };
    assert_eq!(Number::parse(&a.to_string()), Ok(a));
    let (mut x, mut y) = (Vec::new(), Vec::new());
    a.encode(&mut x);
    b.encode(&mut y);
    assert_eq!(a.cmp(&b), x.cmp(&y));
    if let Ok(sum) = a.add(&b) {
        assert_eq!(b.add(&a), Ok(sum));
    }
});

use proptest::prelude::*;

use super::*;

fn number(text: &str) -> Number {
    Number::parse(text).expect(text)
}

#[test]
fn texts_are_normalised() {
    let cases = [
        ("0", "0"),
        ("-0", "0"),
        ("0.000", "0"),
        ("0e999999999999999999999", "0"),
        ("007", "7"),
        ("+5", "5"),
        ("1.50", "1.5"),
        ("100", "100"),
        ("1e3", "1000"),
        ("1E-3", "0.001"),
        ("-12.340e1", "-123.4"),
        (".5", "0.5"),
        ("5.", "5"),
        ("10203.0405", "10203.0405"),
        ("12345678901234567890123456789012345678", "12345678901234567890123456789012345678"),
        (
            "1234567890123456789012345678901234567800000",
            "1234567890123456789012345678901234567800000",
        ),
        (
            "0.00000000000000000000000000000000000000000000012",
            "0.00000000000000000000000000000000000000000000012",
        ),
    ];
    for (given, expected) in cases {
        assert_eq!(number(given).to_string(), expected, "{given}");
    }
    assert_eq!(number("1e125").to_string().len(), 126);
    assert_eq!(number("1e-130").to_string().len(), 132);
}

#[test]
fn texts_that_are_no_numbers_are_refused_in_awss_words() {
    let digits = "Attempting to store more than 38 significant digits in a Number";
    let overflow =
        "Number overflow. Attempting to store a number with magnitude larger than supported range";
    let underflow = "Number underflow. Attempting to store a number with magnitude smaller than supported range";
    let plain =
        |text: &str| format!("The parameter cannot be converted to a numeric value: {text}");
    let cases = [
        ("", "The parameter cannot be converted to a numeric value".to_owned()),
        ("abc", plain("abc")),
        ("1e", plain("1e")),
        ("1e+", plain("1e+")),
        ("1.2.3", plain("1.2.3")),
        (".", plain(".")),
        ("-", plain("-")),
        ("NaN", plain("NaN")),
        ("Infinity", plain("Infinity")),
        ("1 ", plain("1 ")),
        ("１", plain("１")),
        ("0x10", plain("0x10")),
        ("123456789012345678901234567890123456789", digits.to_owned()),
        ("1.00000000000000000000000000000000000001", digits.to_owned()),
        ("1e126", overflow.to_owned()),
        ("-1e126", overflow.to_owned()),
        ("1e99999999999999999999", overflow.to_owned()),
        ("9.99999999999999999999999999999999999999e125", digits.to_owned()),
        ("1e-131", underflow.to_owned()),
        ("-0.9e-130", underflow.to_owned()),
        ("1e-99999999999999999999", underflow.to_owned()),
    ];
    for (given, expected) in cases {
        let error = Number::parse(given).expect_err(given);
        assert_eq!(error.to_string(), expected, "{given}");
    }
}

#[test]
fn the_edges_of_the_range_are_numbers() {
    for text in ["9.9999999999999999999999999999999999999e125", "1e-130", "-1e-130", "1.5e-130"] {
        assert_eq!(number(&number(text).to_string()), number(text), "{text}");
    }
}

#[test]
fn sums_are_exact() {
    let cases = [
        ("1", "2", "3"),
        ("0.1", "0.2", "0.3"),
        ("-5", "5", "0"),
        ("100000000000000000000000000000000000000", "-1", "99999999999999999999999999999999999999"),
        ("1e125", "-1e125", "0"),
        ("99999999999999999999999999999999999999", "1", "100000000000000000000000000000000000000"),
        ("5e-130", "5e-130", "1e-129"),
    ];
    for (a, b, sum) in cases {
        let result = number(a).add(&number(b)).expect(a);
        assert_eq!(result, number(sum), "{a} + {b}");
        assert_eq!(result.subtract(&number(b)).expect(a), number(a), "{sum} - {b}");
    }
}

#[test]
fn results_out_of_range_are_refused() {
    let cases = [
        ("1e125", "1", NumberError::TooManyDigits),
        ("9e125", "9e125", NumberError::Overflow),
        ("1.5e-129", "-1.45e-129", NumberError::Underflow),
        ("99999999999999999999999999999999999999", "0.1", NumberError::TooManyDigits),
    ];
    for (a, b, error) in cases {
        assert_eq!(number(a).add(&number(b)), Err(error), "{a} + {b}");
    }
}

#[test]
fn sizes_are_those_that_aws_counts() {
    let cases = [
        ("0", 1),
        ("1", 2),
        ("12", 2),
        ("123", 3),
        ("1234", 3),
        ("-1", 3),
        ("100", 2),
        ("12.3", 3),
    ];
    for (text, size) in cases {
        assert_eq!(number(text).size(), size, "{text}");
    }
}

/// Any number, with every exponent and length equally likely.
fn any_number() -> impl Strategy<Value = Number> {
    (any::<bool>(), 1u32..=38, any::<u128>(), -130i64..=125).prop_map(
        |(negative, digits, seed, leading)| {
            let coefficient = seed % 10u128.pow(digits);
            let own = i64::from(digit_count(coefficient));
            Number::normalised(negative, coefficient, leading - own + 1).unwrap_or(Number::ZERO)
        },
    )
}

/// Numbers of similar magnitude, whose sums usually exist.
fn close_number() -> impl Strategy<Value = Number> {
    (any::<i64>(), -6i64..=6).prop_map(|(value, exponent)| {
        Number::normalised(value < 0, u128::from(value.unsigned_abs()), exponent)
            .unwrap_or(Number::ZERO)
    })
}

fn encoded(number: &Number) -> Vec<u8> {
    let mut bytes = Vec::new();
    number.encode(&mut bytes);
    bytes
}

proptest! {
    #[test]
    fn parsing_never_panics(text in "[-+0-9.eE]{0,60}|\\PC{0,20}") {
        let _ = Number::parse(&text);
    }

    #[test]
    fn text_and_storage_keep_a_number(number in any_number()) {
        prop_assert_eq!(Number::parse(&number.to_string()), Ok(number));
        let json = serde_json::to_string(&number).expect("a number serialises");
        prop_assert_eq!(serde_json::from_str::<Number>(&json).expect("and back"), number);
    }

    #[test]
    fn order_follows_the_difference(a in close_number(), b in close_number()) {
        let difference = a.subtract(&b).expect("small numbers");
        prop_assert_eq!(a.cmp(&b), difference.cmp(&Number::ZERO));
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
    }

    #[test]
    fn encodings_are_ordered_and_free_of_prefixes(a in any_number(), b in any_number()) {
        let (x, y) = (encoded(&a), encoded(&b));
        prop_assert_eq!(a.cmp(&b), x.cmp(&y));
        prop_assert_eq!(a == b, x.starts_with(&y));
    }

    #[test]
    fn addition_undoes_subtraction(a in close_number(), b in close_number()) {
        let sum = a.add(&b).expect("small numbers");
        prop_assert_eq!(sum, b.add(&a).expect("small numbers"));
        prop_assert_eq!(sum.subtract(&b).expect("small numbers"), a);
    }

    #[test]
    fn whole_numbers_add_as_integers(a in any::<i32>(), b in any::<i32>()) {
        let sum = Number::from(i64::from(a)).add(&Number::from(i64::from(b))).expect("small");
        prop_assert_eq!(sum.to_i64(), Some(i64::from(a) + i64::from(b)));
    }
}

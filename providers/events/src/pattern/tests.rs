use proptest::prelude::*;

use super::*;

/// Whether a pattern for the member `a` matches an event with that member.
fn of_a(pattern: &str, value: &str) -> bool {
    let pattern = format!("{{\"a\": {pattern}}}");
    let pattern = Pattern::parse(&pattern).unwrap_or_else(|error| panic!("{pattern}: {error:?}"));
    pattern.matches_text(&format!("{{\"a\": {value}}}"))
}

#[test]
fn values_match_as_at_aws() {
    let cases: &[(&str, &[&str], &[&str])] = &[
        (r#"["x", "y"]"#, &[r#""x""#, r#"["q", "y"]"#], &[r#""X""#, "null", "[]", r#"{"b": "x"}"#]),
        ("[1]", &["1", "1.0", "10e-1", "[2, 1]"], &[r#""1""#, "1.1", "true"]),
        ("[123456789012]", &["123456789012"], &["123456789013", "1.23456789012e11"]),
        ("[null]", &["null"], &[r#""null""#, r#""""#]),
        ("[true]", &["true"], &["false", r#""true""#]),
        (r#"[""]"#, &[r#""""#], &["null"]),
        (r#"[{"prefix": "ab"}]"#, &[r#""abc""#, r#""ab""#], &[r#""a""#, r#""Abc""#, "12"]),
        (r#"[{"prefix": ""}]"#, &[r#""""#, r#""x""#], &["1"]),
        (r#"[{"prefix": {"equals-ignore-case": "ÄB"}}]"#, &[r#""äbc""#], &[r#""a""#]),
        (r#"[{"suffix": ".png"}]"#, &[r#""a.png""#], &[r#""a.PNG""#]),
        (r#"[{"suffix": {"equals-ignore-case": ".png"}}]"#, &[r#""a.PNG""#], &[r#""png""#]),
        (r#"[{"equals-ignore-case": "Ab"}]"#, &[r#""aB""#], &[r#""abc""#, r#""a""#]),
        (r#"[{"exactly": "x"}]"#, &[r#""x""#], &[r#""y""#]),
        (r#"[{"exists": true}]"#, &["1", "null", r#"["x"]"#], &["[]", "{}", r#"{"b": 1}"#]),
        (r#"[{"exists": false}]"#, &["[]", "{}", r#"{"b": 1}"#], &["1", "null"]),
        (r#"[{"numeric": ["=", 5]}]"#, &["5", "5.0"], &["5.1", r#""5""#, "5000000001"]),
        (r#"[{"numeric": [">", 0, "<=", 5]}]"#, &["0.1", "5"], &["0", "5.000001", "null"]),
        (r#"[{"numeric": [">=", -1]}]"#, &["-1", "1e3"], &["-1.5"]),
        (r#"[{"numeric": ["<", 2]}]"#, &["1", "-7"], &["2"]),
        (
            r#"[{"anything-but": "x"}]"#,
            &[r#""y""#, "1", "null", r#"["x", "y"]"#],
            &[r#""x""#, "[]"],
        ),
        (r#"[{"anything-but": ["x", "y"]}]"#, &[r#""z""#], &[r#""x""#, r#""y""#]),
        (r#"[{"anything-but": [1, 2]}]"#, &["3", r#""1""#], &["1.0", "2"]),
        (r#"[{"anything-but": {"prefix": "x"}}]"#, &[r#""y""#, "1"], &[r#""xy""#]),
        (r#"[{"anything-but": {"suffix": ["x", "y"]}}]"#, &[r#""z""#], &[r#""zx""#, r#""zy""#]),
        (r#"[{"anything-but": {"equals-ignore-case": ["x"]}}]"#, &[r#""y""#], &[r#""X""#]),
        (r#"[{"anything-but": {"wildcard": "*/x/*"}}]"#, &[r#""/x""#, "1"], &[r#""a/x/b""#]),
        (r#"[{"wildcard": "a*b*c"}]"#, &[r#""abc""#, r#""a1b2c""#], &[r#""ac""#, r#""abcd""#]),
        (r#"[{"wildcard": "a*a"}]"#, &[r#""aa""#, r#""aba""#], &[r#""a""#]),
        (r#"[{"wildcard": "\\*\\\\*"}]"#, &[r#""*\\x""#], &[r#""x\\x""#]),
        (
            r#"[{"cidr": "10.0.0.0/24"}]"#,
            &[r#""10.0.0.255""#],
            &[r#""10.0.1.0""#, r#""::1""#, "10"],
        ),
        (r#"[{"cidr": "2001:db8::/32"}]"#, &[r#""2001:DB8:1::""#], &[r#""2001:db9::""#]),
        (r#"["::1"]"#, &[r#""0:0:0:0:0:0:0:1""#], &[r#""::2""#]),
        (r#"["x", {"prefix": "y"}, {"exists": false}]"#, &[r#""x""#, r#""yy""#, "[]"], &[r#""z""#]),
        (
            r#"{"b": ["x"]}"#,
            &[r#"{"b": "x"}"#, r#"[{"b": "y"}, {"b": "x"}]"#],
            &[r#""x""#, r#"{"b": {"c": "x"}}"#],
        ),
    ];
    for (pattern, matching, others) in cases {
        for value in *matching {
            assert!(of_a(pattern, value), "{pattern} matches {value}");
        }
        for value in *others {
            assert!(!of_a(pattern, value), "{pattern} does not match {value}");
        }
    }
}

#[test]
fn members_match_together() {
    let cases = [
        // Dots in names are like steps.
        (r#"{"a.b": ["x"]}"#, r#"{"a": {"b": "x"}}"#, true),
        (r#"{"a": {"b": {"c": ["x"]}}}"#, r#"{"a.b": {"c": "x"}}"#, true),
        (r#"{"a.b": {"b": ["x"]}}"#, r#"{"a": {"b": "x"}}"#, false),
        // Values of one array are of one element.
        (r#"{"a": {"b": ["1"], "c": ["2"]}}"#, r#"{"a": [{"b": "1", "c": "2"}]}"#, true),
        (
            r#"{"a": {"b": ["1"], "c": ["2"]}}"#,
            r#"{"a": [{"b": "1", "c": "3"}, {"b": "4", "c": "2"}]}"#,
            false,
        ),
        (
            r#"{"a": {"b": ["1"]}, "d": {"e": ["2"]}}"#,
            r#"{"a": [{"b": "0"}, {"b": "1"}], "d": [{"e": "2"}]}"#,
            true,
        ),
        (
            r#"{"a": {"b": ["1"], "c": [{"exists": false}]}}"#,
            r#"{"a": [{"b": "1"}, {"c": "2"}]}"#,
            true,
        ),
        (
            r#"{"a": {"b": ["1"], "c": [{"exists": false}]}}"#,
            r#"{"a": [{"b": "1", "c": "2"}]}"#,
            false,
        ),
        // Each of the branches.
        (
            r#"{"a": ["1"], "$or": [{"b": ["2"]}, {"c": ["3"], "d": ["4"]}]}"#,
            r#"{"a": "1", "b": "2"}"#,
            true,
        ),
        (
            r#"{"a": ["1"], "$or": [{"b": ["2"]}, {"c": ["3"], "d": ["4"]}]}"#,
            r#"{"a": "1", "c": "3", "d": "4"}"#,
            true,
        ),
        (
            r#"{"a": ["1"], "$or": [{"b": ["2"]}, {"c": ["3"], "d": ["4"]}]}"#,
            r#"{"a": "1", "c": "3"}"#,
            false,
        ),
        (
            r#"{"$or": [{"a": ["1"]}, {"$or": [{"b": ["2"]}, {"c": ["3"]}]}]}"#,
            r#"{"c": "3"}"#,
            true,
        ),
        (
            r#"{"x": {"$or": [{"a": ["1"]}, {"b": ["2"]}]}, "y": ["3"]}"#,
            r#"{"x": {"b": "2"}, "y": "3"}"#,
            true,
        ),
        (
            r#"{"x": {"$or": [{"a": ["1"]}, {"b": ["2"]}]}, "y": ["3"]}"#,
            r#"{"x": {"b": "2"}}"#,
            false,
        ),
        // The last of two members with one name counts.
        (r#"{"a": ["1"], "a": ["2"]}"#, r#"{"a": "2"}"#, true),
        (r#"{"a": ["1"]}"#, r#"[{"a": "1"}]"#, false),
        (r#"{"a": ["1"]}"#, "", false),
    ];
    for (pattern, event, expected) in cases {
        let matches = Pattern::parse(pattern).expect(pattern).matches_text(event);
        assert_eq!(matches, expected, "{pattern} and {event}");
    }
}

#[test]
fn errors_are_those_of_aws() {
    let here = |column: usize, text: &str| {
        format!("\n at [Source: (String)\"{text}\"; line: 1, column: {column}]")
    };
    // The text, the reason, the column, and whether the position is there twice; column 0 is none.
    let cases = [
        (r#"[1]"#, "Filter is not an object", 2, false),
        (r#"{}"#, "Empty objects are not allowed", 3, false),
        (r#"{"int": 42}"#, "\"int\" must be an object or an array", 11, false),
        (r#"{"string": "my-value"}"#, "\"string\" must be an object or an array", 13, false),
        (r#"{"resources": []}"#, "Empty arrays are not allowed", 17, false),
        (r#"{"a": [[1]]}"#, "Match value must be String, number, true, false, or null", 9, false),
        (r#"{"my_key": [{"EXISTS": true}]}"#, "Unrecognized match type EXISTS", 28, false),
        (
            r#"{"a": [{"exists": "true"}]}"#,
            "exists match pattern must be either true or false.",
            20,
            false,
        ),
        (r#"{"time": [{"prefix": 123}]}"#, "prefix match pattern must be a string", 25, false),
        (
            r#"{"a": [{"prefix": "x", "suffix": "y"}]}"#,
            "Only one key allowed in match expression",
            35,
            false,
        ),
        (
            r#"{"a": [{"prefix": {"suffix": "y"}}]}"#,
            "Unsupported prefix pattern: suffix",
            31,
            false,
        ),
        (r#"{"a": [{"numeric": 10}]}"#, "Value of numeric must be an array.", 22, false),
        (r#"{"a": [{"numeric": [">", 0, ">", 0]}]}"#, "Bad numeric range operator: >", 32, false),
        (r#"{"a": [{"numeric": [">", 0, "<"]}]}"#, "Value of < must be numeric", 33, false),
        (r#"{"a": [{"numeric": ["=", "0"]}]}"#, "Value of equals must be numeric", 27, false),
        (
            r#"{"a": [{"numeric": ["<", 0, 1]}]}"#,
            "Too many elements in numeric expression",
            30,
            false,
        ),
        (r#"{"a": [{"numeric": [">", 2, "<", 1]}]}"#, "Bottom must be less than top", 36, false),
        (
            r#"{"a": [{"numeric": ["<", 5000000001]}]}"#,
            "Value must be between -5.0E9 and 5.0E9, inclusive",
            37,
            false,
        ),
        (r#"{"a": [{"wildcard": "a**"}]}"#, "Consecutive wildcard characters at pos 2", 26, false),
        (r#"{"a": [{"wildcard": "a\\x"}]}"#, "Invalid escape character at pos 2", 27, false),
        (r#"{"a": [{"wildcard": "*a*b*c*d*e*"}]}"#, wildcard::TOO_COMPLEX, 0, false),
        (r#"{"a": [{"cidr": "10.0.0.0"}]}"#, "Malformed CIDR, one '/' required", 0, false),
        (
            r#"{"a": [{"cidr": "10.0.0.0/x"}]}"#,
            "Malformed CIDR, mask bits must be an integer",
            0,
            false,
        ),
        (
            r#"{"a": [{"cidr": "10.0.0.0/-1"}]}"#,
            "Malformed CIDR, mask bits must not be negative",
            0,
            false,
        ),
        (r#"{"a": [{"cidr": "10.0.0.0/32"}]}"#, "IPv4 mask bits must be < 32", 0, false),
        (r#"{"a": [{"cidr": "x.1/8"}]}"#, "Nonstandard IP address: x.1", 0, false),
        (
            r#"{"a": [{"anything-but": null}]}"#,
            "Value of anything-but must be an array or single string/number value.",
            29,
            false,
        ),
        (
            r#"{"a": [{"anything-but": ["x", null]}]}"#,
            "Inside anything but list, start|null|boolean is not supported.",
            35,
            true,
        ),
        (
            r#"{"a": [{"anything-but": ["x", 1]}]}"#,
            "Inside anything but list, either all values are number or string, mixed type is not supported",
            33,
            false,
        ),
        (
            r#"{"a": [{"anything-but": {"prefix": ""}}]}"#,
            "Null prefix/suffix not allowed",
            38,
            false,
        ),
        (
            r#"{"a": [{"anything-but": {"prefix": 123}}]}"#,
            "prefix/suffix match pattern must be a string",
            39,
            false,
        ),
        (
            r#"{"a": [{"anything-but": {"wildcard": [123]}}]}"#,
            "wildcard match pattern must be a string",
            42,
            true,
        ),
        (
            r#"{"a": [{"anything-but": {"exists": true}}]}"#,
            "Unsupported anything-but pattern: exists",
            40,
            false,
        ),
        (r#"{"$or": {"a": [1]}}"#, "It must be an Array followed with $or.", 10, false),
        (
            r#"{"$or": [{"a": [1]}]}"#,
            "There must have at least 2 Objects in $or relationship.",
            21,
            false,
        ),
        (
            r#"{"$or": [1, 2]}"#,
            "Only JSON object is allowed in array of $or relationship.",
            11,
            false,
        ),
        (
            r#"{"$or": [{"prefix": [1]}, {"a": [1]}]}"#,
            "prefix is Ruler reserved fieldName which cannot be used inside $or.",
            22,
            false,
        ),
    ];
    for (text, reason, column, twice) in cases {
        let error = Pattern::parse(text).expect_err(text);
        let place = if column == 0 { String::new() } else { here(column, text) };
        let again = if twice { place.clone() } else { String::new() };
        assert_eq!(error.reason(), format!("{reason}{place}{again}"), "{text}");
    }
    let many = format!(r#"{{"$or": [{}]}}"#, vec![r#"{"a": [1]}"#; 1_001].join(","));
    assert_eq!(Pattern::parse(&many).expect_err("too many").reason(), wildcard::TOO_COMPLEX);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[{}\\[\\]:,\"a$or1.5e*\\\\ \n-]{0,60}", event in "[{}\\[\\]:,\"a1]{0,40}") {
        if let Ok(pattern) = Pattern::parse(&text) {
            let _ = pattern.matches_text(&event);
        }
    }

    #[test]
    fn wildcards_match_what_they_stand_for(parts in prop::collection::vec("[ab]{0,3}", 1..5), gaps in prop::collection::vec("[ab]{0,3}", 4)) {
        let pattern = parts.join("*").replace("**", "*");
        let mut text = String::new();
        for (position, part) in parts.iter().enumerate() {
            text.push_str(part);
            if position + 1 < parts.len() {
                text.push_str(&gaps[position]);
            }
        }
        prop_assume!(!pattern.contains("**"));
        if let Ok(wildcard) = wildcard::Wildcard::parse(&pattern) {
            prop_assert!(wildcard.matches(&text), "{pattern} and {text}");
        }
    }

    #[test]
    fn texts_match_themselves(text in ".{0,20}") {
        let quoted = Json::text(text.as_str()).to_string();
        let pattern = Pattern::parse(&format!("{{\"a\": [{quoted}]}}")).expect("a text");
        prop_assert!(pattern.matches_text(&format!("{{\"a\": {quoted}}}")), "{}", quoted);
    }
}

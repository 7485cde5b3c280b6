//! world, clock and snapshot: what they ask of the server and what they print of its answers.
//!
//! The server is a stand-in that records one request and gives a prepared answer, or a real one.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use crate::place::{Ended, Place, url_in};

/// Answers one request; returns its first line and its body.
fn stand_in(status: u16, answer: &str) -> (String, JoinHandle<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answer = answer.to_owned();
    let served = thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let body_from = loop {
            let mut piece = [0; 4096];
            let length = socket.read(&mut piece).unwrap();
            request.extend_from_slice(&piece[..length]);
            if let Some(end) = request.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let head = String::from_utf8(request[..body_from].to_vec()).unwrap().to_lowercase();
        let mut body = request.split_off(body_from);
        if head.contains("transfer-encoding: chunked") {
            while !body.ends_with(b"0\r\n\r\n") {
                let mut piece = [0; 4096];
                let length = socket.read(&mut piece).unwrap();
                body.extend_from_slice(&piece[..length]);
            }
        } else if let Some((_, rest)) = head.split_once("content-length: ") {
            let length: usize = rest.lines().next().unwrap().parse().unwrap();
            let mut missing = vec![0; length - body.len()];
            socket.read_exact(&mut missing).unwrap();
            body.extend(missing);
        }
        write!(
            socket,
            "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}",
            answer.len()
        )
        .unwrap();
        let line = String::from_utf8(request).unwrap().lines().next().unwrap().to_owned();
        (line.trim_end_matches(" HTTP/1.1").to_owned(), String::from_utf8(body).unwrap())
    });
    (url, served)
}

struct Case<'a> {
    arguments: &'a [&'a str],
    status: u16,
    answer: &'a str,
    asks: (&'a str, &'a str),
    prints: &'a str,
}

fn run(case: &Case<'_>) -> Ended {
    let (url, served) = stand_in(case.status, case.answer);
    let ended = Place::new().with("FOGBANK_ENDPOINT", &url).run(case.arguments);
    let (line, body) = served.join().unwrap();
    assert_eq!((line.as_str(), body.as_str()), case.asks, "{:?}", case.arguments);
    ended
}

#[test]
fn successful_calls() {
    let worlds = r#"{"worlds":[{"name":"main","endpoint":"http://127.0.0.1:4566"},
        {"name":"t1","parent":"main","endpoint":"http://127.0.0.1:4510"}]}"#;
    let clock = r#"{"now":"2030-01-01T00:00:00.000Z","mode":"frozen","rate":0.0,
        "ran":[{"due":"2029-12-31T23:00:00.000Z","what":"sqs: visibility"}]}"#;
    let cases = [
        Case {
            arguments: &["world", "fork", "t1", "--from", "main"],
            status: 201,
            answer: r#"{"name":"t1","endpoint":"http://127.0.0.1:4510"}"#,
            asks: ("POST /_fogbank/worlds", r#"{"from":"main","name":"t1"}"#),
            prints: "t1 is ready on http://127.0.0.1:4510\n",
        },
        Case {
            arguments: &["world", "fork"],
            status: 201,
            answer: r#"{"name":"w1","endpoint":"http://127.0.0.1:4510"}"#,
            asks: ("POST /_fogbank/worlds", "{}"),
            prints: "w1 is ready on http://127.0.0.1:4510\n",
        },
        Case {
            arguments: &["world", "list"],
            status: 200,
            answer: worlds,
            asks: ("GET /_fogbank/worlds", ""),
            prints: "main  http://127.0.0.1:4566\nt1    http://127.0.0.1:4510  fork of main\n",
        },
        Case {
            arguments: &["world", "drop", "t1"],
            status: 204,
            answer: "",
            asks: ("DELETE /_fogbank/worlds/t1", ""),
            prints: "t1 is gone\n",
        },
        Case {
            arguments: &["world", "reset"],
            status: 200,
            answer: "{}",
            asks: ("POST /_fogbank/worlds/main/reset", "{}"),
            prints: "main is empty\n",
        },
        Case {
            arguments: &["world", "rename", "t1", "t2"],
            status: 200,
            answer: "{}",
            asks: ("PATCH /_fogbank/worlds/t1", r#"{"name":"t2"}"#),
            prints: "t1 is now t2\n",
        },
        Case {
            arguments: &["clock", "show", "--world", "t1"],
            status: 200,
            answer: r#"{"now":"2030-01-01T00:00:00.000Z","mode":"scaled","rate":60.0}"#,
            asks: ("GET /_fogbank/clock?world=t1", ""),
            prints: "2030-01-01T00:00:00.000Z (60.0 times real time)\n",
        },
        Case {
            arguments: &["clock", "advance", "1h 30m"],
            status: 200,
            answer: clock,
            asks: ("POST /_fogbank/clock", r#"{"action":"advance","by":5400.0}"#),
            prints: "2029-12-31T23:00:00.000Z  sqs: visibility\n2030-01-01T00:00:00.000Z (frozen)\n",
        },
        Case {
            arguments: &["snapshot", "save", "base", "--services", "s3,sqs"],
            status: 201,
            answer: "{}",
            asks: ("POST /_fogbank/snapshots", r#"{"name":"base","services":["s3","sqs"]}"#),
            prints: "base is saved\n",
        },
        Case {
            arguments: &["snapshot", "load", "base", "--world", "t1"],
            status: 200,
            answer: r#"{"loaded":["s3","sqs"],"skipped":[]}"#,
            asks: ("POST /_fogbank/snapshots/base/load?world=t1", "{}"),
            prints: "base is loaded (s3, sqs)\n",
        },
    ];
    for case in cases {
        let ended = run(&case);
        assert_eq!((ended.code, ended.out.as_str()), (0, case.prints), "{ended:?}");
        assert_eq!(ended.err, "");
    }
}

#[test]
fn differences_give_the_exit_code() {
    let answer = r#"{"differences":[{"service":"sqs","resource":"queue a","change":"added"}]}"#;
    let different = Case {
        arguments: &["snapshot", "diff", "base", "world:t1"],
        status: 200,
        answer,
        asks: ("GET /_fogbank/diff?from=base&to=world%3At1", ""),
        prints: "",
    };
    let ended = run(&different);
    assert_eq!((ended.code, ended.out.as_str()), (1, "+ sqs  queue a\n"));
    let ended = run(&Case { answer: r#"{"differences":[]}"#, ..different });
    assert_eq!((ended.code, ended.out.as_str()), (0, ""));
}

#[test]
fn the_server_says_why_not() {
    let ended = run(&Case {
        arguments: &["world", "drop", "t9"],
        status: 404,
        answer: r#"{"message":"there is no world t9"}"#,
        asks: ("DELETE /_fogbank/worlds/t9", ""),
        prints: "",
    });
    assert_eq!((ended.code, ended.err.as_str()), (1, "error: there is no world t9\n"));
    let ended = run(&Case {
        arguments: &["clock", "freeze"],
        status: 404,
        answer: "<html>",
        asks: ("POST /_fogbank/clock", r#"{"action":"freeze"}"#),
        prints: "",
    });
    assert_eq!(ended.code, 4);
    assert!(ended.err.contains("not as fogbank does"), "{ended:?}");
}

#[test]
fn a_snapshot_travels_in_a_file() {
    let place = Place::new();
    let (url, served) = stand_in(200, "the portable file");
    let export = ["snapshot", "export", "base", "base.fog", "--endpoint", &url];
    assert_eq!(place.run(&export).code, 0);
    assert_eq!(served.join().unwrap().0, "GET /_fogbank/snapshots/base");
    let file = place.path().join("base.fog");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "the portable file");

    let (url, served) = stand_in(201, "{}");
    let import = ["snapshot", "import", "base.fog", "again", "--endpoint", &url];
    assert_eq!(place.run(&import).code, 0);
    let (line, body) = served.join().unwrap();
    assert_eq!(line, "PUT /_fogbank/snapshots/again");
    assert!(body.contains("the portable file"), "{body}");
}

#[test]
fn worlds_and_clocks_of_a_real_server() {
    let place = Place::new().with("FOGBANK_WORLD_PORTS", "14510-14559");
    let main = place.start_detached();
    let good = |arguments: &[&str]| {
        let ended = place.run(arguments);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{arguments:?}");
        ended.out
    };
    let fork = url_in(&good(&["world", "fork", "t1"]));
    assert_ne!(fork, main);
    let status = ["status", "--endpoint", &fork];
    assert!(good(&status).starts_with(&format!("fogbank 0.1.0 runs on {fork}\n")));
    let listed = good(&["world", "list"]);
    assert_eq!(listed, format!("main  {main}\nt1    {fork}  fork of main\n"));
    let taken = place.run(&["world", "fork", "t1"]);
    assert_eq!((taken.code, taken.err.contains("already")), (1, true), "{taken:?}");

    let frozen = "2030-01-01T00:00:00Z (frozen)\n";
    good(&["clock", "freeze"]);
    assert_eq!(good(&["clock", "set", "2030-01-01T00:00:00Z"]), frozen);
    assert_eq!(good(&["clock", "advance", "1h 30m"]), "2030-01-01T01:30:00Z (frozen)\n");
    assert!(good(&["clock", "show", "--world", "t1"]).ends_with("(real time)\n"));
    assert_eq!(place.run(&["clock", "set", "tomorrow"]).code, 1);
    assert!(good(&["clock", "real"]).ends_with("(real time)\n"));

    assert_eq!(good(&["world", "rename", "t1", "t2"]), "t1 is now t2\n");
    assert_eq!(good(&["world", "reset", "t2"]), "t2 is empty\n");
    assert_eq!(good(&["world", "drop", "t2"]), "t2 is gone\n");
    assert_eq!(place.run(&["world", "drop", "t2"]).code, 1);
    assert_eq!(place.run(&status).code, 4);
}

#[test]
fn snapshots_of_a_real_server() {
    let place = Place::new();
    place.start_detached();
    let good = |arguments: &[&str]| {
        let ended = place.run(arguments);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{arguments:?}");
        ended.out
    };
    assert_eq!(good(&["snapshot", "save", "base"]), "base is saved\n");
    let file = good(&["snapshot", "export", "base", "base.fog"]);
    assert_eq!(file, "base is written to base.fog\n");
    assert_eq!(good(&["snapshot", "import", "base.fog", "again"]), "again is read from base.fog\n");
    let listed = good(&["snapshot", "list"]);
    let names: Vec<&str> = listed.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(names, ["again", "base"]);
    assert!(good(&["snapshot", "load", "again"]).starts_with("again is loaded"));
    assert_eq!(good(&["snapshot", "drop", "base", "again"]), "base is gone\nagain is gone\n");
    assert_eq!(place.run(&["snapshot", "load", "base"]).code, 1);
    place.write("broken.fog", "not a snapshot");
    assert_eq!(place.run(&["snapshot", "import", "broken.fog", "broken"]).code, 1);
}

#[test]
fn names_that_cannot_be() {
    let cases: [&[&str]; 6] = [
        &["world", "fork", "Big"],
        &["world", "fork", "-x"],
        &["world", "drop", "a/b"],
        &["world", "drop"],
        &["snapshot", "save", "../x"],
        &["clock", "advance", "soon"],
    ];
    for arguments in cases {
        assert_eq!(Place::new().run(arguments).code, 2, "{arguments:?}");
    }
}

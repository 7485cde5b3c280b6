//! start, stop, status, wait and logs.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::Stdio;

use crate::place::{Place, port_of, signal_process};

#[test]
fn a_server_in_the_foreground_lives_until_it_is_told_to_stop() {
    for signal in ["TERM", "INT"] {
        let place = Place::new();
        let mut server = place.start(&["start"]);
        assert!(server.banner.starts_with("fogbank 0.1.0 is ready on http://127.0.0.1:"));
        assert!(server.banner.ends_with(" ms)"), "{}", server.banner);
        assert_eq!(place.run(&["status"]).code, 0);
        server.signal(signal);
        // Heard twice, as under wrappers that pass signals on.
        server.signal(signal);
        assert_eq!(server.child.wait().unwrap().code(), Some(0), "{signal}");
        assert_eq!(place.run(&["status", "--port", &server.port()]).code, 4);
    }
}

#[test]
fn a_server_in_the_background() {
    let place = Place::new();
    let url = place.start_detached();
    let status = place.run(&["status"]);
    assert_eq!(status.code, 0, "{status:?}");
    assert!(status.out.starts_with(&format!("fogbank 0.1.0 runs on {url}\n")), "{}", status.out);

    let json = place.run(&["status", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["running"], true);
    assert_eq!(json["endpoint"], url);
    assert!(json["services"].is_object());
    assert_eq!(place.run(&["status", "services"]).code, 0);

    let stop = place.run(&["stop"]);
    assert_eq!((stop.code, stop.out), (0, format!("fogbank on {url} has stopped\n")));
    let again = place.run(&["stop"]);
    assert_eq!(again.code, 4);
    assert_eq!(
        again.err,
        "error: no fogbank runs on this machine\nhint: `fogbank start -d` starts one\n"
    );
}

#[test]
fn a_status_without_a_server() {
    let place = Place::new().with("FOGBANK_ENDPOINT", "http://127.0.0.1:1");
    let table = place.run(&["status"]);
    assert_eq!(table.code, 4);
    assert!(table.err.starts_with("error: no fogbank answers on http://127.0.0.1:1"), "{table:?}");
    let json = place.run(&["status", "--format", "json"]);
    assert_eq!(json.code, 4);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["running"], false);
}

#[test]
fn what_a_killed_server_left_behind_is_not_mistaken_for_a_server() {
    let place = Place::new();
    let url = place.start_detached();
    signal_process(&place.pid(), "KILL");
    let port = port_of(&url);
    while place.run(&["stop", "--port", &port]).code == 0 {}
    let listen = format!("127.0.0.1:{port}");
    assert!(place.path().join(format!(".local/state/fogbank/{port}.json")).exists());
    let again = place.run(&["start", "-d", "--listen", &listen]);
    assert_eq!(again.code, 0, "{again:?}");
    assert_eq!(place.run(&["stop"]).code, 0);
}

#[test]
fn an_address_in_use_by_another_program() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    for arguments in [&["start", "--listen", &listen][..], &["start", "-d", "--listen", &listen]] {
        let ended = Place::new().run(arguments);
        assert_eq!(ended.code, 5, "{ended:?}");
        let message = format!("error: {listen} is in use by another program\n");
        assert!(ended.err.contains(&message), "{}", ended.err);
    }
}

#[test]
fn an_address_in_use_by_a_fogbank() {
    let place = Place::new();
    let url = place.start_detached();
    let listen = url.strip_prefix("http://").unwrap();
    let pid = place.pid();
    for arguments in [&["start", "--listen", listen][..], &["start", "-d", "--listen", listen]] {
        let ended = place.run(arguments);
        assert_eq!(ended.code, 5);
        let port = port_of(&url);
        let expected = format!(
            "error: {listen} is in use by fogbank 0.1.0 (process {pid})\n\
             hint: `fogbank stop --port {port}` stops it\n"
        );
        assert_eq!(ended.err, expected);
    }
}

#[test]
fn several_servers_need_a_choice() {
    let place = Place::new();
    let (first, second) = (place.start_detached(), place.start_detached());
    let ended = place.run(&["stop"]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("several servers run here"), "{ended:?}");
    for url in [first, second] {
        assert_eq!(place.run(&["stop", "--port", &port_of(&url)]).code, 0);
    }
}

#[test]
fn waiting_for_a_server() {
    let place = Place::new();
    let waiting =
        place.command(&["wait", "--timeout", "20"]).stdout(Stdio::piped()).spawn().unwrap();
    let url = place.start_detached();
    let ended = waiting.wait_with_output().unwrap();
    assert!(ended.status.success());
    assert_eq!(String::from_utf8(ended.stdout).unwrap(), format!("fogbank is ready on {url}\n"));
}

#[test]
fn waiting_in_vain() {
    let ended = Place::new().run(&["wait", "-t", "0.1", "--port", "1"]);
    assert_eq!(ended.code, 4);
    assert!(ended.err.contains("no fogbank answers on http://127.0.0.1:1"), "{ended:?}");
}

#[test]
fn the_log_of_a_server_in_the_background() {
    let place = Place::new();
    let url = place.start_detached();
    let logs = place.run(&["logs"]);
    assert!(logs.out.contains(&format!("is ready on {url}")), "{logs:?}");
    assert_eq!(place.run(&["logs", "-n", "0"]).out, "");

    let mut command = place.command(&["logs", "--follow"]);
    let mut following = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(following.stdout.take().unwrap()).lines();
    // It has found the server once it has shown what the log holds.
    assert!(lines.next().unwrap().unwrap().contains("is ready on"));
    assert_eq!(place.run(&["stop"]).code, 0);
    let rest: Vec<String> = lines.map(Result::unwrap).collect();
    assert_eq!(rest.last().unwrap(), "fogbank has stopped");
    assert!(following.wait().unwrap().success());
}

#[test]
fn a_server_in_the_foreground_has_no_log_file() {
    let place = Place::new();
    let _server = place.start(&["start"]);
    let ended = place.run(&["logs"]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("writes its log to its terminal"), "{ended:?}");
}

/// The server outlives a reader that goes away after the first line.
#[test]
fn nobody_needs_to_read_the_output() {
    let place = Place::new();
    let mut server = place.start(&["start"]);
    server.lines = Box::new(std::iter::empty());
    server.signal("TERM");
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
}

#[test]
fn output_that_is_not_a_terminal_has_no_colours() {
    let place = Place::new();
    place.start_detached();
    for arguments in [&["status"][..], &["config", "list"], &["stop"], &["stop"]] {
        let ended = place.run(arguments);
        assert!(!ended.out.contains('\x1b') && !ended.err.contains('\x1b'), "{ended:?}");
    }
}

//! The servers that tests stand on must themselves start, crash and stop as promised.

use lawful_servers::{Folder, Launch, Link, Missing, Nats, Postgres, Server, User, program};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::panic::catch_unwind;

fn answers(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

#[test]
fn a_server_survives_kill_nine_and_keeps_what_was_committed() {
    let Some(mut postgres) = Postgres::start() else {
        return;
    };
    let _ = postgres.sql(
        "postgres",
        "create table kept (it int); insert into kept values (42)",
    );
    postgres.server().kill();
    assert!(!answers(postgres.port()));
    postgres.server().restart().expect("it recovers");
    assert_eq!(postgres.sql("postgres", "select it from kept"), "42");
}

#[test]
fn a_server_stops_with_its_handle_even_in_a_panic() {
    let Some(postgres) = Postgres::start() else {
        return;
    };
    let port = postgres.port();
    assert!(answers(port));
    let panicked = catch_unwind(move || {
        let _held = &postgres;
        panic!("a test fails");
    });
    assert!(panicked.is_err());
    assert!(!answers(port));
}

#[test]
fn a_program_that_ends_early_is_an_error_with_its_output() {
    let launch = Launch {
        program: "/bin/sh".into(),
        arguments: vec!["-c".into(), "echo the port is taken; exit 1".into()],
        user: User::Myself,
        ready: "ready",
        stop: "KILL",
    };
    let error = Server::start(launch, Folder::new("early", &User::Myself))
        .expect_err("it never gets ready");
    assert!(error.contains("the port is taken"), "{error}");
}

#[test]
fn a_missing_program_says_what_to_install() {
    let missing = program("no-such-server", "no-such-package", &[]).expect_err("it is missing");
    assert_eq!(
        missing.to_string(),
        "the program `no-such-server` is missing; install the package `no-such-package`, for example with `apt-get install no-such-package`"
    );
    let again = Missing {
        program: "no-such-server".to_owned(),
        package: "no-such-package".to_owned(),
    };
    assert_eq!(missing, again);
}

/// The first line that a NATS server says to whoever connects.
fn greeting(port: u16) -> String {
    let mut line = String::new();
    let server = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    BufReader::new(server)
        .read_line(&mut line)
        .expect("it is text");
    line
}

#[test]
fn a_nats_server_freezes_thaws_and_survives_kill_nine() {
    let Some(mut nats) = Nats::start() else {
        return;
    };
    assert!(greeting(nats.port()).contains(r#""jetstream":true"#));
    let pid = nats.server().pid().expect("it runs");
    let state = || {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
        stat.rsplit_once(") ").map(|(_, rest)| rest[..1].to_owned())
    };
    nats.server().freeze();
    assert_eq!(state().as_deref(), Some("T"));
    nats.server().thaw();
    assert!(greeting(nats.port()).starts_with("INFO"));
    nats.server().kill();
    assert!(!answers(nats.port()));
    nats.server().restart().expect("it recovers");
    assert!(greeting(nats.port()).starts_with("INFO"));
}

#[test]
fn a_frozen_server_stops_with_its_handle() {
    let Some(mut nats) = Nats::start() else {
        return;
    };
    nats.server().freeze();
    let port = nats.port();
    drop(nats);
    assert!(!answers(port));
}

#[test]
fn a_link_that_is_cut_says_nothing_until_it_is_mended() {
    let there = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let link = Link::to(there.local_addr().expect("it has an address").port());
    let connect = || {
        let near = TcpStream::connect(("127.0.0.1", link.port())).expect("it is there");
        (near, there.accept().expect("it comes through").0)
    };
    let (mut near, mut far) = connect();
    let mut heard = [0; 3];
    near.write_all(b"one").expect("it is said");
    far.read_exact(&mut heard).expect("it is heard");
    link.cut();
    near.write_all(b"two").expect("nobody is told");
    link.mend();
    // What was said meanwhile is lost, and the connection with it.
    assert_eq!(far.read(&mut heard).unwrap_or(0), 0);
    let (mut near, mut far) = connect();
    near.write_all(b"six").expect("it is said");
    far.read_exact(&mut heard).expect("it is heard");
    assert_eq!(&heard, b"six");
}

//! The servers that tests stand on must themselves start, crash and stop as promised.

use lawful_servers::{Folder, Launch, Missing, Postgres, Server, User, program};
use std::net::TcpStream;
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

//! What a newcomer sees, and that the README shows it.

use std::process::{Command, Output};

const README: &str = include_str!("../README.md");

fn fulfilment(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fulfilment"))
        .args(arguments)
        .output()
        .expect("the example runs")
}

fn printed(arguments: &[&str]) -> String {
    let output = fulfilment(arguments);
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).expect("text")
}

#[track_caller]
fn is_shown(name: &str) {
    let printed = printed(&[name]);
    insta::assert_snapshot!(name, printed);
    assert!(
        README.contains(&format!("```text\n{printed}```")),
        "the README shows something else"
    );
}

#[test]
fn it_runs_as_the_readme_says() {
    is_shown("run");
}

#[test]
fn it_is_rehearsed_as_the_readme_says() {
    is_shown("dry-run");
}

#[test]
fn it_crashes_and_goes_on_as_the_readme_says() {
    is_shown("crash");
}

#[test]
fn it_is_explored_as_the_readme_says() {
    is_shown("explore");
}

#[test]
fn the_readme_shows_the_program_as_it_is() {
    let source = include_str!("../src/program.rs");
    let begin = source.find("/// Sees one order").expect("the program");
    let end = source.find("/// Takes the price").expect("what follows");
    let program = source[begin..end].trim_end();
    assert!(README.contains(&format!("```rust,ignore\n{program}\n```")));
}

#[test]
fn a_bound_cuts_what_is_longer() {
    assert_eq!(
        printed(&["explore", "--depth", "0"]),
        "1 paths, 1 of them cut\n"
    );
    let two = printed(&["explore", "--depth", "2"]);
    assert!(two.ends_with("3 paths, 1 of them cut\n"), "{two}");
}

#[test]
fn whoever_stops_reading_is_no_mistake() {
    use std::io::{BufRead, BufReader};
    let mut child = Command::new(env!("CARGO_BIN_EXE_fulfilment"))
        .arg("dry-run")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the example runs");
    let mut first = String::new();
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    out.read_line(&mut first).expect("a line");
    drop(out);
    let output = child.wait_with_output().expect("it ends");
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{output:?}"
    );
}

#[test]
fn what_is_wrong_is_named() {
    for (arguments, status, expected) in [
        (&["fly"][..], 2, "unrecognized subcommand 'fly'"),
        (&[], 2, "Usage: fulfilment <COMMAND>"),
        (
            &["explore", "--depth", "deep"],
            2,
            "invalid value 'deep' for '--depth <DEPTH>'",
        ),
        (&["explore", "--depth", "-1"], 2, "'-1'"),
        (
            &["node", "/nowhere/at/all"],
            1,
            "the book of payments `/nowhere/at/all/payments` cannot be opened",
        ),
    ] {
        let output = fulfilment(arguments);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{complaint}");
        assert!(complaint.contains(expected), "{complaint}");
        assert!(!complaint.contains("backtrace"), "{complaint}");
    }
}

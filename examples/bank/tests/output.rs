//! What a newcomer sees: the output of the bank, and that the READMEs show it.

use lawful_servers::{Nats, Postgres};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A folder of this test alone, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("lawful-bank-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        Folder(folder)
    }

    fn file(&self, name: &str) -> String {
        self.0
            .join(name)
            .to_str()
            .expect("a path in text")
            .to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn bank(arguments: &[&str], input: &str) -> Output {
    use std::io::Write;
    let mut child = Command::new(env!("CARGO_BIN_EXE_bank"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the bank runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("the bank ends");
    let _ = writer.join();
    output
}

/// A server of this test alone; `None` where there is none.
fn server() -> Option<Postgres> {
    // Nothing here looks at what a crash leaves.
    Postgres::start_with(&["fsync=off"])
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// Every block of a README that is marked as text.
fn blocks(readme: &str) -> Vec<&str> {
    readme
        .split("```text\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect()
}

#[test]
fn without_arguments_it_declares_runs_rejects_and_explains() {
    let output = bank(&[], "");
    assert!(output.status.success(), "{output:?}");
    let printed = printed(&output);
    insta::assert_snapshot!("everything", printed);
    for readme in [
        include_str!("../README.md"),
        include_str!("../../../README.md"),
    ] {
        let blocks = blocks(readme);
        assert!(!blocks.is_empty(), "the README shows output");
        for block in blocks {
            assert!(
                printed.contains(block),
                "the README shows something else:\n{block}"
            );
        }
    }
}

#[test]
fn the_model_alone_is_the_beginning_of_that() {
    let everything = printed(&bank(&[], ""));
    let model = printed(&bank(&["model"], ""));
    assert!(
        model.starts_with("aggregate account: A current account.\n"),
        "{model}"
    );
    assert!(everything.starts_with(&model), "{model}");
}

#[test]
fn a_second_run_on_one_file_goes_on_from_the_first() {
    let folder = Folder::new("twice");
    let file = folder.file("bank.db");
    let first = printed(&bank(&["sqlite", &file], ""));
    assert_eq!(
        first,
        printed(&bank(&["memory"], "")),
        "SQLite and memory tell the same story"
    );
    insta::assert_snapshot!("second_run", printed(&bank(&["sqlite", &file], "")));
}

#[test]
fn a_second_run_on_one_server_goes_on_from_the_first() {
    let Some(server) = server() else { return };
    let url = server.url("postgres");
    let first = printed(&bank(&["postgres", &url], ""));
    assert_eq!(
        first,
        printed(&bank(&["memory"], "")),
        "PostgreSQL and memory tell the same story"
    );
    insta::assert_snapshot!("second_run", printed(&bank(&["postgres", &url], "")));
}

#[test]
fn a_second_run_on_one_nats_server_goes_on_from_the_first() {
    let Some(server) = Nats::start() else { return };
    let url = server.url();
    let first = printed(&bank(&["jetstream", &url], ""));
    assert_eq!(
        first,
        printed(&bank(&["memory"], "")),
        "JetStream and memory tell the same story"
    );
    insta::assert_snapshot!("second_run", printed(&bank(&["jetstream", &url], "")));
}

#[test]
fn the_sample_is_executed_alike_on_every_interpreter() {
    let folder = Folder::new("sample");
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/commands.jsonl");
    let without_position = |output: &Output| {
        let lines = printed(output);
        let kept = lines.lines().map(|line| {
            let mut answer: serde_json::Value = serde_json::from_str(line).expect("a JSON line");
            answer
                .as_object_mut()
                .expect("an object")
                .remove("position");
            answer
        });
        kept.collect::<Vec<_>>()
    };
    let executed = |on: &[&str]| {
        let output = bank(&[on, &["--execute", sample]].concat(), "");
        assert!(output.status.success(), "{output:?}");
        without_position(&output)
    };
    let memory = executed(&["memory"]);
    assert_eq!(
        memory.len(),
        include_str!("../commands.jsonl").lines().count()
    );
    assert!(memory.len() >= 2000, "some thousand commands");
    assert!(
        memory.iter().any(|answer| answer.get("rejected").is_some()),
        "some are rejected"
    );
    assert_eq!(memory, executed(&["sqlite", &folder.file("bank.db")]));
    if let Some(server) = server() {
        assert_eq!(memory, executed(&["postgres", &server.url("postgres")]));
    }
    if let Some(server) = Nats::start() {
        assert_eq!(memory, executed(&["jetstream", &server.url()]));
    }
}

/// Where the identity of a log stands in a position: sixteen digits before a colon.
fn identity(answers: &str) -> Option<usize> {
    let position = "\"position\":\"";
    let starts = answers
        .match_indices(position)
        .map(|(at, _)| at + position.len());
    let mut found = starts.filter(|at| {
        answers[*at..]
            .chars()
            .take(16)
            .all(|digit| digit.is_ascii_hexdigit())
    });
    found.next()
}

#[test]
fn a_malformed_line_is_answered_by_its_number_and_the_rest_goes_on() {
    let id = "67e55044-10b1-426f-9247-bb680e5fe0c8";
    let lines = [
        format!(r#"{{"id":"{id}","type":"open","data":{{"owner":"Ada"}}}}"#),
        "no JSON".to_owned(),
        r#"{"id":"ADA-1","type":"open","data":{"owner":"Ada"}}"#.to_owned(),
        String::new(),
        format!(r#"{{"id":"{id}","type":"withdraw"}}"#),
        format!(r#"{{"id":"{id}","type":"withdraw","data":{{"amount":1,"to":"Bob"}}}}"#),
        format!(r#"{{"id":"{id}","type":"withdrow","data":{{"amount":1}}}}"#),
        format!(r#"{{"id":"{id}","type":"deposit","data":{{"amount":"1"}}}}"#),
        format!(r#"{{"type":"deposit","id":"{id}","command_id":"first","data":{{"amount":30}}}}"#),
        format!(r#"{{"type":"deposit","id":"{id}","command_id":"first","data":{{"amount":30}}}}"#),
        format!(r#"{{"type":"deposit","id":"{id}","command_id":"first","data":{{"amount":31}}}}"#),
        format!(r#"{{"type":"deposit","id":"{id}","command_id":7,"data":{{"amount":31}}}}"#),
        format!(r#"{{"id":"{id}","type":"withdraw","data":{{"amount":50}}}}"#),
        "[]".to_owned(),
    ];
    let output = bank(&["memory", "--execute", "-"], &lines.join("\n"));
    assert_eq!(output.status.code(), Some(1));
    // Every new log has an identity of its own.
    let mut answers = printed(&output);
    while let Some(at) = identity(&answers) {
        answers.replace_range(at..at + 16, "the log");
    }
    insta::assert_snapshot!("malformed_lines", answers);
}

#[test]
fn a_rejection_is_an_answer_and_no_failure() {
    let line =
        r#"{"id":"67e55044-10b1-426f-9247-bb680e5fe0c8","type":"withdraw","data":{"amount":50}}"#;
    let output = bank(&["memory", "--execute", "-"], line);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(printed(&output).contains(r#""rejected":{"command":"withdraw""#));
}

#[test]
fn what_cannot_be_opened_is_named() {
    let folder = Folder::new("named");
    for (arguments, expected) in [
        (
            ["sqlite", folder.0.to_str().expect("text")],
            "is a directory",
        ),
        (
            [
                "sqlite",
                concat!(env!("CARGO_MANIFEST_DIR"), "/commands.jsonl"),
            ],
            "no SQLite file",
        ),
        (
            ["memory", "--execute=there-is-no-such-file"],
            "`there-is-no-such-file` cannot be opened",
        ),
    ] {
        complains(&bank(&arguments, ""), expected);
    }
}

#[track_caller]
fn complains(output: &Output, expected: &str) {
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{complaint}");
    assert!(
        complaint.starts_with("error: ") && complaint.contains(expected),
        "{complaint}"
    );
    assert!(!complaint.contains("backtrace"), "{complaint}");
    assert!(!complaint.contains("secret"), "{complaint}");
}

#[test]
fn a_server_that_cannot_be_used_is_named_and_why() {
    complains(
        &bank(&["postgres", "bank.db"], ""),
        "expected `postgres://user:password@host:port/database`",
    );
    let Some(mut server) = server() else { return };
    let url = server.url("postgres");
    complains(
        &bank(&["postgres", &url.replace("secret", "guess")], ""),
        "check user and password in the URL",
    );
    complains(
        &bank(&["postgres", &server.url("nowhere")], ""),
        "`database \"nowhere\" does not exist` (3D000); create it, or correct the URL",
    );
    server.server().stop();
    let place = format!("127.0.0.1:{}/postgres", server.port());
    let output = bank(&["postgres", &url], "");
    complains(&output, &format!("error: cannot reach `{place}`"));
    let once = String::from_utf8_lossy(&output.stderr);
    assert_eq!(once.matches("refused").count(), 1, "{once}");
}

#[test]
fn a_nats_server_that_cannot_be_used_is_named_and_why() {
    complains(
        &bank(&["jetstream", "postgres://bank"], ""),
        "expected one such as `nats://user:password@host:4222`",
    );
    let users = "authorization { users: [{ user: bank, password: secret }] }";
    let Some(mut server) = Nats::start_with(&[users]) else {
        return;
    };
    let url = |user: &str| format!("nats://{user}@127.0.0.1:{}", server.port());
    let right = url("bank:secret");
    let output = bank(&["jetstream", &url("bank:guess")], "");
    complains(&output, "check user and password in the URL");
    assert!(bank(&["jetstream", &right], "").status.success());
    server.server().stop();
    let output = bank(&["jetstream", &right], "");
    let place = format!("`{}`", server.url());
    complains(&output, &format!("error: cannot connect to {place}"));
    let once = String::from_utf8_lossy(&output.stderr);
    assert_eq!(once.matches("refused").count(), 1, "{once}");
    let Some(server) = Nats::start_with(&["jetstream : false"]) else {
        return;
    };
    let output = bank(&["jetstream", &server.url()], "");
    complains(
        &output,
        "JetStream is not enabled on the server; start it with",
    );
}

#[test]
fn the_whole_domain_is_at_most_seventy_lines() {
    let lines = include_str!("../src/lib.rs").lines().map(str::trim);
    let code = lines
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .count();
    assert!(code <= 70, "{code} lines");
}

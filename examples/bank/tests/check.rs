//! What `cargo run -p bank -- check` prints, and that the README shows it.

use std::process::Command;

#[test]
fn the_check_prints_what_the_readme_shows() {
    let output = Command::new(env!("CARGO_BIN_EXE_bank"))
        .arg("check")
        .output()
        .expect("the bank runs");
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout).expect("text");
    insta::assert_snapshot!("check", printed);
    let readme = include_str!("../README.md");
    assert!(
        readme.contains(&format!("```console\n{printed}```")),
        "the README shows something else than\n{printed}"
    );
    // Nobody watches this: no bar, but lines.
    let lines = String::from_utf8(output.stderr).expect("text");
    assert_eq!(lines.lines().count(), 2, "{lines}");
    assert!(
        lines
            .lines()
            .all(|line| line.contains(" of at most 2000 states, ")),
        "{lines}"
    );
}

#[test]
fn a_nonsensical_number_of_states_is_refused() {
    let output = Command::new(env!("CARGO_BIN_EXE_bank"))
        .args(["check", "--states", "many"])
        .output()
        .expect("the bank runs");
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("invalid value 'many'"), "{said}");
}

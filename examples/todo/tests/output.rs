//! The README shows what the example prints.

use std::process::Command;

#[test]
fn the_readme_shows_what_it_prints() {
    let output = Command::new(env!("CARGO_BIN_EXE_todo"))
        .output()
        .expect("the example runs");
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout).expect("text");
    insta::assert_snapshot!("output", printed);
    assert!(
        include_str!("../README.md").contains(&format!("```text\n{printed}```")),
        "the README shows something else"
    );
}

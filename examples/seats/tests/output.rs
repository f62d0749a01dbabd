//! What the example prints, and that the README shows it.

use std::process::Command;

fn seats(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_seats"))
        .args(arguments)
        .output()
        .expect("the example runs");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn the_readme_shows_what_each_argument_prints() {
    let readme = include_str!("../README.md");
    for argument in ["model", "memory", "coordination", "parted"] {
        let printed = seats(&[argument]);
        insta::assert_snapshot!(argument, printed);
        let shown = format!("```console\n$ cargo run -p seats -- {argument}\n{printed}```\n");
        assert!(
            readme.contains(&shown),
            "the README shows something else than\n{shown}"
        );
    }
    assert_eq!(seats(&[]), seats(&["model"]));
}

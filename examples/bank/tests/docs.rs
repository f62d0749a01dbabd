//! `bank docs DIR`: the documentation, and what is committed of it.

use std::path::Path;
use std::process::{Command, Output};

fn docs(folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bank"));
    command.arg("docs").arg(folder);
    command.output().expect("the bank runs")
}

#[test]
fn the_committed_markdown_is_what_the_declaration_says() {
    let folder = std::env::temp_dir().join(format!("bank-docs-{}", std::process::id()));
    let output = docs(&folder.join("new"));
    let files = [
        "bank.html",
        "bank.md",
        "bank.json",
        "bank-flow.mmd",
        "account-flow.mmd",
        "account-states.mmd",
    ];
    let files = files.map(|file| folder.join("new").join(file));
    let said = files
        .each_ref()
        .map(|file| format!("{}\n", file.display()))
        .concat();
    assert_eq!(String::from_utf8_lossy(&output.stdout), said, "{output:?}");
    let written = files
        .each_ref()
        .map(|file| std::fs::read_to_string(file).expect("a file"));
    assert!(
        written[1] == include_str!("../docs/bank.md"),
        "write it anew with `cargo run -p bank -- docs examples/bank/docs`"
    );

    // The same declaration gives the same bytes, over what is there.
    assert!(docs(&folder.join("new")).status.success());
    let again = files
        .each_ref()
        .map(|file| std::fs::read_to_string(file).expect("a file"));
    assert_eq!(again, written);
    std::fs::remove_dir_all(folder).expect("our own folder");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    for folder in [file.clone(), file.join("docs")] {
        let output = docs(&folder);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{complaint}");
        assert!(
            complaint.starts_with(&format!("error: `{}` cannot be made", folder.display())),
            "{complaint}"
        );
        assert!(complaint.contains("a folder is expected"), "{complaint}");
    }
}

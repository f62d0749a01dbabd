//! What `bank coordination` prints, and that the README shows it.

use std::process::Command;

fn coordination(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_bank"))
        .arg("coordination")
        .args(arguments)
        .output()
        .expect("the bank runs");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn withdrawals_need_coordination_and_the_readme_shows_why() {
    let printed = coordination(&[]);
    insta::assert_snapshot!(printed);
    let shown = format!("```console\n$ cargo run -p bank -- coordination\n{printed}```\n");
    assert!(
        include_str!("../README.md").contains(&shown),
        "the README shows something else than\n{shown}"
    );
}

#[test]
fn the_same_is_there_for_programs() {
    let printed = coordination(&["--json"]);
    let report: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
    let pairs = report["pairs"].as_array().expect("pairs");
    let demands = pairs.iter().filter(|pair| pair["verdict"] == "coordinate");
    let demands: Vec<_> = demands
        .map(|pair| (&pair["first"], &pair["second"]))
        .collect();
    assert_eq!(demands, [(&"withdraw".into(), &"withdraw".into())]);
}

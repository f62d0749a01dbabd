//! Nobody ever sees a transfer half done: eight accounts, 100 in all of them together.

use interpretations::*;
use lawful::prelude::*;
use lawful_memory::Memory;
use lawful_sqlite::Sqlite;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Transfers of so many tasks at once; how many went through.
async fn with_tasks<I: Transactional<Bank>>(bank: &I, tasks: u64, turns: usize) -> usize {
    let accounts = accounts(bank, 8).await;
    let tasks: Vec<_> = (0..tasks)
        .map(|task| {
            let (bank, accounts) = (bank.clone(), accounts.clone());
            tokio::spawn(async move { transfers(&bank, &accounts, task + 1, turns).await })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        done += task.await.unwrap();
    }
    let total = bank.transact(Total { accounts }).await.unwrap();
    assert_eq!(total.output, 100);
    done
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tasks_in_memory_see_the_whole() {
    let bank = Memory::<Bank>::new(services().0);
    assert!(with_tasks(&bank, 8, 200).await > 400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tasks_on_sqlite_see_the_whole() {
    let files = Files::new();
    let bank = Sqlite::<Bank>::open_with(files.path(), services().0)
        .await
        .unwrap();
    assert!(with_tasks(&bank, 4, 40).await > 40);
}

async fn contend<I: Transactional<Bank>>(bank: &I) {
    let ids = accounts(bank, 2).await;
    let both = [(ids[0], ids[1]), (ids[1], ids[0])].map(|(from, to)| {
        let bank = bank.clone();
        tokio::spawn(async move {
            for turn in 0..300 {
                let done = bank
                    .transact(Transfer {
                        from,
                        to,
                        amount: 1,
                    })
                    .await;
                match done {
                    Ok(_) | Err(Error::Rejected(_)) => {}
                    Err(Error::Failed(failure)) => panic!("turn {turn}: {failure}"),
                }
            }
        })
    });
    for task in both {
        task.await.unwrap();
    }
    assert_eq!(
        bank.transact(Total { accounts: ids }).await.unwrap().output,
        100
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_tasks_over_two_accounts_both_succeed_in_memory() {
    contend(&Memory::<Bank>::new(services().0)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_tasks_over_two_accounts_both_succeed_on_sqlite() {
    let files = Files::new();
    contend(
        &Sqlite::<Bank>::open_with(files.path(), services().0)
            .await
            .unwrap(),
    )
    .await;
}

/// Tells a child which file it works on.
const FILE: &str = "LAWFUL_TOTALS_FILE";
/// Tells a child its accounts, its seed and how many turns it has.
const TASK: &str = "LAWFUL_TOTALS_TASK";

fn child(path: &Path, accounts: &[Id<Account>], seed: u64, turns: usize) -> Child {
    let this = std::env::current_exe().unwrap();
    let accounts: Vec<String> = accounts.iter().map(ToString::to_string).collect();
    Command::new(this)
        .args(["--exact", "works_as_a_child", "--nocapture"])
        .env(FILE, path)
        .env(TASK, format!("{seed} {turns} {}", accounts.join(" ")))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What a child does; nothing in any other process.
#[tokio::test]
async fn works_as_a_child() {
    let (Ok(path), Ok(task)) = (std::env::var(FILE), std::env::var(TASK)) else {
        return;
    };
    let mut words = task.split(' ');
    let seed: u64 = words.next().unwrap().parse().unwrap();
    let turns: usize = words.next().unwrap().parse().unwrap();
    let accounts: Vec<Id<Account>> = words.map(|id| id.parse().unwrap()).collect();
    let bank = Sqlite::<Bank>::open_with(path, services().0).await.unwrap();
    let mut out = std::io::stdout();
    for turn in 0..turns as u64 {
        transfers(&bank, &accounts, seed * 1_000_000 + turn, 1).await;
        writeln!(out, "turn {turn}").unwrap();
        out.flush().unwrap();
    }
}

/// Reads what a child says until it has done so many turns.
fn follow(child: &mut Child, turns: usize) {
    let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    let turns_done = lines
        .map_while(Result::ok)
        .filter(|line| line.contains("turn "));
    assert_eq!(
        turns_done.take(turns).count(),
        turns,
        "the child ended before"
    );
}

#[tokio::test]
async fn processes_on_one_file_see_the_whole() {
    let files = Files::new();
    let bank = Sqlite::<Bank>::open_with(files.path(), services().0)
        .await
        .unwrap();
    let accounts = accounts(&bank, 8).await;
    let children: Vec<Child> = (1..=3)
        .map(|seed| child(&files.path(), &accounts, seed, 40))
        .collect();
    // This process is the fourth.
    transfers(&bank, &accounts, 4, 40).await;
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        );
    }
    assert_eq!(bank.transact(Total { accounts }).await.unwrap().output, 100);
}

#[tokio::test]
async fn a_kill_leaves_the_whole() {
    let files = Files::new();
    let bank = Sqlite::<Bank>::open_with(files.path(), services().0)
        .await
        .unwrap();
    let accounts = accounts(&bank, 8).await;
    for round in 1..=5_u64 {
        let mut victims: Vec<Child> = [0, 1]
            .map(|which| child(&files.path(), &accounts, round * 10 + which, 100_000))
            .into();
        for victim in &mut victims {
            follow(victim, 3 + usize::try_from(round).unwrap());
        }
        for mut victim in victims {
            victim.kill().unwrap();
            victim.wait().unwrap();
        }
        let accounts = accounts.clone();
        assert_eq!(bank.transact(Total { accounts }).await.unwrap().output, 100);
    }
}

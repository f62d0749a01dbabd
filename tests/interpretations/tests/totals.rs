//! Nobody ever sees a transfer half done: eight accounts, 100 in all of them together.

use interpretations::*;
use lawful::prelude::*;
use lawful::{Failure, FailureKind};
use lawful_postgres::Postgres;
use lawful_servers::Postgres as Server;
use lawful_sqlite::Sqlite;
use std::io::{BufRead, BufReader, Lines, Write, stdin, stdout};
use std::process::{Child, ChildStdout, Command, Stdio};

on_every_log! {
    tasks_see_the_whole,
    two_tasks_over_two_accounts_both_succeed,
}

/// Eight tasks, in two processes as far as the log can tell.
async fn tasks_see_the_whole(logs: &impl Logs) {
    let banks = logs.pair().await.map(over);
    let accounts = accounts(&banks[0], 8).await;
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let (bank, accounts) = (banks[task % 2].clone(), accounts.clone());
            let seed = task as u64 + 1;
            tokio::spawn(async move { transfers(&bank, &accounts, seed, 50).await })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        done += task.await.unwrap().unwrap();
    }
    assert!(done > 100, "{done}");
    for bank in &banks {
        assert_eq!(sum(bank, &accounts).await, 100);
    }
}

async fn sum(bank: &impl Transactional<Bank>, accounts: &[Id<Account>]) -> Cents {
    let accounts = accounts.to_vec();
    bank.transact(Total { accounts }).await.unwrap().output
}

async fn two_tasks_over_two_accounts_both_succeed(logs: &impl Logs) {
    let [log, _] = logs.pair().await;
    let bank = over(log);
    let ids = accounts(&bank, 2).await;
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
    assert_eq!(sum(&bank, &ids).await, 100);
}

/// Tells a child which log it works on: the path of a file or the URL of a server.
const LOG: &str = "LAWFUL_TOTALS_LOG";
/// Tells a child its accounts, its seed and how many turns it has.
const TASK: &str = "LAWFUL_TOTALS_TASK";

/// This test once more, as another process of the system. It is killed on drop.
struct Worker {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Worker {
    fn start(log: &str, accounts: &[Id<Account>], seed: u64, turns: usize) -> Self {
        let accounts: Vec<String> = accounts.iter().map(ToString::to_string).collect();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "works_as_a_child", "--nocapture"])
            .env(LOG, log)
            .env(TASK, format!("{seed} {turns} {}", accounts.join(" ")))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Worker { child, lines }
    }

    /// Waits until it has done so many more turns.
    fn follow(&mut self, turns: usize) {
        let lines = self.lines.by_ref().map_while(Result::ok);
        let done = lines.filter(|line| line.contains("turn ")).take(turns);
        assert_eq!(done.count(), turns, "the child ended before");
    }

    /// Tells it that the server is back.
    fn go_on(&mut self) {
        let input = self.child.stdin.as_mut().unwrap();
        input.write_all(b"up\n").unwrap();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a child does; nothing in any other process.
#[tokio::test]
async fn works_as_a_child() {
    let (Ok(log), Ok(task)) = (std::env::var(LOG), std::env::var(TASK)) else {
        return;
    };
    let services = services().0;
    if log.starts_with("postgres://") {
        let bank = Postgres::<Bank>::connect_with(log, services).await.unwrap();
        work(&bank, &task).await;
    } else {
        let bank = Sqlite::<Bank>::open_with(log, services).await.unwrap();
        work(&bank, &task).await;
    }
}

async fn work(bank: &impl Transactional<Bank>, task: &str) {
    let mut words = task.split(' ');
    let seed: u64 = words.next().unwrap().parse().unwrap();
    let turns: usize = words.next().unwrap().parse().unwrap();
    let accounts: Vec<Id<Account>> = words.map(|id| id.parse().unwrap()).collect();
    for turn in 0..turns as u64 {
        let seed = seed * 1_000_000 + turn;
        while let Err(failure) = transfers(bank, &accounts, seed, 1).await {
            outlast(&failure);
        }
        let mut out = stdout();
        writeln!(out, "turn {turn}").unwrap();
        out.flush().unwrap();
    }
}

/// A server that is down comes back, and the test says so, once for each time; one that broke off is asked again.
fn outlast(failure: &Failure) {
    match failure.kind() {
        FailureKind::OutcomeUnknown => {}
        FailureKind::Unavailable => assert!(stdin().read_line(&mut String::new()).unwrap() > 0),
        _ => panic!("{failure:?}"),
    }
}

#[tokio::test]
async fn processes_on_one_file_see_the_whole() {
    let file = Files::new();
    let file = file.fresh();
    let bank = Sqlite::<Bank>::open_with(&file, services().0)
        .await
        .unwrap();
    processes_see_the_whole(&bank, file.to_str().unwrap()).await;
}

#[tokio::test]
async fn processes_on_one_server_see_the_whole() {
    let Some(server) = Server::start() else {
        return;
    };
    let url = server.url("postgres");
    let bank = Postgres::<Bank>::connect_with(&url, services().0)
        .await
        .unwrap();
    processes_see_the_whole(&bank, &url).await;
    assert_eq!(torn(&server), "0");
    // Step by step a transfer is torn where its second half is refused, and that can be seen.
    let [from, nobody] = [Id::new(), Id::new()];
    let torn_one = async move |bank: &mut Perform<Bank>| {
        bank.account(from).open("Zoe").await?;
        transfer(bank.atomic(), from, nobody, 1).await
    };
    bank.run(torn_one).await.unwrap_err();
    assert_eq!(torn(&server), "1");
}

async fn processes_see_the_whole(bank: &impl Transactional<Bank>, log: &str) {
    let accounts = accounts(bank, 8).await;
    let children: Vec<_> = (1..=3)
        .map(|seed| Worker::start(log, &accounts, seed, 40))
        .collect();
    // This process is the fourth.
    transfers(bank, &accounts, 4, 40).await.unwrap();
    for mut worker in children {
        worker.follow(40);
        assert!(worker.child.wait().unwrap().success());
    }
    assert_eq!(sum(bank, &accounts).await, 100);
}

#[tokio::test]
async fn a_kill_leaves_the_whole_on_one_file() {
    let file = Files::new();
    let file = file.fresh();
    let bank = Sqlite::<Bank>::open_with(&file, services().0)
        .await
        .unwrap();
    kills_leave_the_whole(&bank, file.to_str().unwrap()).await;
}

#[tokio::test]
async fn a_kill_leaves_the_whole_on_one_server() {
    let Some(server) = Server::start() else {
        return;
    };
    let url = server.url("postgres");
    let bank = Postgres::<Bank>::connect_with(&url, services().0)
        .await
        .unwrap();
    kills_leave_the_whole(&bank, &url).await;
    assert_eq!(torn(&server), "0");
}

async fn kills_leave_the_whole(bank: &impl Transactional<Bank>, log: &str) {
    let accounts = accounts(bank, 8).await;
    for round in 1..=5_u64 {
        let mut victims =
            [0, 1].map(|which| Worker::start(log, &accounts, round * 10 + which, 100_000));
        for victim in &mut victims {
            victim.follow(3 + usize::try_from(round).unwrap());
        }
        drop(victims);
        assert_eq!(sum(bank, &accounts).await, 100);
    }
}

/// Three processes transfer while the server is stopped or killed and started again. Every read of every process sees 100.
#[tokio::test]
async fn restarts_of_the_server_leave_the_whole() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let url = server.url("postgres");
    let bank = Postgres::<Bank>::connect_with(&url, services().0)
        .await
        .unwrap();
    let accounts = accounts(&bank, 8).await;
    let mut workers = [1, 2, 3].map(|seed| Worker::start(&url, &accounts, seed, 100_000));
    for round in 0..8 {
        for worker in &mut workers {
            worker.follow(4);
        }
        if round % 2 == 0 {
            server.server().kill();
        } else {
            server.server().stop();
        }
        server.server().restart().unwrap();
        workers.iter_mut().for_each(Worker::go_on);
        assert_eq!(sum(&bank, &accounts).await, 100);
    }
    for worker in &mut workers {
        worker.follow(4);
        assert!(worker.child.try_wait().unwrap().is_none());
    }
    drop(workers);
    assert_eq!(sum(&bank, &accounts).await, 100);
    assert_eq!(torn(&server), "0");
}

/// How many transfers are not two events in a row that leave the total as it is, as anybody can ask with SQL. The first eighteen events
/// open the accounts and fill them.
fn torn(server: &Server) -> String {
    server.sql(
        "postgres",
        "SELECT count(*) FROM (
            SELECT FROM lawful.events WHERE position > 18 GROUP BY correlation_id
            HAVING count(*) <> 2 OR max(position) - min(position) <> 1
                OR sum(CASE type WHEN 'account.withdrawn' THEN -1 ELSE 1 END * (data->>'amount')::bigint) <> 0
        ) AS torn",
    )
}

//! Commands for one root that come at the same time share an append, and none of them hurts another.

mod fixture;

use fixture::{Account, AccountCommand, Act, Bank, BankPayload, ScriptedLog};
use lawful::log::EventLog;
use lawful::{FailureKind, Id, Receipt};
use lawful_engine::{Engine, Error};
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

type Scripted = Engine<Bank, ScriptedLog<BankPayload>>;
type Answer = Result<Receipt<Account>, Error>;

fn open() -> AccountCommand {
    AccountCommand::Open {
        owner: "Ada".into(),
    }
}

fn deposit(amount: i64) -> AccountCommand {
    AccountCommand::Deposit { amount }
}

fn withdraw(amount: i64) -> AccountCommand {
    AccountCommand::Withdraw { amount }
}

/// An account with 100 in it, whose next append stops until the test lets it go on. Everything asked meanwhile is one group.
struct Stopped {
    bank: Scripted,
    id: Id<Account>,
    go: Arc<Semaphore>,
    leader: JoinHandle<Answer>,
    followers: Vec<JoinHandle<Answer>>,
}

impl Stopped {
    /// `leader` is the command whose append stops; `acts` is how the appends after it go.
    async fn new(leader: AccountCommand, acts: impl IntoIterator<Item = Act<BankPayload>>) -> Self {
        let log = ScriptedLog::new([]);
        let bank: Scripted = Engine::over(log.clone());
        let id = Id::new();
        bank.execute(id, open()).await.unwrap();
        bank.execute(id, deposit(100)).await.unwrap();
        let (reached, go) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        log.then(Act::PauseBefore {
            reached: reached.clone(),
            go: go.clone(),
        });
        for act in acts {
            log.then(act);
        }
        let leader = tokio::spawn(bank.execute(id, leader).into_future());
        reached.acquire().await.unwrap().forget();
        Stopped {
            bank,
            id,
            go,
            leader,
            followers: Vec::new(),
        }
    }

    /// Asks, and waits until the command stands in the queue.
    async fn ask(&mut self, command: AccountCommand) -> &mut Self {
        let work = self.bank.execute(self.id, command).into_future();
        self.spawn(work).await
    }

    async fn ask_as(&mut self, chosen: &str, command: AccountCommand) -> &mut Self {
        let work = self.bank.execute(self.id, command).command_id(chosen);
        self.spawn(work.into_future()).await
    }

    async fn spawn(&mut self, work: impl Future<Output = Answer> + Send + 'static) -> &mut Self {
        self.followers.push(tokio::spawn(work));
        // On a runtime of one thread, the new task runs as far as it can before this one goes on.
        tokio::task::yield_now().await;
        self
    }

    /// Lets the append go on; the followers' answers.
    async fn go(self) -> (Scripted, Id<Account>, Vec<Answer>) {
        self.go.add_permits(1);
        let _ = self.leader.await;
        let mut answers = Vec::new();
        for follower in self.followers {
            answers.push(follower.await.unwrap());
        }
        (self.bank, self.id, answers)
    }
}

/// Version and balance on a receipt, or what was said instead.
fn told(answers: &[Answer]) -> Vec<Result<(u64, i64), String>> {
    let told = |answer: &Answer| match answer {
        Ok(receipt) => Ok((receipt.version, receipt.state.balance)),
        Err(Error::Rejected(rejection)) => Err(rejection.broken()[0].rule().to_owned()),
        Err(Error::Failed(failure)) => Err(format!("{:?}", failure.kind())),
    };
    answers.iter().map(told).collect()
}

async fn truth(bank: &Scripted, id: Id<Account>) -> (u64, i64) {
    let loaded = bank.load(id).await.unwrap();
    (loaded.version, loaded.state.balance)
}

#[tokio::test]
async fn a_group_is_decided_in_order_and_appended_at_once() {
    let mut stopped = Stopped::new(deposit(1), []).await;
    stopped.ask(withdraw(101)).await.ask(withdraw(1)).await;
    stopped
        .ask(deposit(7))
        .await
        .ask(deposit(0))
        .await
        .ask(withdraw(5))
        .await;
    let (bank, id, answers) = stopped.go().await;
    assert_eq!(
        told(&answers),
        [
            Ok((4, 0)),
            Err("covers".into()),
            Ok((5, 7)),
            Ok((5, 7)),
            Ok((6, 2))
        ]
    );
    assert_eq!(bank.log().groups(), [1, 1, 1, 4]);
    assert_eq!(truth(&bank, id).await, (6, 2));
    let positions: Vec<_> = answers
        .iter()
        .flatten()
        .map(|receipt| receipt.position)
        .collect();
    assert!(positions.is_sorted(), "{positions:?}");
    assert_eq!(positions[3], Some(bank.log().head().await.unwrap()));
}

#[tokio::test]
async fn an_invariant_is_held_across_a_group() {
    let seize = |amount| AccountCommand::Seize { amount };
    let mut stopped = Stopped::new(deposit(1), []).await;
    stopped
        .ask(seize(100))
        .await
        .ask(seize(2))
        .await
        .ask(seize(1))
        .await;
    let (bank, id, answers) = stopped.go().await;
    assert_eq!(
        told(&answers),
        [Ok((4, 1)), Err("is_solvent".into()), Ok((5, 0))]
    );
    assert_eq!(truth(&bank, id).await, (5, 0));
}

#[tokio::test]
async fn a_panic_in_a_rule_hurts_no_neighbour() {
    let mut stopped = Stopped::new(deposit(1), []).await;
    stopped
        .ask(deposit(1))
        .await
        .ask(AccountCommand::PanicAt { balance: 102 })
        .await
        .ask(deposit(1))
        .await;
    let (bank, id, answers) = stopped.go().await;
    assert_eq!(
        told(&answers),
        [Ok((4, 102)), Err("Defect".into()), Ok((5, 103))]
    );
    assert_eq!(truth(&bank, id).await, (5, 103));
}

#[tokio::test]
async fn an_event_that_cannot_be_appended_hurts_no_neighbour() {
    let mut stopped = Stopped::new(deposit(1), [Act::PanicInCompany]).await;
    stopped
        .ask(deposit(1))
        .await
        .ask(withdraw(500))
        .await
        .ask(deposit(2))
        .await;
    let (bank, id, answers) = stopped.go().await;
    assert_eq!(
        told(&answers),
        [Ok((4, 102)), Err("covers".into()), Ok((5, 104))]
    );
    assert_eq!(truth(&bank, id).await, (5, 104));
    let unencodable = || Act::Fail(FailureKind::Unencodable);
    let mut stopped = Stopped::new(deposit(1), [unencodable(), unencodable()]).await;
    stopped.ask(deposit(1)).await.ask(deposit(2)).await;
    let (bank, id, answers) = stopped.go().await;
    assert_eq!(told(&answers), [Err("Unencodable".into()), Ok((4, 103))]);
    assert_eq!(truth(&bank, id).await, (4, 103));
}

#[tokio::test]
async fn a_failed_append_fails_everybody_who_rested_on_it() {
    let mut stopped = Stopped::new(deposit(1), [Act::Fail(FailureKind::Full)]).await;
    // The rejection rests on a withdrawal that does not become durable.
    stopped.ask(withdraw(101)).await.ask(withdraw(1)).await;
    let (bank, id, answers) = stopped.go().await;
    assert_eq!(told(&answers), [Err("Full".into()), Err("Full".into())]);
    assert_eq!(truth(&bank, id).await, (3, 101));
    for answer in answers {
        let failure = answer.unwrap_err();
        assert_eq!(failure.to_string(), "as scripted");
    }
}

#[tokio::test]
async fn an_unknown_outcome_of_a_group_is_settled_for_each() {
    for act in [Act::LoseAnswer, Act::LoseRequest, Act::Delay] {
        let mut stopped = Stopped::new(deposit(1), [act]).await;
        stopped
            .ask(withdraw(100))
            .await
            .ask_as("b", deposit(4))
            .await
            .ask(withdraw(50))
            .await;
        let (bank, id, answers) = stopped.go().await;
        assert_eq!(
            told(&answers),
            [Ok((4, 1)), Ok((5, 5)), Err("covers".into())]
        );
        assert_eq!(truth(&bank, id).await, (5, 5));
    }
}

#[tokio::test]
async fn the_same_chosen_id_twice_in_one_group_is_one_command() {
    let mut stopped = Stopped::new(deposit(1), []).await;
    stopped
        .ask_as("a", withdraw(60))
        .await
        .ask(deposit(1))
        .await;
    stopped
        .ask_as("a", withdraw(60))
        .await
        .ask_as("a", withdraw(61))
        .await;
    let (bank, id, answers) = stopped.go().await;
    assert_eq!(
        told(&answers),
        [
            Ok((4, 41)),
            Ok((5, 42)),
            Ok((4, 41)),
            Err("CommandIdReused".into())
        ]
    );
    assert_eq!(answers[0].as_ref().unwrap(), answers[2].as_ref().unwrap());
    assert_eq!(truth(&bank, id).await, (5, 42));
}

#[tokio::test]
async fn an_id_that_was_accepted_before_does_not_disturb_its_group() {
    let mut stopped = Stopped::new(deposit(1), []).await;
    stopped.ask_as("a", withdraw(60)).await;
    let (bank, id, answers) = stopped.go().await;
    let original = answers.into_iter().next().unwrap().unwrap();
    let (reached, go) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    bank.log().then(Act::PauseBefore {
        reached: reached.clone(),
        go: go.clone(),
    });
    let leader = tokio::spawn(bank.execute(id, deposit(1)).into_future());
    reached.acquire().await.unwrap().forget();
    let mut stopped = Stopped {
        bank,
        id,
        go,
        leader,
        followers: Vec::new(),
    };
    // Would be refused by the present state; was accepted; is another payload.
    stopped
        .ask_as("a", withdraw(60))
        .await
        .ask(deposit(2))
        .await
        .ask_as("a", deposit(2))
        .await;
    let (bank, id, answers) = stopped.go().await;
    assert_eq!(
        told(&answers),
        [Ok((4, 41)), Ok((6, 44)), Err("CommandIdReused".into())]
    );
    assert_eq!(answers[0].as_ref().unwrap(), &original);
    assert_eq!(truth(&bank, id).await, (6, 44));
}

#[tokio::test]
async fn followers_of_a_dropped_leader_go_on() {
    let mut stopped = Stopped::new(deposit(1), []).await;
    stopped.ask(withdraw(100)).await.ask(deposit(5)).await;
    stopped.leader.abort();
    let (bank, id, answers) = stopped.go().await;
    // The leader's append had not happened.
    assert_eq!(told(&answers), [Ok((3, 0)), Ok((4, 5))]);
    assert_eq!(truth(&bank, id).await, (4, 5));
}

#[tokio::test]
async fn a_group_whose_leader_is_dropped_after_the_commit_is_not_decided_twice() {
    let (reached, go) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let pause = Act::PauseAfter {
        reached: reached.clone(),
        go,
    };
    let mut stopped = Stopped::new(deposit(1), [pause]).await;
    stopped
        .ask(deposit(2))
        .await
        .ask(withdraw(3))
        .await
        .ask(withdraw(500))
        .await;
    stopped.go.add_permits(1);
    // Now the second group, led by the first follower, is committed, and nobody was told.
    reached.acquire().await.unwrap().forget();
    let second = stopped.followers.remove(0);
    second.abort();
    assert!(second.await.unwrap_err().is_cancelled());
    let (bank, id, answers) = stopped.go().await;
    assert_eq!(told(&answers), [Ok((5, 100)), Err("covers".into())]);
    assert_eq!(truth(&bank, id).await, (5, 100));
}

#[tokio::test]
async fn a_follower_that_gives_up_in_the_queue_is_not_executed() {
    let mut stopped = Stopped::new(deposit(1), []).await;
    stopped
        .ask(deposit(2))
        .await
        .ask(deposit(4))
        .await
        .ask(deposit(8))
        .await;
    for index in [2, 0] {
        let follower = stopped.followers.remove(index);
        follower.abort();
        assert!(follower.await.unwrap_err().is_cancelled());
    }
    let (bank, id, answers) = stopped.go().await;
    assert_eq!(told(&answers), [Ok((4, 105))]);
    assert_eq!(truth(&bank, id).await, (4, 105));
}

#[tokio::test]
async fn a_load_does_not_wait_for_a_writer_and_does_not_see_what_is_not_durable() {
    let stopped = Stopped::new(deposit(1), []).await;
    let loaded = stopped.bank.load(stopped.id).await.unwrap();
    assert_eq!((loaded.version, loaded.state.balance), (2, 100));
    stopped.go().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_two_tasks_on_one_root_lose_and_double_nothing() {
    let log = ScriptedLog::new([]);
    let bank: Scripted = Engine::over(log.clone());
    let id = Id::new();
    bank.execute(id, open()).await.unwrap();
    let task = |number: i64| {
        let bank = bank.clone();
        async move {
            let mut receipts = Vec::new();
            for round in 0..100 {
                let command = if round % 3 == 2 {
                    withdraw(1_000_000)
                } else {
                    deposit(number)
                };
                if let Ok(receipt) = bank.execute(id, command).await {
                    receipts.push((receipt.version, receipt.state.balance));
                }
            }
            receipts
        }
    };
    let tasks: Vec<_> = (1..=32).map(|number| tokio::spawn(task(number))).collect();
    let mut receipts = Vec::new();
    for task in tasks {
        receipts.extend(task.await.unwrap());
    }
    receipts.sort_unstable();
    let history = bank.history(id).entries().await.unwrap();
    assert_eq!(history.len(), receipts.len() + 1);
    let mut balance = 0;
    for (entry, (version, told)) in history[1..].iter().zip(receipts) {
        let fixture::AccountEvent::Deposited { amount } = entry.event else {
            panic!("no withdrawal is covered: {entry:?}");
        };
        balance += amount;
        assert_eq!((entry.version, balance), (version, told));
    }
    assert_eq!(balance, (1..=32).sum::<i64>() * 67);
}

use lawful::Failure;
use lawful::prelude::*;
use programs::{Account, AccountCommand, Bank, CallAccount, Cents, Transfer};

/// What is in all these accounts, at one moment.
#[program]
pub async fn total(bank: &mut Atomic<Bank>, accounts: &[Id<Account>]) -> Result<Cents, Rejection> {
    let mut total = 0;
    for &account in accounts {
        total += bank.account(account).state().await.balance;
    }
    Ok(total)
}

/// Opens so many accounts and spreads 100 over them.
///
/// # Panics
///
/// Where the bank refuses.
pub async fn accounts<I: Interpreter<Bank>>(bank: &I, count: usize) -> Vec<Id<Account>> {
    let accounts: Vec<Id<Account>> = (0..count).map(|_| Id::new()).collect();
    for (index, &account) in accounts.iter().enumerate() {
        let open = AccountCommand::open(format!("owner {index}"));
        bank.execute(account, open).await.expect("it is not open");
    }
    for cent in 0..10 {
        let account = accounts[cent % count];
        let deposit = AccountCommand::deposit(10);
        bank.execute(account, deposit).await.expect("it is open");
    }
    accounts
}

/// Transfers back and forth, a different order for each seed, and looks at the total now and then. Says how many transfers went
/// through.
///
/// # Errors
///
/// The first failure.
///
/// # Panics
///
/// Where the total is not 100.
pub async fn transfers<I: Transactional<Bank>>(
    bank: &I,
    accounts: &[Id<Account>],
    seed: u64,
    turns: usize,
) -> Result<usize, Failure> {
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut below = |most: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random >> 33).unwrap_or(0) % most
    };
    let mut done = 0;
    for turn in 0..turns {
        let from = below(accounts.len());
        let to = (from + 1 + below(accounts.len() - 1)) % accounts.len();
        let (from, to) = (accounts[from], accounts[to]);
        let amount = Cents::try_from(below(5) + 1).unwrap_or(1);
        match bank.transact(Transfer { from, to, amount }).await {
            Ok(_) => done += 1,
            Err(Error::Rejected(_)) => {}
            Err(Error::Failed(failure)) => return Err(failure),
        }
        if turn % 4 == 0 {
            let accounts = accounts.to_vec();
            match bank.transact(Total { accounts }).await {
                Ok(total) => assert_eq!(total.output, 100),
                Err(Error::Rejected(rejection)) => panic!("it only reads: {rejection}"),
                Err(Error::Failed(failure)) => return Err(failure),
            }
        }
    }
    Ok(done)
}

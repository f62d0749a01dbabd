use lawful::prelude::*;

/// Whole cents.
pub type Cents = i64;

/// A current account.
#[state]
pub struct Account {
    /// Who it belongs to, once it is open.
    pub owner: Option<String>,
    /// What is in it.
    pub balance: Cents,
}

#[aggregate]
impl Account {
    /// The account was opened for its owner.
    #[event]
    fn opened(&mut self, owner: &str) {
        self.owner = Some(owner.to_owned());
    }

    /// Money came in.
    #[event]
    fn deposited(&mut self, amount: Cents) {
        self.balance += amount;
    }

    /// Money went out.
    #[event]
    fn withdrawn(&mut self, amount: Cents) {
        self.balance -= amount;
    }

    /// the account is open
    #[rule]
    fn is_open(&self) -> bool {
        self.owner.is_some()
    }

    /// the balance covers the amount
    #[rule]
    fn covers(&self, amount: Cents) -> bool {
        self.balance >= amount
    }

    /// Opens the account.
    #[command(requires(not(is_open)))]
    fn open(&self, owner: &str) -> AccountEvent {
        AccountEvent::opened(owner)
    }

    /// Pays money in.
    #[command(requires(is_open))]
    fn deposit(&self, amount: Cents) -> AccountEvent {
        AccountEvent::deposited(amount)
    }

    /// Takes money out.
    #[command(requires(is_open, covers(amount)))]
    fn withdraw(&self, amount: Cents) -> AccountEvent {
        AccountEvent::withdrawn(amount)
    }
}

/// Nobody is at that address.
#[value]
pub struct Undeliverable {
    /// Why not.
    pub reason: String,
}

/// Tells people things.
#[service]
pub trait Notices {
    /// Sends one.
    async fn send(&self, to: Id<Account>, text: &str) -> Result<(), Undeliverable>;

    /// How many were sent under this key and before.
    async fn count(&self, key: &IdempotencyKey) -> Result<Result<u32, Undeliverable>, Failure>;
}

/// Retail banking.
#[domain(
    aggregates(Account),
    services(Notices),
    programs(transfer, pay, standing_order)
)]
pub struct Bank;

/// the amount is positive and at most a million
#[rule]
pub fn is_payable(amount: Cents) -> bool {
    0 < amount && amount <= 100_000_000
}

/// the accounts differ
#[rule]
pub fn differ(from: Id<Account>, to: Id<Account>) -> bool {
    from != to
}

/// Moves money from one account to another.
#[program(requires(is_payable(amount), differ(from, to)))]
pub async fn transfer(
    bank: &mut Atomic<Bank>,
    from: Id<Account>,
    to: Id<Account>,
    amount: Cents,
) -> Result<(), Rejection> {
    bank.account(from).withdraw(amount).await?;
    bank.account(to).deposit(amount).await?;
    Ok(())
}

/// Moves money, then tells its new owner.
#[program]
pub async fn pay(
    bank: &mut Perform<Bank>,
    from: Id<Account>,
    to: Id<Account>,
    amount: Cents,
) -> Result<(), Rejection> {
    transfer(bank.atomic(), from, to, amount).await?;
    bank.notices()
        .send(to, format!("{amount} arrived"))
        .await
        .ok();
    Ok(())
}

/// Pays several, and all of them back if one fails.
#[program(value = StandingOrder)]
pub async fn standing_order(
    bank: &mut Perform<Bank>,
    from: Id<Account>,
    to: &[Id<Account>],
    amount: Cents,
) -> Result<u32, Rejection> {
    is_payable::check(amount)?;
    let mut paid = 0;
    for &one in to {
        bank.account(from).withdraw(amount).await?;
        bank.compensate(async move |bank| bank.account(from).deposit(amount).await);
        bank.of(one).deposit(amount).await?;
        bank.compensate(async move |bank| bank.account(one).withdraw(amount).await);
        paid += 1;
    }
    Ok(paid)
}

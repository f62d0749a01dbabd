use lawful::prelude::*;

/// Whole cents.
pub type Cents = i64;

/// A current account.
#[state]
pub struct Account {
    /// Whether it was opened.
    pub is_open: bool,
    /// What is in it.
    pub balance: Cents,
}

#[aggregate]
impl Account {
    /// The account was opened.
    #[event]
    fn opened(&mut self, balance: Cents) {
        self.is_open = true;
        self.balance = balance;
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
    fn was_opened(&self) -> bool {
        self.is_open
    }

    /// the balance covers the amount
    #[rule]
    fn covers(&self, amount: Cents) -> bool {
        self.balance >= amount
    }

    /// Opens the account.
    #[command(requires(not(was_opened)))]
    fn open(&self, balance: Cents) -> AccountEvent {
        AccountEvent::opened(balance)
    }

    /// Pays money in.
    #[command(requires(was_opened))]
    fn deposit(&self, amount: Cents) -> AccountEvent {
        AccountEvent::deposited(amount)
    }

    /// Takes money out.
    #[command(requires(was_opened, covers(amount)))]
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

/// Brings things.
#[service]
pub trait Courier {
    /// Brings a parcel.
    async fn bring(
        &self,
        parcel: &str,
        key: &IdempotencyKey,
    ) -> Result<Result<u32, Undeliverable>, Failure>;
}

/// A shop.
#[domain(
    aggregates(Account),
    services(Courier),
    programs(order, await_payment, nap, bad_end, chatty, pair, bad_return)
)]
pub struct Shop;

/// Takes money, has things brought, sleeps, and then takes more money, which is refused if it is not there.
#[program]
pub async fn order(
    shop: &mut Perform<Shop>,
    from: Id<Account>,
    to: Id<Account>,
    amount: Cents,
    until: Timestamp,
    more: Cents,
) -> Result<u64, Rejection> {
    let _began = shop.now().await;
    shop.account(from).withdraw(amount).await?;
    shop.compensate(async move |shop| shop.account(from).deposit(amount).await);
    shop.courier().bring("first").await.ok();
    shop.compensate(async move |shop| {
        shop.courier().bring("back").await.ok();
    });
    let (paid, brought) = shop
        .both(
            async |shop| shop.account(to).deposit(amount).await,
            async |shop| {
                shop.courier().bring("second").await.ok();
                shop.courier().bring("third").await
            },
        )
        .await;
    paid?;
    brought.ok();
    shop.compensate(async move |shop| shop.account(to).withdraw(amount).await);
    shop.sleep_until(until).await;
    let receipt = shop.account(from).withdraw(more).await?;
    if receipt.position.is_none() || receipt.state.balance < 0 {
        return Ok(0);
    }
    Ok(receipt.version)
}

/// Waits for two events on two accounts, pays in itself in between, and says how many came in time.
#[program]
pub async fn await_payment(
    shop: &mut Perform<Shop>,
    one: Id<Account>,
    two: Id<Account>,
    deadline: Timestamp,
) -> Result<Vec<Cents>, Rejection> {
    let mut seen = Vec::new();
    shop.account(one).deposit(7).await?;
    for _ in 0..3 {
        let event = shop.wait([one.stream(), two.stream()], deadline).await;
        match event {
            Some(ShopEvent::Account {
                event: AccountEvent::Deposited { amount },
                ..
            }) => seen.push(amount),
            Some(_) => seen.push(0),
            None => break,
        }
        shop.account(two).deposit(9).await?;
    }
    Ok(seen)
}

/// Sleeps, and nothing else.
#[program]
pub async fn nap(shop: &mut Perform<Shop>, until: Timestamp) -> Result<(), Rejection> {
    shop.sleep_until(until).await;
    Ok(())
}

/// Has three things to undo, of which the middle one is refused.
#[program]
pub async fn bad_end(shop: &mut Perform<Shop>, account: Id<Account>) -> Result<(), Rejection> {
    shop.account(account).deposit(1).await?;
    shop.compensate(async move |shop| shop.account(account).withdraw(1).await);
    shop.compensate(async move |shop| shop.account(account).withdraw(1_000_000).await);
    shop.account(account).deposit(2).await?;
    shop.compensate(async move |shop| shop.account(account).withdraw(2).await);
    shop.account(account).withdraw(2_000_000).await?;
    Ok(())
}

/// Calls the courier so many times.
#[program]
pub async fn chatty(shop: &mut Perform<Shop>, times: u32) -> Result<u32, Rejection> {
    let mut sum = 0;
    for _ in 0..times {
        sum += shop.courier().bring("parcel").await.unwrap_or_default();
    }
    Ok(sum)
}

/// Sleeps in both branches, waits in both, and then once more for either: how much came in, `None` where nothing did in time.
#[program]
pub async fn pair(
    shop: &mut Perform<Shop>,
    accounts: [Id<Account>; 2],
    until: [Timestamp; 2],
    deadline: Timestamp,
) -> Result<[Option<Cents>; 3], Rejection> {
    let [one, two] = accounts;
    let [early, late] = until;
    shop.both(
        async |shop| shop.sleep_until(early).await,
        async |shop| shop.sleep_until(late).await,
    )
    .await;
    let (first, second) = shop
        .both(
            async |shop| shop.wait([one.stream()], deadline).await,
            async |shop| shop.wait([two.stream()], deadline).await,
        )
        .await;
    let third = shop.wait([one.stream(), two.stream()], deadline).await;
    Ok([first, second, third].map(|event| match event {
        Some(ShopEvent::Account {
            event: AccountEvent::Deposited { amount },
            ..
        }) => Some(amount),
        _ => None,
    }))
}

/// Has two things to undo: the newer one asks the courier, who may be ill, and is then refused.
#[program]
pub async fn bad_return(shop: &mut Perform<Shop>, account: Id<Account>) -> Result<(), Rejection> {
    shop.account(account).deposit(1).await?;
    shop.compensate(async move |shop| shop.account(account).withdraw(1).await);
    shop.compensate(async move |shop| {
        shop.courier().bring("back").await.ok();
        shop.account(account).withdraw(1_000_000).await
    });
    shop.account(account).withdraw(2_000_000).await?;
    Ok(())
}

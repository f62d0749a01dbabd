//! The payment service: somebody else's machine, which goes on when ours dies. It knows what it has done by the keys of those who asked.

use crate::show::say;
use anyhow::{Context, Result};
use fulfilment::{Cents, Declined, Payments};
use lawful::prelude::*;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// A payment service in a file.
pub(crate) struct Till {
    book: Mutex<Book>,
    /// Takes the money, and then the answer does not come.
    pub(crate) is_mute: bool,
}

struct Book {
    entries: Vec<Entry>,
    file: File,
}

/// What was done under one key. A payment is the number of its entry.
#[derive(Serialize, Deserialize)]
struct Entry {
    key: String,
    amount: Cents,
}

impl Till {
    /// Opens the book, or begins one.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let name = path.display();
        let mut options = OpenOptions::new();
        let file = options.create(true).append(true).open(path);
        let file =
            file.with_context(|| format!("the book of payments `{name}` cannot be opened"))?;
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("the book of payments `{name}` cannot be read"))?;
        let entries = text
            .lines()
            .map(serde_json::from_str)
            .collect::<Result<_, _>>();
        let entries =
            entries.with_context(|| format!("the book of payments `{name}` is damaged"))?;
        Ok(Till {
            book: Mutex::new(Book { entries, file }),
            is_mute: false,
        })
    }

    /// What was taken and not given back.
    pub(crate) fn balance(&self) -> Cents {
        let book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        book.entries.iter().map(|entry| entry.amount).sum()
    }

    /// Moves money, once for each key, and says the number of the entry and whether it is new.
    fn book(&self, amount: Cents, key: &IdempotencyKey) -> Result<(u64, bool), Failure> {
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        let key = key.to_string();
        if let Some(at) = book.entries.iter().position(|entry| entry.key == key) {
            return Ok((at as u64 + 1, false));
        }
        let entry = Entry { key, amount };
        let lost = |error| Failure::new(FailureKind::Unavailable, "no book").because(error);
        let line = serde_json::to_string(&entry).map_err(std::io::Error::from);
        line.and_then(|line| writeln!(book.file, "{line}"))
            .map_err(lost)?;
        book.entries.push(entry);
        Ok((book.entries.len() as u64, true))
    }
}

impl Payments for Till {
    async fn charge(
        &self,
        card: &str,
        amount: Cents,
        key: &IdempotencyKey,
    ) -> Result<Result<u64, Declined>, Failure> {
        if card == "an old card" {
            say(format!(
                "payments: charge {amount} to {card}, key {key}: declined"
            ));
            let reason = "it has expired".to_owned();
            return Ok(Err(Declined { reason }));
        }
        let (payment, is_new) = self.book(amount, key)?;
        let done = if is_new {
            "taken"
        } else {
            "taken before, nothing is taken twice"
        };
        say(format!(
            "payments: charge {amount} to {card}, key {key}: {done}"
        ));
        if self.is_mute {
            // As long as somebody is there who may kill this node.
            let _waited = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
            return Err(Failure::new(
                FailureKind::Unavailable,
                "nobody came to kill it",
            ));
        }
        Ok(Ok(payment))
    }

    async fn refund(
        &self,
        payment: u64,
        key: &IdempotencyKey,
    ) -> Result<Result<(), Declined>, Failure> {
        let book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        let place = usize::try_from(payment)
            .ok()
            .and_then(|number| number.checked_sub(1));
        let amount = place.and_then(|place| Some(book.entries.get(place)?.amount));
        drop(book);
        let Some(amount) = amount else {
            let reason = format!("there is no payment {payment}");
            return Ok(Err(Declined { reason }));
        };
        self.book(-amount, key)?;
        say(format!(
            "payments: refund of payment {payment}, key {key}: {amount} given back"
        ));
        Ok(Ok(()))
    }
}

//! Services behind an interpreter: whatever implements them, with the key that marks a repetition.

use lawful::prelude::*;
use lawful::program::layer::Record;
use lawful::program::{Answer, Asked, Handler, Request, Stop, drive};
use lawful::{Services, Uuid};
use programs::{Bank, BankServices, CallNotices as _, Notices, Undeliverable, World, account};
use std::sync::{Arc, Mutex};

/// Keeps what it is told, and knows a key that it has seen.
#[derive(Default)]
struct Recorder {
    sent: Mutex<Vec<String>>,
    keys: Mutex<Vec<String>>,
}

impl Notices for Recorder {
    async fn send(&self, _: Id<programs::Account>, text: &str) -> Result<(), Undeliverable> {
        tokio::task::yield_now().await;
        let lost = text.is_empty().then(|| Undeliverable {
            reason: "nothing to say".to_owned(),
        });
        self.sent.lock().unwrap().push(text.to_owned());
        lost.map_or(Ok(()), Err)
    }

    async fn count(&self, key: &IdempotencyKey) -> Result<Result<u32, Undeliverable>, Failure> {
        let mut keys = self.keys.lock().unwrap();
        keys.push(key.to_string());
        if keys.len() == 1 {
            return Err(Failure::new(FailureKind::Unavailable, "the line is down"));
        }
        Ok(Ok(u32::try_from(self.sent.lock().unwrap().len()).unwrap()))
    }
}

/// As an interpreter does it: the world answers, and services are served.
struct Serving {
    services: Services<Bank>,
    run: Uuid,
}

impl Handler<Bank> for Serving {
    async fn handle(&mut self, asked: Asked<'_, Bank>) -> Result<Answer<Bank>, Stop> {
        let Request::Service(call) = asked.request else {
            return World::with(2).handle(asked).await;
        };
        let key = IdempotencyKey {
            run: self.run,
            step: asked.step.clone(),
        };
        Ok(self.services.answer(call, &key).await?)
    }
}

async fn tell(bank: &mut Perform<Bank>) -> Result<u32, Undeliverable> {
    bank.notices().send(account(1), "one").await?;
    let lost = bank.notices().send(account(1), String::new()).await;
    assert_eq!(lost.unwrap_err().reason, "nothing to say");
    bank.notices().count().await
}

#[tokio::test]
async fn a_service_is_whatever_implements_it() {
    let recorder = Arc::new(Recorder::default());
    let services = Services::new(BankServices {
        notices: recorder.clone(),
    });
    let run = Uuid::from_u128(7);
    let serving = Serving { services, run };
    let retried =
        lawful::program::layer::Retry::new(serving, 2, |_, _: &Failure| std::future::ready(()));
    let mut handler = Record::new(retried);
    let told = drive::<Bank, _, _>(tell, &mut handler).await.unwrap();
    assert_eq!(told, Ok(2));
    assert_eq!(*recorder.sent.lock().unwrap(), ["one", ""]);
    assert_eq!(
        *recorder.keys.lock().unwrap(),
        [format!("{run}/3"), format!("{run}/3")]
    );
}

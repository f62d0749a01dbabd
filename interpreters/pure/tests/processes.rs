//! Durable programs that are driven by messages.

use lawful::prelude::*;
use lawful::program::Request;
use lawful_pure::{Driven, Pure, Scripted};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// A room.
#[state]
pub struct Room {
    /// How many people are in it.
    pub people: u32,
}

#[aggregate]
impl Room {
    /// Somebody came in.
    #[event]
    fn entered(&mut self) {
        self.people += 1;
    }

    /// Somebody left.
    #[event]
    fn left(&mut self) {
        self.people -= 1;
    }

    /// somebody is there
    #[rule]
    fn is_occupied(&self) -> bool {
        self.people > 0
    }

    /// Goes in.
    #[command]
    fn enter(&self) -> RoomEvent {
        RoomEvent::entered()
    }

    /// Goes out.
    #[command(requires(is_occupied))]
    fn leave(&self) -> RoomEvent {
        RoomEvent::left()
    }
}

/// Heats rooms.
#[service]
pub trait Heating {
    /// Sets the temperature, and says what it was.
    async fn set(&self, degrees: i32) -> i32;
}

/// A house.
#[domain(aggregates(Room), services(Heating), programs(host, meet, slip))]
pub struct House;

/// Warms a room, waits for a guest, and cools it down after an hour.
#[program]
pub async fn host(
    house: &mut Perform<House>,
    room: Id<Room>,
    deadline: Timestamp,
) -> Result<Option<u32>, Rejection> {
    let before = house.heating().set(21).await;
    house.compensate(async move |house| {
        house.heating().set(before).await;
    });
    house.of(room).enter().await?;
    if house.wait([room.stream()], deadline).await.is_none() {
        house.of(room).leave().await?;
        house.of(room).leave().await?;
        return Ok(None);
    }
    let end = house.now().await + Duration::from_hours(1);
    house.sleep_until(end).await;
    house.heating().set(before).await;
    Ok(Some(house.of(room).state().await.people))
}

/// Waits for somebody in each of two rooms at the same time.
#[program]
pub async fn meet(
    house: &mut Perform<House>,
    one: Id<Room>,
    two: Id<Room>,
    deadline: Timestamp,
) -> Result<(bool, bool), Rejection> {
    let (one, two) = house
        .both(
            async |house| house.wait([one.stream()], deadline).await.is_some(),
            async |house| house.wait([two.stream()], deadline).await.is_some(),
        )
        .await;
    Ok((one, two))
}

/// Has a defect.
///
/// # Panics
///
/// By nothing.
#[program]
pub async fn slip(house: &mut Perform<House>, by: u32) -> Result<u32, Rejection> {
    house.now().await;
    Ok(1_u32.checked_div(by).expect("nobody slips by nothing"))
}

fn room(name: &str) -> Id<Room> {
    Id::from_name(name)
}

fn hour(hours: u64) -> Timestamp {
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    start + Duration::from_hours(hours)
}

fn hosted() -> Driven<House, Host> {
    Pure::<House>::process(Host {
        room: room("blue"),
        deadline: hour(5),
    })
}

fn set(degrees: i32) -> Request<House> {
    Request::Service(HouseCall::Heating(HeatingCall::Set { degrees }))
}

fn was(degrees: i32) -> HouseReply {
    HouseReply::Heating(HeatingReply::Set(degrees))
}

fn command(command: RoomCommand) -> Request<House> {
    Request::command(room("blue"), command)
}

#[test]
fn messages_take_it_from_wait_to_wait() {
    hosted()
        .asks([set(21)])
        .asks([])
        .replies(was(15))
        .asks([
            command(RoomCommand::enter()),
            Request::wait([room("blue").stream()], hour(5)),
        ])
        .at(hour(4))
        .on(room("red"), RoomEvent::entered())
        .asks([])
        .on(room("blue"), RoomEvent::entered())
        .asks([Request::Now, Request::SleepUntil(hour(5))])
        .at(hour(5))
        .asks([set(15)])
        .replies(was(21))
        .asks([Request::state(room("blue"))])
        .returns(Ok(Some(2)))
        .then_state(room("red"), |room| assert_eq!(room.people, 1));
}

#[test]
fn a_refusal_is_undone_before_it_ends() {
    let told = hosted()
        .replies(was(15))
        .at(hour(5))
        .replies(was(21))
        .then_state(room("blue"), |room| room.people == 0);
    insta::assert_snapshot!(told);
}

#[test]
fn services_may_answer_by_themselves() {
    let services = Scripted(|_: &HouseCall| was(15));
    hosted()
        .served_by(services)
        .given(room("blue"), [RoomEvent::entered()])
        .asks([
            set(21),
            command(RoomCommand::enter()),
            Request::wait([room("blue").stream()], hour(5)),
        ])
        .at(hour(5))
        .returns(Ok(None));
}

#[test]
fn two_who_wait_at_the_same_time_miss_nothing() {
    let meeting = || {
        Pure::<House>::process(Meet {
            one: room("one"),
            two: room("two"),
            deadline: hour(1),
        })
    };
    let waits = |name| Request::wait([room(name).stream()], hour(1));
    meeting()
        .asks([waits("one"), waits("two")])
        .on(room("two"), RoomEvent::entered())
        .asks([])
        .on(room("one"), RoomEvent::entered())
        .returns(Ok((true, true)));
    meeting()
        .on(room("one"), RoomEvent::entered())
        .at(hour(1))
        .returns(Ok((true, false)));
    meeting().at(hour(1)).returns(Ok((false, false)));
}

/// The story that a failing assertion prints, up to what was expected, and that.
#[track_caller]
fn complaint<T>(story: impl FnOnce() -> T) -> String {
    let Err(panic) = catch_unwind(AssertUnwindSafe(story)) else {
        panic!("nothing was wrong")
    };
    panic.downcast_ref::<String>().unwrap().clone()
}

#[test]
fn an_assertion_that_fails_tells_the_whole_story() {
    let told = complaint(|| hosted().replies(was(15)).asks([set(21), set(22)]));
    insta::assert_snapshot!(told);
}

#[test]
fn every_wrong_assertion_fails() {
    let other = |told: String, expected: &str| {
        assert!(told.contains("start  Host {"), "{told}");
        let (_, end) = told.split_once("but expected ").unwrap();
        assert!(end.contains(expected), "{end}");
    };
    other(
        complaint(|| hosted().asks([])),
        "that it asks\n       nothing\nand it asked\n       heating.set(degrees: 21)",
    );
    other(
        complaint(|| hosted().asks([set(21)]).asks([set(21)])),
        "and it asked\n       nothing",
    );
    other(
        complaint(|| hosted().asks([set(20)])),
        "heating.set(degrees: 20)",
    );
    other(
        complaint(|| hosted().returns(Ok(None))),
        "that it returns Ok(None)",
    );
    other(
        complaint(|| {
            hosted()
                .replies(was(1))
                .at(hour(5))
                .replies(was(2))
                .returns(Ok(None))
        }),
        "that it returns Ok(None)",
    );
    other(
        complaint(|| hosted().stays_uncompensated("no")),
        "that a compensation is refused: no",
    );
    other(
        complaint(|| hosted().then_state(room("blue"), |room| room.people == 1)),
        "another state of `room-",
    );
    other(
        complaint(|| hosted().replies(was(1)).replies(was(2))),
        "that a service is asked, which could reply `2`",
    );
    other(
        complaint(|| hosted().at(hour(2)).at(hour(1))),
        "a time to come: it is 2026-01-01T02:00:00Z already",
    );
    other(
        complaint(|| {
            hosted()
                .at(hour(2))
                .given(room("blue"), [RoomEvent::entered()])
        }),
        "`.given(..)` before everything else",
    );
}

#[test]
fn a_defect_is_part_of_the_story() {
    let slip = Pure::<House>::process(Slip { by: 0 }).at(hour(1));
    let told = slip.to_string();
    assert!(told.contains("nobody slips by nothing"), "{told}");
    complaint(|| slip.returns(Ok(1)));
    Pure::<House>::process(Slip { by: 1 }).returns(Ok(1));
}

#[test]
fn a_service_that_waits_is_refused() {
    struct Slow;
    impl lawful::Serves<House> for Slow {
        async fn serve(
            &self,
            _: &HouseCall,
            _: &lawful::IdempotencyKey,
        ) -> Result<HouseReply, Failure> {
            std::future::pending().await
        }
    }
    let told = catch_unwind(AssertUnwindSafe(|| hosted().served_by(Slow).asks([])));
    let told = told.unwrap_err();
    let told = told.downcast_ref::<&str>().unwrap();
    assert!(told.contains("answers at once"), "{told}");
}

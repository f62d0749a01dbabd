//! Kill -9 at random moments, of the server and of the processes that append: what was acknowledged is there exactly once, in order.

use crate::processes::{Dice, Load};
use lawful_servers::Nats;

/// How often something is killed.
const KILLS: usize = 50;

#[test]
fn what_was_acknowledged_survives_fifty_kills_exactly_once_and_in_order() {
    let Some(mut server) = Nats::start() else {
        return;
    };
    let (mut load, mut dice) = (Load::start(server.url(), 1), Dice(4));
    for _ in 0..KILLS {
        // A random moment: after some acknowledgements, so that something happens between any two kills.
        load.hear(1 + dice.roll(60));
        match dice.roll(3) {
            0 => {
                server.server().kill();
                server.server().restart().expect("it recovers");
            }
            _ => load.kill(dice.roll(3)),
        }
    }
    load.hear(100);
    assert!(load.check() > KILLS);
}

//! What the reader makes of bodies: each body beside the text of its tree. Nothing here may be opaque but what says so.

#[expect(unreachable_pub, reason = "each test uses some of it")]
mod declared;

use declared::{Account, Cents, LIMIT, LineItem, Money, Order, Status};
use lawful::model::Expr;

/// The tree of a body of an `Account` that has a few rules, helpers and events.
macro_rules! read {
    (($($parameter:ident),*) $body:block) => {
        lawful::__private::__read!(
            aggregate Account;
            parameters($($parameter),*);
            rules(is_open(), covers(amount), is_payable(amount), never_shrinks(before));
            helpers(available(), total(lines), settle(amount), count());
            events(withdrawn(amount), closed(), charged(fee, reason), held_up(by));
            $body
        )
    };
}

/// Bodies, each with its parameters and the text of its tree.
macro_rules! reads {
    ($(($($parameter:ident),*) $body:block => $text:literal)*) => {$({
        static TREE: Expr = read!(($($parameter),*) $body);
        assert_eq!(TREE.to_string(), $text);
        if !$text.contains("opaque") {
            assert_eq!(TREE.opaque(), [""; 0], "{}", $text);
        }
    })*};
}

#[test]
fn fields_parameters_and_literals() {
    reads! {
        (amount) { self.balance >= amount } => "balance >= amount"
        (balance) { self.balance >= balance } => "self.balance >= balance"
        () { self.limits.daily.0 > 1_000 } => "limits.daily.0 > 1000"
        () { self.0 == 1u8 } => "self.0 == 1u8"
        () { self.name == "Ada \"x\"" } => r#"name == "Ada \"x\"""#
        () { self.initial == 'a' && self.byte == b'a' } => "initial == 'a' && byte == 97u8"
        () { self.rate * 1_000.5 > 0.25f64 } => "rate * 1000.5 > 0.25"
        () { -1 } => "-1"
        () { -9_223_372_036_854_775_808i64 } => "-9223372036854775808i64"
        () { true } => "true"
        () { (*self).balance } => "balance"
        (r#type) { self.r#type == r#type } => "self.type == type"
        () {} => "{}"
        () { () } => "()"
    }
}

#[test]
fn constants() {
    reads! {
        (amount) { amount <= LIMIT } => "amount <= LIMIT"
        (amount) { amount <= Self::MAX } => "amount <= Account::MAX"
        (amount) { amount <= i64::MAX && declared::LIMIT > 0 } => "amount <= i64::MAX && declared::LIMIT > 0"
        () { self.status == Status::Open } => "status == Status::Open"
        () { self.owner == None && self.other == Option::None } => "owner == None && other == None"
        () { *self = Self::default(); } => "self = Account::default()"
        () { self.item = LineItem::default(); self.count = i64::default() } => "{ item = LineItem::default(); count = i64::default(); }"
        (amount) { const LOWEST: i64 = 3; amount > LOWEST } => "{ let LOWEST = 3; amount > LOWEST }"
    }
}

#[test]
fn operators_and_parentheses() {
    reads! {
        (a, b, c) { (a + b) * c - (a - b) - c } => "(a + b) * c - (a - b) - c"
        (a, b, c) { (a - b) - c } => "a - b - c"
        (a, b, c) { ((a * b) % c) / a } => "a * b % c / a"
        (a, b, c) { (a || b) && c } => "(a || b) && c"
        (a, b, c) { a || (b && c) } => "a || b && c"
        (a, b) { !(a && b) } => "!(a && b)"
        (a, b) { (a < b) == (b < a) } => "(a < b) == (b < a)"
        (a, b) { a & 0xff | b ^ 3 << 2 >> 1 } => "a & 255 | b ^ 3 << 2 >> 1"
        (a, b) { (a | b) & 1 } => "(a | b) & 1"
        (a) { -(a + 1) } => "-(a + 1)"
        (a) { -a.abs() } => "-a.abs()"
        (a) { (-a).abs() + (-1i64).abs() } => "(-a).abs() + (-1i64).abs()"
        (a) { a as i64 + 1 } => "a as i64 + 1"
        (a) { (a + 1) as u8 as Cents } => "(a + 1) as u8 as i64"
        (a, b) { a != b && a <= b && b >= a } => "a != b && a <= b && b >= a"
        (a, b) { &a == b && *a > 3 } => "a == b && a > 3"
    }
}

#[test]
fn conditions() {
    reads! {
        (a) { if a > 0 { 1 } else if a < 0 { -1 } else { 0 } } => "if a > 0 { 1 } else if a < 0 { -1 } else { 0 }"
        (a) { 1 + if a > 0 { 1 } else { 2 } } => "1 + (if a > 0 { 1 } else { 2 })"
        () { if let Some(owner) = &self.owner { owner.len() > 3 } else { false } }
            => "if let Some(owner) = self.owner { owner.len() > 3 } else { false }"
        (a) { if let Some(b) = self.b && b > a && let Some(c) = self.c { b > c } else { a } }
            => "if let Some(b) = self.b && b > a && let Some(c) = self.c { b > c } else { a }"
        () { matches!(self.status, Status::Open | Status::Held { .. }) } => "matches!(status, Status::Open | Status::Held { .. })"
        (now) { matches!(&self.status, Status::Held { until, .. } if *until > now) } => "matches!(status, Status::Held { until } if until > now)"
        (a) { matches!(a, 1..=5 | 7.. | -3) } => "matches!(a, 1..=5 | 7.. | -3)"
        () { let Some(owner) = self.owner.as_deref() else { return false; }; owner == "Ada" }
            => r#"{ let Some(owner) = self.owner else { return false }; owner == "Ada" }"#
        (a) { if a > 3 { return true; } self.open } => "{ if a > 3 { return true } open }"
        () { Some(self.limit? > 3) } => "Some(limit? > 3)"
    }
}

#[test]
fn choices() {
    reads! {
        () { match self.status { Status::Open => true, Status::Held { until: 0, ref by } if by == "x" => false, _ => { false } } }
            => r#"match status { Status::Open => true, Status::Held { until: 0, by } if by == "x" => false, _ => false }"#
        () { match self { Order::Draft => 0, Self::Placed { lines, .. } => lines.len() } } => "match self { Order::Draft => 0, Account::Placed { lines } => lines.len() }"
        (a, b) { match (a, b) { (1, _) | (_, 1) => 1, (x, y @ 2..=3) => x + y, (x, _) => x } }
            => "match (a, b) { (1, _) | (_, 1) => 1, (x, y @ 2..=3) => x + y, (x, _) => x }"
        () { match self.names.as_slice() { [] => 0, [only] => only.len(), [first, .., last] => first.len() + last.len() } }
            => "match names { [] => 0, [only] => only.len(), [first, .., last] => first.len() + last.len() }"
        () { match &self.found { Some(Ok(x)) => x, Some(Err(LIMIT)) | None => 0, Some(Err(_)) => 1 } }
            => "match found { Some(Ok(x)) => x, Some(Err(LIMIT)) | None => 0, Some(Err(_)) => 1 }"
        (a) { match a.cmp(&self.b) { std::cmp::Ordering::Less => 1, std::cmp::Ordering::Equal | std::cmp::Ordering::Greater => 2 } }
            => "match a.cmp(b) { Ordering::Less => 1, Ordering::Equal | Ordering::Greater => 2 }"
        (a) { match a { 'a'..='z' => true, "x" => false, true => true, _ => false } } => r#"match a { 'a'..='z' => true, "x" => false, true => true, _ => false }"#
    }
}

#[test]
fn options() {
    reads! {
        () { self.owner.is_some() } => "owner is some"
        () { !self.owner.is_none() } => "owner is not none"
        () { self.owner.as_ref().is_some_and(|owner| owner.len() > 3) } => "self.owner.is_some_and(|owner| owner.len() > 3)"
        () { self.limit.is_none_or(|limit| limit > 3) } => "self.limit.is_none_or(|limit| limit > 3)"
        (a) { self.limit.unwrap_or(a) + self.b.unwrap_or_default() + self.c.map_or(0, |c| c + 1) } => "limit.unwrap_or(a) + b.unwrap_or_default() + self.c.map_or(0, |c| c + 1)"
        () { self.a.or(self.b).xor(None).and_then(|a| a.checked_sub(1)).filter(|a| *a > 0).ok_or(3) } => "self.a.or(b).xor(None).and_then(|a| a.checked_sub(1)).filter(|a| a > 0).ok_or(3)"
        () { self.owner.take(); self.a.replace(3); self.b.insert(3); self.c.get_or_insert_with(Vec::new).push(1); }
            => "{ owner.take(); a.replace(3); b.insert(3); c.get_or_insert_with(|| Vec::new()).push(1); }"
        () { self.names.clone().unwrap_or_else(Vec::new) } => "names.unwrap_or_else(|| Vec::new())"
        () { self.name.as_deref().map(str::len).map(Some) } => "name.map(|it| it.len()).map(|it| Some(it))"
    }
}

#[test]
fn texts() {
    reads! {
        (owner) { self.owner = owner.to_owned(); } => "self.owner = owner"
        (owner) { self.owner = String::from(owner); self.a = "x".to_string(); self.b = "y".into() } => r#"{ self.owner = owner; a = "x"; b = "y"; }"#
        (owner) { owner.trim().is_empty() || owner.starts_with("A") && owner.chars().count() < 3 } => r#"owner.trim() is empty || owner.starts_with("A") && owner.chars().count() < 3"#
        (n) { self.name.push_str(n); self.name.push('x'); self.name.to_lowercase() == n.to_uppercase() } => "{ name.push_str(n); name.push('x'); name.to_lowercase() == n.to_uppercase() }"
        (n) { n.chars().all(char::is_alphanumeric) && n.contains("@") } => r#"n.chars().all(|it| it.is_alphanumeric()) && n.contains("@")"#
        (n) { n.parse::<i64>().is_ok() && n.parse::<u8>() == Ok(1) } => "n.parse::<i64>() is ok && n.parse::<u8>() == Ok(1)"
        (n) { self.name = n.to_string(); } => "name = n.to_string()"
    }
}

#[test]
fn lists_maps_and_sets() {
    reads! {
        (item) { self.items.push(item.clone()); self.items.extend([item]); self.items.retain(|other| other.id != item.id) }
            => "{ items.push(item); items.extend([item]); items.retain(|other| other.id != item.id) }"
        (id) { self.items.contains_key(&id) && self.tags.contains(id) } => "items.contains_key(id) && tags.contains(id)"
        (id) { self.items.get(&id).copied().unwrap_or(0) } => "items.get(id).unwrap_or(0)"
        (id) { if let Some(item) = self.items.get_mut(&id) { item.quantity += 1; } } => "if let Some(item) = items.get_mut(id) { item.quantity += 1 }"
        (id) { *self.counts.entry(id).or_default() += 1; } => "counts.entry(id).or_default() += 1"
        (id) { *self.counts.entry(id).or_insert(0) -= 1; } => "counts.entry(id).or_insert(0) -= 1"
        (id) { self.counts.entry(id).and_modify(|n| *n += 1).or_insert(1); } => "{ counts.entry(id).and_modify(|n| n += 1).or_insert(1); }"
        (id) { self.items.entry(id).or_insert_with(LineItem::default).quantity = 3; } => "items.entry(id).or_insert_with(|| LineItem::default()).quantity = 3"
        () { self.items.clear(); self.items.truncate(3); self.items.sort(); self.items.sort_by_key(|i| i.at); self.items.dedup() }
            => "{ items.clear(); items.truncate(3); items.sort(); items.sort_by_key(|i| i.at); items.dedup() }"
        () { self.a = Vec::new(); self.b = vec![]; self.c = BTreeMap::new(); self.d = vec![1, 2]; self.e = vec![0; 3]; self.f = [0; 3] }
            => "{ a = Vec::new(); b = []; c = BTreeMap::new(); d = [1, 2]; e = [0; 3]; f = [0; 3]; }"
        (id) { self.items.first().is_some() && self.items.last().map(|i| i.id) == Some(id) } => "items.first() is some && items.last().map(|i| i.id) == Some(id)"
        () { self.taken = std::mem::take(&mut self.items); } => "taken = mem::take(&mut items)"
        (a) { self.items[a] } => "items[a]"
        () { self.items.get(1..).is_some() && self.items.get(..=3).is_some() && (1..10).contains(&self.n) } => "items.get(1..) is some && items.get(..=3) is some && (1..10).contains(n)"
    }
}

#[test]
fn iterators() {
    reads! {
        () { self.items.iter().all(|item| item.quantity > 0) } => "items.iter().all(|item| item.quantity > 0)"
        () { self.items.values().map(|i| i.price * Cents::from(i.quantity)).sum::<Cents>() } => "items.values().map(|i| i.price * i64::from(i.quantity)).sum()"
        (id) { self.items.iter_mut().find(|item| item.id == id) } => "items.iter_mut().find(|item| item.id == id)"
        () { self.items.iter().filter(|(_, item)| item.open).count() } => "items.iter().filter(|(_, item)| item.open).count()"
        () { self.items.iter().fold(0, |sum, &x| sum + x) } => "items.iter().fold(0, |sum, x| sum + x)"
        () { self.a.iter().zip(&self.b).enumerate().rev().skip(1).take(3).min_by_key(|(i, _)| *i).is_some() } => "a.iter().zip(b).enumerate().rev().skip(1).take(3).min_by_key(|(i, _)| i) is some"
        () { self.tags = self.names.iter().cloned().collect::<BTreeSet<_>>(); } => "tags = BTreeSet::from_iter(names.iter())"
        () { let tags: BTreeSet<String> = self.names.iter().cloned().collect(); tags.len() } => "{ let tags = BTreeSet::from_iter(names.iter()); tags.len() }"
        () { self.names.iter().map(String::from).map(|n| n.clone()).collect::<Vec<_>>() } => "names.iter().collect()"
        () { (1..=self.n).map(|n| n * 2).max().unwrap_or(0) } => "(1..=self.n).map(|n| n * 2).max().unwrap_or(0)"
        () { self.names.into_iter().reduce(i64::max) } => "names.iter().reduce(|it, other| it.max(other))"
    }
}

#[test]
fn numbers_moments_and_durations() {
    reads! {
        (a) { self.b.saturating_sub(a).checked_add(1).is_some() } => "b.saturating_sub(a).checked_add(1) is some"
        (a) { a.min(3).max(1).clamp(1, 2).pow(2).rem_euclid(7).abs_diff(3) } => "a.min(3).max(1).clamp(1, 2).pow(2).rem_euclid(7).abs_diff(3)"
        (a, b) { std::cmp::max(a, b) + i64::abs(a) + i64::saturating_add(a, b) } => "a.max(b) + a.abs() + a.saturating_add(b)"
        (a) { i64::from(a) + i64::try_from(a).unwrap_or(0) } => "i64::from(a) + i64::try_from(a).unwrap_or(0)"
        (now) { self.since + Duration::from_secs(60 * 5) <= now } => "since + Duration::from_secs(60 * 5) <= now"
        (now) { now - self.since > std::time::Duration::from_millis(3) && now.saturating_duration_since(self.since).as_secs() > 1 }
            => "now - since > Duration::from_millis(3) && now.saturating_duration_since(since).as_secs() > 1"
    }
}

#[test]
fn statements() {
    reads! {
        (amount) { self.balance -= amount; } => "balance -= amount"
        (amount) { self.balance -= amount; self.n = self.n + 1; self.m *= 2; } => "{ balance -= amount; n = n + 1; m *= 2; }"
        (amount) { let fee = amount / 100; self.balance -= fee; } => "{ let fee = amount / 100; balance -= fee; }"
        (lines) { for line in &lines { self.total += line.price; } } => "for line in lines { total += line.price }"
        () { for item in self.items.iter_mut() { item.seen = true; } } => "for item in items.iter_mut() { item.seen = true }"
        () { for item in &mut self.items { item.seen = true; } } => "for item in &mut items { item.seen = true }"
        () { for (id, n) in &self.counts { if *n > 0 { self.ids.push(*id); } } } => "for (id, n) in counts { if n > 0 { ids.push(id); } }"
        () { for n in 0..3 { self.n += n; } } => "for n in 0..3 { self.n += n }"
        () { let count = &mut self.count; *count += 1; } => "{ let count = &mut self.count; count += 1; }"
        () { let old = self.count; self.count = 0; old } => "{ let old = count; count = 0; old }"
        () { let count = &mut self.count; let old = *count; *count = 0; old } => "{ let count = &mut self.count; let old = count.clone(); count = 0; old }"
        () { if let Some(Status::Held { until, .. }) = &mut self.status { *until = 3; } } => "if let Some(Status::Held { until }) = &mut status { until = 3 }"
        () { match self { Order::Placed { lines, .. } => lines.push(1), _ => {} } } => "match self { Order::Placed { lines } => lines.push(1), _ => {} }"
        () { match self.status { Some(ref mut n) => *n += 1, None => () } } => "match &mut status { Some(n) => n += 1, None => () }"
        () { if let Some(mut n) = self.status { n += 1; self.n = n; } } => "if let Some(n) = status.clone() { n += 1; self.n = n; }"
        (owner) { self.owner.clone_from(owner); owner.clone_into(&mut self.name) } => "{ self.owner = owner; name = owner; }"
        () { self.names.iter().map(ToString::to_string).map(Clone::clone).map(ToOwned::to_owned).map(Into::into).collect() } => "names.iter().map(|it| it.to_string()).collect()"
        () { _ = self.names.pop(); } => "let _ = names.pop()"
        (x) { let y = { let x = 2; x + 1 }; x + y } => "{ let y = { let x = 2; x + 1 }; x + y }"
    }
}

#[test]
fn constructions() {
    reads! {
        (id, quantity) { self.items.push(LineItem { id, quantity, price: self.price }); } => "{ items.push(LineItem { id, quantity, price }); }"
        (id) { *self = Order::Placed { lines: vec![], by: Status::Held(id, 3) }; } => "self = Order::Placed { lines: [], by: Status::Held(id, 3) }"
        (id) { *self = Self { id, ..Self::default() }; } => "self = Account { id, ..Account::default() }"
        (id) { self.item = LineItem { id, ..Default::default() }; } => "item = LineItem { id, ..LineItem::default() }"
        (id) { self.item = LineItem { id, ..self.item.clone() }; } => "item = LineItem { id, ..item }"
        (a) { (a, (a,), [a, 1], Money(a), Some(Box::new(a)), Option::Some(a)) } => "(a, (a,), [a, 1], Money(a), Some(a), Some(a))"
    }
}

#[test]
fn rules_and_helpers_of_the_same_impl() {
    reads! {
        (amount) { self.available() >= amount && self.is_open() } => "available() >= amount && is_open()"
        (amount) { Self::is_payable(amount) && Account::is_payable(1) && Account::covers(self, amount) } => "is_payable(amount) && is_payable(1) && covers(amount)"
        (amount) { self.settle(amount); } => "{ settle(amount); }"
        (before) { self.available() >= before.available() && self.count() >= before.count() && self.n >= before.n } => "available() >= before.available() && count() >= before.count() && n >= before.n"
        (other) { self.total(&other.lines) > self.other.count() } => "total(other.lines) > self.other.count()"
        () { self.lines.iter().map(Self::total).sum::<i64>() } => "lines.iter().map(|it| total(it)).sum()"
    }
}

#[test]
fn commands() {
    reads! {
        (amount) { AccountEvent::withdrawn(amount) } => "withdrawn(amount)"
        (amount) { AccountEvent::Withdrawn { amount } } => "withdrawn(amount)"
        (amount) { [AccountEvent::withdrawn(amount), declared::AccountEvent::closed()] } => "[withdrawn(amount), closed]"
        () { AccountEvent::Charged { reason: "x".to_owned(), fee: 1 } } => r#"charged(1, "x")"#
        (by) { AccountEvent::held_up(by) } => "blocked(by)"
        (amount) { if self.is_open() { Ok(AccountEvent::withdrawn(amount)) } else { Err(AccountRule::IsOpen) } } => "if is_open() { Ok(withdrawn(amount)) } else { Err(is_open) }"
        (amount) { let mut next = self.deciding(); next.emit(AccountEvent::withdrawn(amount)); if next.covers(amount) && next.balance > 0 { next.emit(AccountEvent::closed()); } next }
            => "{ let next = deciding; next.emit(withdrawn(amount)); if next.covers(amount) && next.balance > 0 { next.emit(closed) } next }"
        () { let mut events = vec![AccountEvent::closed()]; if self.fee > 0 { events.push(AccountEvent::charged(self.fee, "fee")); } events }
            => r#"{ let events = [closed]; if fee > 0 { events.push(charged(fee, "fee")); } events }"#
        () { self.items.iter().map(|item| AccountEvent::withdrawn(item.price)).collect() } => "items.iter().map(|item| withdrawn(item.price)).collect()"
        () { self.amounts.iter().copied().map(AccountEvent::withdrawn).collect::<Vec<_>>() } => "amounts.iter().map(|it| withdrawn(it)).collect()"
        (amount) { (amount > 0).then(|| AccountEvent::withdrawn(amount)) } => "(amount > 0).then(|| withdrawn(amount))"
        () { None } => "None"
    }
}

#[test]
fn what_is_not_understood_is_as_small_as_possible() {
    reads! {
        (a) { self.items.frobnicate( a , ) + 1 } => "opaque { self.items.frobnicate(a) } + 1"
        (a) { a > compute(a) } => "a > opaque { compute(a) }"
        (a) { format!( "{a}" ) == self.name } => r#"opaque { format!("{a}") } == name"#
        (a) { let x = loop { break a; }; x + 1 } => "{ let x = opaque { loop { break a; } }; x + 1 }"
        (a) { while a < 3 { } self.x } => "{ opaque { while a < 3 {} }; x }"
        (a) { for x in self.items { if x > a { break; } } } => "for x in items { if x > a { opaque { break }; } }"
        (a) { Money::from(a) == self.money } => "opaque { Money::from(a) } == money"
        (a) { let (x, .., y) = a; x + y } => "{ let (x, .., y) = a; x + y }"
        (a) { let Status::Held(.., y) = a else { return 1 }; y } => "{ opaque { let Status::Held(.., y) = a else { return 1 }; }; y }"
        (a) { AccountEvent::withdrawn(a, a) } => "opaque { AccountEvent::withdrawn(a, a) }"
        (a) { #[cfg(unix)] let x = a; a } => "opaque { #[cfg(unix)] let x = a; a }"
        (a) { use std::mem; mem::swap(a, a) } => "opaque { use std::mem; mem::swap(a, a) }"
        (a) { unsafe { a } } => "opaque { unsafe { a } }"
    }
}

#[test]
fn a_number_type_behind_an_alias_is_known_and_another_type_is_not() {
    type Quantity = u32;
    reads! {
        (a) { Quantity::from(a) as Quantity } => "u32::from(a) as u32"
        (a) { Status::from(a) } => "opaque { Status::from(a) }"
    }
}

/// The trees of two bodies.
macro_rules! both {
    (($($parameter:ident),*) $one:block $other:block) => {{
        static ONE: Expr = read!(($($parameter),*) $one);
        static OTHER: Expr = read!(($($parameter),*) $other);
        (&ONE, &OTHER)
    }};
}

#[test]
#[rustfmt::skip]
fn the_formatting_of_the_source_does_not_show() {
    let (one, other) = both! { (amount)
        { self.items.iter().map(|item| item.price + amount).sum::<i64>() < (self.limit - 100_000) && compute(amount, 1) }
        {
            (self
                .items
                .iter()
                .map(|item| {
                    item.price + (amount)
                })
                .sum::<i64>()) < self.limit - 100000
                && compute(
                    amount,
                    1,
                )
        }
    };
    assert_eq!(one, other);
    assert_eq!(one.to_string(), other.to_string());
    let (one, other) = both! { (a)
        { match a { 1 => { self.b = 1 } 2 | 3 => { self.c += 1; } _ => (), } }
        { match a { | 1 => self.b = 1, (2) | (3) => self.c += 1, _ => (), } }
    };
    assert_eq!(one, other);
}

#[test]
fn a_change_of_the_source_shows() {
    let (one, other) = both! { (amount) { self.balance >= amount } { self.balance > amount } };
    assert_ne!(one, other);
    assert_eq!(
        (one.to_string().as_str(), other.to_string().as_str()),
        ("balance >= amount", "balance > amount")
    );
    let (one, other) = both! { (a, b) { a - (b - 1) } { (a - b) - 1 } };
    assert_ne!(one.to_string(), other.to_string());
}

#[test]
fn a_constant_has_a_value_whatever_its_type_is() {
    struct Plain;
    const LONG: [u8; 40] = [7; 40];
    static TREE: Expr = read!((a) { LONG.contains(&a) && a == Plain && a == LIMIT });
    let values: Vec<String> = TREE
        .constants()
        .iter()
        .map(|(name, value)| format!("{name} = {}", value.get()))
        .collect();
    assert_eq!(
        values,
        [
            format!("LONG = {:?}", [7; 40]),
            "Plain = Plain".to_owned(),
            "LIMIT = 100000000".to_owned()
        ]
    );
}

#[test]
fn generic_types_of_the_standard_library_need_no_argument() {
    reads! {
        (a) { self.a == Box::new(a) && self.b == Box::from(a) && self.c == Option::default() } => "self.a == a && b == a && c == None"
        (a) { Arc::from(a) == self.b } => "opaque { Arc::from(a) } == b"
        (a) { Rc::default() == a } => "opaque { Rc::default() } == a"
    }
}

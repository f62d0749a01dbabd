//! The two forms agree: each body below is compiled and read, and both are run on many states.

#![allow(
    clippy::pedantic,
    clippy::style,
    clippy::complexity,
    clippy::perf,
    reason = "the bodies are what users may write, not what they should"
)]

mod cart;

use cart::{Arguments, Cart, Cents, LineItem, Status};
use lawful::__private::{__read, datum};
use lawful::model::{
    AggregateModel, EventModel, Expr, HelperModel, Parameter, RuleKind, RuleModel,
};
use lawful::{Datum, EvaluateError, Id, Timestamp};
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use std::borrow::Cow::{Borrowed, Owned};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

type Named = Vec<(&'static str, Datum)>;

/// A body in both forms.
struct Twin<R> {
    name: &'static str,
    parameters: Vec<Parameter>,
    tree: Expr,
    native: fn(&mut Cart, &Arguments) -> R,
    data: fn(&Arguments) -> Named,
}

macro_rules! tree {
    ($($parameter:ident),*; $body:block) => {{
        static TREE: Expr = __read!(
            aggregate Cart;
            parameters($($parameter),*);
            rules();
            helpers(available(), worth(line), item_mut(key), bump(by), first_big(least), price_of(key), numbers_of(lines));
            events();
            $body
        );
        TREE.clone()
    }};
}

macro_rules! twin {
    ($name:ident; $($parameter:ident: $ty:ty),*; $body:block) => {
        Twin {
            name: stringify!($name),
            parameters: vec![$(Parameter {
                name: Borrowed(stringify!($parameter)),
                ty: Borrowed(stringify!($ty)),
                samples: Borrowed(&[]),
            }),*],
            tree: tree!($($parameter),*; $body),
            native: |cart, arguments| {
                let _ = arguments;
                cart.$name($(arguments.$parameter.clone()),*)
            },
            data: |arguments| {
                let _ = arguments;
                vec![$((stringify!($parameter), datum(&arguments.$parameter))),*]
            },
        }
    };
}

/// Bodies that change the state.
macro_rules! events {
    ($list:ident; $(fn $name:ident(&mut $this:ident $(, $parameter:ident: $ty:ty)*) $body:block)*) => {
        impl Cart {
            $(fn $name(&mut $this $(, $parameter: $ty)*) $body)*
        }

        fn $list() -> Vec<Twin<()>> {
            vec![$(twin!($name; $($parameter: $ty),*; $body)),*]
        }
    };
}

/// Bodies that only look at it.
macro_rules! rules {
    ($list:ident; $(fn $name:ident(&$this:ident $(, $parameter:ident: $ty:ty)*) -> bool $body:block)*) => {
        impl Cart {
            $(fn $name(&$this $(, $parameter: $ty)*) -> bool $body)*
        }

        fn $list() -> Vec<Twin<bool>> {
            vec![$(twin!($name; $($parameter: $ty),*; $body)),*]
        }
    };
}

/// Helpers, as `name(&self, parameters) -> Result` or with `&mut self`.
macro_rules! helpers {
    ($list:ident; $(fn $name:ident[$mutates:literal]($this:ident: $of:ty $(, $parameter:ident: $ty:ty)*) -> $result:ty $body:block)*) => {
        impl Cart {
            $(fn $name($this: $of $(, $parameter: $ty)*) -> $result $body)*
        }

        fn $list() -> Vec<HelperModel> {
            vec![$(HelperModel {
                name: Borrowed(stringify!($name)),
                parameters: Owned(vec![$(Parameter {
                    name: Borrowed(stringify!($parameter)),
                    ty: Borrowed(stringify!($ty)),
                    samples: Borrowed(&[]),
                }),*]),
                mutates: $mutates,
                body: tree!($($parameter),*; $body),
            }),*]
        }
    };
}

helpers! {
    helpers;
    fn available[false](self: &Self) -> Cents {
        self.balance.saturating_sub(self.small.into())
    }
    fn worth[false](self: &Self, line: &LineItem) -> Option<Cents> {
        line.price.checked_mul(Cents::from(line.quantity))
    }
    fn item_mut[true](self: &mut Self, key: u32) -> Option<&mut LineItem> {
        self.items.get_mut(&key)
    }
    fn bump[true](self: &mut Self, by: u32) -> u32 {
        self.count = self.count.saturating_add(by);
        self.count
    }
    fn first_big[false](self: &Self, least: u16) -> Option<&LineItem> {
        self.lines.iter().find(|line| line.quantity >= least)
    }
}

helpers! {
    others;
    fn price_of[false](self: &Self, key: u32) -> Option<Cents> {
        let item = self.items.get(&key)?;
        let total = self.totals.get(&item.sku)?;
        total.checked_add(item.price)
    }
    fn numbers_of[false](self: &Self, lines: &[LineItem]) -> Vec<i64> {
        lines.iter().map(|line| line.price).collect()
    }
}

events! { arithmetic;
    fn plus(&mut self, amount: Cents) { self.balance += amount; }
    fn minus(&mut self, amount: Cents) { self.balance -= amount; }
    fn times(&mut self, tiny: i8) { self.small *= tiny; }
    fn divided(&mut self, amount: Cents) { if amount != 0 { self.balance /= amount; } }
    fn rest(&mut self, amount: Cents) { if amount != 0 { self.balance %= amount; } }
    fn negated(&mut self) { self.small = -self.small; }
    fn bits(&mut self, n: u32) { self.count = (self.count & n) | (n ^ 5) | !n; }
    fn shifted(&mut self, key: u32) { self.count = (self.count << key) >> 1; }
    fn saturated(&mut self, tiny: i8, amount: Cents, n: u32) {
        self.small = self.small.saturating_add(tiny).saturating_mul(3).saturating_sub(1);
        self.balance = self.balance.saturating_sub(amount).saturating_mul(amount);
        self.count = self.count.saturating_sub(n).saturating_add(2).saturating_pow(2);
    }
    fn wrapped(&mut self, tiny: i8, amount: Cents, n: u32) {
        self.small = self.small.wrapping_add(tiny).wrapping_mul(7).wrapping_neg();
        self.balance = self.balance.wrapping_sub(amount).wrapping_mul(amount).wrapping_pow(3);
        self.count = self.count.wrapping_sub(n).wrapping_add(2).wrapping_mul(n);
    }
    fn checked(&mut self, tiny: i8, amount: Cents, n: u32) {
        self.small = self.small.checked_mul(tiny).unwrap_or(-1);
        self.balance = self.balance.checked_add(amount).or(self.balance.checked_div(amount)).unwrap_or_default();
        self.count = self.count.checked_sub(n).map_or(0, |left| left + 1);
        self.level = self.level.and_then(|level| level.checked_sub(1));
    }
    fn euclid(&mut self, amount: Cents) {
        self.balance = self.balance.checked_rem_euclid(amount).unwrap_or(7);
        self.pair.0 = self.pair.0.checked_div_euclid(amount).unwrap_or(9);
    }
    fn casts(&mut self, amount: Cents, n: u32, flag: bool) {
        self.small = amount as i8;
        self.count = amount as u32;
        self.balance = n as i64 + flag as i64 + self.small as u8 as i64;
        self.level = Some((amount as u64 >> 3) as u8);
    }
    fn of_numbers(&mut self, amount: Cents, tiny: i8) {
        self.balance = amount.min(self.balance).max(-5).clamp(-4, 100);
        self.small = tiny.signum();
        self.count = tiny.unsigned_abs().into();
        self.pair = (amount.saturating_abs(), amount.is_negative());
        self.level = Some(tiny.count_ones() as u8 + tiny.leading_zeros() as u8);
    }
    fn absolute(&mut self, tiny: i8, amount: Cents) {
        self.small = tiny.abs();
        self.balance = amount.pow(2);
    }
    fn literals(&mut self) {
        let mut total = 0;
        for line in &self.lines {
            total += line.price.saturating_mul(2) / 3;
        }
        self.balance = total;
    }
    fn times_of_day(&mut self, at: Timestamp, time: Duration) {
        self.wait = at - self.due;
        self.due = at + time;
        self.due -= Duration::from_secs(1);
        if self.wait > time {
            self.due += self.wait;
        }
    }
    fn durations(&mut self, time: Duration, key: u32) {
        self.wait = self.wait.saturating_add(time).saturating_sub(Duration::from_micros(2));
        self.wait = self.wait.checked_mul(key).unwrap_or(Duration::ZERO);
        self.count = self.wait.subsec_micros();
        self.balance = self.wait.as_secs() as i64;
    }
    fn duration_sum(&mut self, time: Duration) { self.wait += time; }
    fn converted(&mut self, n: u32, amount: Cents) {
        self.balance = i64::from(n) + Cents::from(self.small);
        self.count = u32::try_from(amount).unwrap_or(u32::MAX);
        self.level = u8::try_from(amount).ok();
    }
}

events! { fields;
    fn assigned(&mut self, text: String, some: Option<i64>) {
        self.owner = Some(text.clone());
        self.note = text;
        self.open = some.is_some();
        self.level = Some(3);
        self.count = 7;
    }
    fn copied(&mut self, amount: Cents) {
        let old = self.balance;
        self.balance = amount;
        let mut copy = self.balance;
        copy = copy.saturating_add(1);
        self.pair = (old, copy > old);
    }
    fn copied_struct(&mut self, line: LineItem) {
        let old = self.best;
        self.best = Some(line);
        if let Some(old) = old {
            self.lines.push(old);
        }
    }
    fn cloned_list(&mut self, amount: Cents) {
        let mut list = self.list.clone();
        list.push(amount);
        self.count = list.len() as u32;
    }
    fn borrowed(&mut self, amount: Cents) {
        let list = &mut self.list;
        list.push(amount);
        list.push(1);
        let last = &mut self.balance;
        *last = 3;
    }
    fn nested_borrow(&mut self, amount: Cents) {
        let lines = &mut self.lines;
        if let Some(line) = lines.first_mut() {
            line.price = amount;
        }
        let pair = &mut self.pair;
        let first = &mut pair.0;
        *first = amount;
        self.open = pair.1;
    }
    fn tuple(&mut self, amount: Cents) {
        self.pair.0 = amount;
        self.pair.1 = !self.pair.1;
        let (one, two) = self.pair;
        self.balance = if two { one } else { 0 };
    }
    fn swapped(&mut self) {
        let (one, two) = (self.balance, self.pair.0);
        self.balance = two;
        self.pair.0 = one;
        std::mem::swap(&mut self.balance, &mut self.pair.0);
    }
    fn taken(&mut self, numbers: Vec<i64>) {
        let old = std::mem::take(&mut self.list);
        let note = std::mem::replace(&mut self.note, String::from("taken"));
        self.count = old.len() as u32 + note.len() as u32;
        self.list = numbers;
    }
    fn option_taken(&mut self) {
        if let Some(owner) = self.owner.take() {
            self.note = owner;
        }
        self.level = self.level.filter(|level| *level > 0).or(Some(9));
        self.best = None;
    }
    fn option_mut(&mut self, n: u32) {
        if let Some(level) = &mut self.level {
            *level = level.wrapping_add(1);
        }
        if let Some(best) = self.best.as_mut() {
            best.sku = n;
        }
        *self.level.get_or_insert(4) += 1;
        self.owner.get_or_insert_with(String::new).push('x');
    }
    fn matched(&mut self, text: String, at: Timestamp) {
        self.status = match &self.status {
            Status::Open => Status::Held(1),
            Status::Held(by) if *by > 2 => Status::Open,
            Status::Held(by) => Status::Held(by + 1),
            Status::ClosedFor { reason, .. } if reason.is_empty() => Status::ClosedFor { reason: text, since: at },
            Status::ClosedFor { since, .. } => Status::ClosedFor { since: *since, reason: String::from("again") },
        };
    }
    fn matched_mut(&mut self, n: u32) {
        match &mut self.status {
            Status::Held(by) => *by = by.wrapping_add(n),
            Status::ClosedFor { reason, since } => {
                reason.push_str("!");
                *since += Duration::from_micros(1);
            }
            Status::Open => self.open = false,
        }
    }
    fn whole(&mut self, flag: bool, amount: Cents) {
        if flag {
            *self = Cart { balance: amount, open: true, ..Cart::default() };
        } else {
            *self = Self::default();
        }
    }
    fn updated(&mut self, line: LineItem, n: u32) {
        self.best = Some(LineItem { sku: n, ..line });
        self.lines.push(LineItem { quantity: 1, price: 2, sku: 3 });
    }
    fn scopes(&mut self, amount: Cents) {
        let x = amount;
        let y = { let x = x.saturating_add(1); x };
        let z = if let Some(x) = self.level { i64::from(x) } else { x };
        self.list = vec![x, y, z];
    }
    fn returns(&mut self, amount: Cents) {
        if amount < 0 {
            self.open = false;
            return;
        }
        let Some(level) = self.level else {
            self.count = 1;
            return;
        };
        self.count = level.into();
        for number in &self.list {
            if *number == amount {
                self.note = String::from("found");
                return;
            }
        }
        self.open = true;
    }
    fn array(&mut self, n: u32) {
        self.grid = [1, n as u8, self.grid[0]];
        self.grid[2] = self.grid[1];
    }
    fn identified(&mut self, who: Id<Cart>) {
        if self.holder.is_some_and(|holder| holder == who) {
            self.holder = None;
        } else {
            self.holder = Some(who);
        }
    }
    fn helped(&mut self, n: u32, key: u32) {
        let count = self.bump(n);
        self.balance = self.available();
        if let Some(item) = self.item_mut(key) {
            item.price = count.into();
            item.quantity = 1;
        }
        self.pair.0 = self.best.and_then(|best| self.worth(&best)).unwrap_or(-1);
        self.best = self.first_big(2).copied();
    }
}

events! { collections;
    fn list_methods(&mut self, numbers: Vec<i64>, amount: Cents) {
        self.list.extend(numbers.iter().copied());
        self.list.retain(|number| *number != amount);
        self.list.sort();
        self.list.dedup();
        self.list.truncate(6);
        self.list.reverse();
        if let Some(last) = self.list.pop() {
            self.balance = last;
        }
        self.list.insert(0, amount);
    }
    fn list_removed(&mut self, key: u32) {
        let place = key as usize;
        if place < self.lines.len() {
            let line = self.lines.remove(place);
            self.count = line.sku;
        }
        if !self.lines.is_empty() {
            self.lines.swap_remove(0);
        }
        self.list.clear();
    }
    fn list_places(&mut self, key: u32, amount: Cents) {
        if let Some(line) = self.lines.iter_mut().find(|line| line.sku == key) {
            line.price = amount;
        }
        for line in &mut self.lines {
            line.quantity = line.quantity.saturating_add(1);
        }
        for (place, line) in self.lines.iter_mut().enumerate() {
            line.sku = place as u32;
        }
        for line in self.lines.iter_mut().filter(|line| line.price > 0) {
            line.price = 0;
        }
        if let Some(number) = self.list.get_mut(1) {
            *number = 5;
        }
        if let Some(number) = self.list.last_mut() {
            *number = amount;
        }
        for number in self.list.iter_mut().rev().take(2) {
            *number = number.saturating_mul(2);
        }
    }
    fn stepped(&mut self, amount: Cents) {
        let mut numbers = self.list.iter_mut();
        if let (Some(one), Some(two)) = (numbers.next(), numbers.next()) {
            *one = *two;
            *two = amount;
        }
        let mut lines = self.lines.iter();
        self.open = lines.next().is_some() && lines.next().is_some();
    }
    fn list_sorted(&mut self) {
        self.lines.sort_by_key(|line| line.price);
        self.list.sort_by(|one, two| two.cmp(one));
        self.list.drain(..self.list.len().min(1));
    }
    fn queued(&mut self, n: u32) {
        self.queue.push_back(n);
        self.queue.push_front(1);
        if let Some(first) = self.queue.pop_front() {
            self.count = first;
        }
        if self.queue.len() > 2 {
            self.queue.pop_back();
        }
    }
    fn set_methods(&mut self, text: String) {
        if !self.tags.insert(text.clone()) {
            self.tags.remove(&text);
        }
        self.tags.insert(String::from("aa"));
        self.open = self.tags.remove("b");
        self.tags.extend([String::from("z"), String::from("a")]);
    }
    fn map_methods(&mut self, key: u32, line: LineItem) {
        let old = self.items.insert(key, line);
        self.best = old;
        if let Some(gone) = self.items.remove(&(key + 1)) {
            self.count = gone.sku;
        }
        self.items.retain(|key, item| *key != 3 && item.price != 1);
    }
    fn map_places(&mut self, key: u32, amount: Cents) {
        if let Some(item) = self.items.get_mut(&key) {
            item.price = amount;
            item.quantity = item.quantity.wrapping_add(1);
        }
        for item in self.items.values_mut() {
            item.sku = 9;
        }
        for (key, item) in &mut self.items {
            item.price = i64::from(*key);
        }
        if let Some((_, item)) = self.items.iter_mut().next() {
            item.quantity = 7;
        }
    }
    fn entries(&mut self, key: u32, amount: Cents, text: String) {
        *self.counts.entry(text).or_default() += 1;
        *self.totals.entry(key).or_insert(5) = amount;
        self.groups.entry(key).or_default().push(amount);
        self.sets.entry(key).or_default().insert(amount);
        self.sets.entry(0).or_default().insert(1);
        self.totals.entry(2).and_modify(|total| *total = total.saturating_add(1)).or_insert(3);
        let item = self.items.entry(key).or_insert(LineItem { sku: 1, quantity: 0, price: 0 });
        item.quantity = 2;
        self.groups.entry(3).or_insert_with(Vec::new).extend([1, 2]);
    }
    fn aliased_entries(&mut self, key: u32, amount: Cents) {
        let total = self.totals.entry(key).or_default();
        *total = total.wrapping_add(amount);
    }
    fn aliased_default(&mut self, key: u32) {
        self.totals.entry(key).or_default();
    }
    fn entry_value(&mut self, key: u32, n: u32) {
        let count = self.totals.entry(key).or_insert(1);
        *count += i64::from(n);
        let shown = *count;
        self.balance = shown;
    }
    fn collected(&mut self, numbers: Vec<i64>, text: String) {
        self.list = numbers.iter().map(|number| number.wrapping_mul(2)).filter(|number| number % 3 != 0).collect();
        self.totals = numbers.iter().enumerate().map(|(place, number)| (place as u32, *number)).collect();
        self.tags = text.split('-').map(|part| part.trim().to_owned()).collect();
        self.note = text.chars().rev().collect();
        self.groups = BTreeMap::from([(1, vec![2]), (0, Vec::new())]);
    }
    fn folded(&mut self, numbers: Vec<i64>) {
        self.balance = numbers.iter().fold(1_i64, |total, number| total.wrapping_add(*number));
        self.count = numbers.iter().filter(|number| **number > 0).count() as u32;
        self.pair.0 = self.lines.iter().map(|line| i64::from(line.quantity)).sum();
        self.list = self.lines.iter().flat_map(|line| [line.price, i64::from(line.sku)]).collect();
    }
    fn removed_first(&mut self) {
        if let Some((key, total)) = self.totals.pop_first() {
            self.count = key;
            self.balance = total;
        }
        if let Some((_, last)) = self.totals.last_key_value() {
            self.pair.0 = *last;
        }
        let least = self.tags.pop_first();
        self.owner = least;
    }
    fn appended(&mut self, numbers: Vec<i64>) {
        let mut numbers = numbers;
        self.list.append(&mut numbers);
        self.count = numbers.len() as u32;
        self.totals.extend(self.list.iter().map(|number| (1, *number)));
    }
    fn texts(&mut self, text: String) {
        self.note.push_str(&text);
        self.note.push('-');
        if self.note.len() > 12 {
            self.note.clear();
        }
        self.owner = self.note.strip_suffix("-").map(str::to_uppercase);
        self.open = self.note.starts_with("a") || self.note.contains("EUR");
    }
    fn moved_items(&mut self, key: u32) {
        if let Some(item) = self.items.remove(&key) {
            self.lines.push(item);
        }
        let lines = std::mem::take(&mut self.lines);
        for line in lines {
            if line.quantity > 1 {
                self.lines.push(line);
            }
        }
    }
}

events! { rarer;
    fn bounded(&mut self, amount: Cents, n: u32) {
        self.balance = amount.saturating_abs().isqrt();
        self.open = n.is_multiple_of(3) || n.is_power_of_two();
    }
    fn split(&mut self, text: String) {
        self.list = text.split(|letter: char| !letter.is_alphabetic()).map(|part| part.len() as i64).collect();
        self.note = text.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join("+");
        self.open = text.to_uppercase() != text.to_lowercase() && text.repeat(2).len() > 4;
    }
    fn repeated(&mut self, n: u32) {
        self.grid = [n as u8; 3];
        self.list = vec![i64::from(n); 2];
        self.wait = Duration::new(3, 4);
    }
    fn steps(&mut self, numbers: Vec<i64>, key: u32) {
        self.list = numbers.iter().step_by(2).chain(self.list.iter().skip_while(|number| **number < 3)).copied().collect();
        self.balance = numbers.iter().copied().reduce(|one, two| one.wrapping_sub(two)).unwrap_or(3);
        self.pair.0 = numbers.iter().nth(key as usize).copied().unwrap_or_default();
        self.count = numbers.iter().rposition(|number| *number > 2).map_or(9, |place| place as u32);
        self.level = numbers.iter().map_while(|number| u8::try_from(*number).ok()).last();
        self.groups = numbers.chunks(2).enumerate().map(|(place, chunk)| (place as u32, chunk.to_vec())).collect();
    }
    fn extremes_of(&mut self) {
        self.best = self.lines.iter().min_by_key(|line| line.price).copied();
        self.balance = self.lines.iter().max_by(|one, two| one.quantity.cmp(&two.quantity).then(two.sku.cmp(&one.sku))).map_or(0, |line| line.price);
        self.lines.sort_by(|one, two| two.price.cmp(&one.price).then_with(|| one.sku.cmp(&two.sku)));
        self.lines.dedup_by_key(|line| line.sku);
    }
    fn moved(&mut self, key: u32, amount: Cents) {
        let tail = if (key as usize) < self.list.len() { self.list.split_off(key as usize) } else { Vec::new() };
        self.pair.0 = tail.len() as i64;
        if let Some((old, item)) = self.items.remove_entry(&key) {
            self.items.insert(old + 4, item);
        }
        self.level.take_if(|level| *level > 1);
        self.owner.replace(String::from("new"));
        self.open = self.list.binary_search(&amount).is_ok();
        if self.queue.len() > 1 {
            self.queue.swap(0, 1);
        }
    }
    fn set_algebra(&mut self, numbers: Vec<i64>) {
        let one: BTreeSet<i64> = numbers.into_iter().collect();
        let two: BTreeSet<i64> = self.list.iter().copied().collect();
        self.list = one.union(&two).chain(one.intersection(&two)).chain(one.difference(&two)).copied().collect();
        self.open = one.is_disjoint(&two) || one.is_superset(&two);
        self.sets.insert(1, &one ^ &two);
        self.sets.insert(2, one.symmetric_difference(&two).copied().collect());
    }
    fn results(&mut self, amount: Cents, some: Option<i64>) {
        self.count = u32::try_from(amount).map_err(|_| 3).map_or_else(|error| error, |number| number / 2);
        self.balance = some.ok_or(amount).and_then(|number| if number > 1 { Ok(number) } else { Err(7) }).unwrap_or_else(|error| error);
        self.pair.1 = some.ok_or("missing").is_ok_and(|number| number > 0);
        self.owner = some.xor(Some(1)).zip(self.level).map(|(one, two)| one.min(i64::from(two)).to_string());
    }
    fn early_option(&mut self, key: u32) {
        let price = self.price_of(key);
        self.balance = price.unwrap_or(-1);
    }
    fn conditions(&mut self, amount: Cents, flag: bool) {
        self.balance = if amount > 3 && flag { 1 } else if let Some(level @ 1..) = self.level { i64::from(level) } else { 2 };
        let [first, .., last] = self.grid;
        self.grid = [last, 0, first];
        if let [only] = self.list.as_slice() {
            self.pair.0 = *only;
        }
        if let [first, rest @ ..] = self.numbers_of(&self.lines).as_slice() {
            self.pair.0 = first.saturating_add(rest.len() as i64);
        }
    }
}

rules! { verdicts;
    fn compares(&self, amount: Cents) -> bool { self.balance >= amount && 0 < amount || self.balance != 3 }
    fn short_circuits(&self, amount: Cents) -> bool { amount == 0 || self.balance / amount > 1 }
    fn overflows(&self, amount: Cents) -> bool { self.balance + amount > 0 }
    fn options(&self, some: Option<i64>) -> bool {
        self.owner.is_some() && some.is_none_or(|some| some > 0) || self.level.is_some_and(|level| level > 1) || self.owner.as_deref() == Some("Ada")
    }
    fn options_compare(&self, some: Option<i64>) -> bool { some < Some(3) && self.level <= Some(1) }
    fn texts_compare(&self, text: String) -> bool {
        let trimmed = text.trim();
        !trimmed.is_empty() && trimmed.len() <= 5 && trimmed.chars().all(|letter| letter.is_alphabetic()) && self.note != text
    }
    fn letters(&self, text: String) -> bool {
        text.split_once('-').is_some_and(|(_, number)| number.chars().all(|digit| digit.is_ascii_digit())) || text.to_lowercase() == "ada"
    }
    fn members(&self, key: u32, text: String) -> bool {
        self.items.contains_key(&key) || self.tags.contains(&text) || self.list.contains(&3) || self.queue.contains(&key)
    }
    fn gets(&self, key: u32) -> bool {
        self.items.get(&key).map_or(true, |item| item.quantity > 0) && self.list.first().copied().unwrap_or(1) > 0 && self.list.get(1).is_none_or(|number| *number < 9)
    }
    fn quantifiers(&self, amount: Cents) -> bool {
        self.lines.iter().all(|line| line.price >= amount) || self.items.values().any(|item| item.price == amount)
    }
    fn pairs(&self) -> bool { self.items.iter().all(|(key, item)| *key == item.sku) && self.counts.values().sum::<u32>() < 9 }
    fn extremes(&self, numbers: Vec<i64>) -> bool {
        numbers.iter().max().copied() > numbers.iter().min().copied().map(|least| least.saturating_add(4)) || self.lines.iter().max_by_key(|line| line.price).is_some_and(|line| line.sku > 1)
    }
    fn positions(&self, amount: Cents) -> bool {
        self.list.iter().position(|number| *number == amount) == Some(1) || self.list.iter().rev().skip(1).take(1).any(|number| *number > 2)
    }
    fn sums(&self, numbers: Vec<i64>) -> bool { numbers.iter().sum::<i64>() > 3 }
    fn unique(&self) -> bool {
        let skus: BTreeSet<u32> = self.lines.iter().map(|line| line.sku).collect();
        skus.len() == self.lines.len()
    }
    fn sets_compare(&self) -> bool {
        self.tags.is_subset(&BTreeSet::from([String::from("a"), String::from("b")])) || self.tags.iter().next().is_some_and(|tag| tag == "a")
    }
    fn windows_of(&self) -> bool { self.list.windows(2).all(|pair| pair[0] <= pair[1]) }
    fn zipped(&self, numbers: Vec<i64>) -> bool { self.list.iter().zip(numbers.iter()).all(|(one, two)| one <= two) && self.list.iter().zip(&numbers).count() < 3 }
    fn is_held(&self, n: u32) -> bool { matches!(self.status, Status::Held(by) if by >= n) || matches!(&self.status, Status::ClosedFor { reason, .. } if reason == "a") }
    fn is_one_of(&self) -> bool { matches!(self.status, Status::Open | Status::Held(0..=2)) }
    fn by_status(&self, amount: Cents) -> bool {
        match (&self.status, amount) {
            (Status::Open, 0) => true,
            (Status::Open, 1..=5) => self.open,
            (Status::Held(by), _) if *by == 1 => false,
            (_, least @ (..=-1 | 7..)) => least > -3,
            (Status::ClosedFor { since, .. }, _) => *since > self.due,
            _ => !self.open,
        }
    }
    fn early(&self, amount: Cents) -> bool {
        let Some(owner) = &self.owner else { return amount > 0 };
        if owner.is_empty() {
            return false;
        }
        for line in &self.lines {
            if line.price == amount {
                return line.quantity > 0;
            }
        }
        owner.len() > 2
    }
    fn helpers_called(&self, line: LineItem) -> bool { self.available() > 3 && self.worth(&line).is_some_and(|worth| worth < 20) }
    fn orders(&self, line: LineItem) -> bool { self.best < Some(line) || self.status > Status::Held(2) || self.status == Status::Open }
    fn ranges(&self, amount: Cents, n: u32) -> bool { (1..=self.balance).contains(&amount) || (0..n.min(4)).rev().any(|step| step == 2) || !(3..).contains(&amount) }
    fn moments(&self, at: Timestamp, time: Duration) -> bool { self.due + time > at || at - self.due < Duration::from_micros(2) || at.saturating_duration_since(self.due) == time }
    fn constants(&self, amount: Cents) -> bool { amount == i64::MAX || amount == Cents::MIN || self.due == Timestamp::MAX || self.wait == Duration::ZERO }
    fn tried(&self, amount: Cents) -> bool {
        let found = self.lines.iter().map(|line| line.price.checked_mul(amount)).collect::<Option<Vec<_>>>();
        found.is_some_and(|found| found.len() > 1)
    }
    fn partitioned(&self) -> bool {
        let (big, small): (Vec<i64>, Vec<i64>) = self.list.iter().partition(|number| **number > 2);
        big.len() > small.len()
    }
    fn then(&self, flag: bool) -> bool { flag.then_some(self.balance).is_some_and(|balance| balance > 0) || self.pair == (0, true) }
    fn groups_of(&self, amount: Cents) -> bool { self.groups.values().flatten().any(|number| *number == amount) || self.sets.values().any(|set| set.contains(&amount)) }
    fn let_chains(&self, some: Option<i64>) -> bool {
        if let Some(number) = some && number > 1 && let Some(first) = self.list.first() { *first == number } else { false }
    }
    fn find_maps(&self) -> bool { self.lines.iter().find_map(|line| (line.quantity > 1).then_some(line.sku)).unwrap_or_default() == 2 }
    fn dedups(&self, numbers: Vec<i64>) -> bool {
        let mut sorted = numbers.clone();
        sorted.sort_unstable();
        sorted.dedup();
        sorted.len() != numbers.len()
    }
    fn arrays(&self) -> bool { self.grid.iter().all(|cell| *cell > 10) || self.grid == [0, 0, 0] || self.grid.len() != 3 }
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// What the compiled form gives; `None` where it panics, as it does on overflow.
fn natively<R>(run: impl FnOnce() -> R) -> Option<R> {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                loud(info);
            }
        }));
    });
    QUIET.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(run)).ok();
    QUIET.set(false);
    outcome
}

fn model() -> AggregateModel {
    AggregateModel {
        helpers: helpers().into_iter().chain(others()).collect(),
        ..cart::model()
    }
}

/// Runs a test on many states; a failure shows the smallest state that fails.
#[track_caller]
fn check(test: impl Fn(Cart, Arguments) -> Result<(), String>) {
    let mut runner = TestRunner::new(Config {
        cases: 96,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&(cart::cart(), cart::arguments()), |(cart, arguments)| {
        test(cart, arguments).map_err(TestCaseError::fail)
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[track_caller]
fn events_agree(twins: Vec<Twin<()>>) {
    let model = AggregateModel {
        events: twins
            .iter()
            .map(|twin| EventModel {
                name: Borrowed(twin.name),
                doc: Borrowed(""),
                version: 1,
                parameters: Owned(twin.parameters.clone()),
                aliases: Borrowed(&[]),
                upcasts: Borrowed(&[]),
                update: twin.tree.clone(),
            })
            .collect(),
        ..model()
    };
    assert_eq!(model.opaque(), Vec::<&str>::new());
    check(|state, arguments| {
        let before = Datum::of(&state).expect("a cart serialises");
        for twin in &twins {
            let after = natively(|| {
                let mut state = state.clone();
                (twin.native)(&mut state, &arguments);
                state
            });
            let evaluated = lawful::evolve(&model, &before, twin.name, &(twin.data)(&arguments));
            agree(twin, after.as_ref(), evaluated, |datum| datum)?;
        }
        Ok(())
    });
}

#[track_caller]
fn rules_agree(twins: Vec<Twin<bool>>) {
    let model = AggregateModel {
        rules: twins
            .iter()
            .map(|twin| RuleModel {
                name: Borrowed(twin.name),
                sentence: Borrowed(""),
                kind: RuleKind::Rule,
                parameters: Owned(twin.parameters.clone()),
                body: twin.tree.clone(),
            })
            .collect(),
        ..model()
    };
    assert_eq!(model.opaque(), Vec::<&str>::new());
    let seen: Vec<_> = twins.iter().map(|_| [Cell::new(0), Cell::new(0)]).collect();
    let both = |seen: &[Cell<u32>; 2]| seen.iter().all(|seen| seen.get() > 0);
    // Some verdicts are rare; a rule that has only one of them after many rounds has only one.
    for _ in 0..50 {
        check(|mut state, arguments| {
            let before = Datum::of(&state).expect("a cart serialises");
            for (twin, seen) in twins.iter().zip(&seen) {
                let verdict = natively(|| (twin.native)(&mut state, &arguments));
                if let Some(verdict) = verdict {
                    seen[usize::from(verdict)].update(|seen| seen + 1);
                }
                let evaluated = lawful::holds(&model, twin.name, &before, &(twin.data)(&arguments));
                agree(twin, verdict.as_ref(), evaluated, Datum::Bool)?;
            }
            Ok(())
        });
        if seen.iter().all(both) {
            break;
        }
    }
    for (twin, seen) in twins.iter().zip(seen) {
        assert!(
            both(&seen),
            "`{}` was always the same, so the test says nothing",
            twin.name
        );
    }
}

/// Strict to the last width: the texts of both values are compared, but for the names that serde gives to variants.
fn agree<N: serde::Serialize, T, R>(
    twin: &Twin<R>,
    native: Option<&N>,
    evaluated: Result<T, EvaluateError>,
    read: impl FnOnce(T) -> Datum,
) -> Result<(), String> {
    let Twin { name, tree, .. } = twin;
    match (native, evaluated) {
        (Some(native), Ok(evaluated)) => {
            let plain = |datum: &Datum| format!("{datum:?}").to_lowercase().replace('_', "");
            let native = plain(&Datum::of(native).expect("it serialises"));
            let evaluated = plain(&read(evaluated));
            if native == evaluated {
                return Ok(());
            }
            let alike = native
                .char_indices()
                .zip(evaluated.chars())
                .find(|((_, one), two)| one != two)
                .map_or(0, |((place, _), _)| place);
            let from = |text: &str| {
                text.chars()
                    .skip(alike.saturating_sub(60))
                    .take(160)
                    .collect::<String>()
            };
            Err(format!(
                "`{name}`: native ..{}.., evaluated ..{}..: {tree}",
                from(&native),
                from(&evaluated)
            ))
        }
        (None, Err(EvaluateError::Overflow(_) | EvaluateError::DivisionByZero(_))) => Ok(()),
        (Some(_), Err(error)) => Err(format!("`{name}` evaluates to an error, `{error}`: {tree}")),
        (None, Ok(_)) => Err(format!("`{name}` panics, and its tree does not: {tree}")),
        (None, Err(error)) => Err(format!(
            "`{name}` panics, and its tree says `{error}`: {tree}"
        )),
    }
}

#[test]
fn arithmetic_agrees() {
    events_agree(arithmetic());
}

#[test]
fn updates_of_fields_agree() {
    events_agree(fields());
}

#[test]
fn updates_of_collections_agree() {
    events_agree(collections());
}

#[test]
fn rarer_methods_agree() {
    events_agree(rarer());
}

#[test]
fn verdicts_agree() {
    rules_agree(verdicts());
}

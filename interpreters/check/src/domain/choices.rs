/// Which answer is given to each question, like the digits of a counter whose last digit turns fastest.
#[derive(Debug, Default)]
pub(super) struct Choices {
    path: Vec<(usize, usize)>,
    place: usize,
    /// How many questions may get another answer than the simplest.
    limit: usize,
    limited: bool,
}

impl Choices {
    /// Begins again, with at most so many answers that are not the simplest one.
    pub(super) fn restart(&mut self, limit: usize) {
        *self = Choices {
            limit,
            ..Choices::default()
        };
    }

    /// Whether combinations were left out for having too many answers that are not the simplest.
    pub(super) fn is_limited(&self) -> bool {
        self.limited
    }

    /// Which of so many answers is given next; `None` where there are none.
    pub(super) fn choose(&mut self, of: usize) -> Option<usize> {
        if of == 0 {
            return None;
        }
        if self.place == self.path.len() {
            self.path.push((0, of));
        }
        let (chosen, _) = self.path[self.place];
        self.place += 1;
        Some(chosen)
    }

    /// The answers given so far, as places among the possible ones: the smaller, the simpler.
    pub(super) fn given(&self) -> impl Iterator<Item = usize> {
        self.path[..self.place].iter().map(|(chosen, _)| *chosen)
    }

    /// Goes on to the next combination, if there is one.
    pub(super) fn advance(&mut self) -> bool {
        self.path.truncate(self.place);
        self.place = 0;
        while let Some((chosen, of)) = self.path.pop() {
            if chosen + 1 == of {
                continue;
            }
            let others = self.path.iter().filter(|(chosen, _)| *chosen > 0);
            if others.count() < self.limit {
                self.path.push((chosen + 1, of));
                return true;
            }
            self.limited = true;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::Choices;

    #[test]
    fn every_combination_is_tried_once() {
        let mut choices = Choices::default();
        choices.restart(2);
        let mut seen = Vec::new();
        loop {
            let first = choices.choose(2).expect("there are two");
            let second = if first == 0 { choices.choose(3) } else { None };
            seen.push((first, second));
            if !choices.advance() {
                break;
            }
        }
        assert_eq!(seen, [(0, Some(0)), (0, Some(1)), (0, Some(2)), (1, None)]);
        assert!(!choices.is_limited());
    }

    #[test]
    fn answers_that_are_not_the_simplest_can_be_few() {
        let mut choices = Choices::default();
        choices.restart(1);
        let mut seen = Vec::new();
        loop {
            seen.push([choices.choose(2), choices.choose(3)].map(Option::unwrap));
            if !choices.advance() {
                break;
            }
        }
        assert_eq!(seen, [[0, 0], [0, 1], [0, 2], [1, 0]]);
        assert!(choices.is_limited());
    }

    #[test]
    fn a_question_without_answers_ends_the_combination() {
        assert_eq!(Choices::default().choose(0), None);
    }
}

/// Which answer is given to each question, like the digits of a counter whose last digit turns fastest.
#[derive(Debug, Default)]
pub(super) struct Choices {
    path: Vec<(usize, usize)>,
    place: usize,
}

impl Choices {
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
            if chosen + 1 < of {
                self.path.push((chosen + 1, of));
                return true;
            }
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
    }

    #[test]
    fn a_question_without_answers_ends_the_combination() {
        assert_eq!(Choices::default().choose(0), None);
    }
}

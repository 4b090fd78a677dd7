//! An exercise as its author writes it: what is expected, what is said to the usual mistakes, how to begin.

use super::answer::Answer;
use super::comparison::{Comparison, compare, letters};
use super::function::{Arguments, StudentFunction};
use super::verdict::{Outcome, Verdict};
use crate::Result;
use crate::hash;
use crate::random::Generator;

/// How often a function is called.
const CALLS: usize = 4;

/// The value that a function should give for some arguments.
pub(super) type Definition = fn(&Arguments) -> Result<Answer>;

/// An exercise. Made by one of [`value`](Task::value), [`computed`](Task::computed), [`choice`](Task::choice) and
/// [`function`](Task::function).
#[derive(Clone, Debug)]
pub(super) struct Task {
    id: &'static str,
    expected: Expected,
    tolerance: f64,
    begin: &'static str,
    otherwise: &'static str,
    right: &'static str,
    mistakes: Vec<Mistake>,
}

#[derive(Clone, Debug)]
enum Expected {
    Value(Answer),
    Computed(fn() -> Result<Answer>),
    /// The letters of the true statements, and the letter of the last statement.
    Letters(&'static str, char),
    Function {
        arguments: fn(&mut Generator) -> Result<Arguments>,
        definition: Definition,
    },
}

/// A mistake that has a hint of its own.
#[derive(Clone, Debug)]
struct Mistake {
    when: When,
    hint: &'static str,
}

#[derive(Clone, Debug)]
enum When {
    /// The answer is this one.
    Is(Answer),
    /// The answer is a number of which this is true.
    Number(fn(f64) -> bool),
    /// The statement of this letter is judged wrongly.
    Letter(char),
    /// The function computes this instead.
    Computes(Definition),
}

impl Task {
    /// Expects one value: a number, a list, a truth value or text.
    pub(super) fn value(id: &'static str, expected: impl Into<Answer>) -> Self {
        Self::new(id, Expected::Value(expected.into()))
    }

    /// Expects a value that is computed when an answer comes in, such as a tensor.
    pub(super) fn computed(id: &'static str, expected: fn() -> Result<Answer>) -> Self {
        Self::new(id, Expected::Computed(expected))
    }

    /// Expects the letters of all true statements out of `A` to `last`.
    pub(super) fn choice(id: &'static str, right: &'static str, last: char) -> Self {
        Self::new(id, Expected::Letters(right, last))
    }

    /// Expects a function that gives what `definition` gives, for random arguments.
    pub(super) fn function(
        id: &'static str,
        arguments: fn(&mut Generator) -> Result<Arguments>,
        definition: Definition,
    ) -> Self {
        Self::new(id, Expected::Function { arguments, definition })
    }

    fn new(id: &'static str, expected: Expected) -> Self {
        Self { id, expected, tolerance: 1e-4, begin: "", otherwise: "", right: "", mistakes: Vec::new() }
    }

    /// How far a number may be off: absolutely up to 1, relatively above. It is 10⁻⁴ unless said.
    pub(super) fn within(mut self, tolerance: f64) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// The hint for who has not answered.
    pub(super) fn begin(mut self, hint: &'static str) -> Self {
        self.begin = hint;
        self
    }

    /// The hint for a wrong answer that is none of the known mistakes.
    pub(super) fn otherwise(mut self, hint: &'static str) -> Self {
        self.otherwise = hint;
        self
    }

    /// What a right answer means: the thought to take along.
    pub(super) fn right(mut self, message: &'static str) -> Self {
        self.right = message;
        self
    }

    /// The hint for one wrong answer.
    pub(super) fn mistake(self, answer: impl Into<Answer>, hint: &'static str) -> Self {
        self.hint_when(When::Is(answer.into()), hint)
    }

    /// The hint for all numbers of which `is_true` holds.
    pub(super) fn mistake_where(self, is_true: fn(f64) -> bool, hint: &'static str) -> Self {
        self.hint_when(When::Number(is_true), hint)
    }

    /// The hint for judging one statement wrongly, either way. It should lead to the thought, not name the letter.
    pub(super) fn statement(self, letter: char, hint: &'static str) -> Self {
        self.hint_when(When::Letter(letter), hint)
    }

    /// The hint for a function that computes something else.
    pub(super) fn confused_with(self, other: Definition, hint: &'static str) -> Self {
        self.hint_when(When::Computes(other), hint)
    }

    fn hint_when(mut self, when: When, hint: &'static str) -> Self {
        self.mistakes.push(Mistake { when, hint });
        self
    }

    pub(super) fn id(&self) -> &'static str {
        self.id
    }

    /// Judges a value.
    pub(super) fn judge(&self, answer: &Answer) -> Result<Verdict> {
        match answer {
            Answer::Nothing => return Ok(self.not_answered()),
            Answer::Failed(message) => return Ok(self.failed(message)),
            _ => {}
        }
        match &self.expected {
            Expected::Value(expected) => self.judge_value(expected, answer),
            Expected::Computed(expected) => self.judge_value(&expected()?, answer),
            Expected::Letters(right, last) => Ok(self.judge_letters(right, *last, answer)),
            Expected::Function { .. } => {
                Ok(self.not_yet(format!("This exercise wants a function, yours is {}.", answer.kind())))
            }
        }
    }

    /// Judges a function.
    pub(super) fn judge_function<S>(&self, function: &impl StudentFunction<S>) -> Result<Verdict> {
        let Expected::Function { arguments, definition } = self.expected else {
            return Ok(self.not_yet("This exercise wants a value, yours is a function: use `check`.".to_owned()));
        };
        let mut generator = Generator::new(seed_of(self.id));
        let mut calls: Vec<(Arguments, Answer)> = Vec::with_capacity(CALLS);
        for _ in 0..CALLS {
            let arguments = arguments(&mut generator)?;
            let Some(answer) = function.call(&arguments) else {
                let wanted = arguments.describe();
                return Ok(
                    self.not_yet(format!("The function should take {wanted}, yours takes {}.", function.takes()))
                );
            };
            match answer {
                Answer::Nothing => return Ok(self.not_answered()),
                Answer::Failed(message) => return Ok(self.failed(&message)),
                answer => calls.push((arguments, answer)),
            }
        }
        for (arguments, answer) in &calls {
            let expected = definition(arguments)?;
            let found = compare(&expected, answer, self.tolerance)?;
            if found == Comparison::Same {
                continue;
            }
            for mistake in &self.mistakes {
                if let When::Computes(other) = mistake.when
                    && self.computes(other, &calls)?
                {
                    return Ok(self.not_yet(mistake.hint.to_owned()));
                }
            }
            return Ok(self.not_yet(self.difference(&found, &expected, answer)));
        }
        Ok(self.is_right())
    }

    /// Whether `other` explains all results.
    fn computes(&self, other: Definition, calls: &[(Arguments, Answer)]) -> Result<bool> {
        for (arguments, answer) in calls {
            if compare(&other(arguments)?, answer, self.tolerance)? != Comparison::Same {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn judge_value(&self, expected: &Answer, answer: &Answer) -> Result<Verdict> {
        let found = compare(expected, answer, self.tolerance)?;
        if found == Comparison::Same {
            return Ok(self.is_right());
        }
        for mistake in &self.mistakes {
            let made = match (&mistake.when, answer) {
                (When::Is(wrong), _) => compare(wrong, answer, self.tolerance)? == Comparison::Same,
                (When::Number(is_true), Answer::Number(number)) => number.is_finite() && is_true(*number),
                _ => false,
            };
            if made {
                return Ok(self.not_yet(mistake.hint.to_owned()));
            }
        }
        // How long a list should be is part of what is asked.
        if found == Comparison::Shape && matches!(expected, Answer::Numbers(_)) {
            return Ok(self.not_yet(format!("It is a list of another length. {}", self.otherwise)));
        }
        Ok(self.not_yet(self.difference(&found, expected, answer)))
    }

    fn judge_letters(&self, right: &str, last: char, answer: &Answer) -> Verdict {
        let chosen = match answer {
            Answer::Text(text) => letters(text, last),
            _ => None,
        };
        let Some(chosen) = chosen else {
            return self.not_yet(format!(
                "Answer with the letters of the statements that are true, in one text: letters from A to {last}, \
                 or `Some(\"\")` if none is."
            ));
        };
        let wrong: Vec<char> =
            ('A'..=last).filter(|letter| chosen.contains(*letter) != right.contains(*letter)).collect();
        let Some(first) = wrong.first() else {
            return self.is_right();
        };
        let hint = self.mistakes.iter().find(|mistake| matches!(mistake.when, When::Letter(at) if at == *first));
        let count = match wrong.len() {
            1 => "One statement is".to_owned(),
            many => format!("{many} statements are"),
        };
        self.not_yet(format!("{count} judged wrongly. {}", hint.map_or(self.otherwise, |mistake| mistake.hint)))
    }

    /// A hint from the way in which an answer differs.
    fn difference(&self, found: &Comparison, expected: &Answer, answer: &Answer) -> String {
        match (found, expected, answer) {
            (Comparison::Kind, _, _) => {
                format!("This exercise wants {}, yours is {}.", expected.kind(), answer.kind())
            }
            (Comparison::Shape, Answer::Tensor(expected), Answer::Tensor(got)) => {
                format!("Your tensor has shape {:?}, it should have {:?}.", got.dims(), expected.dims())
            }
            (Comparison::NotFinite, _, _) => "There is a NaN or an infinity in your answer: look for a division by \
                 zero, the logarithm of a number that is not positive, or a value that grew without bound."
                .to_owned(),
            _ => self.otherwise.to_owned(),
        }
    }

    fn is_right(&self) -> Verdict {
        Verdict::new(self.id, Outcome::Right, self.right.to_owned())
    }

    fn not_yet(&self, hint: String) -> Verdict {
        Verdict::new(self.id, Outcome::NotYet, hint)
    }

    fn not_answered(&self) -> Verdict {
        Verdict::new(self.id, Outcome::NotAnswered, self.begin.to_owned())
    }

    fn failed(&self, message: &str) -> Verdict {
        self.not_yet(format!("Your code stopped with an error. Mend that first:\n{message}"))
    }
}

#[cfg(test)]
impl Task {
    pub(super) fn messages(&self) -> (&'static str, &'static str, &'static str) {
        (self.begin, self.otherwise, self.right)
    }

    pub(super) fn hints(&self) -> Vec<&'static str> {
        self.mistakes.iter().map(|mistake| mistake.hint).collect()
    }

    /// The right value and wrong ones that have hints; nothing for a function.
    pub(super) fn solution(&self) -> Result<Option<(Answer, Vec<Answer>)>> {
        let right = match &self.expected {
            Expected::Value(right) => right.clone(),
            Expected::Computed(right) => right()?,
            Expected::Letters(right, _) => Answer::Text((*right).to_owned()),
            Expected::Function { .. } => return Ok(None),
        };
        let wrong = self.mistakes.iter().filter_map(|mistake| match &mistake.when {
            When::Is(wrong) => Some(wrong.clone()),
            When::Letter(letter) => Some(Answer::Text(match &right {
                Answer::Text(right) if right.contains(*letter) => right.replace(*letter, ""),
                Answer::Text(right) => format!("{right}{letter}"),
                _ => String::new(),
            })),
            When::Number(_) | When::Computes(_) => None,
        });
        let wrong = wrong.collect();
        Ok(Some((right, wrong)))
    }

    /// The definition and the functions that have hints; nothing for a value.
    pub(super) fn functions(&self) -> Option<(Definition, Vec<(Definition, &'static str)>)> {
        let Expected::Function { definition, .. } = self.expected else { return None };
        let confusions = self.mistakes.iter().filter_map(|mistake| match mistake.when {
            When::Computes(other) => Some((other, mistake.hint)),
            _ => None,
        });
        Some((definition, confusions.collect()))
    }
}

/// A seed for the arguments of an exercise, the same at each check.
fn seed_of(id: &str) -> u64 {
    hash::fnv1a(id.as_bytes())
}

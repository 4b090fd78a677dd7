//! One program: made up operation by operation, and executed on the way.

use crate::random::Generator;

/// Every character that a program or an answer may hold.
pub(super) const CHARACTERS: &str = "\n ()*+-0123456789:<=>abcdefghilnoprstx";

/// What programs are made of. `expression` stands for a number, a variable or the operation before.
///
/// ```
/// use lstm::tasks::{Operation, Programs};
///
/// let mut products = Programs::seeded(1, 2, 1)?.with_operations(&[Operation::Multiply])?;
/// assert!(products.program()?.text.contains('*'));
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `(expression+123)`, either way round.
    Add,
    /// `(expression-123)`, either way round.
    Subtract,
    /// `(expression*7)`, either way round. One factor is small, at most 4 · length: the paper keeps to what one pass over
    /// the characters can compute.
    Multiply,
    /// `a=expression`; `a` stands for it from then on.
    Assign,
    /// `(expression if 123<456 else 789)`, either branch.
    If,
    /// `a=expression` and `for x in range(7):a+=123`, at most 4 · length times.
    Loop,
}

impl Operation {
    /// All of them.
    pub const ALL: [Operation; 6] =
        [Operation::Add, Operation::Subtract, Operation::Multiply, Operation::Assign, Operation::If, Operation::Loop];
}

/// A program and what it prints.
///
/// ```
/// use lstm::tasks::Program;
///
/// let own = Program { text: "a=4\nprint((a+3))".to_owned(), answer: "7".to_owned() };
/// assert_eq!(own.text.lines().count(), 2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Python source, lines parted by `\n`.
    pub text: String,
    /// The number that it prints, in decimal.
    pub answer: String,
}

/// An expression and its value.
struct Term {
    text: String,
    value: i128,
}

/// A program in the making.
struct Draft<'a> {
    generator: &'a mut Generator,
    length: usize,
    lines: Vec<String>,
    variables: std::ops::RangeInclusive<char>,
}

impl Program {
    /// A program of `nesting` operations, each applied to the one before, with numbers of `length` digits.
    pub(super) fn draw(length: usize, nesting: usize, operations: &[Operation], generator: &mut Generator) -> Self {
        // A loop needs one variable, and nesting is at most 9.
        let mut draft = Draft { generator, length, lines: Vec::new(), variables: 'a'..='i' };
        let mut term = draft.number();
        for _ in 0..nesting {
            let operation = operations[draft.generator.below(operations.len())];
            term = draft.apply(operation, term);
        }
        let inside = term.text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(&term.text);
        let mut lines = draft.lines;
        lines.push(format!("print({inside})"));
        Self { text: lines.join("\n"), answer: term.value.to_string() }
    }
}

impl Draft<'_> {
    /// A number of `length` digits; of one digit, also 0.
    fn number(&mut self) -> Term {
        let least = if self.length == 1 { 0 } else { 10usize.pow(self.length as u32 - 1) };
        let value = least + self.generator.below(10usize.pow(self.length as u32) - least);
        Term { text: value.to_string(), value: value as i128 }
    }

    /// A small number, from 1 to 4 · length.
    fn small(&mut self) -> Term {
        let value = 1 + self.generator.below(4 * self.length);
        Term { text: value.to_string(), value: value as i128 }
    }

    /// The two in either order.
    fn either_way(&mut self, one: Term, other: Term) -> (Term, Term) {
        if self.generator.below(2) == 0 { (one, other) } else { (other, one) }
    }

    fn apply(&mut self, operation: Operation, term: Term) -> Term {
        match operation {
            Operation::Add => {
                let other = self.number();
                let (a, b) = self.either_way(term, other);
                Term { text: format!("({}+{})", a.text, b.text), value: a.value + b.value }
            }
            Operation::Subtract => {
                let other = self.number();
                let (a, b) = self.either_way(term, other);
                Term { text: format!("({}-{})", a.text, b.text), value: a.value - b.value }
            }
            Operation::Multiply => {
                let other = self.small();
                let (a, b) = self.either_way(term, other);
                Term { text: format!("({}*{})", a.text, b.text), value: a.value * b.value }
            }
            Operation::Assign => self.assign(term),
            Operation::If => {
                let other = self.number();
                let (yes, no) = self.either_way(term, other);
                let (left, right) = (self.number(), self.number());
                let (sign, holds) = match self.generator.below(2) {
                    0 => ('<', left.value < right.value),
                    _ => ('>', left.value > right.value),
                };
                let text = format!("({} if {}{sign}{} else {})", yes.text, left.text, right.text, no.text);
                Term { text, value: if holds { yes.value } else { no.value } }
            }
            Operation::Loop => {
                let variable = self.assign(term);
                let (times, step) = (self.small(), self.number());
                self.lines.push(format!("for x in range({}):{}+={}", times.text, variable.text, step.text));
                Term { value: variable.value + times.value * step.value, ..variable }
            }
        }
    }

    /// Gives a new variable the value of `term`.
    fn assign(&mut self, term: Term) -> Term {
        let name = self.variables.next().unwrap_or('x').to_string();
        let inside = term.text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(&term.text);
        self.lines.push(format!("{name}={inside}"));
        Term { text: name, value: term.value }
    }
}

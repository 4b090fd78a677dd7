//! Toy programs to execute: the task of *Learning to Execute*.

mod batch;
mod curriculum;
mod program;

pub use batch::ProgramBatch;
pub use curriculum::Curriculum;
pub use program::{Operation, Program};

use candle_core::Device;

use super::part::Part;
use super::symbols::Symbols;
use crate::random::Generator;
use crate::{Error, Result};

/// The largest length, and the largest nesting: all values then fit into the arithmetic with room to spare.
const MOST: usize = 9;

/// How many programs in a row may belong to the other part.
const PATIENCE: usize = 10_000;

/// Small Python programs as text, with what they print (Zaremba and Sutskever 2014).
///
/// A program has a `length`, the number of digits of the numbers in it, and a `nesting`, the number of operations that it
/// combines; it ends with a `print`. Its answer is computed as it is made up. A network that guesses is practically never
/// right; one that has learned only how answers look gets the first digit and the number of digits right more often.
///
/// ```
/// use lstm::tasks::{Operation, Programs};
///
/// let mut sums = Programs::addition(1, 2)?; // print(12+34)
/// let program = sums.program()?;
/// let (a, b) = program.text["print(".len()..program.text.len() - 1].split_once('+').unwrap_or_default();
/// assert_eq!(a.parse::<i32>().unwrap_or(-1) + b.parse::<i32>().unwrap_or(-1), program.answer.parse().unwrap_or(0));
///
/// let mut programs = Programs::seeded(1, 3, 2)?; // three digits, two operations of any kind
/// println!("{}\n=> {}", programs.program()?.text, programs.program()?.answer);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Programs {
    generator: Generator,
    target: (usize, usize),
    operations: Vec<Operation>,
    part: Part,
    curriculum: Curriculum,
    stage: (usize, usize),
}

impl Programs {
    /// Programs of that `length` and `nesting`, both from 1 to 9, out of all operations, to train on.
    pub fn seeded(seed: u64, length: usize, nesting: usize) -> Result<Self> {
        for (argument, value) in [("length", length), ("nesting", nesting)] {
            if !(1..=MOST).contains(&value) {
                return Err(Error::Argument {
                    argument,
                    expected: format!("from 1 to {MOST}"),
                    got: value.to_string(),
                });
            }
        }
        let target = (length, nesting);
        let operations = Operation::ALL.to_vec();
        let generator = Generator::new(seed);
        Ok(Self { generator, target, operations, part: Part::Training, curriculum: Curriculum::None, stage: target })
    }

    /// Sums of two numbers of `digits` digits, from 1 to 9: `print(12+34)`.
    pub fn addition(seed: u64, digits: usize) -> Result<Self> {
        Self::seeded(seed, digits, 1)?.with_operations(&[Operation::Add])
    }

    /// The same with these operations only, at least one. One that is named twice comes twice as often.
    pub fn with_operations(mut self, operations: &[Operation]) -> Result<Self> {
        crate::shape::expect_positive("operations", operations.len())?;
        self.operations = operations.to_vec();
        Ok(self)
    }

    /// The same with a curriculum, from its beginning.
    #[must_use]
    pub fn with_curriculum(mut self, curriculum: Curriculum) -> Self {
        self.curriculum = curriculum;
        self.stage = curriculum.first(self.target);
        self
    }

    /// The same out of the tenth that is held out: programs that no training task ever gives, whatever its seed.
    #[must_use]
    pub fn held_out(mut self) -> Self {
        self.part = Part::HeldOut;
        self
    }

    /// The characters of programs and answers, with their numbers.
    pub fn symbols() -> Symbols {
        Symbols::characters(program::CHARACTERS)
    }

    /// The length and the nesting that the curriculum is at.
    pub fn stage(&self) -> (usize, usize) {
        self.stage
    }

    /// Goes on to the next stage of the curriculum, where training no longer gets better. `false` if this is the last.
    pub fn advance(&mut self) -> bool {
        match self.curriculum.next(self.stage, self.target) {
            Some(next) => {
                self.stage = next;
                true
            }
            None => false,
        }
    }

    /// The next program. Fails if the part holds next to none of them.
    pub fn program(&mut self) -> Result<Program> {
        for _ in 0..PATIENCE {
            let (length, nesting) = self.curriculum.draw(self.stage, self.target, &mut self.generator);
            let program = Program::draw(length, nesting, &self.operations, &mut self.generator);
            if Part::of(program.text.as_bytes()) == self.part {
                return Ok(program);
            }
        }
        Err(Error::Argument {
            argument: "length, nesting",
            expected: format!("of which some programs are {:?}", self.part),
            got: format!("{:?}", self.stage),
        })
    }

    /// The next `size` (`B`) programs with their answers, on `device`. Fails on a size of zero.
    pub fn batch(&mut self, size: usize, device: &Device) -> Result<ProgramBatch> {
        crate::shape::expect_positive("size", size)?;
        let programs = (0..size).map(|_| self.program()).collect::<Result<Vec<Program>>>()?;
        ProgramBatch::new(programs, device)
    }
}

//! What can be handed in as an answer.

use candle_core::Tensor;

use crate::Error;

/// An answer. Numbers, lists of numbers (a shape), truth values, text, letters and tensors become one by themselves,
/// and so do an `Option` and a `Result` of them.
///
/// ```
/// use lstm::exercise::Answer;
///
/// assert!(matches!(Answer::from(Some(2)), Answer::Number(two) if two == 2.0));
/// assert!(matches!(Answer::from(None::<f64>), Answer::Nothing));
/// ```
#[derive(Clone, Debug)]
pub enum Answer {
    /// Not answered yet.
    Nothing,
    /// One number.
    Number(f64),
    /// Several numbers in order, such as a shape.
    Numbers(Vec<f64>),
    /// True or false.
    Truth(bool),
    /// Text, or the letters chosen from several statements: `"AC"`, `"A, C"`.
    Text(String),
    /// A tensor.
    Tensor(Tensor),
    /// The code that should have made the answer failed with this message.
    Failed(String),
}

impl Answer {
    /// What it is, in words.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Answer::Nothing => "no answer",
            Answer::Number(_) => "a number",
            Answer::Numbers(_) => "a list of numbers",
            Answer::Truth(_) => "a truth value",
            Answer::Text(_) => "text",
            Answer::Tensor(_) => "a tensor",
            Answer::Failed(_) => "an error",
        }
    }
}

impl<T: Into<Answer>> From<Option<T>> for Answer {
    fn from(answer: Option<T>) -> Self {
        answer.map_or(Answer::Nothing, Into::into)
    }
}

impl<T: Into<Answer> + Clone> From<&Option<T>> for Answer {
    fn from(answer: &Option<T>) -> Self {
        answer.clone().into()
    }
}

impl<T: Into<Answer>, E: Into<Error>> From<Result<T, E>> for Answer {
    fn from(answer: Result<T, E>) -> Self {
        match answer {
            Ok(answer) => answer.into(),
            Err(error) => Answer::Failed(without_backtrace(&format!("{:?}", error.into()))),
        }
    }
}

/// The message up to the first frame of the backtrace that Candle's errors carry where backtraces are on.
fn without_backtrace(message: &str) -> String {
    let lines: Vec<&str> = message.lines().take_while(|line| !line.trim_start().starts_with("0: ")).collect();
    lines.join("\n")
}

impl From<bool> for Answer {
    fn from(answer: bool) -> Self {
        Answer::Truth(answer)
    }
}

impl From<&str> for Answer {
    fn from(answer: &str) -> Self {
        Answer::Text(answer.to_owned())
    }
}

impl From<String> for Answer {
    fn from(answer: String) -> Self {
        Answer::Text(answer)
    }
}

impl From<char> for Answer {
    fn from(answer: char) -> Self {
        Answer::Text(answer.to_string())
    }
}

impl From<Vec<char>> for Answer {
    fn from(answer: Vec<char>) -> Self {
        Answer::Text(answer.into_iter().collect())
    }
}

impl<const N: usize> From<[char; N]> for Answer {
    fn from(answer: [char; N]) -> Self {
        Answer::Text(answer.into_iter().collect())
    }
}

impl From<Tensor> for Answer {
    fn from(answer: Tensor) -> Self {
        Answer::Tensor(answer)
    }
}

impl From<&Tensor> for Answer {
    fn from(answer: &Tensor) -> Self {
        Answer::Tensor(answer.clone())
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl From<$number> for Answer {
            fn from(answer: $number) -> Self {
                Answer::Number(answer as f64)
            }
        }

        impl From<Vec<$number>> for Answer {
            fn from(answer: Vec<$number>) -> Self {
                Answer::Numbers(answer.into_iter().map(|number| number as f64).collect())
            }
        }

        impl From<&[$number]> for Answer {
            fn from(answer: &[$number]) -> Self {
                Answer::Numbers(answer.iter().map(|number| *number as f64).collect())
            }
        }

        impl<const N: usize> From<[$number; N]> for Answer {
            fn from(answer: [$number; N]) -> Self {
                Answer::Numbers(answer.into_iter().map(|number| number as f64).collect())
            }
        }
    )*};
}

numbers!(f64, f32, usize, u64, u32, u8, isize, i64, i32);

//! Programs to execute: a second interpreter, written for this test, finds the same answers.

use std::collections::{BTreeSet, HashMap};

use lstm::tasks::{Curriculum, Operation, Part, Program, ProgramBatch, Programs};

use crate::CPU;

/// Executes a program from its text.
fn execute(text: &str) -> i128 {
    let mut variables: HashMap<String, i128> = HashMap::new();
    for line in text.lines() {
        if let Some(inside) = line.strip_prefix("print(") {
            return Reader::value(inside.strip_suffix(')').unwrap(), &variables);
        }
        if let Some(rest) = line.strip_prefix("for x in range(") {
            let (times, body) = rest.split_once("):").unwrap();
            let (name, step) = body.split_once("+=").unwrap();
            let sum = times.parse::<i128>().unwrap() * step.parse::<i128>().unwrap();
            *variables.get_mut(name).unwrap() += sum;
        } else {
            let (name, expression) = line.split_once('=').unwrap();
            let value = Reader::value(expression, &variables);
            assert!(variables.insert(name.to_owned(), value).is_none(), "{name} is assigned twice in {text}");
        }
    }
    unreachable!("nothing is printed: {text}");
}

/// Recursive descent over an expression: conditional, sum, product, atom.
struct Reader<'a> {
    rest: &'a str,
    variables: &'a HashMap<String, i128>,
}

impl Reader<'_> {
    fn value(text: &str, variables: &HashMap<String, i128>) -> i128 {
        let mut reader = Reader { rest: text, variables };
        let value = reader.conditional();
        assert!(reader.rest.is_empty(), "left over in {text}: {}", reader.rest);
        value
    }

    fn eat(&mut self, token: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(token) else { return false };
        self.rest = rest;
        true
    }

    fn conditional(&mut self) -> i128 {
        let yes = self.sum();
        if !self.eat(" if ") {
            return yes;
        }
        let left = self.sum();
        let less = self.eat("<");
        assert!(less || self.eat(">"));
        let right = self.sum();
        assert!(self.eat(" else "));
        let no = self.sum();
        if (less && left < right) || (!less && left > right) { yes } else { no }
    }

    fn sum(&mut self) -> i128 {
        let mut value = self.product();
        loop {
            if self.eat("+") {
                value += self.product();
            } else if self.eat("-") {
                value -= self.product();
            } else {
                return value;
            }
        }
    }

    fn product(&mut self) -> i128 {
        let mut value = self.atom();
        while self.eat("*") {
            value *= self.atom();
        }
        value
    }

    fn atom(&mut self) -> i128 {
        if self.eat("(") {
            let value = self.conditional();
            assert!(self.eat(")"));
            return value;
        }
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word.parse().unwrap_or_else(|_| self.variables[word])
    }
}

#[test]
fn the_interpreter_of_this_test_knows_the_examples_of_the_paper() {
    // Zaremba and Sutskever (2014), figure 1.
    assert_eq!(execute("j=8584\nfor x in range(8):j+=920\nb=(1500+j)\nprint((b+7567))"), 25011);
    assert_eq!(execute("i=8827\nc=(i-5347)\nprint((c+8704) if 2641<8500 else 5308)"), 12184);
}

#[test]
fn every_answer_is_what_the_program_prints() {
    for (length, nesting) in [(1, 1), (2, 3), (4, 2), (6, 4), (9, 9)] {
        let mut task = Programs::seeded(3, length, nesting).unwrap();
        for _ in 0..300 {
            let program = task.program().unwrap();
            assert_eq!(execute(&program.text).to_string(), program.answer, "{}", program.text);
        }
    }
}

#[test]
fn each_operation_looks_as_it_says() {
    let marks = [
        (Operation::Add, "+"),
        (Operation::Subtract, "-"),
        (Operation::Multiply, "*"),
        (Operation::Assign, "a="),
        (Operation::If, " if "),
        (Operation::Loop, "for x in range("),
    ];
    assert_eq!(marks.map(|(operation, _)| operation), Operation::ALL);
    for (operation, mark) in marks {
        let mut task = Programs::seeded(1, 2, 2).unwrap().with_operations(&[operation]).unwrap();
        for _ in 0..20 {
            let text = task.program().unwrap().text;
            assert!(text.contains(mark), "{operation:?}: {text}");
        }
    }
}

#[test]
fn sums_have_two_numbers_of_as_many_digits() {
    for digits in 1..=4 {
        let mut task = Programs::addition(1, digits).unwrap();
        for _ in 0..100 {
            let text = task.program().unwrap().text;
            let inside = text.strip_prefix("print(").unwrap().strip_suffix(')').unwrap();
            let (a, b) = inside.split_once('+').unwrap();
            assert_eq!((a.len(), b.len()), (digits, digits), "{text}");
        }
    }
}

#[test]
fn training_never_meets_what_is_held_out() {
    // 8100 sums of two digits: 3000 draws of each part meet a good part of all.
    let all = |mut task: Programs| -> BTreeSet<String> { (0..3000).map(|_| task.program().unwrap().text).collect() };
    let training = all(Programs::addition(1, 2).unwrap());
    let held_out = all(Programs::addition(1, 2).unwrap().held_out());
    assert!(training.is_disjoint(&held_out));
    assert!(held_out.iter().all(|text| Part::of(text.as_bytes()) == Part::HeldOut));
    // A tenth of 8100 is 810; after 3000 draws out of 810, all but e^(-3.7) = 2.5 % have been met.
    assert!((650..950).contains(&held_out.len()), "{}", held_out.len());
}

#[test]
fn a_curriculum_goes_from_easy_to_hard() {
    let difficulty = |text: &str| {
        let digits: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
        (digits.iter().map(|number| number.len()).max().unwrap(), digits.len() - 1)
    };
    let sums = |curriculum| {
        let task = Programs::seeded(1, 3, 2).unwrap().with_operations(&[Operation::Add]).unwrap();
        task.with_curriculum(curriculum)
    };
    let seen = |task: &mut Programs| -> BTreeSet<(usize, usize)> {
        (0..300).map(|_| difficulty(&task.program().unwrap().text)).collect()
    };
    let all: BTreeSet<(usize, usize)> =
        (1..=3).flat_map(|length| (1..=2).map(move |nesting| (length, nesting))).collect();

    assert_eq!(seen(&mut sums(Curriculum::None)), BTreeSet::from([(3, 2)]));
    assert_eq!(seen(&mut sums(Curriculum::Mix)), all);
    assert_eq!(seen(&mut sums(Curriculum::Combined)), all);
    let mut naive = sums(Curriculum::Naive);
    for stage in [(1, 1), (2, 1), (3, 1), (1, 2), (2, 2), (3, 2)] {
        assert_eq!(naive.stage(), stage);
        assert_eq!(seen(&mut naive), BTreeSet::from([stage]));
        assert_eq!(naive.advance(), stage != (3, 2));
    }
    assert!(!sums(Curriculum::None).advance() && !sums(Curriculum::Mix).advance());
    // Half of the programs of the combined strategy are those of its stage, and a sixth of the other half.
    let mut combined = sums(Curriculum::Combined);
    let easy = (0..600).filter(|_| difficulty(&combined.program().unwrap().text) == (1, 1)).count();
    assert!((300..400).contains(&easy), "{easy} of 600, 350 expected");
}

#[test]
fn a_batch_spells_programs_and_answers() {
    let batch = Programs::seeded(5, 2, 2).unwrap().batch(20, &CPU).unwrap();
    let symbols = Programs::symbols();
    let inputs = batch.inputs.t().unwrap().to_vec2::<u32>().unwrap();
    for ((row, length), program) in inputs.iter().zip(&batch.lengths).zip(&batch.programs) {
        assert_eq!(&symbols.text(row), program);
        assert_eq!(*length, program.len());
        assert!(row[*length..].iter().all(|id| *id == lstm::tasks::END));
    }
    let answers = &batch.answers;
    let (read, said) = (answers.inputs.t().unwrap(), answers.targets.t().unwrap());
    let (read, said) = (read.to_vec2::<u32>().unwrap(), said.to_vec2::<u32>().unwrap());
    let mask = answers.mask.t().unwrap().to_vec2::<f32>().unwrap();
    for b in 0..20 {
        let length = answers.texts[b].len();
        assert_eq!(symbols.text(&said[b]), answers.texts[b]);
        assert_eq!(read[b][0], lstm::tasks::START);
        assert_eq!(read[b][1..], said[b][..said[b].len() - 1], "it reads what it should have said");
        let counted = mask[b].iter().filter(|m| **m == 1.0).count();
        assert_eq!(counted, length + 1, "the answer and its end");
        assert!(mask[b][..counted].iter().all(|m| *m == 1.0) && mask[b][counted..].iter().all(|m| *m == 0.0));
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let error = |result: lstm::Result<()>| result.unwrap_err().to_string();
    assert_eq!(error(Programs::seeded(1, 0, 1).map(drop)), "`length` must be from 1 to 9, got 0");
    assert_eq!(error(Programs::seeded(1, 1, 10).map(drop)), "`nesting` must be from 1 to 9, got 10");
    assert_eq!(
        error(Programs::seeded(1, 1, 1).unwrap().with_operations(&[]).map(drop)),
        "`operations` must be at least 1, got 0"
    );
    assert_eq!(error(Programs::addition(1, 1).unwrap().batch(0, &CPU).map(drop)), "`size` must be at least 1, got 0");
    let foreign = Program { text: "print(ä)".into(), answer: "1".into() };
    assert!(error(ProgramBatch::new(vec![foreign], &CPU).map(drop)).contains("`ä`"));
    let empty = Program { text: String::new(), answer: "1".into() };
    assert!(ProgramBatch::new(vec![empty], &CPU).is_err());
    assert!(ProgramBatch::new(vec![], &CPU).is_err());
}

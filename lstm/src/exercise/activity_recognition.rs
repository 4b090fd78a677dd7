//! The exercises of `10_activity_recognition`.

use super::task::Task;

pub(super) fn exercises() -> Vec<Task> {
    vec![parameters(), leak(), recall(), standard_error(), true_or_false()]
}

fn parameters() -> Task {
    // 4 gates · 32 units · (6 inputs + 32 units + 2 biases) = 128 · 40
    Task::value("10/parameters", 5120.0)
        .begin("Each of the four layers inside the cell has a weight for every input and every unit, and its biases.")
        .mistake(4992.0, "PyTorch counts two biases for each row, and so do we here.")
        .mistake(1280.0, "That is one of the four layers inside the cell.")
        .mistake(4864.0, "The biases are missing.")
        .mistake(5252.0, "That counts the linear layer too. The LSTM alone is asked for.")
        .mistake_where(|n| n > 100_000.0, "The number of steps is not part of it: the weights are the same at each.")
        .otherwise("Rows: four times the units. Numbers in a row: the inputs, the units, and two biases.")
        .right("Far more numbers than recordings. That it does not simply learn them by heart has to be shown.")
}

fn leak() -> Task {
    Task::choice("10/leak", "BD", 'D')
        .begin("Ask of each: does anything that is learned or chosen depend on the recordings of the exam?")
        .statement('A', "Whose numbers go into the means that every later step uses?")
        .statement('B', "Does one recording's own mean tell anything about the others?")
        .statement('C', "The weights do not see the exam. Who does?")
        .statement('D', "Where do the validation recordings come from?")
        .otherwise("Whatever is computed from the exam before the exam is known to the model.")
        .right("An exam is worth something once. After you have chosen by it, it is a part of the training.")
}

fn recall() -> Task {
    // 8 of the 10 badminton recordings were called badminton
    Task::value("10/recall", 0.8)
        .begin("Find the row of the true class. How many recordings does it hold, and how many of them are right?")
        .mistake(8.0, "That is how many were right. Out of how many?")
        .mistake(
            1.0,
            "That is the precision: of those called badminton, how many were it. Take the row, not the column.",
        )
        .mistake(0.95, "That is the accuracy over all four activities.")
        .mistake(0.2, "That is the share that was missed.")
        .otherwise("Recall looks along the row of a true class.")
        .right("A good accuracy can hide a class that fares badly; the rows show it.")
}

fn standard_error() -> Task {
    // √(0.95 · 0.05 / 40) = √0.0011875
    Task::value("10/standard-error", 0.034_460)
        .within(0.0005)
        .begin("Put the share and the number of cases into the formula for the standard error of a share.")
        .mistake(0.001_187_5, "That is the variance. Take its root.")
        .mistake(0.217_94, "That is the spread of a single case. Forty of them average out in part.")
        .mistake(0.005_448, "Divide by the number of cases before the root, not after it.")
        .mistake(3.446, "As a share, not in per cent.")
        .otherwise("The share times one minus the share, divided by the number of cases; then the root.")
        .right("Two of them to either side: the true accuracy could well be several points lower or higher.")
}

fn true_or_false() -> Task {
    Task::choice("10/true-or-false", "ADF", 'F')
        .begin("Take them one by one; the sections above have something on each.")
        .statement('A', "Look at the shape of the batch: which axis are the channels?")
        .statement('B', "How many weights are there for each step of the series?")
        .statement('C', "How many of forty does one case more or less change the accuracy by?")
        .statement('D', "What does the pooling compute, and does it know the order?")
        .statement('E', "Which recordings is the mean taken over?")
        .statement('F', "Is an error that is easy to explain still an error on the exam?")
        .otherwise("Some of them sound right because they would be convenient.")
        .right("Small exams, honest intervals.")
}

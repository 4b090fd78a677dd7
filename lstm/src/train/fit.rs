//! The training loop: updates, validations, checkpoints, early stopping, interruptions.

use candle_core::Tensor;

use super::interrupt::take_request;
use super::monitor::Watch;
use super::plan::Plan;
use super::savable::Savable;
use super::task::{LossOnly, Task};
use super::trainer::Trainer;
use crate::{Error, Result};

impl<O: Savable> Trainer<O> {
    /// Trains on the losses that `loss` makes for each update, counted from 0, until the plan's last one.
    ///
    /// The plan counts all updates of this trainer: after an interruption the same call goes on where it stopped.
    ///
    /// # Errors
    /// Those of `loss` and of [`step`](Trainer::step); [`Error::Interrupted`] if a stop was asked for (the variables, the
    /// trainer and the checkpoint, if the plan has one, then are those of the last update); [`Error::Checkpoint`] or
    /// [`Error::File`] if a checkpoint cannot be read or written.
    pub fn fit(&mut self, plan: &Plan, loss: impl FnMut(usize) -> Result<Tensor>) -> Result<()> {
        self.fit_task(plan, &mut LossOnly(loss))
    }

    /// Trains `task`, as [`fit`](Trainer::fit) does a closure.
    ///
    /// # Errors
    /// Those of the task, and of [`fit`](Trainer::fit).
    pub fn fit_task(&mut self, plan: &Plan, task: &mut impl Task) -> Result<()> {
        if let Some((path, _)) = &plan.checkpoint
            && path.exists()
        {
            self.resume(path, task)?;
        }
        let last = plan.last_update(task.updates_per_epoch());
        let mut watch = Watch::new(plan.monitor, self.updates(), last, task.updates_per_epoch());
        while self.updates() < last && !self.is_out_of_patience(plan) {
            if take_request() {
                return Err(self.interrupted(plan, task, last)?);
            }
            let loss = task.loss(self.updates())?;
            self.step(&loss)?;
            drop(loss);
            let update = self.updates();
            if update == last || plan.validate_every.is_some_and(|every| update.is_multiple_of(every)) {
                self.look(task, &mut watch)?;
            }
            watch.update(&self.history)?;
            if let Some((path, every)) = &plan.checkpoint
                && (update == last || update.is_multiple_of(*every) || self.is_out_of_patience(plan))
            {
                self.save(path, task)?;
            }
        }
        if plan.patience.is_some() {
            self.restore_best()?;
        }
        watch.finish(&self.history)
    }

    /// Validates and takes a sample.
    fn look(&mut self, task: &mut impl Task, watch: &mut Watch) -> Result<()> {
        if let Some(loss) = task.validate()? {
            self.validated(loss)?;
            watch.validated(loss);
        }
        if let Some(sample) = task.sample()? {
            watch.sampled(sample);
        }
        Ok(())
    }

    fn is_out_of_patience(&self, plan: &Plan) -> bool {
        let Some(patience) = plan.patience else { return false };
        let best = self.history.best().map_or(0, |best| best.update);
        let since = self.history.validations.iter().filter(|validation| validation.update > best).count();
        since >= patience
    }

    /// The error of an interrupted run, which is saved first.
    fn interrupted(&self, plan: &Plan, task: &impl Task, last: usize) -> Result<Error> {
        let saved = match &plan.checkpoint {
            Some((path, _)) => {
                self.save(path, task)?;
                format!(", and saved in {}", path.display())
            }
            None => String::new(),
        };
        Ok(Error::Interrupted {
            place: format!("after update {} of {last}", self.updates()),
            kept: format!("the model and the trainer are kept as they were then{saved}; run this again to go on"),
        })
    }
}

//! A small convolutional network that turns a picture into a row of numbers.

use candle_core::{Module, Tensor};
use candle_nn::{Conv2d, Conv2dConfig, Linear, VarBuilder};

use crate::Result;
use crate::shape::{self, Dim};

/// Two convolutions of 3 × 3, each of which halves the picture, and a layer over what they see; ReLU after each.
///
/// ```
/// use lstm::{Parameters, candle_core::{DType, Device}, models::Eye, random};
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let eye = Eye::new(3, 20, 64, parameters.builder())?;
/// let pictures = random::randn((8, 3, 20, 20), &Device::Cpu)?;
/// assert_eq!(eye.forward(&pictures)?.dims(), [8, 64]);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Eye {
    channels: usize,
    side: usize,
    first: Conv2d,
    second: Conv2d,
    features: Linear,
}

impl Eye {
    /// For square pictures of `channels` (`C`) times `side` (`S`) times `side` pixels; it gives `features` (`F`) numbers.
    pub fn new(channels: usize, side: usize, features: usize, vb: VarBuilder) -> Result<Self> {
        shape::expect_positive("channels", channels)?;
        shape::expect_positive("side", side)?;
        shape::expect_positive("features", features)?;
        let halving = Conv2dConfig { padding: 1, stride: 2, ..Conv2dConfig::default() };
        let quarter = side.div_ceil(2).div_ceil(2);
        Ok(Self {
            channels,
            side,
            first: candle_nn::conv2d(channels, Self::FIRST, 3, halving, vb.pp("conv1"))?,
            second: candle_nn::conv2d(Self::FIRST, Self::SECOND, 3, halving, vb.pp("conv2"))?,
            features: candle_nn::linear(Self::SECOND * quarter * quarter, features, vb.pp("features"))?,
        })
    }

    /// How many kinds of marks the first convolution looks for.
    const FIRST: usize = 8;

    /// How many the second.
    const SECOND: usize = 16;

    /// `F`, how many numbers it gives for a picture.
    pub fn features(&self) -> usize {
        self.features.weight().dims()[0]
    }

    /// What it sees in `pictures` `[B, C, S, S]`: `[B, F]`, nothing below 0.
    pub fn forward(&self, pictures: &Tensor) -> Result<Tensor> {
        let side = Dim::Is("S", self.side);
        shape::expect("pictures", pictures, &[Dim::Any("B"), Dim::Is("C", self.channels), side, side])?;
        let edges = self.first.forward(pictures)?.relu()?; // [B, 8, S/2, S/2]
        let parts = self.second.forward(&edges)?.relu()?; // [B, 16, S/4, S/4]
        Ok(self.features.forward(&parts.flatten_from(1)?)?.relu()?) // [B, F]
    }
}

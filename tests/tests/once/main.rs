//! `once`: an effect is made once, whoever asks for it again.

mod tasks;

//! The runbooks in the lab, and the lab's physics: what is done shows, what is wrong fails at
//! the step where a reader would notice, and whatever is interrupted can be taken back.

mod as_written;
mod bare_metal;
mod bonds;
mod chapters;
mod controllers;
mod cut;
mod cutting;
mod determinism;
mod driver;
mod injected;
mod installer;
mod killed;
mod mortal;
mod physics;
mod pinned;
mod room;
mod sabotage;
mod scene;
mod scripted;
mod sessions;
mod taken_back;
mod toolstack;
mod truncated;
mod web;

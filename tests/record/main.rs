//! Records: sealed by the program, verified by it and by the tools that auditors have.

mod approving;
mod bench;
mod canary;
mod change;
mod clock;
mod evidence;
mod hostile;
mod keys;
mod people;
mod population;
mod runbooks;
mod schema;
mod sealing;
mod taking_back;
mod tampering;
mod timestamp;
mod verifiers;

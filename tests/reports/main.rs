//! Reports, made from journals that were written down by hand: what a run can come to, and
//! what devices and runbooks can say.

mod cast;
mod html;
mod journal;
mod junit;
mod limits;
mod markdown;

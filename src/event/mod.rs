//! Public events: what renderers and the journal see.

//! Renderers of events.

//! The parts that every page is made of, and the frame around them.

pub(crate) mod chart;
pub(crate) mod dialog;
pub(crate) mod el;
pub(crate) mod forms;
pub(crate) mod palette;
pub(crate) mod parts;
pub(crate) mod shell;
pub(crate) mod table;

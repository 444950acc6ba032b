//! The Catalyst command line: lines, modes, commands and `show` output over the world.

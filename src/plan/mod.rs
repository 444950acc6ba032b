//! Runbook, inventory and variables become a plan; pure.

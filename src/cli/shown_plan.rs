use super::Exit;
use super::secrets;
use super::site::Site;
use crate::plan::{self, Plan};
use crate::redact::Redactor;
use crate::target::inventory::Inventory;

/// A plan as people see it. What is printed, kept with the run, compared later, and hashed for
/// approvals is this one text, in which a variable that has a secret's value shows none.
pub(crate) struct ShownPlan {
    pub(crate) text: String,
    /// Knows every secret that the plans use.
    pub(crate) redactor: Redactor,
}

impl ShownPlan {
    /// For who is about to run it, and was asked for the secrets that a person types.
    pub(crate) fn at(site: &Site, plans: [&Plan; 2]) -> Result<Self, Exit> {
        Ok(Self::with(site.redactor(&plans)?, plans))
    }

    /// For who only reads it: with those secrets that are at hand.
    pub(crate) fn to_read(inventory: &Inventory, plans: [&Plan; 2]) -> Self {
        Self::with(secrets::known(inventory, &plans), plans)
    }

    /// Another plan with the same secrets.
    pub(crate) fn again(&self, plans: [&Plan; 2]) -> Self {
        Self::with(self.redactor.clone(), plans)
    }

    fn with(redactor: Redactor, [plan, needed]: [&Plan; 2]) -> Self {
        Self {
            text: redactor.redact_str(&plan::show(plan, needed)).into_owned(),
            redactor,
        }
    }

    /// What an approval is given for, hex.
    pub(crate) fn sha256(&self) -> String {
        plan::sha256(self.text.as_bytes())
    }
}

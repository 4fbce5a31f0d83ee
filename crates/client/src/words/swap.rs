//! What is said of a shift that is offered to somebody.

use super::{Words, shortened, stripped};

/// Longest name in a line.
const NAME: usize = 40;

impl Words {
    /// Title and text of the notice: `Ana Ortiz asks you to take a shift`, `Payments: in 14 h, 8 h long`.
    #[must_use]
    pub fn swap_offered(
        &self,
        asker: &str,
        schedule: &str,
        starts_in_hours: i64,
        hours: i64,
    ) -> (String, String) {
        let person = shortened(&stripped(asker), NAME);
        let title = self.text("swap-notice", &[("person", person.into())]);
        let args = [
            ("schedule", shortened(&stripped(schedule), NAME).into()),
            ("starts", starts_in_hours.into()),
            ("hours", hours.into()),
        ];
        (title, self.text("swap-notice-body", &args))
    }
}

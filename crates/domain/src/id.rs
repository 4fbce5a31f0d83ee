//! Identities. Each is a UUID of its own type, so that one cannot be passed for another.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])+ $name:ident;)+) => {$(
        $(#[$doc])+
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

id! {
    /// One organisation's record.
    WorkspaceId;
    /// An entity of any kind. People, services, incidents and the rest are all entities.
    EntityId;
    /// One change; it is also the stamp of every field that the change set.
    ChangeId;
    /// A change set: what is accepted or refused whole.
    SetId;
    /// A device: one installation with its own line of numbers.
    DeviceId;
}

impl EntityId {
    /// The id of nothing, which stands where something old has no id of its own.
    pub const NIL: Self = Self(Uuid::nil());

    /// An id made from another and a name: the same wherever it is made, so that a step taken twice
    /// (by two servers, or again after a crash) is the same step.
    #[must_use]
    pub fn derived(self, name: &str) -> Self {
        Self(derive(self.0, name))
    }
}

impl ChangeId {
    /// See [`EntityId::derived`].
    #[must_use]
    pub fn derived(self, name: &str) -> Self {
        Self(derive(self.0, name))
    }
}

impl SetId {
    /// See [`EntityId::derived`].
    #[must_use]
    pub fn derived(self, name: &str) -> Self {
        Self(derive(self.0, name))
    }
}

fn derive(base: Uuid, name: &str) -> Uuid {
    use sha2::{Digest, Sha256};
    let digest =
        Sha256::new().chain_update(base.as_bytes()).chain_update(name.as_bytes()).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derived_id_is_the_same_everywhere_and_differs_by_name() {
        let base = EntityId(Uuid::from_u128(7));
        assert_eq!(base.derived("step-0"), base.derived("step-0"));
        assert_ne!(base.derived("step-0"), base.derived("step-1"));
    }
}

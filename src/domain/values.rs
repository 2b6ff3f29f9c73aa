//! The closed sets of values of the contract. Their Vietnamese words stand in `text`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The text names no value of the set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown value: {0}")]
pub struct UnknownValue(pub String);

macro_rules! values {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The machine-facing word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownValue;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($word => Ok(Self::$variant),)+ _ => Err(UnknownValue(text.to_owned())) }
            }
        }
    };
}

values! {
    /// How bad it is, by the product's own scale; the legal "serious incident" is a [`Flag`].
    Severity {
        /// Little harm.
        Low = "low",
        /// Ordinary.
        Medium = "medium",
        /// Somebody must look at once.
        High = "high",
        /// Everything else waits.
        Critical = "critical",
    }
}

values! {
    /// How far it reaches, in the words of whoever reported it.
    Impact {
        /// One machine or account.
        One = "one",
        /// A service does not work.
        Service = "service",
        /// The whole unit cannot work.
        Unit = "unit",
        /// More than one unit.
        Many = "many",
        /// Nobody knows yet.
        Unknown = "unknown",
    }
}

values! {
    /// What kind of thing happened, after the taxonomy provinces report by.
    Category {
        /// Denial of service.
        Tc01 = "TC01",
        /// Phishing or impersonation.
        Tc02 = "TC02",
        /// Malware.
        Tc03 = "TC03",
        /// Unauthorised access or takeover.
        Tc04 = "TC04",
        /// Defacement.
        Tc05 = "TC05",
        /// Ransomware.
        Tc06 = "TC06",
        /// Destruction or sabotage.
        Tc07 = "TC07",
        /// Eavesdropping, espionage or theft of data.
        Tc08 = "TC08",
        /// Several forms combined.
        Tc09 = "TC09",
        /// Another attack.
        Tc10 = "TC10",
        /// Failure of systems or infrastructure.
        Ht = "HT",
        /// Operator error.
        Qt = "QT",
        /// Natural disaster.
        Tn = "TN",
    }
}

values! {
    /// Facts about an incident that rules of law hang on.
    Flag {
        /// A serious incident in the words of the law.
        Serious = "serious",
        /// A sign of harm to national security.
        NationalSecuritySign = "national_security_sign",
        /// A serious interruption of the system.
        MajorOutage = "major_outage",
        /// More than the owner can handle.
        BeyondCapacity = "beyond_capacity",
        /// A dangerous situation in the words of the law.
        DangerousSituation = "dangerous_situation",
        /// Personal data is concerned.
        PersonalData = "personal_data",
        /// Location or biometric data is concerned.
        LocationOrBiometric = "location_or_biometric",
        /// The system is important to national security.
        ImportantSystem = "important_system",
    }
}

values! {
    /// A flag's value; unknown is not no.
    Tri {
        /// It is so.
        Yes = "yes",
        /// It is not so.
        No = "no",
        /// Nobody has said.
        Unknown = "unknown",
    }
}

values! {
    /// Traffic Light Protocol 2.0 label: who may see what. It never replaces a mark of secrecy.
    Tlp {
        /// No limit.
        Clear = "CLEAR",
        /// The community.
        Green = "GREEN",
        /// The organisation and those who need to know.
        Amber = "AMBER",
        /// The organisation only.
        AmberStrict = "AMBER+STRICT",
        /// Named people only.
        Red = "RED",
    }
}

values! {
    /// What a person may do.
    Role {
        /// A unit's contact person: reports for his own unit.
        Reporter = "reporter",
        /// A member of the team.
        Responder = "responder",
        /// The captain and the deputies.
        Lead = "lead",
        /// Leadership.
        Manager = "manager",
        /// Keeps the directory and the settings; sees no incident by that role.
        Admin = "admin",
    }
}

values! {
    /// How an incident ended.
    Outcome {
        /// It was one, and was dealt with.
        Incident = "incident",
        /// It was none.
        FalseAlarm = "false_alarm",
        /// It was another one already known.
        Duplicate = "duplicate",
    }
}

values! {
    /// Where an incident stands.
    Status {
        /// Recorded; nobody has it yet.
        Reported = "reported",
        /// Somebody took charge.
        Acknowledged = "acknowledged",
        /// It spreads no further.
        Contained = "contained",
        /// Put right.
        Resolved = "resolved",
        /// Finished.
        Closed = "closed",
    }
}

values! {
    /// A way to reach people.
    ChannelKind {
        /// Telegram chats.
        Telegram = "telegram",
        /// An HTTP hook: SMS gateway, pager, telephone exchange.
        Webhook = "webhook",
        /// E-mail.
        Email = "email",
    }
}

//! Who may do what: the role table of the contract. A [`Permit`] comes from nowhere else.

use super::actor::{Actor, Origin};
use super::directory::{Directory, Person};
use super::ids::{PersonId, UnitCode};
use super::incident::act::ActKind;
use super::incident::state::Incident;
use super::refusal::Refusal;
use super::values::Role;

/// Leave to do one thing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Permit {
    actor: Actor,
    lead: bool,
    works: bool,
}

impl Permit {
    /// Who.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The person, where it is one.
    pub fn person(&self) -> Option<&PersonId> {
        match &self.actor {
            Actor::Person(id) => Some(id),
            _ => None,
        }
    }

    /// Whether the person leads.
    pub fn leads(&self) -> bool {
        self.lead
    }

    /// Whether the person works on incidents: a responder or a lead.
    pub fn works(&self) -> bool {
        self.works
    }

    /// Whether this is the person `id`.
    pub fn is(&self, id: &PersonId) -> bool {
        self.person() == Some(id)
    }
}

/// Leave for `actor` to do `act` to an existing incident.
pub fn permit_on(
    actor: &Actor,
    act: ActKind,
    incident: &Incident,
    directory: &Directory,
) -> Result<Permit, Refusal> {
    let hidden = || Refusal::UnknownIncident(incident.code.to_string());
    if let Actor::Person(id) = actor {
        let person = directory.active(id).ok_or(Refusal::NotInDirectory)?;
        if !sees(person, incident, directory) {
            return Err(hidden());
        }
    }
    permit(actor, act, incident.unit.as_ref(), directory)
}

/// Leave for `actor` to do `act`, on an incident of `unit` where there is one.
pub fn permit(
    actor: &Actor,
    act: ActKind,
    _unit: Option<&UnitCode>,
    directory: &Directory,
) -> Result<Permit, Refusal> {
    let refused = || Refusal::NotAllowed(act);
    match actor {
        Actor::System => Ok(Permit { actor: actor.clone(), lead: true, works: false }),
        Actor::Operator
            if matches!(
                act,
                ActKind::Directory
                    | ActKind::Contacts
                    | ActKind::Roster
                    | ActKind::Redact
                    | ActKind::See
            ) =>
        {
            Ok(Permit { actor: actor.clone(), lead: true, works: false })
        }
        Actor::Intake(_)
            if matches!(act, ActKind::Report | ActKind::Note | ActKind::SeverityUp) =>
        {
            Ok(Permit { actor: actor.clone(), lead: false, works: false })
        }
        Actor::Person(id) => {
            let person = directory.active(id).ok_or(Refusal::NotInDirectory)?;
            if !person.roles.iter().any(|role| may(*role, act)) {
                return Err(refused());
            }
            let has = |role| person.roles.contains(&role);
            let lead = has(Role::Lead);
            Ok(Permit { actor: actor.clone(), lead, works: lead || has(Role::Responder) })
        }
        Actor::Stranger => Err(Refusal::NotInDirectory),
        Actor::Operator | Actor::Intake(_) => Err(refused()),
    }
}

/// Whether the person sees the incidents of every unit.
pub fn sees_all(person: &Person) -> bool {
    [Role::Responder, Role::Lead, Role::Manager].iter().any(|role| person.roles.contains(role))
}

/// Whether the person may know that the incident exists: the Team and managers of all, others of
/// those of their own unit, of units it took the place of, and of their own reports. The role of an administrator shows none.
pub fn sees(person: &Person, incident: &Incident, directory: &Directory) -> bool {
    // A drill's incident is for those who play or hold it, and for those who read its log.
    if let Origin::Drill(_) = &incident.origin {
        let reads = [Role::Lead, Role::Manager].iter().any(|role| person.roles.contains(role));
        return reads || incident.among.contains(&person.id);
    }
    if sees_all(person) {
        return true;
    }
    let unit = person.unit.as_ref();
    let of = |concerned| unit.is_some_and(|unit| directory.same_unit(concerned, unit));
    let own =
        incident.units().any(of) || incident.reporters().any(|reporter| *reporter == person.id);
    own && person.roles.iter().any(|role| may(*role, ActKind::See))
}

/// Whether whoever writes with us in this private chat may know of the incident now.
pub fn seen_in(chat: i64, incident: &Incident, directory: &Directory) -> bool {
    directory.by_telegram(chat).is_some_and(|person| sees(person, incident, directory))
}

/// The table itself. A reporter's rights hold for the own unit only, which [`permit_on`] checks.
pub fn may(role: Role, act: ActKind) -> bool {
    use ActKind as A;
    match act {
        A::Report | A::Note | A::Detail | A::See | A::Raise => role != Role::Admin,
        // Whose step it is, the run says.
        A::Play => role != Role::Admin,
        // A reporter brings what is needed; only the Team passes it on, to whoever has to confirm it.
        A::Attach | A::Describe | A::Receive => role != Role::Admin,
        A::Acknowledge
        | A::HandBack
        | A::KeepAlive
        | A::SeverityUp
        | A::Category
        | A::Flag
        | A::Tlp
        | A::Contain
        | A::Resolve
        | A::Hand
        | A::StartPlaybook
        | A::Close => matches!(role, Role::Responder | Role::Lead),
        A::Assign | A::SeverityDown | A::Reopen | A::Merge | A::Group | A::TakeOut | A::Redact => {
            role == Role::Lead
        }
        A::Directory => role == Role::Admin,
        A::Roster | A::Contacts => matches!(role, Role::Lead | Role::Admin),
        A::OwnDuty => matches!(role, Role::Responder | Role::Lead),
        A::PlanDrill => role == Role::Lead,
        A::ApproveDrill => role == Role::Manager,
        // Whose part it is, the drill says.
        A::TakePart => role != Role::Admin,
    }
}

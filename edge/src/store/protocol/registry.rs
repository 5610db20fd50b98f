//! Operations of the registry: the list of projects, their host names, and how far each one's values are counted and moved.
//!
//! A step over the registry and a project's object begins and ends in the registry. What it begins is due: the timer asks
//! the project's object how it stands, and ends the step.

use super::{KeyCount, Operation, ProjectBrand};
use latchkey_shared::ProjectId;
use serde::{Deserialize, Serialize};

operations! {
    /// Lists a project that is being made, and reserves its host names.
    RegisterProject("register-project") -> () {
        /// The project's id.
        id: ProjectId,
        /// The part of the project that is public.
        brand: ProjectBrand,
        /// The project's own host names.
        domains: Vec<String>,
    }

    /// Reserves host names for a change of a project, beside those that it has. Returns whether the project is listed.
    BeginChangingProject("begin-changing-project") -> bool {
        /// The project's id.
        id: ProjectId,
        /// The host names that it is to have.
        domains: Vec<String>,
    }

    /// Records that a project may be deleted from now on. Returns whether it is listed.
    BeginEndingProject("begin-ending-project") -> bool {
        /// The project's id.
        id: ProjectId,
        /// Whether it is to be deleted in any case. If not, its object decides.
        force: bool,
    }

    /// Ends the making or a change of a project: the registry has what the project's object says. What an earlier revision
    /// of the project says changes nothing.
    SettleProject("settle-project") -> () {
        /// The project's id.
        id: ProjectId,
        /// The revision of the project.
        revision: i64,
        /// The part of the project that is public.
        brand: ProjectBrand,
        /// All of the project's own host names.
        domains: Vec<String>,
        /// When it is deleted for good, if it is marked for that. The timer looks after it then.
        ends: Option<i64>,
    }

    /// Removes a project whose object holds none, and frees its host names.
    UnregisterProject("unregister-project") -> () {
        /// The project's id.
        id: ProjectId,
    }

    /// Returns projects with a step that should be over by now, and puts them off, so that others have their turn next.
    TakeUnfinishedProjects("take-unfinished-projects") -> Vec<UnfinishedProject> {
        /// The most that are returned.
        limit: u32,
    }

    /// Returns the ids of projects from one id on, and before another one: a slice of all ids.
    ListProjectSlice("list-project-slice") -> Vec<ProjectId> {
        /// The first id, or its beginning.
        from: String,
        /// The end, which is not in the slice. Empty: to the last one.
        to: String,
        /// The most that are returned.
        limit: u32,
    }

    /// Returns the host names of all projects, in lower case, sorted.
    ListDomains("list-domains") -> Vec<(ProjectId, String)> {}

    /// Adds to the number of wrong admin tokens.
    NoteRefusedAdminTokens("note-refused-admin-tokens") -> () {
        /// How many more.
        count: u32,
    }

    /// Returns how many wrong admin tokens came, and when the last was noted, in milliseconds since 1970.
    ReadRefusedAdminTokens("read-refused-admin-tokens") -> (u32, Option<i64>) {}

    /// Returns the public part of a project in the registry.
    FindBrand("find-brand") -> Option<ProjectBrand> {
        /// The project's id.
        id: ProjectId,
    }

    /// Returns a page of the projects, or of those that were deleted, oldest first.
    PageProjects("page-projects") -> ProjectsPage {
        /// Whether to return the deleted ones.
        deleted: bool,
        /// Returns only those after this time and id.
        after: Option<(i64, ProjectId)>,
        /// The most of a page.
        limit: u32,
    }

    /// Returns projects whose values the primary key of this ring may not wrap yet: those that were not finished for this
    /// ring, and those that were not checked for a day. The ones that waited longest come first.
    ListUnrotatedProjects("list-unrotated-projects") -> Vec<ProjectId> {
        /// The ids of the ring's keys, the primary first.
        ring: String,
        /// The most that are returned.
        limit: u32,
    }

    /// Returns projects to count: those that were not counted for this ring, then those whose count is oldest.
    ListUncountedProjects("list-uncounted-projects") -> Vec<ProjectId> {
        /// The ids of the ring's keys, the primary first.
        ring: String,
        /// Leaves out the projects of which this key is known to wrap every value.
        primary: Option<String>,
        /// The most that are returned.
        limit: u32,
    }

    /// Records how many values each key wraps in some projects, and returns the sum over all projects.
    NoteCounts("note-counts") -> VaultTally {
        /// The ids of the ring's keys, the primary first.
        ring: String,
        /// The projects that were asked.
        counted: Vec<CountedProject>,
    }
}

positional! {
    /// A project with a step that should be over by now.
    #[derive(Clone, Debug)]
    pub struct UnfinishedProject {
        /// The project's id.
        pub id: ProjectId,
        /// Whether it is to be deleted.
        pub ending: bool,
    }
}

positional! {
    /// A project that was asked for its counts.
    #[derive(Clone, Debug)]
    pub struct CountedProject {
        /// The project's id.
        pub id: ProjectId,
        /// How many values each key wraps. `None`: it did not say.
        pub counts: Option<Vec<KeyCount>>,
        /// Whether the timer has moved all of its values that can be moved. `None`: it did not try.
        pub rotated: Option<bool>,
    }
}

positional! {
    /// How many values each key wraps in the whole deployment, as far as it was counted.
    #[derive(Clone, Debug)]
    pub struct VaultTally {
        /// The sums.
        pub counts: Vec<KeyCount>,
        /// How many projects were not counted for the ring yet.
        pub uncounted: u32,
    }
}

/// How a project in the registry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ProjectState {
    /// It is being made.
    Making,
    /// It is there.
    Ready,
    /// It was deleted, and can be restored until its grace is over.
    Deleting,
    /// It is being deleted.
    Ending,
    /// It was deleted.
    Deleted,
}

positional! {
    /// A project in the registry, in short.
    #[derive(Clone, Debug)]
    pub struct RegisteredProject {
        /// The project's id.
        pub id: ProjectId,
        /// The product's name.
        pub name: String,
        /// How it stands.
        pub state: ProjectState,
        /// When it was made, or deleted if it was. Milliseconds since 1970.
        pub at: i64,
        /// Who deleted it, if it was deleted.
        pub actor: Option<String>,
        /// When it is deleted for good, if it is marked for that.
        pub ends: Option<i64>,
    }
}

positional! {
    /// A page of the projects.
    #[derive(Clone, Debug)]
    pub struct ProjectsPage {
        /// Oldest first.
        pub projects: Vec<RegisteredProject>,
        /// Whether another page follows.
        pub more: bool,
    }
}

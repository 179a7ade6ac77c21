//! What reflection tells: the services that are served and the messages that they need, nothing of services that are not.
//!
//! Does not know which services there are; health is added by the server.

use std::collections::BTreeSet;

use prost::{DecodeError, Message as _};
use prost_types::FileDescriptorSet;

/// The contract's files without the services that are not `served`, and without files that only those were in.
pub(crate) fn files(served: &[&str]) -> Result<FileDescriptorSet, DecodeError> {
    let mut files = FileDescriptorSet::decode(pullwright_proto::FILE_DESCRIPTOR_SET)?;
    let mut emptied = BTreeSet::new();
    for file in &mut files.file {
        let package = file.package().to_owned();
        let had_services = !file.service.is_empty();
        file.service
            .retain(|service| served.contains(&format!("{package}.{}", service.name()).as_str()));
        if had_services && file.service.is_empty() {
            emptied.insert(file.name().to_owned());
        }
    }
    // A set lists a file after those that it imports, so one look from the end finds all that are needed.
    for file in files.file.iter().rev() {
        if !emptied.contains(file.name()) {
            for import in &file.dependency {
                emptied.remove(import);
            }
        }
    }
    files.file.retain(|file| !emptied.contains(file.name()));
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STUDIES: &str = "pullwright.proposal.v1.StudyService";

    fn names(files: &FileDescriptorSet) -> Vec<String> {
        let services = |file: &prost_types::FileDescriptorProto| {
            let package = file.package().to_owned();
            let names = file.service.iter().map(|service| service.name().to_owned());
            names.map(move |name| format!("{package}.{name}")).collect::<Vec<_>>()
        };
        files.file.iter().flat_map(services).collect()
    }

    #[test]
    fn a_service_that_is_not_served_cannot_be_found_nor_can_its_messages() {
        let files = files(&[STUDIES]).expect("our own set");
        assert_eq!(names(&files), [STUDIES]);
        let messages: Vec<_> =
            files.file.iter().flat_map(|file| &file.message_type).map(|m| m.name()).collect();
        assert!(messages.contains(&"CreateStudyRequest"), "{messages:?}");
        for absent in ["SeedCompletedStudyRequest", "DeleteClusterRequest", "LeaseJobsRequest"] {
            assert!(!messages.contains(&absent), "{absent}");
        }
    }

    #[test]
    fn every_import_of_what_is_left_is_there() {
        for served in crate::access::TABLE.iter().filter_map(|(method, _)| method.split('/').next())
        {
            let files = files(&[served]).expect("our own set");
            assert_eq!(names(&files), [served]);
            let known: BTreeSet<_> = files.file.iter().map(|file| file.name()).collect();
            for file in &files.file {
                for import in &file.dependency {
                    assert!(known.contains(import.as_str()), "{} imports {import}", file.name());
                }
            }
        }
    }
}

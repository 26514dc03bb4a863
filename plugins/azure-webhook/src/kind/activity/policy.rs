//! Policy events: which definitions of which assignments a resource breaks. `properties.policies` is JSON in a string.

use super::Event;
use crate::arm::canonical;
use crate::envelope::Details;
use crate::value::Lenient as _;

pub fn read(event: &Event<'_>, details: &mut Details) {
    let policies = event.properties.map(|properties| properties.list("policies")).unwrap_or_default();
    let mut names = Vec::new();
    for policy in policies {
        let definition =
            policy.any_text(&["policyDefinitionReferenceId", "policyDefinitionName", "policyDefinitionId"]);
        let assignment = policy.any_text(&["policyAssignmentName", "policyAssignmentId"]);
        let effect = policy.text("policyDefinitionEffect");
        if let Some(definition) = &definition {
            let said = [
                Some(definition.clone()),
                assignment.map(|assignment| format!("assignment {assignment}")),
                effect.map(|effect| format!("effect {effect}")),
            ];
            details.fact("policies", "Policy", said.into_iter().flatten().collect::<Vec<_>>().join(", "));
            names.push(definition.clone());
        }
        for member in ["policyDefinitionId", "policyAssignmentId"] {
            details.identity.extend(policy.text(member).map(|id| ("policy", canonical(&id))));
        }
    }
    if !names.is_empty() {
        details.summary = format!("policy {} not met: {}", names.join(", "), details.summary);
    }
}

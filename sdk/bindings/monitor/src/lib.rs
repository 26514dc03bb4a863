//! The world `monitor-plugin`. A crate of its own, since every world exports `description` and macros are named by interface.

wit_bindgen::generate!({
    path: "../../../wit",
    world: "monitor-plugin",
    pub_export_macro: true,
    default_bindings_module: "signalbox_sdk::monitor",
    additional_derives: [PartialEq, Clone],
    with: {
        "signalbox:plugin/types@1.0.0": signalbox_bindings_types::types,
    },
});

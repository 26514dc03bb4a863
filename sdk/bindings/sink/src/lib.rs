//! The world `sink-plugin`. A crate of its own, since every world exports `description` and macros are named by interface.

wit_bindgen::generate!({
    path: "../../../wit",
    world: "sink-plugin",
    pub_export_macro: true,
    default_bindings_module: "signalbox_sdk::sink",
    additional_derives: [PartialEq, Clone],
    with: {
        "signalbox:plugin/types@1.0.0": signalbox_bindings_types::types,
        "signalbox:plugin/records@1.0.0": signalbox_bindings_types::records,
    },
});

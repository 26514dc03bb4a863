//! The world `transform-plugin`. A crate of its own, since every world exports `description` and macros are named by interface.

wit_bindgen::generate!({
    path: "../../../wit",
    world: "transform-plugin",
    pub_export_macro: true,
    default_bindings_module: "signalbox_sdk::transform",
    additional_derives: [PartialEq, Clone],
    with: {
        "signalbox:plugin/types@1.0.0": signalbox_bindings_types::types,
        "signalbox:plugin/work@1.0.0": signalbox_bindings_types::work,
    },
});

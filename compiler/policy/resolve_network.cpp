// `network`: its mode and its block. What the statements of the block come to is worked out when all files are merged
// (normalize_network.cpp).
#include "compiler/policy/resolve_values.hpp"

namespace sbx::policy {

namespace {

void set_mode(FileResolver& file, const Statement& statement, NetworkMode mode, Origin origin) {
    Slot<NetworkMode>& own = file.own.network;
    if (own && !(mode == NetworkMode::filtered && own->value == mode)) {
        report_duplicate(file, origin, own->origin, "network");
        return;
    }
    if (own) {
        own->is_final = own->is_final || statement.is_final;
    } else {
        own = Setting<NetworkMode>{mode, origin, statement.is_final};
    }
}

}  // namespace

void resolve_network_block(FileResolver& file, const Statement& statement) {
    const auto block = statement.view.block();
    if (!block) {
        const bool is_host = statement.items.size() == 1 && statement.items[0].text() == "host";
        if (is_host || (statement.items.size() == 1 && statement.items[0].text() == "off")) {
            set_mode(file, statement, is_host ? NetworkMode::host : NetworkMode::off, statement.origin());
        } else if (!statement.view.has_error()) {
            report_shape(file, statement, statement.items.empty() ? statement.origin() : statement.items[0].origin(),
                         "`network` takes `off`, `host` or a block");
        }
        return;
    }
    if (!statement.items.empty()) {
        report_shape(file, statement, statement.items[0].origin(), quoted(statement.items[0].text()) + " before a block");
    }
    const auto rules = block->statements();
    if (file.own.network_rules.empty()) {
        file.own.network_rules.reserve(rules.size());
    }
    resolve_statements(file, Context::network, rules);
    set_mode(file, statement, rules.empty() ? NetworkMode::off : NetworkMode::filtered, statement.keyword.origin());
}

}  // namespace sbx::policy

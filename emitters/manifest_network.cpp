// Keys in the order of runtime/artifact_format.hpp; a filtered network has each of them.
#include "emitters/manifest_network.hpp"

#include "compiler/plan/visit.hpp"
#include "emitters/egress_filter.hpp"
#include "emitters/quote.hpp"
#include "emitters/resolver_configuration.hpp"
#include "runtime/artifact_format.hpp"

#include <string>

namespace sbx::emit {
namespace {

using Json = nlohmann::ordered_json;

std::string parameter_template(const std::string& name) {
    plan::Text text;
    text.append_parameter(name);
    return Template(text).text();
}

std::string_view family_word(plan::FillFamily family) {
    switch (family) {
        case plan::FillFamily::ipv4:
            return "ipv4";
        case plan::FillFamily::ipv6:
            return "ipv6";
        case plan::FillFamily::port:
            return "port";
    }
    return {};
}

Json fill(const plan::FilterPlan& plan) {
    Json list = Json::array();
    for (const plan::FilterFill& each : plan.fill) {
        list.push_back({{"set", each.set}, {"parameter", each.parameter}, {"family", family_word(each.family)}});
    }
    return list;
}

Json upstream(const plan::FilterPlan& plan) {
    Json list = Json::array();
    if (plan.resolver) {
        for (const std::string& parameter : plan.resolver->parameters) {
            list.push_back(parameter_template(parameter));
        }
    }
    return list;
}

Json publish(const plan::FilterPlan& plan) {
    Json list = Json::array();
    for (const policy::Publication& each : plan.publish) {
        std::string port = std::visit(plan::Overloaded{
                                          [](std::uint16_t number) { return Template(plan::Text(std::to_string(number))).text(); },
                                          [](const policy::ParameterName& name) { return parameter_template(name.name); },
                                      },
                                      each.port);
        list.push_back({{"protocol", policy::to_text(each.protocol)}, {"port", std::move(port)}, {"on", policy::to_text(each.on)}});
    }
    return list;
}

}  // namespace

Json manifest_network(const plan::ExecutionPlan& plan, const std::vector<Artifact>& artifacts) {
    Json network = {{"mode", policy::to_text(plan.process.network)}};
    if (plan.process.network != policy::NetworkMode::filtered) {
        return network;
    }
    const plan::FilterPlan& filter = plan.network;
    network["helper"] = plan::to_text(filter.helper);
    network["ipv6"] = filter.ipv6;
    network["filter"] = filter_files(artifacts);
    network["fill"] = fill(filter);
    network["resolver"] = filter.resolver ? Json(format::resolver_file) : Json(nullptr);
    network["names"] = filter.resolver ? Json(resolver_names(*filter.resolver)) : Json::array();
    network["upstream"] = upstream(filter);
    network["publish"] = publish(filter);
    return network;
}

}  // namespace sbx::emit

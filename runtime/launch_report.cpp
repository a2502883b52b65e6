// Writes the launch report. See the header.
#include "runtime/launch_report.hpp"

#include "runtime/json_writer.hpp"
#include "runtime/report_notes.hpp"
#include "runtime/report_protections.hpp"

#include <array>

namespace sbx::runtime {

namespace {

/// Of the layout of this object.
constexpr int report_format = 1;

std::string_view status_word(const LaunchReport& report) {
    if (report.refusal != nullptr) {
        return report.ending != nullptr && report.ending->started ? "lost" : "refused";
    }
    if (report.ending != nullptr && report.ending->limit) {
        return "limit";
    }
    if (report.ending != nullptr && report.ending->killed) {
        return "killed";
    }
    return "exited";
}

void write_outcome(JsonWriter& json, const LaunchReport& report) {
    json.text("status", status_word(report));
    const int code = report.refusal != nullptr  ? report.refusal->exit_code
                     : report.ending != nullptr ? report.ending->exit_code
                                                : exit_refused;
    json.number("exit_status", code);
    json.flag("started", is_started(report));
    if (report.ending != nullptr && report.ending->forwarded != 0) {
        json.number("forwarded_signal", report.ending->forwarded);
    }
    if (report.ending != nullptr && report.ending->limit) {
        const FiredLimit& limit = *report.ending->limit;
        json.open_object("limit_fired");
        json.text("name", limit.name);
        json.unsigned_number("value", limit.value);
        json.text("unit", limit.unit);
        if (limit.peak) {
            json.unsigned_number("peak", *limit.peak);
        }
        json.close_object();
    } else {
        json.null("limit_fired");
    }
    if (report.ending != nullptr && report.ending->output) {
        json.open_object("output");
        json.unsigned_number("passed_bytes", report.ending->output->bytes);
        json.flag("cut", report.ending->output->cut);
        json.close_object();
    } else {
        json.null("output");
    }
    if (report.refusal != nullptr) {
        json.open_object("refusal");
        json.text("step", report.refusal->step);
        json.text("reason", report.refusal->what);
        json.text("remedy", report.refusal->remedy);
        json.close_object();
    }
}

void write_bundle(JsonWriter& json, const Manifest& manifest) {
    json.open_object("bundle");
    json.text("profile", manifest.profile);
    json.text("compiler", manifest.compiler);
    json.text("semantic_hash", manifest.semantic_hash);
    json.close_object();
}

void write_limits(JsonWriter& json, const std::vector<EffectiveLimit>& limits) {
    const auto write = [&json](const char* name, const std::optional<std::uint64_t>& value) {
        value ? json.unsigned_number(name, *value) : json.text(name, "unlimited");
    };
    json.open_array("limits");
    for (const EffectiveLimit& limit : limits) {
        json.open_object();
        json.text("name", limit.name);
        write("requested", limit.requested);
        write("effective", limit.effective);
        json.flag("narrower", limit.narrower());
        json.close_object();
    }
    json.close_array();
}

void write_supervision(JsonWriter& json, const SupervisedLimits& limits) {
    json.open_object("supervision");
    if (limits.wall_time) {
        json.number("wall_time_ms", limits.wall_time->count());
    }
    if (limits.any()) {
        json.number("grace_ms", limits.grace.count());
    }
    if (limits.output) {
        json.unsigned_number("output_bytes", *limits.output);
    }
    json.close_object();
}

void write_strings(JsonWriter& json, const char* name, const std::vector<std::string>& strings) {
    json.open_array(name);
    for (const std::string& text : strings) {
        json.text({}, text);
    }
    json.close_array();
}

void write_network(JsonWriter& json, const LaunchReport& report) {
    static constexpr std::array<std::string_view, 3> modes = {"off", "host", "filtered"};
    json.open_object("network");
    json.text("mode", modes.at(static_cast<std::size_t>(report.manifest->network.mode)));
    if (const std::optional<BoundNetwork>& network = report.preparation->network) {
        if (const std::optional<Macvlan>& macvlan = network->macvlan) {
            json.open_object("macvlan");
            json.text("interface", macvlan->parent);
            json.text("address", macvlan->text_address);
            json.text("gateway", macvlan->text_gateway);
            json.close_object();
        } else {
            json.open_object("helper");
            json.text("path", network->helper.path);
            json.text("version", report.helper_version);
            json.close_object();
        }
        json.text("nft", network->nft.path);
        json.text("filter", "sha256:" + network->filter_digest);
        if (const std::optional<NetworkMade> made = network_made(report)) {
            json.flag("frames_filtered", made->frames_filtered);
            json.flag("ipv6", made->has_ipv6);
        } else {
            json.null("frames_filtered");
            json.null("ipv6");
        }
        json.text("cidr", network->inside.cidr);
        json.flag("cidr_overlaps", network->inside.shadows);
        std::vector<std::string> denied = network->host.ipv4;
        denied.insert(denied.end(), network->host.ipv6.begin(), network->host.ipv6.end());
        write_strings(json, "host_addresses_denied", denied);
        if (network->resolver) {
            json.text("resolver", network->resolver->path);
        } else {
            json.null("resolver");
        }
        write_strings(json, "names", network->names);
    }
    json.close_object();
}

/// Whether it came into force `started` says.
void write_landlock(JsonWriter& json, const BoundLandlock& landlock) {
    json.open_object("landlock");
    json.unsigned_number("version", landlock.version.abi);
    json.unsigned_number("rules", landlock.domain.rules.size());
    json.open_array("lacks");
    for (const std::string_view name : landlock.lacks) {
        json.text({}, name);
    }
    json.close_array();
    json.close_object();
}

void write_preparation(JsonWriter& json, const LaunchReport& report) {
    const Preparation& preparation = *report.preparation;
    json.open_object("ids");
    json.unsigned_number("uid", preparation.identity.uid);
    json.unsigned_number("gid", preparation.identity.gid);
    json.flag("dropped_root", preparation.identity.drops);
    json.unsigned_number("supplementary_groups", preparation.identity.supplementary_groups);
    json.close_object();
    write_limits(json, preparation.limits);
    write_cgroup(json, report);
    write_supervision(json, report.manifest->supervised);
    write_strings(json, "skipped_paths", preparation.arguments.skipped);
    write_strings(json, "dropped_variables", preparation.environment.dropped);
    json.open_array("passed_descriptors");
    for (const int descriptor : preparation.passed) {
        json.number({}, descriptor);
    }
    json.close_array();
    if (preparation.arguments.filter_digest.empty()) {
        json.null("system_call_filter");
    } else {
        json.text("system_call_filter", "sha256:" + preparation.arguments.filter_digest);
    }
    write_landlock(json, preparation.landlock);
    write_network(json, report);
    json.open_object("bubblewrap");
    json.text("path", preparation.bubblewrap);
    json.text("version", report.bubblewrap_version);
    json.close_object();
    write_strings(json, "notes", notes_of(report));
}

}  // namespace

std::optional<NetworkMade> network_made(const LaunchReport& report) {
    return report.ending != nullptr ? report.ending->network : std::nullopt;
}

std::string to_json(const LaunchReport& report) {
    JsonWriter json;
    json.open_object();
    json.number("format", report_format);
    write_outcome(json, report);
    if (report.manifest != nullptr) {
        write_bundle(json, *report.manifest);
        write_protections(json, report);
    }
    if (report.preparation != nullptr) {
        write_preparation(json, report);
    }
    json.open_object("timing_ms");
    json.milliseconds("prepared", report.prepared.count());
    json.milliseconds("total", report.total.count());
    json.close_object();
    json.close_object();
    return json.finish();
}

}  // namespace sbx::runtime

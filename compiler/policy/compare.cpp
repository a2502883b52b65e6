// The comparison as a whole: domain by domain, joined. Guarantees one region for each difference, and none for equal policies.
#include "compiler/policy/compare_parts.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

bool second_is_within(Relation relation) {
    return relation == Relation::equivalent || relation == Relation::narrower;
}
bool first_is_within(Relation relation) {
    return relation == Relation::equivalent || relation == Relation::wider;
}

}  // namespace

std::string_view to_text(Relation relation) {
    switch (relation) {
        case Relation::equivalent:
            return "equivalent";
        case Relation::narrower:
            return "narrower";
        case Relation::wider:
            return "wider";
        case Relation::incomparable:
            return "incomparable";
    }
    return {};
}

std::string_view to_text(Domain domain) {
    switch (domain) {
        case Domain::launch:
            return "launch";
        case Domain::filesystem:
            return "filesystem";
        case Domain::network:
            return "network";
        case Domain::limits:
            return "limits";
        case Domain::environment:
            return "environment";
        case Domain::process:
            return "process";
        case Domain::syscalls:
            return "syscalls";
    }
    return {};
}

Relation relation_of(bool second, bool first) {
    if (second) {
        return first ? Relation::equivalent : Relation::narrower;
    }
    return first ? Relation::wider : Relation::incomparable;
}

Relation joined(Relation a, Relation b) {
    return relation_of(second_is_within(a) && second_is_within(b), first_is_within(a) && first_is_within(b));
}

Region setting_region(Domain domain, Relation relation, std::string subject, RegionSide before, RegionSide after) {
    Region region;
    region.domain = domain;
    region.relation = relation;
    region.subject = std::move(subject);
    region.before = std::move(before);
    region.after = std::move(after);
    region.weight = relation == Relation::equivalent ? 1 : 10;
    return region;
}

Comparison compare(const Policy& before, const Policy& after) {
    Comparison comparison;
    if (before == after) {
        return comparison;
    }
    comparison.renamed = find_renames(before, after);
    const Policy renamed = with_renamed_parameters(before, comparison.renamed);
    compare_launch(renamed, after, comparison.renamed, comparison.regions);
    compare_filesystem(renamed, after, comparison.regions);
    compare_network(renamed, after, comparison.regions);
    compare_limits(renamed, after, comparison.regions);
    compare_environment(renamed.environment, after.environment, comparison.regions);
    compare_process(renamed.process, after.process, comparison.regions);
    compare_landlock(renamed, after, comparison.regions);
    compare_filters(renamed, after, comparison.regions);
    for (Region& region : comparison.regions) {
        region.before.statement = with_old_names(std::move(region.before.statement), comparison.renamed);
        Relation& domain = comparison.domains.at(static_cast<std::size_t>(region.domain));
        domain = joined(domain, region.relation);
        comparison.overall = joined(comparison.overall, region.relation);
    }
    return comparison;
}

}  // namespace sbx::policy

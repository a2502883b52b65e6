// Binds the table to a version of Landlock. See the header; landlock_create_ruleset(2).
#include "runtime/landlock.hpp"

#include "runtime/artifact_format.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx::runtime {

namespace {

constexpr unsigned version_flag = 1;   // LANDLOCK_CREATE_RULESET_VERSION
constexpr std::uint64_t both_tcp = 3;  // LANDLOCK_ACCESS_NET_BIND_TCP, _CONNECT_TCP

/// Those of `wanted` that version `abi` knows; the names of the others go to `lacks`.
template <class Names>
std::uint64_t known_bits(std::uint64_t wanted, const Names& names, unsigned abi, unsigned least,
                         std::vector<std::string_view>& lacks) {
    std::uint64_t known = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::uint64_t bit = std::uint64_t{1} << i;
        if ((wanted & bit) == 0) {
            continue;
        }
        if (abi < std::max(least, names[i].abi)) {
            lacks.push_back(names[i].name);
        } else {
            known |= bit;
        }
    }
    return known;
}

std::string how_old(LandlockVersion version) {
    return version.abi == 0 ? "this kernel offers no Landlock (" + error_text(version.error) + ")"
                            : "this kernel has version " + std::to_string(version.abi) + " of Landlock";
}

const char* remedy_for_version(LandlockVersion version) {
    return version.abi == 0
               ? "use Linux 5.19 or newer with `landlock` among the security modules of `lsm=`, outside containers that forbid it"
               : "use a newer Linux: `policyc doctor` says what this one has";
}

std::optional<Refusal> missing_from(const LandlockTable& table, LandlockVersion version) {
    if (table.least && version.abi < *table.least) {
        return Refusal{std::string(step::bind),
                       "the policy requires version " + std::to_string(*table.least) + " of Landlock, and " + how_old(version),
                       remedy_for_version(version)};
    }
    if (table.needs_execute && version.abi < format::landlock_paths_abi) {
        return Refusal{std::string(step::bind), "the policy says `noexec`, which Landlock delivers, and " + how_old(version),
                       remedy_for_version(version)};
    }
    return std::nullopt;
}

}  // namespace

bool BoundLandlock::misses(std::string_view name) const {
    return std::find(lacks.begin(), lacks.end(), name) != lacks.end();
}

LandlockVersion landlock_version() {
    const long version = syscall(SYS_landlock_create_ruleset, nullptr, 0UL, version_flag);
    return version > 0 ? LandlockVersion{static_cast<unsigned>(version), 0} : LandlockVersion{0, version < 0 ? errno : ENOSYS};
}

BoundLandlock bind_landlock(const LandlockTable& table, const Values& values, LandlockVersion version) {
    BoundLandlock result;
    result.missing = missing_from(table, version);
    result.version = version;
    LandlockDomain& domain = result.domain;
    domain.paths = known_bits(table.handled, format::landlock_rights, version.abi, format::landlock_paths_abi, result.lacks);
    domain.scopes = known_bits(table.scopes, format::landlock_scopes, version.abi, 0, result.lacks);
    if (table.no_tcp && version.abi >= format::landlock_tcp_abi) {
        domain.tcp = both_tcp;
    } else if (table.no_tcp) {
        result.lacks.push_back("tcp");
    }
    for (const LandlockRow& row : table.rows) {
        if (const std::uint64_t rights = row.rights & domain.paths; rights != 0) {
            domain.rules.push_back({expand(row.path, values), rights, row.optional});
        }
    }
    return result;
}

}  // namespace sbx::runtime

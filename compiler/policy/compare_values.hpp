// What a policy without a node at a parameter shows at the parameter's value: that depends on where the value lies. Internal to
// compare().
#pragma once

#include "compiler/policy/compare_places.hpp"

#include <map>

namespace sbx::policy {

/// The values that lie nearest below one literal place, or below several at which both policies say the same.
struct Zone {
    std::string condition;  ///< `where $scratch lies below /var/tmp/cache`
    std::string example;    ///< such a value
    Standing before;        ///< of a policy that has no node at the parameter
    Standing after;
};

class ParameterZones {
public:
    /// Both outlive this.
    ParameterZones(const Policy& before, const Policy& after) : before_(before), after_(after) {}
    /// `place` begins with a parameter. Values that a launch refuses are left out.
    [[nodiscard]] std::vector<Zone> of(const SandboxPath& place);
    /// A value that lies nowhere in particular; empty for no parameter.
    [[nodiscard]] std::string example(const std::string& parameter) const;

private:
    /// A literal place that a value may lie nearest below.
    struct Ground {
        SandboxPath path;
        const std::pair<const SandboxPath, Node>* before = nullptr;  ///< the nodes at it or nearest above, if there are any
        const std::pair<const SandboxPath, Node>* after = nullptr;
        std::vector<SandboxPath> others;  ///< more places that are the same for both

        [[nodiscard]] std::vector<SandboxPath> places() const {
            std::vector<SandboxPath> all{path};
            all.insert(all.end(), others.begin(), others.end());
            return all;
        }
    };
    [[nodiscard]] std::vector<Ground> grounds(const std::string& parameter) const;
    [[nodiscard]] std::vector<SandboxPath> candidates(const std::string& parameter) const;

    const Policy& before_;
    const Policy& after_;
    std::map<std::string, std::vector<Ground>> known_;
};

}  // namespace sbx::policy

// The parts of advise(). Internal to it.
#pragma once

#include "compiler/policy/advise.hpp"

#include <string>
#include <utility>

namespace sbx::policy {

/// Takes changes, the smallest first, and keeps the first that turns the answer.
class Candidates {
public:
    /// Both outlive it.
    Candidates(const Policy& policy, const Request& request) : policy_(policy), request_(request) {}

    void add(std::string text, Policy changed);
    [[nodiscard]] bool found() const { return found_.has_value(); }
    [[nodiscard]] std::optional<Advice> take() { return std::move(found_); }

private:
    const Policy& policy_;
    const Request& request_;
    std::optional<Advice> found_;
};

/// Nodes added, replaced or removed.
void advise_path(const Policy& policy, const Request& request, Candidates& candidates);

/// A call taken out of a denial, denied, or allowed.
void advise_system_call(const Policy& policy, const std::string& name, Candidates& candidates);

/// A statement of the network added or removed, or its mode changed.
void advise_network(const Policy& policy, const Request& request, Candidates& candidates);

}  // namespace sbx::policy

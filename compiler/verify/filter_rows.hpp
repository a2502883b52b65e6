// The rows of `enforcement` about a filter of system calls: what it is as a whole, and its statements, which have to mean what
// policy.json says. A policy that was compiled knows its statements, and of one that was read back only the meaning is known.
#pragma once

#include "compiler/policy/policy.hpp"
#include "compiler/policy/restored_filters.hpp"
#include "compiler/verify/finding.hpp"
#include "compiler/verify/manifest_rows.hpp"

#include <vector>

namespace sbx::verify {

class FilterRows {
public:
    explicit FilterRows(const policy::Policy& policy) : policy_(policy) {}

    /// Whether this is such a row: `syscalls.only`, `sockets.allow unix`.
    [[nodiscard]] bool takes(const ManifestRow& row) const;
    void add(const ManifestRow& row) { rows_.push_back(row); }
    void compare(Findings& findings) const;

private:
    const policy::Policy& policy_;
    std::vector<ManifestRow> rows_;
};

}  // namespace sbx::verify

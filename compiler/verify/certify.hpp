// A bundle held against a policy, file by file. The readers know the language reference, the form of artifacts and the
// manuals of bubblewrap, nft and dnsmasq; they share no code with what writes artifacts, so that a mistake there is not made here
// again.
#pragma once

#include "compiler/policy/policy.hpp"
#include "compiler/verify/bundle_files.hpp"
#include "compiler/verify/finding.hpp"
#include "compiler/verify/policy_view.hpp"

#include <string>
#include <vector>

namespace sbx::verify {

/// Holds a bundle's files against one policy. Both must outlive it.
class Certifier {
public:
    explicit Certifier(const policy::Policy& policy) : policy_(policy), view_(policy) {}

    /// Every file but manifest.json. Empty exactly if each is there and means the policy; policy.json has to be that policy.
    [[nodiscard]] Findings artifacts(const BundleFiles& files) const;
    /// manifest.json, which lists the others.
    [[nodiscard]] Findings manifest(const BundleFiles& files) const;

private:
    const policy::Policy& policy_;
    PolicyView view_;
};

/// A bundle alone: all of it, held against its own policy.json. One of another format is not looked at any further.
[[nodiscard]] Findings certify_bundle(const BundleFiles& files);

/// The names of the files that Certifier::artifacts() read; sbx-run is a program, and is known by its digest alone.
[[nodiscard]] std::vector<std::string> read_files(const BundleFiles& files);

}  // namespace sbx::verify

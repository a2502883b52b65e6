// The verbs of policyc as data, in the order in which help lists them.
#include "compiler/cli/options.hpp"
#include "compiler/cli/verb_rows.hpp"

#include <algorithm>
#include <iterator>

namespace sbx::cli {

const std::vector<Verb>& verbs() {
    static const std::vector<Verb> rows = [] {
        std::vector<Verb> all = verbs_for_policies();
        std::vector<Verb> others = verbs_for_readers();
        std::move(others.begin(), others.end(), std::back_inserter(all));
        return all;
    }();
    return rows;
}

const Verb* find_verb(std::string_view name) {
    const auto found = std::find_if(verbs().begin(), verbs().end(), [&](const Verb& verb) { return verb.name == name; });
    return found == verbs().end() ? nullptr : &*found;
}

}  // namespace sbx::cli
